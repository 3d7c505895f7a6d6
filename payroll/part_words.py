"""The sentences that tell a worker what a grade, an absence or a recovery made of an amount."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payroll.models import PayLine, PayPart
from payroll.spoken import number
from project.kernel.money import yuan

Kind = PayPart.Kind
ADDED = {
    Kind.GRADE: gettext_lazy("Your assessment of the month adds %(amount)s yuan (“%(document)s”)."),
    Kind.FLOOR: gettext_lazy(
        "For a whole month “%(document)s” pays no less than %(least)s yuan: %(amount)s yuan are "
        "added."
    ),
    Kind.FACTOR: gettext_lazy(
        "By your assessment of the month %(amount)s yuan are added (“%(document)s”)."
    ),
}
TAKEN = {
    Kind.GRADE: gettext_lazy(
        "Your assessment of the month takes %(amount)s yuan off (“%(document)s”)."
    ),
    Kind.FACTOR: gettext_lazy(
        "By your assessment of the month only a share is paid: %(amount)s yuan are taken off "
        "(“%(document)s”)."
    ),
    Kind.ABSENCE: gettext_lazy(
        "%(days)s of the days required were not worked: %(amount)s yuan are taken off "
        "(“%(document)s”)."
    ),
    Kind.OFFSET: gettext_lazy(
        "%(amount)s yuan of it are kept back, to repay what was paid too much before."
    ),
}


def why_this_item(line, rules):
    """What a line is about that is not the month's subsidy itself; nothing for the others."""
    if line.item == PayLine.Item.SOCIAL_INSURANCE:
        document = next((rule.document.title for rule in rules), "")
        words = {"amount": yuan(line.amount), "document": document}
        return _("“%(document)s” pays %(amount)s yuan a month for your social insurance.") % words
    if line.item == PayLine.Item.UNINSURED_DAYS:
        words = {"days": number(line.days_worked), "due": yuan(line.due)}
        told = _(
            "No insurance covered you on these days. They stand on a line of their own: of the "
            "month's subsidy %(days)s days come to %(due)s yuan."
        )
        return f"{told % words} {_borne(line)}".strip()
    return ""


def _borne(line):
    """What the covered days could not bear of what is taken off."""
    if not line.adjusted:
        return ""
    return _("They bear %(amount)s yuan of what is taken off in the month.") % {
        "amount": yuan(-line.adjusted)
    }


def why_these_parts(line, parts, rules):
    """What was added and taken off, one sentence each, in the order in which it was."""
    named = {rule.pk: rule.document.title for rule in rules}
    return [_sentence(line, part, named.get(part.rule, "")) for part in parts]


def _sentence(line, part, document):
    said = ADDED if part.amount > 0 else TAKEN
    return said[part.kind] % {
        "amount": yuan(abs(part.amount)),
        "days": number(part.quantity) if part.quantity is not None else "",
        "least": yuan(line.due + part.amount),
        "document": document,
    }
