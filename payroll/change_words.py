"""The sentences that tell a worker what a suspension or a changed standard made of a month."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from payroll.spoken import day, number
from project.kernel.money import yuan

PART = "contract.part_month_lowers_required_days"
LOWERS = "suspension.lowers_required_days"


def why_these_days(line, change, rules):
    """From when to when the contract was suspended, and what that did to the days required."""
    told = [_suspended(row) for row in change.suspensions]
    lowered = any(rule.code == LOWERS and rule.value for rule in rules)
    if told and lowered:
        told.append(
            _("Days of a suspension are not required either: %(required)s days remain.")
            % {"required": line.required_days}
        )
    first, last = line.contract.starts_on, line.contract.ends_on
    if any(rule.code == PART for rule in rules) and (
        first > line.month.first or last < line.month.last
    ):
        told.append(
            _("Your contract covers part of the month only: %(required)s days are required.")
            % {"required": line.required_days}
        )
    return told


def _suspended(row):
    words = {"first": day(row.starts_on), "reason": row.reason}
    if row.ends_on is None:
        return _("Your contract is suspended from %(first)s on, without pay: %(reason)s.") % words
    words["last"] = day(row.ends_on)
    return (
        _("Your contract was suspended from %(first)s to %(last)s, without pay: %(reason)s.")
        % words
    )


def why_these_standards(line, change):
    """Each part of the month under its own standard, and what the parts come to."""
    words = {
        "parts": pgettext("between days", ", ").join(_part(part) for part in change.parts),
        "sum": " + ".join(f"{yuan(p.standard)} × {number(p.days)}" for p in change.parts),
        "due": yuan(line.due),
        "required": line.required_days,
        "divisor": number(change.divisor(line)),
    }
    if not line.days_worked:
        return _("The subsidy is paid for days worked, so nothing is due.")
    if change.comes_to(line) != line.due:
        # The sheet was open when this was computed and has moved on since.
        return _("The standard changed in the month (%(parts)s); %(due)s yuan are due.") % words
    if line.contract.pay_basis != "month":
        return _("The standard changed in the month (%(parts)s): %(sum)s = %(due)s yuan.") % words
    return (
        _(
            "The standard changed in the month (%(parts)s) and %(required)s days are required: "
            "(%(sum)s) ÷ %(divisor)s = %(due)s yuan."
        )
        % words
    )


def _part(part):
    return _("%(standard)s yuan from %(day)s on") % {
        "standard": yuan(part.standard),
        "day": day(part.since),
    }
