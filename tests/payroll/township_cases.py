"""Random months of random townships, decoded from bytes: zeros are the plainest case there is."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.payroll.oracle import Case, Pause, Plan, Rule

TOWN = "990123100000"
COUNTY = "990123000000"
VILLAGES = [f"9901231002{n:02}" for n in range(6)]
# These have confirmed their sheets; in the last village days are read from the check-ins.
CONFIRMED = VILLAGES[:5]
POSTS = ("保洁员", "护林员", "水管员")
FUNDS = ("employment", "linking")
SLOTS = 160
BYTES = 48
BASES = ("month",) * 6 + ("day",) * 2 + ("hour",) * 3 + ("task",) * 2
ALL_DAYS = 0x7FFFFFFF

# What the region's profile leaves to the county, and what townships and villages change of it.
VALUES = {
    "attendance.required_days": (
        *({"mode": "fixed", "days": days} for days in (15, 20, 10, 1, 22, 26, 30, 31)),
        *({"mode": "workdays"}, {"mode": "scheduled"}),
    ),
    "subsidy.cap": ("800.00", "612.35", {"x_minimum_wage": "1.2"}, {"x_minimum_wage": "0.333"}),
    "local.minimum_wage": ("1543.21", "1990.00", "2200.05"),
    "insurance.mandatory": (True, False),
    "suspension.lowers_required_days": (True, False),
    "contract.part_month_lowers_required_days": (True, False),
    "leave.lowers_required_days": (["sick"], ["injury", "training", "official"], []),
    "absence.deduct_per_day": ("100.00", "12.34", "0.01", "0.00"),
    "subsidy.floor": ("300.00", "712.55", "0.00"),
    "subsidy.social_insurance": ({"labour": "210.50"}, {"labour": "0.00", "service": "88.88"}),
    "attendance.min_days": (3, 10, 1),
    "attendance.max_hours_day": (4, 8, "3.5", "0.25"),
    "attendance.max_days": (24, 10, 1),
    "grade.bonus": ("50.00", "199.99", "0.00"),
    "grade.deduction": ("50.00", "200.00", "0.00"),
    "grade.factor": (
        {"unqualified": "0.5", "excellent": "1.1"},
        {"qualified": "0.905", "unqualified": "0"},
    ),
}
MINIMUM_WAGE = "1680.00"
OF_COUNTY = {
    "JX-2021": {},
    "CQ-2021": {"subsidy.social_insurance": {"labour": "1021.37"}},
    "AH-JINZHAI-GUANMIAO-2025": {"grade.factor": {"unqualified": "0.8"}},
    "GX-2022": {"local.minimum_wage": "1690.00", "subsidy.floor": "435.00"},
    "GD-2022": {"local.minimum_wage": "1550.00"},
    "JS-TEMP-2025": {},
}
MONTHS = {
    "JX-2021": ((2025, 10), (2025, 2), (2024, 2), (2025, 12)),
    "CQ-2021": ((2025, 10), (2025, 2), (2024, 2), (2025, 12)),
    "AH-JINZHAI-GUANMIAO-2025": ((2026, 10), (2026, 2), (2025, 3), (2026, 9)),
    "GX-2022": ((2026, 10), (2026, 2), (2024, 2), (2026, 9)),
    "GD-2022": ((2026, 10), (2026, 2), (2024, 2), (2026, 9)),
    "JS-TEMP-2025": ((2025, 10), (2026, 2), (2025, 4), (2025, 3)),
}
HOLIDAYS = {
    **{date(2026, 2, day): False for day in (15, 16, 17, 18, 19, 20, 21, 22, 23)},
    **{date(2026, 2, 14): True, date(2026, 2, 28): True},
    **{date(2026, 9, 25): False, date(2026, 9, 20): True, date(2026, 10, 10): True},
    **{date(2026, 10, day): False for day in range(1, 8)},
    **{date(2025, 10, day): False for day in range(1, 9)},
    **{date(2025, 9, 28): True, date(2025, 10, 11): True},
}


class Dice:
    """Choices drawn one after the other from bytes; once these are used up, the first of each."""

    def __init__(self, drawn):
        self.rest = int.from_bytes(drawn, "little")

    def below(self, count):
        self.rest, at = divmod(self.rest, count)
        return at

    def of(self, options):
        return options[self.below(len(options))]

    def seldom(self, once_in):
        """Whether something happens that happens once in so many times; never for zero."""
        return self.below(once_in) == once_in - 1


def rules(dice, days):
    """Rules of the township and its villages; some ended on the eve, some begin on the second."""
    spans = (
        (date(2020, 1, 1), None),
        (days[0], days[-1]),
        (date(2020, 1, 1), days[0] - timedelta(days=1)),
        (days[1], None),
    )
    return [
        Rule(code, area, dice.of(values), *dice.of(spans))
        for code, values in VALUES.items()
        for area in (TOWN, *VILLAGES)
        if dice.seldom(4)
    ]


def plans(dice):
    """Plans of the township and of a village, for all posts and for one."""
    kinds = ({"weekdays": (1, 3, 5)}, {"days": 12}, {"weekdays": (6, 7)}, {"days": 31})
    return [
        Plan(area, post, rests=not dice.seldom(3), **dice.of(kinds))
        for area, post in ((TOWN, POSTS[1]), (VILLAGES[1], ""), (VILLAGES[1], POSTS[0]))
        if dice.seldom(3)
    ]


def pauses(dice, days):
    found = []
    for area, post in ((TOWN, POSTS[2]), (VILLAGES[2], "")):
        if dice.seldom(4):
            first = days[0] + timedelta(days=dice.below(35) - 3)
            found.append(Pause(area, post, first, first + timedelta(days=dice.below(40))))
    return found


def slot(at):
    """Whose case it is says where the person lives and what the account is."""
    account = {7: "none", 8: "other"}.get(at % 23, "own")
    return {"village": VILLAGES[at % len(VILLAGES)], "account": account}


def case(drawn, at, days):
    """One engagement in a month of so many days, with all that may have happened in it."""
    dice = Dice(drawn)
    first, last = _term(dice, days)
    return Case(
        **slot(at),
        kind=dice.of(("service", "service", "labour")),
        basis=dice.of(BASES),
        post=dice.of(POSTS),
        state=dice.of(("in_force",) * 16 + ("suspended", "ended", "signed", "draft")),
        standard=_standard(dice),
        first=first,
        last=last,
        came=_came(dice, days),
        suspensions=_suspensions(dice, first, last, days),
        amendments=_amendments(dice, first, last, days),
        covers=_covers(dice, first, last, days),
        offset=_offset(dice),
        leave=_leave(dice, days),
        facts=_facts(dice, days),
        grade=dice.of(("", "excellent", "unqualified", "qualified")),
        told=_told(dice, days),
        stays=_stays(dice, days),
    )


def _term(dice, days):
    """From long before or within the month until long after or within it; sometimes beside it."""
    begin, inside, other = days[0], days[dice.below(28)], days[dice.below(28)]
    starts = (begin - timedelta(days=60),) * 9 + (inside, inside, days[-1] + timedelta(days=3))
    ends = (begin + timedelta(days=200),) * 9 + (other, begin - timedelta(days=1))
    first = dice.of(starts)
    return first, max(first, dice.of(ends))


def _standard(dice):
    if dice.below(4) < 2:
        return dice.of([Decimal(n) for n in ("600.00", "300.00", "80.00", "100.01")])
    return Decimal(1 + dice.below(200_000)).scaleb(-2)


def _came(dice, days):
    """Days on which the person came, whole or half; where both are told the whole one counts."""
    drawn, halves = dice.below(ALL_DAYS + 1), dice.below(ALL_DAYS + 1)
    full = dice.of((ALL_DAYS, drawn, drawn | drawn >> 3, drawn & drawn >> 1, 0))
    half = dice.of((0, halves, halves & drawn, halves & 0x00000F00))
    one, part = Fraction(1), Fraction(1, 2)
    found = [(day, one) for day in days if full >> day.day - 1 & 1]
    return tuple(found + [(day, part) for day in days if half >> day.day - 1 & 1])


def _told(dice, days):
    """How many hours or pieces were done on most days; some are told twice, some not at all."""
    numbers = [Decimal(dice.of((4, 8, 1))), Decimal(dice.below(2400)).scaleb(-2), Decimal("3.75")]
    known, again, step = dice.below(ALL_DAYS + 1), dice.below(ALL_DAYS + 1), dice.below(5)
    known = dice.of((ALL_DAYS, ALL_DAYS, known, 0))
    found = [(day, numbers[day.day * step % 3]) for day in days if known >> day.day - 1 & 1]
    return tuple(found + [(d, numbers[2]) for d in days if known & again >> d.day - 1 & 1])


def _stays(dice, days):
    """From which minute to which somebody was there, in one part or in two that may overlap."""
    begin, length, second = dice.below(600), dice.below(300), dice.below(400)
    drawn = dice.below(ALL_DAYS + 1)
    first = [(day, begin, begin + length) for day in days if drawn >> day.day - 1 & 1]
    rest = [(day, second, second + 95 + day.day) for day in days if drawn >> day.day - 1 & 2]
    return tuple(first + rest)


def _suspensions(dice, first, last, days):
    """None mostly; one that ended, one taken back on its eve, one still open, within the term."""
    if not dice.seldom(5):
        return ()
    begin = days[0] + timedelta(days=dice.below(34) - 4)
    begin = min(max(begin, first), last)
    ends = (begin + timedelta(days=dice.below(20)), begin - timedelta(days=1), None)
    end = dice.of(ends)
    return ((begin, end),) if end is None or end < last else ()


def _amendments(dice, first, last, days):
    """Up to three new standards, on different days of the term, before and within the month."""
    found = {}
    for _ in range(dice.of((0, 0, 0, 1, 2, 3))):
        day = days[0] + timedelta(days=dice.below(36) - 6)
        if first <= day <= last:
            found[day] = _standard(dice)
    return tuple(found.items())


def _covers(dice, first, last, days):
    """For the whole term, from or until a day, with a gap, by two that overlap, or none."""
    one, other = days[dice.below(28)], days[dice.below(28)]
    found = dice.of(
        (
            *[((first, last),)] * 5,
            ((first, one),),
            ((one, last),),
            ((first, min(one, other)), (max(one, other), last)),
            ((first, max(one, other)), (min(one, other), last)),
            ((one, one - timedelta(days=1)),),
            (),
        )
    )
    return tuple((start, max(end, start - timedelta(days=1))) for start, end in found)


def _offset(dice):
    if not dice.seldom(6):
        return ()
    shares = [Decimal(share) for share in ("0.2", "0.333", "1", "0.005")]
    return (Decimal(1 + dice.below(60_000)).scaleb(-2), dice.of(shares))


def _leave(dice, days):
    if not dice.seldom(5):
        return ()
    kind = dice.of(("sick", "personal", "training"))
    first = days[0] + timedelta(days=dice.below(32) - 2)
    return ((kind, first, first + timedelta(days=dice.below(9))),)


def _facts(dice, days):
    """What other departments say, of the month, of before or after it, open or ended."""
    if not dice.seldom(7):
        return ()
    eve, after = days[0] - timedelta(days=1), days[-1] + timedelta(days=1)
    first = dice.of((eve - timedelta(days=dice.below(9)), days[dice.below(28)], days[-1], after))
    last = dice.of((None, first + timedelta(days=dice.below(12)), eve, days[0]))
    last = last and max(first, last)
    kinds = ("死亡", "务工", "残疾", "退休")
    found = ((dice.of(kinds), first, last),)
    return (*found, ("法人", first, None)) if dice.seldom(4) else found
