"""What a month comes to, written a second time in plain Python from the words of the policy.

Nothing of the program is read here: days are dates, money is exact fractions until it is rounded,
once. The comments name the rule each line stands for (W-5, W-6, W-7, R-26 to R-58).
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from tests.payroll.oracle_basics import above, half_up, in_any, nearest, touches, yuan
from tests.payroll.oracle_measures import is_measured, paid_numbers

HOLDING = ("signed", "in_force", "suspended", "ended")
GRADES = ("excellent", "qualified", "unqualified")
DISABILITY = "残疾"


@dataclass(frozen=True)
class Rule:
    """A value of a rule for an area, from a day to a day; without a last day still in force."""

    code: str
    area: str
    value: object
    first: date
    last: date | None = None

    def holds(self, day):
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Plan:
    """On which weekdays, or on how many days a month, a post works; no post means every post."""

    area: str
    post: str
    weekdays: tuple = ()
    days: int | None = None
    rests: bool = True


@dataclass(frozen=True)
class Pause:
    area: str
    post: str
    first: date
    last: date


@dataclass(frozen=True)
class Case:
    """One engagement and everything known of it; days and sums as people would write them down.

    Of the days somebody came, `told` says how many hours or pieces were done (day, number), and
    `stays` from which minute to which the person was there (day, first, last).
    """

    village: str
    kind: str
    basis: str
    post: str
    state: str
    standard: Decimal
    first: date
    last: date
    came: tuple = ()
    told: tuple = ()
    stays: tuple = ()
    amendments: tuple = ()
    suspensions: tuple = ()
    leave: tuple = ()
    covers: tuple = ()
    facts: tuple = ()
    offset: tuple = ()
    grade: str = ""
    account: str = "own"


@dataclass(frozen=True)
class Line:
    """What is paid: parts are what was added, taken off and kept back; holds say why it waits."""

    item: str
    standard: Decimal
    days: Decimal
    required: int
    due: Decimal
    adjusted: Decimal
    cap: Decimal | None
    offset: Decimal
    amount: Decimal
    state: str
    parts: frozenset = frozenset()
    holds: frozenset = frozenset()
    quantity: Decimal | None = None


@dataclass(frozen=True)
class World:
    """A month and what holds for everybody in it; `holidays` says if odd days are worked."""

    year: int
    month: int
    rules: tuple
    holidays: dict
    plans: tuple = ()
    pauses: tuple = ()
    known: dict = field(default_factory=dict)

    @cached_property
    def days(self):
        count = monthrange(self.year, self.month)[1]
        return [date(self.year, self.month, 1) + timedelta(days=n) for n in range(count)]

    def said(self, village):
        """The rules of a village on the first day of the month; the nearest area's go first."""
        if village not in self.known:
            found = {}
            for area in reversed(above(village)):
                mine = [r for r in self.rules if r.area == area and r.holds(self.days[0])]
                found |= {r.code: r.value for r in sorted(mine, key=lambda r: r.first)}
            self.known[village] = found
        return self.known[village]

    def is_workday(self, day):
        return self.holidays.get(day, day.isoweekday() <= 5)


def worked(case, days):
    """{day: 1 or 1/2}: came, under the contract, not suspended; a whole day goes before a half."""
    found = {}
    for day, worth in case.came:
        if day in days and case.first <= day <= case.last and not in_any(day, case.suspensions):
            found[day] = max(found.get(day, Fraction(0)), Fraction(worth))
    return found


def standard_on(case, day):
    """The standard that holds on a day: as last amended, else as signed (W-3)."""
    begun = [(since, standard) for since, standard in case.amendments if since <= day]
    return max(begun)[1] if begun else case.standard


def can_be_scheduled(case, world, said, plan):
    """The days on which the post can be asked to work (W-5): by its plan, else by the rule."""

    def is_open(day):
        if plan is None:
            return said["attendance.required_days"]["mode"] == "scheduled" or world.is_workday(day)
        if plan.rests and day in world.holidays:
            return world.holidays[day]
        if plan.weekdays:
            return day.isoweekday() in plan.weekdays
        return world.is_workday(day) if plan.rests else True

    line = above(case.village)
    pauses = [p for p in world.pauses if p.area in line and p.post in ("", case.post)]
    rests = [(p.first, p.last) for p in pauses]
    return {day for day in world.days if is_open(day) and not in_any(day, rests)}


