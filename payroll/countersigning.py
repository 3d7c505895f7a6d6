"""From which amount on a second person of an office signs before the office approves (W-7)."""

from decimal import Decimal

from django.apps import apps
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy.selectors import rulings
from project.kernel.guards import guard
from project.kernel.money import half_up, yuan

CODE = "payroll.second_from"
FIRST_SIGNS = {
    "township": gettext_lazy(
        "From %(amount)s yuan on a second person of the township signs first; the list comes to "
        "%(sum)s yuan."
    ),
    "department": gettext_lazy(
        "From %(amount)s yuan on a second person of the department signs first; the list comes to "
        "%(sum)s yuan."
    ),
    "finance": gettext_lazy(
        "From %(amount)s yuan on a second person of finance signs first; the list comes to "
        "%(sum)s yuan."
    ),
}


def asked_from(run, office):
    """The amount from which on two people of an office sign; None where no rule names one."""
    found = rulings([CODE], on=run.month.first, areas=[run.area_id], fund=run.fund_id)
    ruling = found[run.area_id].get(CODE)
    amount = ruling.value.get(office) if ruling else None
    return None if amount is None else half_up(Decimal(str(amount)))


def at_stake(run):
    """What the run may pay: an objection counts once it is settled, so its line counts here."""
    held = apps.get_model("payroll", "Hold").objects.waiting().filter(line__run=run)
    lines = run.lines.filter(standing=True).exclude(pk__in=held.values("line"))
    return lines.aggregate(sum=Sum("amount"))["sum"] or Decimal("0.00")


def signed(run, office):
    """The second signature of an office under exactly what the run holds now, if there is one."""
    signatures = run.countersignatures.select_related("by")
    return signatures.filter(office=office, sha256=run.sha256).first()


def lacking(run, office):
    """The sentence that asks for an office's second signature; none where it is not needed."""
    amount = asked_from(run, office)
    if amount is None or signed(run, office):
        return []
    total = at_stake(run)
    if total < amount:
        return []
    return [FIRST_SIGNS[office] % {"amount": yuan(amount), "sum": yuan(total)}]


def second_signed(office):
    """A guard: the office approves only after its second person, where the rule asks for one."""

    @guard(FIRST_SIGNS[office])
    def second_person_signed(run):
        return lacking(run, office)

    return second_person_signed


def second_wanted(office):
    """A guard: a second signature is given where the rule asks for it, and once."""

    @guard(gettext_lazy("No second signature is asked for."))
    def second_signature_is_wanted(run):
        if one := signed(run, office):
            return [_("%(name)s has signed as the second person already.") % {"name": one.by}]
        return bool(lacking(run, office))

    return second_signature_is_wanted


def held_where_two_sign(permission, office):
    """A transition permission: the user holds it, and a rule may ask for two of the office."""
    return lambda run, user: (
        user.has_perm(permission, run.area_id) and asked_from(run, office) is not None
    )
