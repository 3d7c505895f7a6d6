"""Steps: one service each, the same from page, API, bulk and command; then the flow moves on."""

from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import STATUS

from project.kernel.guards import (
    CALLED,
    NotThisPerson,
    in_turn,
    log,
    permits,
    refusals,
    warnings,
)

WAIT_FOR_LOCK = lock.SelectForUpdateLock(nowait=False)
FLOWS = {}


def looks_first(look):
    """Look something up before a step; what is found stays, also where the step is then refused."""

    def mark(service):
        service.looks_first = look
        return service

    return mark


@dataclass
class Verb:
    """One thing that can be done to a record: its service, its form, its words."""

    service: callable
    title: str
    form: type | None = None
    name: str = ""
    permission: str = ""


@dataclass
class Offer:
    """A step as one person sees it on one record."""

    name: str
    title: str
    refusals: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    in_turn: bool = True
    form: type | None = None

    @property
    def allowed(self):
        return not self.refusals


class Step(flow.View):
    """A human task. It cannot be undone by hand, because its record would not follow."""

    cancel_view_class = undo_view_class = revive_view_class = None

    def __init__(self, service, *, title, form=None, due=None):
        super().__init__(view=None)
        self.verb = Verb(service, title, form)
        self.task_title = title
        self.due = due

    def By(self, permission):  # noqa: N802 - viewflow's own spelling
        self.verb.permission = permission
        return self.Permission(permission, obj=lambda process: process.artifact.area)


def by_state(turns, *, otherwise):
    """Send a flow to the step that belongs to its record's state."""
    switch = flow.Switch()
    for state, step in turns.items():
        switch.Case(step, lambda act, state=state: act.process.artifact.state == state)
    return switch.Default(otherwise)


def starts_at_record():
    """The start of every flow: point at the record, then ask its state whose turn it is."""
    return flow.StartHandle(_point_at).Next(this.turn)


def _point_at(activation, record):
    activation.process.artifact = record
    return activation.process


def flow_for(model):
    """Declare the flow of a model, and the verbs people may use outside their turn."""

    def mark(flow_class):
        flow_class.lock_impl = WAIT_FOR_LOCK
        flow_class.record_class = model
        flow_class.verbs = _verbs(flow_class)
        FLOWS[model] = flow_class
        titles = {name: verb.title for name, verb in flow_class.verbs.items()}
        titles |= getattr(flow_class, "begun", {})
        CALLED.update({(model, name): title for name, title in titles.items()})
        return flow_class

    return mark


def _verbs(flow_class):
    nodes = flow_class.instance.nodes()
    verbs = {node.name: node.verb for node in nodes if isinstance(node, Step)}
    verbs |= getattr(flow_class, "aside", {})
    for name, verb in verbs.items():
        verb.name = name
    return verbs


def steps_for(record, user):
    """Every step this person may ever take on the record, with what stands in its way now."""
    offers = []
    for name, verb in FLOWS[type(record)].verbs.items():
        step = getattr(record, name)
        if permits(step, user):
            against = refusals(step, by=user)
            soft = [] if against else warnings(step)
            offers.append(Offer(name, verb.title, against, soft, in_turn(step), verb.form))
    return offers


def do(record, name, *, by, **details):
    """Take one step by its name: the service acts, then the flow follows the record."""
    verb = FLOWS[type(record)].verbs[name]
    if look := getattr(verb.service, "looks_first", None):
        look(record)
    try:
        with transaction.atomic():
            record = verb.service(record, by=by, **details)
            follow(record, name, by=by)
    except NotThisPerson as refused:
        log(record, name, by=by, before=record.state, after="refused", note=refused.messages[0])
        raise
    return record


def follow(record, name="", *, by):
    """Bring the record's flow to where the record stands: finish the step, or begin again."""
    flow_class = FLOWS[type(record)]
    task = open_tasks(record).filter(flow_task=flow_class.instance.node(name)).first()
    if task is None:
        return rejoin(flow_class, record)
    with task.activation() as activation:
        activation.process.artifact = record
        if task.status == STATUS.NEW:
            activation.assign(by)
        elif task.owner_id != by.pk:
            activation.reassign(by)
        activation.start(None)
        activation.execute()
    return activation.process


def rejoin(flow_class, record):
    """Close a record's open flow, and begin it again where the record now stands."""
    for process in open_processes(flow_class, record):
        flow_class.instance.cancel(process)
    return flow_class.begin.run(record=record)


def open_processes(flow_class, record):
    return flow_class.process_class.objects.filter(
        flow_class=flow_class,
        finished=None,
        artifact_content_type=ContentType.objects.get_for_model(record),
        artifact_object_id=record.pk,
    )


def open_tasks(record):
    """The human tasks that wait on this record."""
    return Task.objects.filter(
        process__artifact_content_type=ContentType.objects.get_for_model(record),
        process__artifact_object_id=record.pk,
        flow_task_type="HUMAN",
        status__in=[STATUS.NEW, STATUS.ASSIGNED],
    )


def turn_of(record):
    """Whose turn it is, in words: the titles of the steps that wait on the record."""
    return [str(task.flow_task.verb.title) for task in open_tasks(record)] or [_("Nobody's")]


__all__ = ["Process", "Step", "Verb", "by_state", "do", "flow_for", "follow", "rejoin"]