def required_days(case, world, said, present):
    """Never more than can be scheduled (February 2026 has sixteen), less what a rule takes off."""
    plan = nearest(world.plans, case.village, case.post)
    rule = said["attendance.required_days"]
    open_days = can_be_scheduled(case, world, said, plan)
    if plan is not None:
        wanted = plan.days or len(open_days)
    else:
        wanted = rule["days"] if rule["mode"] == "fixed" else len(open_days)
    lost = set()
    if said.get("suspension.lowers_required_days"):
        lost |= {day for day in world.days if in_any(day, case.suspensions)}
    if said.get("contract.part_month_lowers_required_days"):
        lost |= {day for day in world.days if not case.first <= day <= case.last}
    excused = said.get("leave.lowers_required_days") or ()
    granted = [(first, last) for kind, first, last in case.leave if kind in excused]
    lost |= {day for day in world.days if in_any(day, granted) and day not in present}
    return max(1, min(wanted, len(open_days), len(open_days - lost)))


def cap_of(said):
    """A sum, or so many times the local minimum wage (R-43, R-45); no rule, no cap."""
    cap = said.get("subsidy.cap")
    if isinstance(cap, dict):
        wage = Fraction(str(said["local.minimum_wage"]))
        return half_up(wage * Fraction(str(cap["x_minimum_wage"])))
    return None if cap is None else yuan(cap)


def keeps_the_whole(case, said, month):
    """Where a sum is taken off for each day of absence, the whole standard is due (R-34).

    A day outside the contract, of a suspension or of leave is no absence; such months go by days.
    """
    by_month = case.kind == "service" and case.basis == "month"  # nobody else owes whole months
    whole = case.first <= month[0] and case.last >= month[-1]
    away = [*case.suspensions, *((first, last) for _kind, first, last in case.leave)]
    owed = whole and not any(in_any(day, away) for day in month)
    return owed and by_month and yuan(said.get("absence.deduct_per_day") or 0) > 0


def earned(case, days):
    """The sum of standard x day, or of standard x hours or pieces, each under its own standard."""
    return sum(
        (Fraction(standard_on(case, day)) * worth for day, worth in days.items()), Fraction(0)
    )


def divisor(case, said, required, days, month):
    """Else the plain sum; by the month the larger of the days required and worked (R-33)."""
    total = sum(days.values(), Fraction(0))
    if case.basis != "month" or not total:
        return Fraction(1)
    return total if keeps_the_whole(case, said, month) else max(Fraction(required), total)


def graded(case, said, due):
    """What the grade adds or takes off (R-35): a share of what is due, and a sum."""
    factor = (said.get("grade.factor") or {}).get(case.grade, 1)
    sums = {"excellent": yuan(said.get("grade.bonus") or 0)}
    sums["unqualified"] = -yuan(said.get("grade.deduction") or 0)
    if not case.grade:
        return []
    by_share = half_up(Fraction(due) * Fraction(str(factor))) - due
    return [("factor", by_share, None), ("grade", sums.get(case.grade, Decimal(0)), None)]


def parts_of(case, said, due, required, total, month):
    """What is added and taken off, nothing where no day was worked; nobody is fined (W-6)."""
    if not total:
        return []
    found = graded(case, said, due)
    missed = max(required - total, Fraction(0))
    if keeps_the_whole(case, said, month):
        off = half_up(missed * Fraction(yuan(said["absence.deduct_per_day"])))
        found.append(("absence", -off, half_up(missed)))
    if total >= required and not is_measured(case):
        # The floor is for whole months alone; hours and pieces make none.
        raised = max(yuan(said.get("subsidy.floor") or 0) - due, Decimal(0))
        found.append(("floor", raised, None))
    return [part for part in found if part[1] > 0 or (part[1] < 0 and case.kind == "service")]


def holds_of(case, world):
    """What holds every line of a person: other departments' data, no account, another's account."""
    facts = [
        fact for fact in case.facts if fact[0] != DISABILITY and touches(*fact[1:], world.days)
    ]
    found = {("fact", f"{kind} {first}") for kind, first, _last in facts}
    if case.account == "none":
        found.add(("account", ""))
    if case.account == "other":
        found.add(("name", ""))
    return found


def state_of(amount, holds):
    """A line with nothing due waits for nobody; a held line stays where it is."""
    if not amount:
        return "excluded"
    return "held" if holds else "payable"


