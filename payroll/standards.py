"""Months in which a contract was suspended or its standard changed, computed day by day (W-3, W-7).

A day is paid under the standard that holds on it; a day of a suspension is paid under none.
due = the sum of standard x days / the larger of required and worked days when paid by the month,
so that a whole month earns each standard for its share of the days worked; by the day, the sum
itself. It is rounded once. The days required stay whole for a suspended worker unless the rule
suspension.lowers_required_days takes the suspended days off them.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from attendance.selectors import leaves_in
from contracts.changes import amended_in, days_between, suspended_in
from contracts.models import Amendment, Suspension
from project.kernel.money import half_up

# The days of the month from a day on, as a mask; bound to the first day of the month.
SINCE = "((2147483647::bigint >> {place}) << {place})::int"
FROM = SINCE.format(place="greatest(starts_on - month_first, 0)")
AFTER = SINCE.format(place="least(ends_on + 1 - month_first, 31)")
NEXT = SINCE.format(place="next - month_first")
CHANGES = f"""
    paused AS MATERIALIZED (
        SELECT contract_id, bit_or({FROM} & ~coalesce({AFTER}, 0)) AS days
        FROM ({{suspended}}) s, (SELECT %s::date AS month_first) m GROUP BY contract_id
    ), amended AS MATERIALIZED (
        SELECT contract_id, array_agg(standard ORDER BY starts_on) AS standards,
            array_agg({FROM} & ~coalesce({NEXT}, 0) ORDER BY starts_on) AS days,
            ~bit_or({FROM}) AS before
        FROM (
            SELECT *, lead(greatest(starts_on, month_first)) OVER (
                PARTITION BY contract_id ORDER BY starts_on
            ) AS next
            FROM ({{amended}}) a, (SELECT %s::date AS month_first) m
        ) in_order GROUP BY contract_id
    ), excused AS MATERIALIZED (
        SELECT contract_id, bit_or({FROM} & ~{AFTER}) AS days
        FROM ({{leaves}}) l JOIN terms t ON t.area_id = l.area_id
            AND l.kind = ANY(string_to_array(t.excused, ',')),
            (SELECT %s::date AS month_first) m
        GROUP BY contract_id
    )
"""
WORKED_ON = (
    "(bit_count((w.full_days & {0})::bit(32)) + bit_count((w.half_days & {0})::bit(32)) / 2.0)"
)
# Standard x days, with each day under the standard that holds on it.
EARNED = f"""
    CASE WHEN a.contract_id IS NULL THEN c.standard * coalesce(w.days, 0)
    ELSE coalesce(c.standard * {WORKED_ON.format("a.before")} + (
        SELECT sum(u.standard * {WORKED_ON.format("u.days")})
        FROM unnest(a.standards, a.days) AS u(standard, days)
    ), 0) END
"""
STANDARD = "coalesce(a.standards[cardinality(a.standards)], c.standard)"
# Outside the contract, first and last day by the day of the month.
OUTSIDE = f"""(~({SINCE.format(place="greatest(c.starts_on - r.month, 0)")}
    & ~{SINCE.format(place="least(c.ends_on + 1 - r.month, 31)")}))"""
LOST = f"""(CASE WHEN t.lowered THEN coalesce(p.days, 0) ELSE 0 END
    | coalesce(x.days, 0) & ~coalesce(w.full_days | w.half_days, 0)
    | CASE WHEN t.part THEN {OUTSIDE} ELSE 0 END)"""
REQUIRED = f"""
    CASE WHEN (p.contract_id IS NULL OR NOT t.lowered) AND x.contract_id IS NULL AND NOT t.part
    THEN coalesce(s.required_days, t.required_days)
    ELSE greatest(1, least(coalesce(s.required_days, t.required_days),
        bit_count((coalesce(s.counted, t.counted) & ~{LOST})::bit(32)))) END
"""


def changes(month, area):
    """The SQL that knows the suspensions, amendments and leave of a month, and its parameters."""
    suspended = suspended_in(month, area).values("contract_id", "starts_on", "ends_on")
    amended = amended_in(month, area).values("contract_id", "starts_on", "standard")
    leaves = leaves_in(month, area).values("contract_id", "area_id", "kind", "starts_on", "ends_on")
    first, bounds = suspended.query.sql_with_params()
    second, more = amended.query.sql_with_params()
    third, rest = leaves.query.sql_with_params()
    statement = CHANGES.format(suspended=first, amended=second, leaves=third)
    return statement, [*bounds, month.first, *more, month.first, *rest, month.first]


def changed_since(lines, month, moment):
    """Whether a contract of some lines was suspended, resumed or paid otherwise since a moment."""
    contracts = lines.values("contract")
    entered = Q(begun_at__gt=moment) | Q(ended_at__gt=moment)
    kept = Suspension.objects.filter(entered, contract__in=contracts, starts_on__lte=month.last)
    amended = Amendment.objects.filter(
        contract__in=contracts, approved_at__gt=moment, starts_on__lte=month.last
    )
    return kept.exists() or amended.exists()


@dataclass(frozen=True)
class Part:
    """Days of a month under one standard: from when it holds in the month, and days worked."""

    since: date
    standard: Decimal
    days: Decimal


@dataclass(frozen=True)
class Change:
    """What happened to a contract in a month: its suspensions, and its standards in order."""

    suspensions: tuple = ()
    parts: tuple = ()

    def comes_to(self, line):
        """What the parts make of a line; unlike its `due` where a sheet has moved on since."""
        total = sum(part.standard * part.days for part in self.parts)
        if line.contract.pay_basis == "month":
            worked = sum(part.days for part in self.parts)
            total /= max(worked, line.required_days)
        return half_up(total)


def changes_of(lines):
    """The suspensions and amendments that touch each line: {contract: rows}, in two queries."""
    contracts = {line.contract_id for line in lines}
    suspensions, amendments = defaultdict(list), defaultdict(list)
    kept = Suspension.objects.filter(contract__in=contracts).order_by("starts_on")
    for row in kept:
        suspensions[row.contract_id].append(row)
    in_force = Amendment.objects.filter(
        contract__in=contracts, state=Amendment.State.IN_FORCE, standard__isnull=False
    )
    for row in in_force.order_by("starts_on"):
        amendments[row.contract_id].append(row)
    return suspensions, amendments


def change_of(line, full, half, known):
    """What happened to the contract of a line in its month; days by their masks."""
    suspensions, amendments = known
    touching = [
        row
        for row in suspensions[line.contract_id]
        if days_between(line.month, row.starts_on, row.ends_on)
    ]
    begun = [row for row in amendments[line.contract_id] if row.starts_on <= line.month.last]
    return Change(tuple(touching), tuple(_parts(line, full, half, begun)))


def _parts(line, full, half, amendments):
    """The month cut where a new standard begins; whole months are in one part."""
    first = line.month.first
    starts = [(first, line.contract.standard)]
    for row in amendments:
        if row.starts_on <= first:
            starts = [(first, row.standard)]
        else:
            starts.append((row.starts_on, row.standard))
    ends = [since - timedelta(days=1) for since, _standard in starts[1:]] + [line.month.last]
    for (since, standard), last in zip(starts, ends, strict=True):
        mask = days_between(line.month, since, last)
        days = (full & mask).bit_count() + Decimal((half & mask).bit_count()) / 2
        yield Part(since, standard, days)
