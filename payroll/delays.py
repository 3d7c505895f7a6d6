"""The clock of a run: how long each stage took, who holds it, and when the money arrived (P-02).

Days are counted from the end of the month to the bank's credit, not to an approval: a worker waits
for the money and not for a stamp. Stages have their days by rule (payroll.stage_days).
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from payroll.models import BankResult
from policy.selectors import rule
from project.kernel.models import Event
from project.kernel.months import SHANGHAI, today
from project.kernel.steps import FLOWS, open_tasks
from registry.access import ancestors
from registry.holders import holders

CODE = "payroll.stage_days"
SECOND = ("township_countersign", "department_countersign", "finance_countersign")
FEW = 5


@dataclass(frozen=True)
class Stage:
    """One stage of a run: on which day it was taken and by whom, days since the month's end.

    `took` are the days since the stage before; `allowed` the days after the month's end by rule.
    A stage that is waited for has no day, and `holder` names whose turn it is.
    """

    title: str
    on: date | None
    holder: str
    since_month: int
    took: int
    allowed: int | None

    @property
    def late(self):
        """The days by which the stage is over its time; 0 where it is not."""
        return max(self.since_month - self.allowed, 0) if self.allowed is not None else 0

    @property
    def late_by(self):
        """The same in words of a table: nothing where it is in time."""
        return self.late or ""


def clock(run):
    """The stages of a run in order, then the one it waits for, then the bank's credit."""
    allowed = rule(CODE, on=run.month.first, area=run.area_id)
    verbs = FLOWS[type(run)].verbs
    stages, before = [], run.month.last
    taken = Event.objects.of(run).filter(verb__in=["prepare", *SECOND, *allowed])
    taken = taken.exclude(after="refused")
    for event in taken.select_related("by").order_by("pk"):
        on = event.at.astimezone(SHANGHAI).date()
        title = verbs[event.verb].title if event.verb in verbs else _("Prepared")
        stages.append(_stage(run, title, on, event.who, before, allowed.get(event.verb)))
        before = on
    for task in open_tasks(run):
        verb = task.flow_task.verb
        days = allowed.get(verb.name)
        stages.append(_stage(run, verb.title, None, whose(run, verb), before, days))
    return [*stages, *_credited(run)]


def _stage(run, title, on, holder, before, allowed):
    end = on or today()
    return Stage(
        title=str(title),
        on=on,
        holder=holder,
        since_month=(end - run.month.last).days,
        took=(end - before).days,
        allowed=allowed,
    )


def whose(run, verb):
    """Whose turn it is, by name where they are few."""
    near = Q(area__in=ancestors(run.area_id)[:3])
    people = holders([verb.permission], near).order_by("pk")[:FEW]
    return "、".join(dict.fromkeys(str(user) for user in people))


def _credited(run):
    """When the last of the money arrived, as far as the bank has answered."""
    found = BankResult.objects.filter(sent__file__run=run, outcome="success")
    last = found.aggregate(last=Max("credited_on"))["last"]
    if last is None:
        return []
    return [_stage(run, _("The money arrived"), last, "", run.month.last, None)]
