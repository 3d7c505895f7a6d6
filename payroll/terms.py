"""The rules a month is computed under, resolved per village before the database computes."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from policy.selectors import rulings
from project.kernel.guards import Refused
from project.kernel.money import half_up
from registry.calendar import workdays_in

CODES = ["attendance.required_days", "subsidy.cap", "insurance.mandatory", "local.minimum_wage"]


@dataclass(frozen=True)
class Terms:
    """What one village's month is computed with: days (count), cap (yuan or None), rule rows."""

    area: str
    required_days: int
    cap: Decimal | None
    insured: bool
    rules: tuple


def terms_of(month, villages):
    """The terms of every village for a month, in two queries however many villages there are."""
    workdays = len(workdays_in(month))
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
    return Terms(
        area=village,
        required_days=_required(required.value, month, workdays),
        cap=_cap(cap and cap.value, ruled),
        insured=bool(insured and insured.value),
        rules=tuple(ruling.rule_id for ruling in used if ruling),
    )


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
