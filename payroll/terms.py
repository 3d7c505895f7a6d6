"""The rules a month is computed under, resolved per village before the database computes."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from policy.selectors import rulings
from project.kernel.guards import Refused
from project.kernel.money import half_up
from registry.calendar import workdays_in

CODES = [
    "attendance.required_days",
    "subsidy.cap",
    "insurance.mandatory",
    "local.minimum_wage",
    "suspension.lowers_required_days",
]


@dataclass(frozen=True)
class Terms:
    """What one village's month is computed with: days (count), cap (yuan or None), rule rows.

    `counted` are the days of the month (a mask) off which suspended ones are taken, or None where
    the days required stay whole; `paused_rules` are the rows a suspended worker's line rests on.
    """

    area: str
    required_days: int
    cap: Decimal | None
    insured: bool
    rules: tuple
    counted: int | None = None
    paused_rules: tuple = ()


def terms_of(month, villages):
    """The terms of every village for a month, in two queries however many villages there are."""
    workdays = workdays_in(month)
    found = rulings(CODES, on=month.first, areas=sorted(villages))
    return [_terms(village, found[village], month, workdays) for village in sorted(villages)]


def _terms(village, ruled, month, workdays):
    required = ruled.get("attendance.required_days")
    if required is None:
        raise Refused(
            _("No rule says how many days %(month)s requires in %(village)s. Enter it first.")
            % {"month": month, "village": village}
        )
    cap, insured = ruled.get("subsidy.cap"), ruled.get("insurance.mandatory")
    used = [required, cap] + ([ruled["local.minimum_wage"]] if _by_wage(cap) else [])
    lowers = ruled.get("suspension.lowers_required_days")
    rules = tuple(ruling.rule_id for ruling in used if ruling)
    return Terms(
        area=village,
        required_days=_required(required.value, month, len(workdays)),
        cap=_cap(cap and cap.value, ruled),
        insured=bool(insured and insured.value),
        rules=rules,
        counted=_counted(required.value, month, workdays) if lowers and lowers.value else None,
        paused_rules=(*rules, lowers.rule_id) if lowers else rules,
    )


def _counted(value, month, workdays):
    """The days that can be required: those of the month, or the ones on which the office works."""
    days = workdays if value["mode"] in ("fixed", "workdays") else month.dates()
    return sum(1 << day.day - 1 for day in days)


def _required(value, month, workdays):
    """A fixed number a short month cannot meet falls back to the month's working days (W-7)."""
    if value["mode"] == "fixed":
        return min(value["days"], workdays)
    return workdays if value["mode"] == "workdays" else month.days


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
