"""What somebody has in their hands: everything unfinished that names them."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.db.models.functions import Collate
from django.utils.translation import gettext as _
from viewflow.workflow.models import Task

from inspections.models import Case, Doubt, Plan
from notices.models import Objection
from project.inbox import OPEN, points_at, records_of
from project.kernel.models import Event, User
from project.kernel.roles import Permission
from project.kernel.steps import FLOWS
from registry.access import areas, contains, within
from registry.models import Area
from workrelief.models import Party
from workrelief.records import SIDES

HAND_OVER = "hand_over"
AT_MOST = 500
LONGEST = 18  # digits of a number that the database holds
D, C, P = Doubt.State, Case.State, Plan.State
# Where no field names who has a record in their hands, whoever took the last of these steps has.
LOGGED = {
    "doubt": (Doubt, [D.VERIFYING], ["verify"], "verify", Permission.DOUBT_VERIFY),
    "case": (
        *(Case, [C.OPENED, C.INVESTIGATING], ["open", "investigate"]),
        *("investigate", Permission.CASE_INVESTIGATE),
    ),
    "plan": (
        *(Plan, [P.PLANNED, P.SAMPLED, P.DISPATCHED], ["make", "draw", "dispatch"]),
        *("dispatch", Permission.SAMPLE_DRAW),
    ),
}


@dataclass(frozen=True)
class Holding:
    """One unfinished thing in somebody's hands, and what whoever takes it over must be able to."""

    pk: str  # such as task:12; the way to name it in forms and programs
    record: object
    title: str  # what is to be done, in the words of the office
    code: str
    permission: str
    step: str
    holder: User | None
    since: datetime
    what: str = ""  # the record's name, where whoever looks may see it
    place: str = ""

    @property
    def source(self):
        return self.pk.partition(":")[0]

    @property
    def kind(self):
        return str(self.record._meta.verbose_name)

    def __str__(self):
        return f"{self.kind} · {self.what} · {self.title}"


def holdings(user, by):
    """What somebody holds where `by` appoints, in a fixed number of queries."""
    found = [
        *in_hands(Task.objects.filter(owner=user)),
        *_objections(Objection.objects.filter(assignee=user)),
        *_parties(Party.objects.filter(user=user)),
        *(held for source in LOGGED for held in _logged(source, user)),
    ]
    codes = areas(by, Permission.APPOINT)
    return _named([held for held in found if any(contains(c, held.code) for c in codes)], by)


def in_office(code, by):
    """The open tasks of an area, in anybody's hands or in nobody's yet, at most AT_MOST of them."""
    place = Collate("owner_permission_obj_pk", "C")
    tasks = Task.objects.alias(place=place).filter(within(code, "place"))
    objections = Objection.objects.filter(within(code))
    return _named([*_objections(objections), *in_hands(tasks, AT_MOST)][:AT_MOST], by)


def of_keys(keys, by, *, lock=False):
    """{key: holding} as it stands now where `by` appoints; what nobody holds is missing."""
    numbers = {}
    for source, _colon, number in (key.partition(":") for key in keys):
        if number.isascii() and number.isdecimal() and len(number) < LONGEST:
            numbers.setdefault(source, []).append(int(number))
    found = []
    for source, pks in numbers.items():
        if source in FIELDS:
            model, read = FIELDS[source]
            rows = model.objects.filter(pk__in=pks)
            found += read(rows.select_for_update(of=("self",)) if lock else rows)
        elif source in LOGGED:
            found += _logged(source, numbers=pks, lock=lock)
    codes = areas(by, Permission.APPOINT)
    inside = [held for held in found if any(contains(code, held.code) for code in codes)]
    return {held.pk: held for held in _named(inside, by)}


def in_hands(tasks, at_most=None):
    """Open human tasks; an objection names who looks into it itself."""
    objection = ContentType.objects.get_for_model(Objection)
    tasks = tasks.filter(flow_task_type="HUMAN", status__in=OPEN).select_related("process", "owner")
    tasks = tasks.exclude(process__artifact_content_type=objection).order_by("pk")
    tasks = list(tasks[:at_most])
    records = records_of(tasks, lambda model: model.objects)
    return [_task(task, records[points_at(task)]) for task in tasks if points_at(task) in records]


