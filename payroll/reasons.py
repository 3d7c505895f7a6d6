"""The sentences that tell a worker how an amount came about and why it waits."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from notices.models import Objection
from payroll.change_words import why_these_days, why_these_standards
from payroll.measure_words import why_this_quantity, why_this_sum
from payroll.models import Hold, LineState, PayLine, PayPart, PayRun
from payroll.part_words import why_these_parts, why_this_item
from payroll.spoken import day, number
from project.kernel.masking import mask_account
from project.kernel.money import yuan
from registry.models import Fact

FACTS = {
    Fact.Kind.DECEASED: gettext_lazy("%(source)s has a death on record from %(since)s."),
    Fact.Kind.INSURED: gettext_lazy(
        "%(source)s shows social insurance paid by an enterprise from %(since)s."
    ),
    Fact.Kind.PENSION: gettext_lazy("%(source)s shows a pension received from %(since)s."),
    Fact.Kind.LEGAL_REP: gettext_lazy(
        "%(source)s shows a company represented by you from %(since)s."
    ),
    Fact.Kind.SHAREHOLDER: gettext_lazy("%(source)s shows shares in a company from %(since)s."),
    Fact.Kind.SELF_EMPLOYED: gettext_lazy(
        "%(source)s shows a registered business of your own from %(since)s."
    ),
    Fact.Kind.PUBLIC_PAYROLL: gettext_lazy(
        "%(source)s shows a salary from the public payroll from %(since)s."
    ),
    Fact.Kind.PRISON: gettext_lazy("%(source)s shows a sentence being served from %(since)s."),
    Fact.Kind.STUDENT: gettext_lazy("%(source)s shows you enrolled as a student from %(since)s."),
    Fact.Kind.OTHER_POST: gettext_lazy("%(source)s shows another public post from %(since)s."),
    Fact.Kind.AWAY: gettext_lazy("%(source)s shows work away from home from %(since)s."),
    Fact.Kind.CADRE: gettext_lazy("%(source)s shows you as a village cadre from %(since)s."),
    Fact.Kind.SOLDIER: gettext_lazy("%(source)s shows service in the army from %(since)s."),
}
HOLDS = {
    Hold.Code.INSURANCE: gettext_lazy(
        "No accident insurance covers these days of %(month)s on which you worked: %(days)s (V-19)."
    ),
    Hold.Code.FEW_DAYS: gettext_lazy(
        "Fewer than %(least)s days were worked in %(month)s; the rule wants at least so many."
    ),
    Hold.Code.ATTEST: gettext_lazy(
        "Whoever directs the work has not attested these days of %(month)s yet."
    ),
    Hold.Code.CASE: gettext_lazy(
        "The payment of %(month)s waits while case %(least)s is looked into; you will be heard."
    ),
    Hold.Code.ACCOUNT: gettext_lazy("There is no current bank account to pay you on."),
    Hold.Code.NAME: gettext_lazy(
        "The bank account ending in %(tail)s is in the name of %(holder)s, not of %(name)s."
    ),
}
WAITING = gettext_lazy("The payment still waits: the run stands at “%(state)s”.")
REMEDY = gettext_lazy(
    "Nothing is paid until the township has checked this. If it is wrong, bring proof to the "
    "township office."
)


def sentence_of(hold, line):
    """What makes a line wait, as its worker would be told."""
    if hold.fact:
        return FACTS[hold.fact.kind] % {
            "source": hold.fact.source,
            "since": day(hold.fact.starts_on),
        }
    account = line.account
    return HOLDS[hold.code] % {
        "month": _month(line),
        "days": spans(hold.detail) or _("every day"),
        "least": hold.detail,
        "tail": mask_account(account.number)[-4:] if account else "",
        "holder": account.holder_name if account else "",
        "name": line.person.name,
    }


def spans(days):
    """Days of a month written as 16,17,18,30, as people read them: 16–18, 30."""
    told = []
    for place in map(int, filter(None, days.split(","))):
        if told and told[-1][1] == place - 1:
            told[-1][1] = place
        else:
            told.append([place, place])
    words = [str(first) if first == last else f"{first}–{last}" for first, last in told]
    return pgettext("between days", ", ").join(words)


def objection_sentence(objection):
    """What was said against a line on notice, as its worker would be told; never by whom."""
    if objection.state in Objection.PENDING:
        return _(
            "Somebody objected to this line of the notice on %(day)s; it is being looked into and "
            "answered by %(due)s."
        ) % {"day": day(objection.received_on), "due": day(objection.due_on)}
    return _("An objection to this line of the notice was upheld on %(day)s: %(answer)s") % {
        "day": day(objection.answered_on),
        "answer": objection.answer,
    }


def why_this_amount(line, worked, rules, change):
    """How the days, the standard, what is added and taken off and the cap make the amount.

    `worked` are the full and the half days as masks, and where they are paid hours or pieces.
    """
    if line.item == PayLine.Item.SOCIAL_INSURANCE:
        return [why_this_item(line, rules)]
    full, half, measured = worked
    by_days = line.quantity is None
    days = [_days(line, full, half)] if by_days else why_this_quantity(line, measured, rules)
    days += why_these_days(line, change, rules)
    parts = list(line.parts.all())
    before = [part for part in parts if part.kind != PayPart.Kind.OFFSET]
    after = [part for part in parts if part.kind == PayPart.Kind.OFFSET]
    return [
        " ".join(days),
        _why_due(line, rules, change),
        *why_these_parts(line, before, rules),
        *_why_capped(line, rules),
        *why_these_parts(line, after, rules),
    ]


def _why_due(line, rules, change):
    if line.item == PayLine.Item.UNINSURED_DAYS:
        return why_this_item(line, rules)
    by_days = line.days_worked and line.quantity is None
    if by_days and any(rule.code == "absence.deduct_per_day" for rule in rules):
        return _(
            "The whole standard is due, %(due)s yuan; something is taken off for each day of "
            "absence."
        ) % {"due": yuan(line.due)}
    if len(change.parts) > 1:
        return why_these_standards(line, change)
    return _due(line, change) if line.quantity is None else why_this_sum(line)


def _why_capped(line, rules):
    sum_ = line.due + line.adjusted
    net = line.amount + line.offset
    if sum_ < 0:
        return [_("More would be taken off than is due, so nothing is paid.")]
    if line.cap is None or sum_ <= line.cap:
        return []
    source = next((rule.document.title for rule in rules if rule.code == "subsidy.cap"), "")
    return [
        _("“%(document)s” allows at most %(cap)s yuan a month, so %(amount)s yuan are due.")
        % {"document": source, "cap": yuan(line.cap), "amount": yuan(net)}
    ]


def _days(line, full, half):
    words = {"month": _month(line), "days": number(line.days_worked)}
    if not line.days_worked:
        return _("No day of work is recorded for you in %(month)s.") % words
    if full.bit_count() + half.bit_count() / 2 != line.days_worked:
        # The sheet was open when this was computed and has moved on since.
        return _("In %(month)s you are recorded as having worked %(days)s days.") % words
    dates = [str(place) for place in _places(full)]
    dates += [_("%(day)s (half)") % {"day": place} for place in _places(half)]
    words["dates"] = pgettext("between days", ", ").join(dates)
    return _("In %(month)s you worked %(days)s days: on the %(dates)s.") % words


def _places(mask):
    return [place + 1 for place in range(31) if mask >> place & 1]


def _due(line, change):
    words = {
        "standard": yuan(line.standard),
        "days": number(line.days_worked),
        "required": number(change.divisor(line)) if line.on_days else line.required_days,
        "due": yuan(line.due),
    }
    if not line.days_worked:
        return _("The subsidy is paid for days worked, so nothing is due.")
    if line.contract.pay_basis == "day":
        return _("%(standard)s yuan a day × %(days)s days = %(due)s yuan.") % words
    if line.days_worked >= line.required_days:
        return (
            _(
                "%(required)s days are required in the month, and you worked %(days)s, so the "
                "whole standard of %(standard)s yuan is due."
            )
            % words
        )
    return (
        _(
            "%(required)s days are required in the month for the standard of %(standard)s yuan: "
            "%(standard)s × %(days)s ÷ %(required)s = %(due)s yuan."
        )
        % words
    )


SETTLED = {
    LineState.REISSUED: gettext_lazy(
        "The bank sent the payment back; the account was corrected and the amount is paid again."
    ),
    LineState.CARRIED: gettext_lazy(
        "It waited when the month was paid; a supplementary run of the month takes it up."
    ),
    LineState.WRITTEN_BACK: gettext_lazy(
        "The bank sent the payment back, and the money is in the fund again. Ask the township "
        "office why."
    ),
}


def why_this_state(line, held, answer):
    """Whether the money is with the worker, and if not, what it waits for."""
    if line.state in SETTLED:
        return [str(SETTLED[line.state])]
    if not line.standing:
        return [_("This calculation no longer counts: its run was given back or thrown away.")]
    if line.state == LineState.HELD:
        return [*(hold.sentence for hold in held), str(REMEDY)]
    if line.state == LineState.EXCLUDED:
        return [_("Nothing is paid for this month.")]
    if line.state == LineState.PAYABLE:
        return [WAITING % {"state": PayRun.State(line.run.state).label}]
    return [_at_the_bank(line, answer)]


def _at_the_bank(line, answer):
    account = line.account
    words = {"tail": mask_account(account.number)[-4:], "bank": account.bank}
    if line.state == LineState.SENT:
        words["day"] = day(line.run.sent_at)
        return (
            _(
                "The payment went to the bank on %(day)s for the account ending in %(tail)s; "
                "the bank has not answered yet."
            )
            % words
        )
    if line.state == LineState.PAID:
        words["day"] = day(date.fromisoformat(answer.on))
        return _("Paid on %(day)s to the account ending in %(tail)s.") % words
    words["reason"] = answer.reason or _("no reason given")
    return (
        _(
            "The bank sent the payment back: %(reason)s. Bring your bank card to the township "
            "office; the amount is paid again once the account is right."
        )
        % words
    )


def _month(line):
    return date_format(line.month.first, "YEAR_MONTH_FORMAT")
