"""What must be true of a contract before the next step."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy.selectors import rule, rulings, uncovered
from project.kernel.guards import guard, warn
from project.kernel.months import Month
from registry.retirement import Track, retirement_month

TERM_IS_OVER = "E01"


@guard(gettext_lazy("The worker has no current bank account to be paid on; enter one first."))
def has_account(contract):
    return contract.person.accounts.filter(current=True).exists()


@guard(gettext_lazy("The contract is longer than the rule allows."))
def term_is_allowed(contract):
    months = rule("contract.max_term_months", on=contract.starts_on, area=contract.area_id)
    last = last_day_of(contract.starts_on, months)
    if contract.ends_on <= last:
        return True
    return [
        _("A contract from %(first)s may last until %(last)s at most (C-08).")
        % {"first": contract.starts_on, "last": last}
    ]


@guard(gettext_lazy("The last day lies before the first day."))
def lasts_at_least_a_day(contract):
    return contract.starts_on <= contract.ends_on


@guard(gettext_lazy("The policy has ended."))
def policy_holds(contract):
    """A document that ended before the first day carries no contract until it is followed."""
    return [
        _("“%(title)s” ended on %(day)s; link the document that follows it first (C-20).")
        % {"title": document.title, "day": document.valid_to}
        for document in uncovered(contract.area_id, on=contract.starts_on)
        if document.valid_to
    ]


def last_day_of(starts_on, months):
    """The last day a contract from a day may have: the eve of the same day so many months on.

    Where that month has no such day its last one stands for it: from 29 February 2028 a year
    lasts to 27 February 2029, as the constraint contract_lasts_one_year_at_most has it too.
    """
    return starts_on + relativedelta(months=months) - timedelta(days=1)


@guard(gettext_lazy("From the retirement age on there is only a service agreement (W-3)."))
def suits_the_age(contract):
    return contract.kind == "service" or not is_of_retirement_age(contract)


def is_of_retirement_age(contract):
    """Whether the worker is at the statutory age on the first day; months count whole (R-97)."""
    person = contract.person
    track = Track.MAN_60 if person.sex == "m" else Track.WOMAN_50
    return Month.of(contract.starts_on) >= retirement_month(person.born_on, track)


@guard(gettext_lazy("The person already has a contract on these days."))
def holds_no_other(contract):
    others = contract.person.contracts.overlapping(contract.starts_on, contract.ends_on)
    return [
        _(
            "%(name)s already holds “%(title)s” in %(village)s from %(first)s to %(last)s; "
            "end it first."
        )
        % {
            "name": contract.person.name,
            "title": other.title,
            "village": other.area.name,
            "first": other.starts_on,
            "last": other.ends_on,
        }
        for other in others.exclude(pk=contract.pk).select_related("area")
    ]


@guard(gettext_lazy("The worker left the contract that this one follows; void this one."))
def is_followed_to_its_end(contract):
    """Whoever left before a renewal began does not come back by it (W-8); they are placed anew.

    An exit because the term is over closes the old contract and sends nobody away.
    """
    if contract.renews_id is None:
        return True
    approved = contract.renews.exits.filter(approved_on__isnull=False)
    left = approved.exclude(state="cancelled").exclude(reason=TERM_IS_OVER)
    return [
        _(
            "%(name)s left on %(day)s (%(reason)s) the contract that this one follows; "
            "void this one."
        )
        % {
            "name": contract.person.name,
            "day": exit_.last_day,
            "reason": exit_.get_reason_display(),
        }
        for exit_ in left
    ]


@guard(gettext_lazy("Somebody has worked or been paid under this contract."))
def nobody_worked_or_was_paid(contract):
    """Void only before the first day worked and the first payment (W-3); later it is ended."""
    paid = contract.pay_lines.filter(standing=True, amount__gt=0)
    worked = contract.check_ins.filter(voids__isnull=True, voided_by__isnull=True)
    return [
        _("The run of %(month)s pays %(amount)s yuan under this contract; it is ended, not voided.")
        % {"month": line.month, "amount": line.amount}
        for line in paid.order_by("month")
    ] + [
        _("Work on %(day)s is recorded under this contract; it is ended, not voided.")
        % {"day": entry.day}
        for entry in worked.order_by("day")[:1]
    ]


@guard(gettext_lazy("The paper does not bear both signatures yet."))
def is_signed_by_both(contract):
    paper = contract.papers.order_by("-number").first()
    return paper is not None and paper.signatures.count() == 2


@guard(gettext_lazy("No accident insurance covers the first day; enrol the worker first."))
def is_insured(contract):
    if not rule("insurance.mandatory", on=contract.starts_on, area=contract.area_id):
        return True
    covers = contract.person.covers.covering(contract.starts_on, contract.starts_on)
    return covers.filter(policy__kind=kind_needed(contract)).exists()


def kind_needed(contract):
    """Accident insurance, unless a rule of the area and the fund asks for the project's own."""
    area, on = contract.area_id, contract.starts_on
    found = rulings(["insurance.kind"], on=on, areas=[area], fund=contract.fund_id)[area]
    return found["insurance.kind"].value if found else "accident"


@warn(gettext_lazy("The contract was signed after its first day; earlier days are not payable."))
def is_signed_in_time(contract):
    return contract.signed_on is None or contract.signed_on <= contract.starts_on
