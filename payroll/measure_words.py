"""The sentences that tell a worker what hours or pieces come to, and which of them are not paid."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from contracts.models import Contract
from payroll.measures import MOST_DAYS, MOST_HOURS
from payroll.spoken import number
from project.kernel.money import yuan

HOURS = {
    "on_days": gettext_lazy(
        "In %(month)s %(quantity)s hours on %(days)s days are paid: on the %(dates)s."
    ),
    "so_far": gettext_lazy("In %(month)s %(quantity)s hours on %(days)s days are paid."),
    "due": gettext_lazy("%(standard)s yuan an hour × %(quantity)s hours = %(due)s yuan."),
    "on": gettext_lazy("%(day)s (%(number)s hours)"),
}
PIECES = {
    "on_days": gettext_lazy(
        "In %(month)s %(quantity)s pieces on %(days)s days are paid: on the %(dates)s."
    ),
    "so_far": gettext_lazy("In %(month)s %(quantity)s pieces on %(days)s days are paid."),
    "due": gettext_lazy("%(standard)s yuan a piece × %(quantity)s pieces = %(due)s yuan."),
    "on": gettext_lazy("%(day)s (%(number)s pieces)"),
}


def _said(line):
    return HOURS if line.contract.pay_basis == Contract.PayBasis.HOUR else PIECES


def quantity_words(line, quantity):
    """A number of hours or pieces with its word."""
    by_hour = line.contract.pay_basis == Contract.PayBasis.HOUR
    words = _("%(number)s hours") if by_hour else _("%(number)s pieces")
    return words % {"number": number(quantity)}


def why_this_quantity(line, measured, rules):
    """Which hours or pieces are paid, day by day, and which are not and by what rule."""
    words = {
        "month": date_format(line.month.first, "YEAR_MONTH_FORMAT"),
        "days": number(line.days_worked),
        "quantity": number(line.quantity),
    }
    if not line.days_worked:
        return [_("No day of work is recorded for you in %(month)s.") % words]
    if measured.total != line.quantity:
        # The sheet was open when this was computed and has moved on since.
        return [_said(line)["so_far"] % words]
    words["dates"] = _dates(line, measured.paid)
    told = [_said(line)["on_days"] % words] if measured.paid else []
    return [*told, *_why_not(line, measured, {rule.code: rule for rule in rules})]


def _why_not(line, measured, rules):
    """The hours above those of a day, and those of days after the last that is paid (R-30)."""
    if measured.cut:
        yield _(
            "“%(document)s” pays at most %(most)s hours a day. Above them, and not paid: %(dates)s."
        ) % _above(line, measured.cut, rules[MOST_HOURS])
    if measured.beyond:
        yield _(
            "“%(document)s” pays at most %(most)s days a month. After them, and not paid: "
            "%(dates)s."
        ) % _above(line, measured.beyond, rules[MOST_DAYS])


def _above(line, days, rule):
    return {
        "document": rule.document.title,
        "most": rule.value,
        "dates": _dates(line, days),
    }


def _dates(line, days):
    on = _said(line)["on"]
    told = [on % {"day": day, "number": number(number_)} for day, number_ in days.items()]
    return pgettext("between days", ", ").join(told)


def why_this_sum(line):
    """The standard times the hours or pieces."""
    words = {
        "standard": yuan(line.standard),
        "quantity": number(line.quantity),
        "due": yuan(line.due),
    }
    if not line.quantity:
        return _("Nothing that is paid was done on the days worked, so nothing is due.")
    return _said(line)["due"] % words
