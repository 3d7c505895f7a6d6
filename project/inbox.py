"""What waits for a person: the open tasks of their roles, each only in the areas of its role."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Collate
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from attendance import reminders as attendance_reminders
from contracts import insurance_reminders, signing_reminders
from payroll import password_pages
from policy.selectors import rules_read_once
from posts import reminders
from project.kernel.guards import Refused
from project.kernel.models import User
from project.kernel.months import today
from project.kernel.pages import inbox as pages
from project.kernel.pages.addresses import address_of
from project.kernel.roles import ROLES
from registry import certificate_pages
from registry.access import appointments, in_scope, within

OPEN = [STATUS.NEW, STATUS.ASSIGNED]


@dataclass(frozen=True)
class Waiting:
    """One task of one record, as the person it waits for sees it."""

    number: int
    kind: str
    record: models.Model
    step: str
    title: str
    since: datetime
    due: date | None
    taken_by: User | None

    @property
    def late(self):
        return self.due is not None and self.due < today()

    @property
    def url(self):
        return address_of(type(self.record), "step", self.record.pk, self.step)


def inbox(user, *, after=0, at_most=None):
    """The tasks that wait for somebody, the longest waiting first, in a fixed number of queries."""
    tasks = _tasks(user).filter(pk__gt=after).select_related("process", "owner").order_by("pk")
    tasks = list(tasks[:at_most])
    records = records_of(tasks, lambda model: model.objects.visible_to(user))
    with rules_read_once():
        return [
            _waiting(task, records[points_at(task)]) for task in tasks if points_at(task) in records
        ]


def inbox_count(user):
    """How many tasks wait for somebody."""
    return _tasks(user).count()


def lines(user):
    """The same, in the words of the inbox page."""
    return [
        pages.Waiting(
            kind=waiting.kind,
            step=waiting.title,
            what=str(waiting.record),
            area=str(waiting.record.area),
            url=waiting.url,
            since=waiting.since,
            due=waiting.due,
            late=waiting.late,
            taken_by=str(waiting.taken_by or ""),
        )
        for waiting in inbox(user)
    ] + [
        *reminders.lines(user),
        *attendance_reminders.lines(user),
        *insurance_reminders.lines(user),
        *signing_reminders.lines(user),
        *password_pages.lines(user),
        *certificate_pages.lines(user),
    ]


def _tasks(user):
    """Open tasks of the person's roles: what a role may do counts only where it is held."""
    theirs = Q(pk__in=[])
    for held in appointments(user):
        may = [str(one) for one in ROLES[held.role].permissions if in_scope(user, one)]
        theirs |= Q(within(held.area_id, "place"), owner_permission__in=may)
    # Codes are compared byte by byte, as the index on this column does.
    place = Collate("owner_permission_obj_pk", "C")
    tasks = Task.objects.alias(place=place).filter(flow_task_type="HUMAN", status__in=OPEN)
    return tasks.filter(theirs)


def points_at(task):
    return task.process.artifact_content_type_id, task.process.artifact_object_id


def records_of(tasks, seen):
    """The records behind the tasks, of those that `seen(model)` shows, one query for each kind."""
    wanted = {}
    for kind, number in map(points_at, tasks):
        wanted.setdefault(kind, []).append(number)
    return {
        (kind, record.pk): record
        for kind, numbers in wanted.items()
        for record in _joined(ContentType.objects.get_for_id(kind).model_class(), seen).filter(
            pk__in=numbers
        )
    }


def _joined(model, seen):
    """The records of a kind with what their name and their deadline are read from."""
    links = [field for field in model._meta.fields if field.is_relation]
    joins = [field.name for field in links if field.related_model is not User]
    return seen(model).select_related(*joins)


def _waiting(task, record):
    step = task.flow_task
    return Waiting(
        number=task.pk,
        kind=str(record._meta.verbose_name),
        record=record,
        step=step.name,
        title=str(step.verb.title),
        since=task.created,
        due=due_of(step, record),
        taken_by=task.owner,
    )


def due_of(step, record):
    """The step's last day; where no rule sets one, there is none."""
    try:
        return step.due(record) if step.due else None
    except Refused:
        return None
