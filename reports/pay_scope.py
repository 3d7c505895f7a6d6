"""Which lines, posts and repayments a span of pay counts, each of them once, and for whom."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Sum, Value, When
from django.db.models.functions import Concat, Substr, TruncMonth

from payroll.checks import COMMITTED
from payroll.models import LineState, PayLine, PayRun, Repayment
from payroll.models.lines import settled
from posts.checks import A_MONTH, LIVE
from posts.models import Post
from project.kernel.months import Month, today
from project.kernel.roles import Permission
from registry.access import areas, in_areas, within
from registry.mergers import rolled_up, successors, township_of

VILLAGE = "recovery__contract__area_id"


@dataclass(frozen=True)
class Span:
    """The months from the first to the last, and the area of which they are counted."""

    first: Month
    last: Month
    area: str = ""

    @property
    def months(self):
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        return [self.first.plus(n) for n in range(count)]


@dataclass(frozen=True)
class Part:
    """An amount of one column, with all it can be grouped by."""

    key: object
    town: str
    month: Month
    column: str
    amount: Decimal


def counted(user, span):
    """The lines of a span that a person may see, each obligation once.

    A line that was paid again or carried over counts as its successor; one whose successor was
    given back counts itself, and so does money in the fund again that nobody has paid since.
    """
    lines = PayLine.objects.visible_to(user).filter(
        amount__gt=0, month__gte=span.first, month__lte=span.last
    )
    if span.area:
        lines = lines.filter(rolled_up(span.area, today()))
    waits = Q(
        run__supplements__isnull=False, run__state__in=PayRun.DEAD, sent=None, carried_to=None
    )
    waiting = PayLine.objects.filter(waits, standing=False)
    same = PayLine.objects.filter(
        contract=OuterRef("contract"), month=OuterRef("month"), item=OuterRef("item")
    )
    back = PayLine.objects.filter(
        ~settled("account"),
        ~Exists(same.filter(Q(standing=True) | waits)),
        standing=False,
        sent__results__outcome="failure",
    )
    return lines.filter(
        Q(standing=True) | Q(pk__in=back.values("pk")) | Q(pk__in=waiting.values("pk"))
    )


def of_lines(lines, path):
    """The sums of the lines by key, township of today and month, in the column where they stand."""
    keys = ("town", "month", "state", "run__state")
    found = lines.with_state().annotate(town=town_in("area_id")).annotate(key=F(path)).order_by()
    for key, *rest, amount in found.values_list("key", *keys).annotate(sum=Sum("amount")):
        town, month, state, run = rest
        yield Part(key, town, month, column_of(state, run), amount)


def column_of(state, run):
    """Paid is what the bank credited; returned what came back and nothing has paid again since.

    Committed is what a confirmed run binds; what nobody has confirmed is in preparation.
    """
    if state == LineState.PAID:
        return "paid"
    if state in (LineState.RETURNED, LineState.WRITTEN_BACK):
        return "returned"
    if state == LineState.HELD or run in PayRun.DEAD:
        return "held"
    return "committed" if run in COMMITTED else "prepared"


def of_posts(user, span, path):
    """What the live posts cost by plan, for each month they last (W-1)."""
    posts = Post.objects.visible_to(user).filter(
        in_areas(areas(user, Permission.PAY_VIEW)), state__in=LIVE
    )
    if span.area:
        posts = posts.filter(rolled_up(span.area, today()))
    each = {f"of_{month.compact}": Sum(A_MONTH, filter=_lasts(month)) for month in span.months}
    found = posts.annotate(town=town_in("area_id")).annotate(key=F(path)).order_by()
    for key, town, *sums in found.values_list("key", "town").annotate(**each):
        for month, amount in zip(span.months, sums, strict=True):
            if amount:
                yield Part(key, town, month, "planned", amount)


def _lasts(month):
    still = Q(ends_on__isnull=True) | Q(ends_on__gte=month.first)
    return still & Q(starts_on__lte=month.last)


def of_repayments(user, span, path, people=None):
    """What came back with a voucher, in the month it came (W-9).

    Pay that was kept back is not counted: its line pays less from the start.
    """
    found = Repayment.objects.exclude(way=Repayment.Way.OFFSET).filter(
        in_areas(areas(user, Permission.PAY_VIEW), VILLAGE),
        received_on__range=(span.first.first, span.last.last),
    )
    if span.area:
        found = found.filter(rolled_up(span.area, today(), VILLAGE))
    if people is not None:
        found = found.filter(recovery__contract__person__household__in=people)
    found = found.annotate(town=town_in(VILLAGE), in_month=TruncMonth("received_on"))
    found = found.annotate(key=F(path)).order_by()
    rows = found.values_list("key", "town", "in_month").annotate(sum=Sum("amount"))
    for key, town, month, amount in rows:
        yield Part(key, town, Month.of(month), "recovered", amount)


def town_in(column):
    """The township under which a village counts today, as an expression; see `township_of`."""
    merged = successors(today())
    villages = defaultdict(list)
    for code in merged:
        villages[township_of(code, merged)].append(code)
    moved = [When(**{f"{column}__in": old}, then=Value(new)) for new, old in villages.items()]
    moved += [
        When(within(code, column), then=Value(new))
        for code, new in merged.items()
        if code.endswith("000")
    ]
    plain = Concat(Substr(column, 1, 9), Value("000"), output_field=CharField())
    return Case(*moved, default=plain, output_field=CharField()) if moved else plain
