"""Planned, committed, held, paid: the sums of pay of a span, grouped as somebody asks for them.

The page, the workbook and the API tell the same figures; every question takes as many queries
however much there is to count.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BigIntegerField, Count, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from policy.models import Fund
from project.kernel.months import Month
from registry.models import Area, Household, Unit
from reports.pay_scope import Part, counted, of_lines, of_posts, of_repayments, town_in

ZERO = Decimal("0.00")
MONTHS = 200_000  # more than any month's number, so that person and month make one number
COLUMNS = {
    "planned": _("Budgeted"),
    "prepared": _("In preparation"),
    "committed": _("Committed"),
    "held": _("Held"),
    "paid": _("Paid"),
    "returned": _("Came back"),
    "recovered": _("Recovered"),
}


@dataclass(frozen=True)
class Grouping:
    """A way to group pay, and where each table says which group a row belongs to."""

    title: str
    lines: str
    posts: str
    repayments: str
    names: Callable


@dataclass(frozen=True)
class Row:
    """One group, or all of them: people, months of work paid for, and the sum of each column."""

    key: str
    name: str
    place: str
    people: int
    months: int
    sums: dict


@dataclass(frozen=True)
class Arrival:
    """How long after a month's end its money was credited: payments, days on average, the last."""

    month: Month
    payments: int
    days: Decimal
    most: int


@dataclass(frozen=True)
class PaySums:
    """Everything the page shows of a span; months and townships are for its charts.

    `months` is {month: sums}; `towns` are pairs of a name and its sums, for names may be alike.
    """

    rows: list
    total: Row
    months: dict
    towns: list
    arrivals: list


def _named(model):
    return lambda keys: {row.pk: (str(row), "") for row in model.objects.in_bulk(keys).values()}


def _households(keys):
    found = Household.objects.select_related("area").in_bulk(keys)
    return {key: (str(home), home.area.name) for key, home in found.items()}


GROUPINGS = {
    "township": Grouping(_("Township"), "town", "town", "town", _named(Area)),
    "department": Grouping(
        _("Department"),
        "contract__department_id",
        "department_id",
        "recovery__contract__department_id",
        _named(Unit),
    ),
    "fund": Grouping(_("Fund"), "run__fund_id", "fund_id", "recovery__fund_id", _named(Fund)),
    "type": Grouping(
        _("Post type"),
        "contract__post_type",
        "post_type",
        "recovery__contract__post_type",
        lambda keys: {key: (key, "") for key in keys if key},
    ),
    "household": Grouping(
        _("Household"),
        "person__household_id",
        "",
        "recovery__contract__person__household_id",
        _households,
    ),
}


def pay_sums(user, span, by="township", above=None):
    """The sums of a span in the person's areas, by township, department, fund, type or household.

    Households are those of which several people are paid, and those that got more than `above`.
    """
    lines = counted(user, span)
    parts = list(_parts(user, span, lines, GROUPINGS["township" if by == "household" else by]))
    if by == "household":
        rows, total = _of_households(user, span, lines, above)
    else:
        rows, total = _rows(parts, lines, by)
    return PaySums(
        rows=rows,
        total=total,
        months=gathered(parts, lambda part: part.month, span.months),
        towns=_by_name(gathered(parts, lambda part: part.town)),
        arrivals=arrivals(lines),
    )


def _parts(user, span, lines, grouping, people=None):
    """What each table has to say; households have no posts, and so no plan."""
    yield from of_lines(lines, grouping.lines)
    if grouping.posts:
        yield from of_posts(user, span, grouping.posts)
    yield from of_repayments(user, span, grouping.repayments, people)


def gathered(parts, key_of, keys=()):
    """{key: {column: sum}}, with a line of nothing for each key that is named beforehand."""
    found = defaultdict(lambda: dict.fromkeys(COLUMNS, ZERO))
    for key in keys:
        found[key] = dict.fromkeys(COLUMNS, ZERO)
    for part in parts:
        found[key_of(part)][part.column] += part.amount
    return dict(found)


def _of_households(user, span, lines, above):
    """Households of several payees, or above an amount, the largest sums first."""
    theirs = lines.filter(person__household__isnull=False)
    each = theirs.order_by().values("person__household_id")
    wanted = Q(payees__gt=1) if above is None else Q(payees__gt=1) | Q(got__gt=above)
    each = each.annotate(payees=Count("person", distinct=True), got=Sum("amount")).filter(wanted)
    homes = each.values("person__household_id")
    theirs = theirs.filter(person__household__in=homes)
    parts = list(_parts(user, span, theirs, GROUPINGS["household"], homes))
    rows, total = _rows(parts, theirs, "household")
    return sorted(rows, key=lambda row: (-_got(row), row.name)), total


def _got(row):
    return sum((row.sums[name] for name in ("prepared", "committed", "held", "paid")), ZERO)


def _rows(parts: list[Part], lines, by):
    """One row for each group by name, and the last line: its sums are those of the rows."""
    sums = gathered(parts, lambda part: part.key)
    heads, all_heads = _heads(lines, GROUPINGS[by].lines)
    names = GROUPINGS[by].names(list(sums))
    unnamed = (translate("Not recorded"), "")
    rows = []
    for key, found in sums.items():
        (name, place), (people, months) = names.get(key, unnamed), heads.get(key, (0, 0))
        rows.append(Row(str(key or ""), name, place, people, months, found))
    rows.sort(key=lambda row: row.key if by == "township" else (not row.key, row.name))
    total = {name: sum((row.sums[name] for row in rows), ZERO) for name in COLUMNS}
    people, months = all_heads
    return rows, Row("", translate("Together"), "", people, months, total)


def _heads(lines, path):
    """{key: (people, months of people)}, and all of them with nobody counted twice."""
    counts = {
        "people": Count("person", distinct=True),
        "in_months": Count(
            ExpressionWrapper(
                F("person_id") * MONTHS + ExtractYear("month") * 12 + ExtractMonth("month"),
                BigIntegerField(),
            ),
            distinct=True,
        ),
    }
    lines = lines.annotate(town=town_in("area_id")).order_by()
    each = lines.values_list(path).annotate(**counts)
    together = lines.aggregate(**counts)
    return {key: tuple(found) for key, *found in each}, tuple(together.values())


def _by_name(towns):
    names = {area.pk: area.name for area in Area.objects.in_bulk(list(towns)).values()}
    return [(names.get(code, code), towns[code]) for code in sorted(towns)]


def arrivals(lines):
    """Month by month, how many days after its end the bank credited what it credited."""
    credited = F("sent__results__credited_on")
    paid = lines.filter(sent__results__outcome="success").annotate(credited=credited).order_by()
    found = defaultdict(list)
    for month, on, count in paid.values_list("month", "credited").annotate(n=Count("pk")):
        found[month].append(((on - month.last).days, count))
    return [_arrival(month, found[month]) for month in sorted(found)]


def _arrival(month, days):
    payments = sum(count for _days, count in days)
    together = sum(late * count for late, count in days)
    average = (Decimal(together) / payments).quantize(Decimal("0.1"))
    return Arrival(month, payments, average, max(late for late, _count in days))
