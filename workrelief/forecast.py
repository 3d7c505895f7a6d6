"""What of a fund line will have been paid for labour once the works are done (W-10).

Labour follows the works. With p per cent done and L yuan paid or committed so far, each point of
the works has cost L / p, so that at completion

    point = L + (100 - p) x L / p = L x 100 / p

Between two reports labour grew by l and the works by d points: that interval cost l / d a point.
If all that is left went as in the dearest interval, or as in the cheapest, it would be

    high = L + (100 - p) x max(l / d)        low = L + (100 - p) x min(l / d)

The mean over all intervals is L / p, so that low <= point <= high always. With one interval there
is no spread to be seen: then what is left may cost nothing or twice as much. Without a report of
progress, or before anything was paid, nothing is said. Money credited after the last report and
money still on its way belong to the last interval, for wages are paid in the month after the work.
"""

from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal

from workrelief.models import Progress

WHOLE = Decimal(100)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Forecast:
    """Labour at completion in yuan, between the lowest and the highest that is to be expected."""

    low: Decimal
    point: Decimal
    high: Decimal


def forecast(reports, payments, committed=ZERO):
    """The forecast of a fund line, or None where nothing can be said yet.

    `reports` are (day, percent done) and `payments` (day credited, yuan), each in order of days.
    """
    labour = sum((amount for _on, amount in payments), ZERO) + committed
    steps = _steps(reports)
    if not steps or labour <= 0:
        return None
    done = steps[-1][1]
    left = WHOLE - done
    rates = list(_rates(steps, payments, committed))
    # Rates may be cut off in their last digit, so the point itself bounds the range as well.
    point = labour * WHOLE / done
    low, high = min(rates), max(rates)
    if len(rates) == 1:
        low, high = ZERO, 2 * high
    return Forecast(
        low=min(labour + left * low, point), point=point, high=max(labour + left * high, point)
    )


def _steps(reports):
    """The reports that moved the works on; of one day the last counts."""
    by_day = dict(reports)
    steps, before = [], ZERO
    for on in sorted(by_day):
        if by_day[on] > before:
            steps.append((on, by_day[on]))
            before = by_day[on]
    return steps


def _rates(steps, payments, committed):
    """Yuan a point in each interval; what came after the last report belongs to the last one."""
    ends = [on for on, _done in steps]
    sums = [ZERO] * len(steps)
    for on, amount in payments:
        sums[min(bisect_left(ends, on), len(steps) - 1)] += amount
    sums[-1] += committed
    before = ZERO
    for (_on, done), amount in zip(steps, sums, strict=True):
        yield amount / (done - before)
        before = done


def reports_of(projects):
    """{project: [(day, percent done)]} of a queryset of projects, in one query."""
    found = {}
    rows = Progress.objects.filter(project__in=projects.order_by().values("pk"))
    for project, on, done in rows.order_by("on", "pk").values_list("project", "on", "percent"):
        found.setdefault(project, []).append((on, done))
    return found