def lines(case, world):
    """Every line that the month writes for an engagement, by the name of its item."""
    if case.state not in HOLDING or not touches(case.first, case.last, world.days):
        return {}
    said, days = world.said(case.village), worked(case, world.days)
    required = required_days(case, world, said, days)
    found = [*subsidy(case, said, days, required, world), *social(case, said, days, required)]
    return {item: finished(case, world, item, *rest) for item, *rest in found}


def subsidy(case, said, days, required, world):
    """The month's subsidy; days without insurance stand on a line of their own (V-19, S-28)."""
    total = sum(days.values(), Fraction(0))
    by = divisor(case, said, required, days, world.days)
    units = paid_numbers(case, said, days) if is_measured(case) else days
    due, cap = half_up(earned(case, units) / by), cap_of(said)
    parts = parts_of(case, said, due, required, total, world.days)
    bare = uncovered(case, said, days)
    split = bare and len(bare) < len(days)
    safe = {day: worth for day, worth in days.items() if not split or day not in bare}
    mine = half_up(earned(case, {day: n for day, n in units.items() if day in safe}) / by)
    adjusted = sum((amount for _kind, amount, _days in parts), Decimal("0.00"))
    net = within(mine + adjusted, cap)
    offset = kept_back(case, net)
    if offset:
        parts.append(("offset", -offset, None))
    waits = insurance(() if split else bare) | few_days(said, total)
    shown = standard_on(case, world.days[-1])
    much = quantity(case, units, safe)
    yield "post_subsidy", shown, safe, required, mine, adjusted, cap, offset, parts, waits, much
    if split:
        rest = None if cap is None else cap - net
        nothing = Decimal("0.00")
        owed = min(mine + adjusted, nothing)
        alone = {day: days[day] for day in bare}
        held = insurance(bare)
        much = quantity(case, units, alone)
        yield (
            "uninsured_days",
            shown,
            alone,
            required,
            due - mine,
            owed,
            rest,
            nothing,
            [],
            held,
            much,
        )


def quantity(case, units, days):
    """How many hours or pieces of some days are paid; who is paid by days has none."""
    if not is_measured(case):
        return None
    return half_up(sum((n for day, n in units.items() if day in days), Fraction(0)))


def uncovered(case, said, days):
    """The days worked that no insurance covers, where it is mandatory."""
    if not said.get("insurance.mandatory"):
        return []
    return sorted(day for day in days if not in_any(day, case.covers))


def insurance(bare):
    return {("insurance", ",".join(str(day.day) for day in bare))} if bare else set()


def few_days(said, total):
    """Fewer days than the least hold the line; no day at all is nothing due (R-26, R-27)."""
    least = said.get("attendance.min_days")
    return {("few_days", str(least))} if least and 0 < total < least else set()


def within(value, cap):
    """At least nothing and at most the cap (R-43, R-45)."""
    return max(Decimal("0.00"), value if cap is None else min(value, cap))


def kept_back(case, net):
    """An approved offset, never more than its share of what would be paid (W-9)."""
    if not case.offset:
        return Decimal("0.00")
    amount, share = case.offset
    return min(amount, half_up(Fraction(net) * Fraction(share)))


def social(case, said, days, required):
    """A sum for social insurance by the kind of contract, where a day was worked (W-7, items)."""
    sum_ = yuan((said.get("subsidy.social_insurance") or {}).get(case.kind, 0))
    if days and sum_:
        nothing = Decimal("0.00")
        yield (
            "social_insurance",
            sum_,
            days,
            required,
            sum_,
            nothing,
            None,
            nothing,
            [],
            set(),
            None,
        )


def finished(
    case, world, item, standard, days, required, due, adjusted, cap, offset, parts, waits, much
):
    """The line as it is written: capped, less what is kept back, with all that holds it."""
    holds = holds_of(case, world) | waits
    amount = within(due + adjusted, cap) - offset
    total = sum(days.values(), Fraction(0))
    return Line(
        item=item,
        standard=standard,
        days=half_up(total),
        required=required,
        due=due,
        adjusted=adjusted,
        cap=cap,
        offset=offset,
        amount=amount,
        state=state_of(amount, holds),
        parts=frozenset(parts),
        holds=frozenset(holds),
        quantity=much,
    )
