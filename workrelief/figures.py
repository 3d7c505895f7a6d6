"""What a project comes to in people, days and money, as its papers and its public page say it."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from workrelief.checks import shares_of
from workrelief.models import LabourPlan, Trainee, WageBatch, WageLine

ZERO = Decimal(0)
CONFIRMED = [WageBatch.State.VERIFIED, WageBatch.State.FILED]


@dataclass(frozen=True)
class Figures:
    """Sums over all fund lines of a project; each line keeps its own share in `shares`."""

    shares: list
    planned_people: int
    workers: int
    person_days: Decimal
    trained: int
    posts: int
    done: Decimal

    @property
    def amount(self):
        return sum((share.amount for share in self.shares), ZERO)

    @property
    def planned(self):
        return sum((share.planned for share in self.shares), ZERO)

    @property
    def paid(self):
        return sum((share.paid for share in self.shares), ZERO)


def figures_of(project):
    """Count what stands in the records now; nothing of it is stored."""
    planned = LabourPlan.objects.filter(fund_line__project=project)
    placed = project.members.filter(contract__isnull=False).exclude(contract__state="void")
    worked = WageLine.objects.filter(batch__project=project, batch__state__in=CONFIRMED)
    taught = Trainee.objects.filter(training__project=project, training__held=True)
    report = project.progress.last()
    return Figures(
        shares=shares_of(project),
        planned_people=planned.aggregate(sum=Sum("headcount"))["sum"] or 0,
        workers=placed.values("person").distinct().count(),
        person_days=worked.aggregate(sum=Sum("days"))["sum"] or ZERO,
        trained=taught.values("person").distinct().count(),
        posts=project.created_posts.count(),
        done=report.percent if report else ZERO,
    )
