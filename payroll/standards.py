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
from payroll.measures import of_measured
from project.kernel.money import half_up

# The days of the month from a day on, as a mask; bound to the first day of the month.
SINCE = "((2147483647::bigint >> {place}) << {place})::int"
FROM = SINCE.format(place="greatest(starts_on - month_first, 0)")
AFTER = SINCE.format(place="least(ends_on + 1 - month_first, 31)")
NEXT = SINCE.format(place="next - month_first")
PAUSED = f"""
    paused AS MATERIALIZED (
        SELECT contract_id, bit_or({FROM} & ~coalesce({AFTER}, 0)) AS days
        FROM ({{rows}}) s, (SELECT %s::date AS month_first) m GROUP BY contract_id
    )
"""
AMENDED = f"""
    amended AS MATERIALIZED (
        SELECT contract_id, array_agg(standard ORDER BY starts_on) AS standards,
            array_agg({FROM} & ~coalesce({NEXT}, 0) ORDER BY starts_on) AS days,
            ~bit_or({FROM}) AS before
        FROM (
            SELECT *, lead(greatest(starts_on, month_first)) OVER (
                PARTITION BY contract_id ORDER BY starts_on
            ) AS next
            FROM ({{rows}}) a, (SELECT %s::date AS month_first) m
        ) in_order GROUP BY contract_id
    )
"""
EXCUSED = f"""
    excused AS MATERIALIZED (
        SELECT contract_id, bit_or({FROM} & ~{AFTER}) AS days
        FROM ({{rows}}) l JOIN terms t ON t.area_id = l.area_id
            AND l.kind = ANY(string_to_array(t.excused, ',')),
            (SELECT %s::date AS month_first) m
        GROUP BY contract_id
    )
"""
AWAY = """
    away AS MATERIALIZED (
        SELECT DISTINCT contract_id FROM ({rows}) l, (SELECT %s::date AS month_first) m
    )
"""
WORKED_ON = (
    "(bit_count((w.full_days & {0})::bit(32)) + bit_count((w.half_days & {0})::bit(32)) / 2.0)"
)
# Standard x days, with each day under the standard that holds on it.
BY_DAYS = """
    coalesce(c.standard * {before} + (
        SELECT sum(since.standard * {since})
        FROM unnest(a.standards, a.days) AS since(standard, days)
    ), 0)
"""
# Outside the contract, first and last day by the day of the month.
OUTSIDE = f"""(~({SINCE.format(place="greatest(c.starts_on - r.month, 0)")}
    & ~{SINCE.format(place="least(c.ends_on + 1 - r.month, 31)")}))"""


def standard(present):
    """The standard that holds at the end of the month."""
    if "amended" not in present:
        return "c.standard"
    return "coalesce(a.standards[cardinality(a.standards)], c.standard)"


def earned(present, but=""):
    """The sum of standard x day over the days worked, without some days where a mask names them.

    Who is paid by hours or pieces earns the sum of standard x number (payroll.measures).
    """
    told = _earned_by_days(present, but)
    if "measured" not in present:
        return told
    return of_measured("insured_earned" if but else "earned", told)


def _earned_by_days(present, but):
    days = WORKED_ON.format(f"~{but}") if but else "w.days"
    plain = f"c.standard * coalesce({days}, 0)"
    if "amended" not in present:
        return plain
    rest = f" & ~{but}" if but else ""
    before, since = WORKED_ON.format(f"a.before{rest}"), WORKED_ON.format(f"since.days{rest}")
    told = BY_DAYS.format(before=before, since=since)
    return f"CASE WHEN a.contract_id IS NULL THEN {plain} ELSE {told} END"


def required(present):
    """The days required, less those lost to a suspension, leave or part of the month by rule."""
    planned = "planned" in present
    plain = "coalesce(s.required_days, t.required_days)" if planned else "t.required_days"
    counted = "coalesce(s.counted, t.counted)" if planned else "t.counted"
    unless, lost = [], []
    if "paused" in present:
        unless.append("(p.contract_id IS NULL OR NOT t.lowered)")
        lost.append("CASE WHEN t.lowered THEN coalesce(p.days, 0) ELSE 0 END")
    if "excused" in present:
        unless.append("x.contract_id IS NULL")
        lost.append("coalesce(x.days, 0) & ~coalesce(w.full_days | w.half_days, 0)")
    if "part" in present:
        unless.append("NOT t.part")
        lost.append(f"CASE WHEN t.part THEN {OUTSIDE} ELSE 0 END")
    if not unless:
        return plain
    rest = f"bit_count(({counted} & ~({' | '.join(lost)}))::bit(32))"
    return f"""CASE WHEN {" AND ".join(unless)} THEN {plain}
        ELSE greatest(1, least({plain}, {rest})) END"""


def changes(month, area, *, excuses, absences):
    """What happened in a month: {name: (SQL, its parameters)}, and only what did happen."""
    rows = {
        "paused": (PAUSED, suspended_in(month, area).values("contract_id", "starts_on", "ends_on")),
        "amended": (
            AMENDED,
            amended_in(month, area).values("contract_id", "starts_on", "standard"),
        ),
    }
    if excuses:
        columns = ("contract_id", "area_id", "kind", "starts_on", "ends_on")
        rows["excused"] = EXCUSED, leaves_in(month, area).values(*columns)
    if absences:
        rows["away"] = AWAY, leaves_in(month, area).values("contract_id")
    found = {}
    for name, (said, asked) in rows.items():
        if asked.exists():
            sql, params = asked.query.sql_with_params()
            found[name] = said.format(rows=sql), [*params, month.first]
    return found


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
    """Days of a month under one standard: from when it holds in the month, and days worked.

    Where hours or pieces are paid, these stand for the days.
    """

    since: date
    standard: Decimal
    days: Decimal


@dataclass(frozen=True)
class Change:
    """What happened to a contract in a month: its suspensions, and its standards in order.

    `whole` are all days worked in the month, of which a line may be about some only.
    """

    suspensions: tuple = ()
    parts: tuple = ()
    whole: Decimal = Decimal(0)

    def comes_to(self, line):
        """What the parts make of a line; unlike its `due` where a sheet has moved on since."""
        total = sum(part.standard * part.days for part in self.parts)
        if line.contract.pay_basis == "month":
            total /= self.divisor(line)
        return half_up(total)

    def divisor(self, line):
        """By what the sum of a month is divided: the larger of days required and worked."""
        return max(self.whole, Decimal(line.required_days))


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


def change_of(line, full, half, known, *, whole, paid=None):
    """What happened to the contract of a line in its month; days by their masks.

    Where hours or pieces are paid, `paid` are those of each day.
    """
    suspensions, amendments = known
    touching = [
        row
        for row in suspensions[line.contract_id]
        if days_between(line.month, row.starts_on, row.ends_on)
    ]
    begun = [row for row in amendments[line.contract_id] if row.starts_on <= line.month.last]
    worked = _numbers(paid) if paid is not None else _days(full, half)
    return Change(tuple(touching), tuple(_parts(line, worked, begun)), whole)


def _days(full, half):
    """How many days of a mask were worked."""
    return lambda mask: (full & mask).bit_count() + Decimal((half & mask).bit_count()) / 2


def _numbers(paid):
    """How many hours or pieces of the days of a mask are paid."""
    return lambda mask: sum((n for day, n in paid.items() if mask >> day - 1 & 1), Decimal(0))


def _parts(line, worked, amendments):
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
        yield Part(since, standard, worked(days_between(line.month, since, last)))