def _task(task, record):
    return Holding(
        pk=f"task:{task.pk}",
        record=record,
        title=str(task.flow_task.verb.title),
        code=task.owner_permission_obj_pk,
        permission=task.owner_permission,
        step=task.flow_task.name,
        holder=task.owner,
        since=task.assigned or task.created,
    )


def _objections(found):
    """Objections that somebody was named to look into."""
    title = str(FLOWS[Objection].verbs["verify"].title)
    found = found.filter(state=Objection.State.ASSIGNED)
    return [
        Holding(
            pk=f"objection:{one.pk}",
            record=one,
            title=title,
            code=one.area_id,
            permission=Permission.OBJECTION_VERIFY,
            step="verify",
            holder=one.assignee,
            since=one.received_on,
        )
        for one in found.select_related("assignee", "notice", "area").order_by("pk")
    ]


def _parties(found):
    """Sides of projects that somebody acts for."""
    found = found.filter(until=None).select_related("project__area", "user").order_by("pk")
    return [
        Holding(
            pk=f"party:{one.pk}",
            record=one.project,
            title=one.get_part_display(),
            code=one.project.area_id,
            permission=SIDES[one.part],
            step="",
            holder=one.user,
            since=one.named_on,
        )
        for one in found
    ]


def _logged(source, user=None, numbers=None, lock=False):
    """Records that no field gives to anybody: whoever acted last has them, or whoever got them."""
    model, states, verbs, step, permission = LOGGED[source]
    kind = ContentType.objects.get_for_model(model)
    events = Event.objects.filter(record_type=kind).exclude(after="refused")
    # A task of the same record is another thing in perhaps other hands.
    given = Q(verb=HAND_OVER, data__key__startswith=f"{source}:")
    records = model.objects.filter(state__in=states)
    if user is not None:
        theirs = Q(by=user, verb__in=verbs) | given & Q(data__to=user.username)
        records = records.filter(pk__in=events.filter(theirs).values("record_id"))
    if numbers is not None:
        records = records.filter(pk__in=numbers)
    if lock:
        records = records.select_for_update(of=("self",))
    records = {record.pk: record for record in records.select_related("area").order_by("pk")}
    last = events.filter(Q(verb__in=verbs) | given, record_id__in=records)
    last = last.order_by("record_id", "-pk").distinct("record_id").select_related("by")
    people = _people(last)
    title = str(FLOWS[model].verbs[step].title)
    found = [
        Holding(
            pk=f"{source}:{event.record_id}",
            record=records[event.record_id],
            title=title,
            code=records[event.record_id].area_id,
            permission=permission,
            step=step,
            holder=people[event.pk],
            since=event.at,
        )
        for event in last
    ]
    return [held for held in found if held.holder and user in (None, held.holder)]


FIELDS = {
    "task": (Task, in_hands),
    "objection": (Objection, _objections),
    "party": (Party, _parties),
}


def _people(events):
    """Who has each record after its last event: whoever took it over, or whoever acted."""
    names = {event.data["to"] for event in events if event.verb == HAND_OVER}
    known = {user.username: user for user in User.objects.filter(username__in=names)}
    return {
        event.pk: known.get(event.data["to"]) if event.verb == HAND_OVER else event.by
        for event in events
    }


def _named(found, by):
    """With the names of the records that `by` may see; of others stands their number alone."""
    wanted = {}
    for held in found:
        wanted.setdefault(type(held.record), set()).add(held.record.pk)
    seen = {
        (model, pk)
        for model, pks in wanted.items()
        for pk in model.objects.visible_to(by).filter(pk__in=pks).values_list("pk", flat=True)
    }
    places = Area.objects.in_bulk({held.code for held in found})
    return [
        replace(
            held,
            place=places[held.code].name,
            what=str(held.record)
            if (type(held.record), held.record.pk) in seen
            else _("No. %(number)s") % {"number": held.record.pk},
        )
        for held in found
    ]
