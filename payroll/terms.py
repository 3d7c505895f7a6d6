"""The rules a month is computed under, resolved per village before the database computes."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from attendance.plans import ALL_POSTS, schedules
from payroll.measures import MOST_DAYS, MOST_HOURS
from policy.selectors import rulings
from project.kernel.guards import Refused
from project.kernel.money import half_up

PART, LEAVE = "contract.part_month_lowers_required_days", "leave.lowers_required_days"
BONUS, DEDUCTION, FACTOR = "grade.bonus", "grade.deduction", "grade.factor"
ABSENCE, FLOOR, SOCIAL = "absence.deduct_per_day", "subsidy.floor", "subsidy.social_insurance"
LEAST_DAYS = "attendance.min_days"
CODES = [
    "attendance.required_days",
    "subsidy.cap",
    "insurance.mandatory",
    "local.minimum_wage",
    "suspension.lowers_required_days",
    PART,
    LEAVE,
    *(BONUS, DEDUCTION, FACTOR),
    *(ABSENCE, FLOOR, SOCIAL, LEAST_DAYS),
    *(MOST_HOURS, MOST_DAYS),
]


@dataclass(frozen=True)
class Terms:
    """What one village's month is computed with: days (count), cap (yuan or None), rule rows.

    `counted` are the days that can be required (a mask), off which those lost to a suspension, a
    kind of leave or a part of a month are taken where a rule says so; `paused_rules` are the rows
    a suspended worker's line rests on; `posts` are the schedules of posts with a plan of their own.
    `absence` and `floor` are yuan with their rule, `social` yuan by the kind of contract with its
    rule, `grades` (grade, factor, its rule, yuan, its rule), `least_days` a number or None.
    `hours` are the most hours a day and days a month that are paid by the hour, with their rules.
    """

    area: str
    required_days: int
    cap: Decimal | None
    insured: bool
    rules: tuple
    counted: int = 0
    paused_rules: tuple = ()
    lowered: bool = False
    part: bool = False
    excused: tuple = ()
    posts: tuple = ()
    absence: tuple = (None, None)
    floor: tuple = (None, None)
    social: tuple = ()
    grades: tuple = ()
    least_days: int | None = None
    hours: tuple = (None, None, "")


def terms_of(month, villages):
    """The terms of every village for a month, in five queries however many villages there are."""
    found = rulings(CODES, on=month.first, areas=sorted(villages))
    values = {village: _days_required(village, found[village], month) for village in villages}
    planned = schedules(month, values)
    return [_terms(village, found[village], planned) for village in sorted(villages)]


def _days_required(village, ruled, month):
    required = ruled.get("attendance.required_days")
    if required is None:
        raise Refused(
            _("No rule says how many days %(month)s requires in %(village)s. Enter it first.")
            % {"month": month, "village": village}
        )
    return required.value


def _terms(village, ruled, planned):
    required, cap = ruled["attendance.required_days"], ruled.get("subsidy.cap")
    used = [required, cap] + ([ruled["local.minimum_wage"]] if _by_wage(cap) else [])
    used += [ruled[code] for code in (PART, LEAVE) if code in ruled and ruled[code].value]
    lowers = ruled.get("suspension.lowers_required_days")
    rules = tuple(ruling.rule_id for ruling in used if ruling)
    schedule = planned[village, ALL_POSTS]
    return Terms(
        area=village,
        required_days=schedule.required,
        cap=_cap(cap and cap.value, ruled),
        insured=_says(ruled, "insurance.mandatory"),
        rules=rules,
        counted=schedule.days,
        paused_rules=(*rules, lowers.rule_id) if lowers else rules,
        lowered=_says(ruled, "suspension.lowers_required_days"),
        part=_says(ruled, PART),
        excused=tuple(ruled[LEAVE].value) if LEAVE in ruled else (),
        posts=tuple(
            (title, own) for (area, title), own in planned.items() if area == village and title
        ),
        absence=_sum_of(ruled, ABSENCE),
        floor=_sum_of(ruled, FLOOR),
        social=_social(ruled),
        grades=_grades(ruled),
        least_days=ruled[LEAST_DAYS].value if LEAST_DAYS in ruled else None,
        hours=_hours(ruled),
    )


def _hours(ruled):
    """The most hours a day and days a month paid by the hour (R-30), and the rules that say so."""
    hours, days = ruled.get(MOST_HOURS), ruled.get(MOST_DAYS)
    rules = ",".join(str(ruling.rule_id) for ruling in (hours, days) if ruling)
    return hours and Decimal(str(hours.value)), days and int(days.value), rules


def _sum_of(ruled, code):
    """A sum that a rule names, with the rule; nothing where it names none or zero."""
    amount = half_up(Decimal(str(ruled[code].value or 0))) if code in ruled else Decimal(0)
    return (amount, ruled[code].rule_id) if amount else (None, None)


def _social(ruled):
    """The sums a rule gives for social insurance: (kind of contract, yuan, rule)."""
    if SOCIAL not in ruled:
        return ()
    kinds = sorted(ruled[SOCIAL].value.items())
    return tuple((kind, half_up(Decimal(str(sum_))), ruled[SOCIAL].rule_id) for kind, sum_ in kinds)


def _grades(ruled):
    """What grades do to the pay: (grade, factor, its rule, yuan, its rule), only where they do."""
    factors = ruled[FACTOR].value if FACTOR in ruled else {}
    taken, by_rule = _sum_of(ruled, DEDUCTION)
    sums = {"excellent": _sum_of(ruled, BONUS), "unqualified": (taken and -taken, by_rule)}
    found = []
    for grade in ("excellent", "qualified", "unqualified"):
        factor = Decimal(str(factors.get(grade, 1)))
        amount, rule = sums.get(grade, (None, None))
        if factor != 1 or amount:
            by = ruled[FACTOR].rule_id if factor != 1 else None
            found.append((grade, factor, by, amount or Decimal(0), rule))
    return tuple(found)


def _says(ruled, code):
    return bool(code in ruled and ruled[code].value)


def _by_wage(cap):
    return bool(cap) and isinstance(cap.value, dict)


def _cap(value, ruled):
    if value is None:
        return None
    if isinstance(value, dict):
        wage = ruled.get("local.minimum_wage")
        if wage is None:
            raise Refused(_("The cap follows the local minimum wage, which nobody has entered."))
        return half_up(Decimal(wage.value) * Decimal(str(value["x_minimum_wage"])))
    return half_up(Decimal(str(value)))
