"""How late a month's wages are, and who held them how long (R-81, V-30, S-17).

Days are counted from the day by which the wages must have arrived to the bank's last credit; as
long as somebody waits, to today.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Q

from payroll.delays import Stage, clock, whose
from payroll.models import PayRun
from policy.selectors import rulings
from project.kernel.guards import CALLED
from project.kernel.models import Event
from project.kernel.months import SHANGHAI, today
from project.kernel.steps import open_tasks
from workrelief.arriving import last_credit, missing
from workrelief.models import WageBatch, WageLine
from workrelief.wage_checks import CYCLE

# Who holds a step that belongs to a side of the project.
SIDES = {"sign": "contractor", "examine": "engineer", "approve": "owner"}
HELD = ("draft", *SIDES, "verify", "send_back")


@dataclass(frozen=True)
class Late:
    """By when a month's wages were due, when the last of them arrived, and the days over it.

    `arrived_on` is None as long as anything is missing; `due_on` where no rule says a cycle.
    """

    due_on: date | None
    arrived_on: date | None
    missing: int
    days: int


def lateness_of(batches):
    """{batch: Late} of a queryset of batches: one statement, and one for each month's rule."""
    rows = list(batches.order_by("pk").values_list("pk", "area_id", "month"))
    due, arrived = _due(rows), _arrived(batches)
    return {pk: _late(due[pk], *arrived.get(pk, (None, 0))) for pk, _area, _month in rows}


def _due(rows):
    """{batch: due day}, the rule of each area at the end of each month."""
    areas, found = defaultdict(set), {}
    for _pk, area, month in rows:
        areas[month].add(area)
    ruled = {
        month: rulings([CYCLE], on=month.last, areas=sorted(there))
        for month, there in areas.items()
    }
    for pk, area, month in rows:
        days = ruled[month][area].get(CYCLE)
        found[pk] = month.last + timedelta(days=days.value) if days else None
    return found


def _arrived(batches):
    """{batch: (last day of credit, lines still missing)}."""
    lines = WageLine.objects.filter(batch__in=batches.order_by().values("pk"), amount__gt=0)
    lines = lines.annotate(on=last_credit(), open=missing()).order_by().values("batch")
    told = lines.annotate(last=Max("on"), waits=Count("pk", filter=Q(open=True)))
    return {
        batch: (last, waits) for batch, last, waits in told.values_list("batch", "last", "waits")
    }


def _late(due, last, waits):
    arrived = None if waits else last
    over = ((arrived or today()) - due).days if due and (waits or last) else 0
    return Late(due_on=due, arrived_on=arrived, missing=waits, days=max(over, 0))


def lateness(batch):
    """The same of one batch."""
    return lateness_of(WageBatch.objects.filter(pk=batch.pk))[batch.pk]


def stages(batch):
    """Who held the month's wages how long: on the site, then in each pay run that pays them."""
    found, before = [], batch.month.last
    taken = Event.objects.of(batch).filter(verb__in=HELD).exclude(after="refused")
    for event in taken.select_related("by").order_by("pk"):
        on = event.at.astimezone(SHANGHAI).date()
        title = CALLED.get((WageBatch, event.verb), event.verb)
        found.append(_stage(batch, title, on, event.who, before))
        before = on
    for task in open_tasks(batch):
        verb = task.flow_task.verb
        if verb.name in HELD:
            found.append(_stage(batch, verb.title, None, _holder(batch, verb), before))
    return found + [stage for run in paying(batch) for stage in clock(run)]


def paying(batch):
    """The living pay runs that pay somebody of the batch, supplements and corrections too."""
    paid = {"lines__contract__in": batch.lines.values("contract"), "lines__standing": True}
    runs = PayRun.objects.filter(month=batch.month, **paid).exclude(state__in=PayRun.DEAD)
    return list(runs.select_related("area").order_by("pk").distinct())


def _holder(batch, verb):
    """Whoever is named for the side whose turn it is; the village by its roles."""
    if verb.name not in SIDES:
        return whose(batch, verb)
    named = batch.project.parties.filter(part=SIDES[verb.name], until=None)
    return "、".join(str(party.user) for party in named.select_related("user").order_by("pk"))


def _stage(batch, title, on, holder, before):
    end = on or today()
    return Stage(
        title=str(title),
        on=on,
        holder=holder,
        since_month=(end - batch.month.last).days,
        took=(end - before).days,
        allowed=None,
    )
