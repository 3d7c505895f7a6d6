"""Late below: what an office leaves lying shows to the one above it, which reminds and acts not.

The right to act never goes up with it: four eyes, roles and areas stay as they are.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Collate
from viewflow.workflow.models import Task

from policy.selectors import rules_read_once, rulings
from project.inbox import OPEN, due_of, points_at, records_of
from project.kernel.models import Event
from project.kernel.months import today
from project.kernel.roles import ROLES, roles_with
from project.kernel.steps import FLOWS, Step
from registry.access import appointments, within
from registry.calendar import end_of_notice
from registry.holders import held_in
from registry.models import Area
from registry.workdays import Unit

RULE = "task.escalate_days"
VERB = "escalate"
AT_ONCE = 1000
FEW = 3  # people named on a line
ONE_AT_A_TIME = 7_202_611  # the lock that lets one worker after another look
VILLAGE = ("village_clerk", "village_head", "village_supervisor")
TOWNSHIP = ("township_officer", "township_reviewer", "township_leader")
COUNTY = ("department_officer", "finance_officer", "ndrc_officer", "inspector")
BELOW = {
    "township_leader": VILLAGE,
    "department_officer": TOWNSHIP,
    "ndrc_officer": ("relief_owner", "relief_contractor", "relief_engineer"),
    "discipline_viewer": COUNTY,
}


@dataclass(frozen=True)
class Late:
    """One late task: where it lies, whose it is, since when, and the record behind it."""

    pk: int
    area: Area | None
    owner_permission_obj_pk: str
    kind: str
    step: str
    record: object  # None where whoever looks may not see it
    roles: str
    names: str
    since: datetime
    due: date

    @property
    def what(self):
        return "" if self.record is None else str(self.record)


def late_below(user):
    """The late tasks of the offices below those in which somebody sits, but not their own."""
    theirs = Q(pk__in=[])
    for held in appointments(user):
        own = ROLES[held.role].permissions
        below = {p for role in BELOW.get(held.role, ()) for p in ROLES[role].permissions} - own
        theirs |= Q(within(held.area_id, "place"), owner_permission__in=[str(p) for p in below])
    place = Collate("owner_permission_obj_pk", "C")
    late = _open().alias(place=place).filter(_escalated(), theirs)
    return late.select_related("process", "owner")


def count(user):
    """How many late tasks lie below somebody; None for those below whom nobody sits."""
    if not any(held.role in BELOW for held in appointments(user)):
        return None
    return late_below(user).count()


def told(tasks, user):
    """The tasks in words, in a fixed number of queries however many they are."""
    tasks = list(tasks)
    kind = ContentType.objects.get_for_model(Task)
    events = Event.objects.filter(record_type=kind, record_id__in=[t.pk for t in tasks], verb=VERB)
    said = {event.record_id: event.data for event in events}
    records = records_of(tasks, lambda model: model.objects.visible_to(user))
    codes = {task.owner_permission_obj_pk for task in tasks}
    areas, people = Area.objects.in_bulk(codes), held_in(codes)
    return [
        _line(task, said[task.pk], records.get(points_at(task)), areas, people) for task in tasks
    ]


def _line(task, said, record, areas, people):
    code, roles = task.owner_permission_obj_pk, roles_with(task.owner_permission)
    names = dict.fromkeys(str(user) for role in roles for user in people.get((code, role), ()))
    model = ContentType.objects.get_for_id(points_at(task)[0]).model_class()
    return Late(
        pk=task.pk,
        area=areas.get(code),
        owner_permission_obj_pk=code,
        kind=str(model._meta.verbose_name),
        step=str(task.flow_task.verb.title),
        record=record,
        roles="、".join(str(ROLES[role].title) for role in roles if (code, role) in people),
        names=str(task.owner) if task.owner else "、".join(list(names)[:FEW]),
        since=task.created,
        due=date.fromisoformat(said["due"]),
    )


def escalate(*, by):
    """Write down once which tasks have become late for so long that the office above sees them."""
    return sum(_escalate(tasks, by) for tasks in _in_parts())


def _in_parts():
    """Open tasks that have a day and are not written down yet, some at a time."""
    last = 0
    while True:
        found = _open().filter(~_escalated(), flow_task__in=_dated(), pk__gt=last).order_by("pk")
        tasks = list(found.select_related("process")[:AT_ONCE])
        if not tasks:
            return
        last = tasks[-1].pk
        yield tasks


def _dated():
    """The steps that have a last day."""
    nodes = (node for flow in FLOWS.values() for node in flow.instance.nodes())
    return [node for node in nodes if isinstance(node, Step) and node.due]


@transaction.atomic
def _escalate(tasks, by):
    """Under one lock the tasks are read again, so that two workers write each one once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    again = _open().filter(~_escalated(), pk__in=[task.pk for task in tasks])
    tasks = list(again.select_related("process").order_by("pk"))
    records = records_of(tasks, lambda model: model.objects)
    shows_after = cache(partial(end_of_notice, unit=Unit.WORKING))
    with rules_read_once():
        late = [(task, due) for task in tasks if (due := _too_late(task, records, shows_after))]
    kind = ContentType.objects.get_for_model(Task)
    Event.objects.bulk_create(
        Event(
            record_type=kind,
            record_id=task.pk,
            verb=VERB,
            by=by,
            data={"due": due.isoformat(), "area": task.owner_permission_obj_pk},
        )
        for task, due in late
    )
    return len(late)


def _too_late(task, records, shows_after):
    """The last day of a task that passed longer ago than the rule of its place allows."""
    record = records.get(points_at(task))
    due = due_of(task.flow_task, record) if record is not None else None
    if due is None or due >= today():
        return None
    area = task.owner_permission_obj_pk
    ruling = rulings([RULE], on=today(), areas=[area])[area].get(RULE)
    return due if ruling and shows_after(due, int(ruling.value)) < today() else None


def _open():
    return Task.objects.filter(flow_task_type="HUMAN", status__in=OPEN)


def _escalated():
    kind = ContentType.objects.get_for_model(Task)
    mine = Event.objects.filter(record_type=kind, record_id=OuterRef("pk"), verb=VERB)
    return Exists(mine)
