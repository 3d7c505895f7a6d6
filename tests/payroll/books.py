"""Whether the books of a month balance, read from the records and from nothing that computed them.

Each check gives back what is wrong, in words, so that a test may assert that there is nothing.
"""

from collections import Counter
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from procrastinate.contrib.django.models import ProcrastinateJob
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from payroll.flows import PayRunFlow
from payroll.models import BankFile, BankResult, Correction, PayLine, PayRun, SentLine
from payroll.sealing import content_hash
from project.kernel.guards import in_turn
from project.kernel.models import Event, Job
from project.kernel.steps import open_processes, open_tasks

SUCCESS, FAILURE = BankResult.Outcome.SUCCESS, BankResult.Outcome.FAILURE
ONCE = ("contract", "month", "item")
OPEN_TASKS = [STATUS.NEW, STATUS.ASSIGNED]
OVER = ["closed", *PayRun.DEAD]
# What may be done again without anything moving: looking, taking, releasing, holding.
MOVES = ~Q(before="", after="") & ~Q(after="refused") & ~Q(verb="prepare")


def wrong(month):
    """Everything that is wrong with a month, or nothing."""
    runs = PayRun.objects.filter(month=month).order_by("pk")
    found = [*twice(month), *sums(runs), *came_back(month), *stuck()]
    for run in runs:
        found += [f"{run} ({run.pk}): {words}" for words in [*path(run), *turn(run)]]
        if run.sha256 != content_hash(run):
            found.append(f"{run} ({run.pk}): its lines are not those of its hash")
    return found


def twice(month):
    """Each contract is paid at most once a month and item, and stands on at most one line."""
    lines = PayLine.objects.filter(month=month).order_by()
    paid = lines.filter(sent__results__outcome=SUCCESS).values(*ONCE).annotate(n=Count("pk"))
    standing = lines.filter(standing=True).values(*ONCE).annotate(n=Count("pk"))
    return [f"paid twice: {row}" for row in paid.filter(n__gt=1)] + [
        f"stands twice: {row}" for row in standing.filter(n__gt=1)
    ]


def _sum(rows):
    return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal("0.00")


def sums(runs):
    """What was sent is what the files say; what stands is paid, back in the fund or still open."""
    found = []
    for file in BankFile.objects.filter(run__in=runs):
        numbers = list(file.lines.order_by("number").values_list("number", flat=True))
        if (len(numbers), _sum(file.lines)) != (file.rows, file.total):
            found.append(f"{file}: its lines do not come to its sum")
        if numbers != list(range(1, file.rows + 1)):
            found.append(f"{file}: its lines are numbered {numbers}")
    sent = SentLine.objects.filter(file__run__in=runs)
    if sent.exclude(amount=F("line__amount")).exists():
        found.append("another amount was sent than the line says")
    if sent.exclude(file__run=F("line__run")).exists():
        found.append("a line was sent with the file of another run")
    standing = PayLine.objects.filter(run__in=runs, standing=True)
    results = BankResult.objects.filter(sent__in=sent)
    credited, waiting = results.filter(outcome=SUCCESS), sent.filter(results=None)
    open_ = standing.filter(sent=None)
    failed = standing.filter(sent__results__outcome=FAILURE)
    parts = [_sum(rows) for rows in (credited, waiting, open_, failed)]
    if sum(parts) != _sum(standing):
        found.append(f"{_sum(standing)} yuan stand, but {parts} are paid, sent, open, back")
    return found


def came_back(month):
    """What came back stands open, is back in the fund, or is paid by one new line of the amount."""
    found = []
    for line in PayLine.objects.filter(month=month, sent__results__outcome=FAILURE):
        settled = line.corrections.filter(state=Correction.State.CONFIRMED)
        alive = [c for c in settled if c.fresh is None or c.fresh.standing or _is_sent(c.fresh)]
        if len(alive) != (0 if line.standing else 1) and settled:
            found.append(f"line {line.pk} came back and was settled {len(alive)} times")
        if any(c.fresh and c.fresh.amount != line.amount for c in alive):
            found.append(f"line {line.pk} is paid again by another amount")
    return found


def _is_sent(line):
    return SentLine.objects.filter(line=line).exists()


def path(run):
    """The events lead from state to state without a gap, and end where the run stands."""
    moves = list(Event.objects.of(run).filter(MOVES).order_by("pk"))
    found, stands = [], None
    for move in moves:
        if stands is not None and move.before != stands:
            found.append(f"“{move.verb}” began at {move.before} when it stood at {stands}")
        stands = move.after
    if stands is not None and stands != run.state:
        found.append(f"its events end at {stands}, but it is {run.state}")
    signed = [m.by_id for m in moves if m.verb in PayRun.chain] + [run.prepared_by_id]
    if run.corrects_id is None and len(set(signed)) != len(signed):
        found.append(f"somebody stands twice in the chain: {signed}")
    once = Counter(move.verb for move in moves)
    found += [f"“{verb}” was done {n} times" for verb, n in once.items() if n > 1]
    return found


def turn(run):
    """A run that lives waits for one step in one flow, and one that is over for none."""
    wanted = 0 if run.state in OVER else 1
    tasks, flows = open_tasks(run).count(), open_processes(PayRunFlow, run).count()
    if (tasks, flows) != (wanted, wanted):
        return [f"it is {run.state} with {tasks} open steps in {flows} open flows"]
    node = PayRunFlow.instance.node(open_tasks(run).get().flow_task.name) if wanted else None
    if node and not in_turn(getattr(run, node.verb.name)):
        return [f"it is {run.state}, but it is the turn of “{node.verb.name}”"]
    return []


def stuck():
    """No job that somebody asked for waits or runs, and each has told its page how it ended."""
    waiting = ProcrastinateJob.objects.filter(status__in=["todo", "doing", "aborting"])
    waiting = waiting.filter(args__has_key="job_id")
    found = [f"job {job.task_name} is {job.status}" for job in waiting]
    told = Job.objects.exclude(state__in=[Job.State.DONE, Job.State.FAILED])
    found += [f"the page of “{job.title}” says {job.state}" for job in told]
    lost = Task.objects.filter(flow_task_type="HUMAN", status__in=[STATUS.STARTED, STATUS.ERROR])
    return found + [f"step {task.pk} is {task.status}" for task in lost]


def picture(month):
    """All that a month comes to, without the numbers and moments that differ from way to way."""
    runs = PayRun.objects.filter(month=month)
    lines = PayLine.objects.filter(month=month).with_state().order_by("contract", "item", "pk")
    files = BankFile.objects.filter(run__in=runs).order_by("pk")
    return {
        "runs": Counter(runs.values_list("state", "revision", "corrects__state")),
        "lines": list(lines.values_list("contract", "item", "number", "amount", "state")),
        "files": list(files.values_list("rows", "total")),
        "results": Counter(
            BankResult.objects.filter(sent__file__in=files).values_list("outcome", "amount")
        ),
        "events": Counter(
            Event.objects.exclude(verb__in=["prepare", "export"])
            .exclude(after="refused")
            .values_list("verb", "after")
        ),
        "open steps": Task.objects.filter(flow_task_type="HUMAN", status__in=OPEN_TASKS).count(),
    }
