"""Whose turn a flow says it is, against what its record is; where they differ, begin again."""

from collections import Counter
from types import SimpleNamespace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow import flow
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import STATUS

from project.integrity.findings import Check
from project.kernel.guards import log
from project.kernel.steps import FLOWS, Step, open_processes, open_tasks, rejoin

REJOINED = "rejoin"


class FlowsFollow(Check):
    """Each record that is not at its end has one open flow, and it waits for the record's step."""

    name = "flows"

    def findings(self):
        for model, flow_class in FLOWS.items():
            for record, said in _astray(model, flow_class):
                remedy = _("“check_integrity --repair” begins the flow again.")
                yield self.found(model._meta.db_table, record.pk, f"{said} {remedy}")


def repair(by):
    """Begin again what has gone astray; returns the records that were mended."""
    mended = []
    for model, flow_class in FLOWS.items():
        for record, _said in list(_astray(model, flow_class)):
            if _mended(model, flow_class, record.pk, by):
                mended.append(record)
    return mended


@transaction.atomic
def _mended(model, flow_class, pk, by):
    """Somebody may have acted meanwhile: look again under the record's lock."""
    record = model._default_manager.select_for_update(of=("self",)).get(pk=pk)
    processes = open_processes(flow_class, record).count()
    waiting = Counter(task.flow_task.name for task in open_tasks(record))
    if not _differs(flow_class, record, processes, waiting):
        return False
    for process in open_processes(flow_class, record):
        flow_class.instance.cancel(process)
    open_tasks(record).update(status=STATUS.CANCELED, finished=timezone.now())
    if turn(flow_class, record):
        rejoin(flow_class, record)
    log(record, REJOINED, by=by, before=record.state, after=record.state)
    return True


def turn(flow_class, record):
    """The step the flow would wait for if it began at this record now; nothing at its end."""
    node = flow_class.instance.node("turn")
    while not isinstance(node, Step | flow.End):
        node = _next(node, record)
    return node.name if isinstance(node, Step) else ""


def _next(node, record):
    asked = SimpleNamespace(process=SimpleNamespace(artifact=record))
    if isinstance(node, flow.If):
        return node._on_true if node._condition(asked) else node._on_false
    return next(to for to, holds in node._branches if holds is None or holds(asked))


def _astray(model, flow_class):
    """The records whose flow is not where they are, with what is wrong."""
    processes, waiting = _open(flow_class)
    states = model._default_manager.order_by().values_list("state", flat=True).distinct()
    unfinished = [state for state in states if _waits(flow_class, state)]
    records = model._default_manager.filter(state__in=unfinished)
    for record in records.order_by("pk").iterator():
        going, held = processes.pop(record.pk, 0), waiting.pop(record.pk, {})
        if said := _differs(flow_class, record, going, held):
            yield record, said
    left = processes.keys() | waiting.keys()
    for record in model._default_manager.filter(pk__in=left).order_by("pk"):
        going, held = processes[record.pk], waiting.get(record.pk, {})
        if said := _differs(flow_class, record, going, held):
            yield record, said


def _waits(flow_class, state):
    """Whether a record in this state may have a step to wait for."""
    try:
        node = _next(flow_class.instance.node("turn"), SimpleNamespace(state=state))
    except AttributeError:  # it depends on more than the state: each record is asked
        return True
    return not isinstance(node, flow.End)


def _open(flow_class):
    """How many open processes each record has, and the steps that wait on it."""
    going = Process.objects.filter(flow_class=flow_class, finished=None)
    processes = Counter(going.values_list("artifact_object_id", flat=True))
    tasks = Task.objects.filter(
        process__flow_class=flow_class,
        flow_task_type="HUMAN",
        status__in=[STATUS.NEW, STATUS.ASSIGNED],
    ).select_related("process")
    waiting = {}
    for task in tasks.iterator():
        waiting.setdefault(task.process.artifact_object_id, Counter())[task.flow_task.name] += 1
    return processes, waiting


def _differs(flow_class, record, processes, waiting):
    wanted = turn(flow_class, record)
    words = {"state": record.state, "step": wanted, "count": processes}
    words["waits"] = ", ".join(sorted(waiting)) or "–"
    if not wanted and (processes or waiting):
        return _("It is at its end (%(state)s) and a flow is open.") % words
    if not wanted:
        return ""
    if not processes:
        return _("It is “%(state)s” and no flow waits for “%(step)s”.") % words
    if processes > 1:
        return _("%(count)s flows are open where one is.") % words
    if dict(waiting) != {wanted: 1}:
        return _("“%(step)s” is next (%(state)s), but the flow waits for: %(waits)s.") % words
    return ""
