"""What must be true of a policy and of the people on its list before the next step (W-4)."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy.selectors import allocated, rulings
from project.kernel.guards import guard, warn
from project.kernel.money import half_up, yuan
from registry.access import within

LIMITS = ["insurance.premium_max", "insurance.fund_share_max", "insurance.age_max"]


def age_on(born_on, day):
    """Full years on a day; the birthday itself counts."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _limits(policy):
    area, on = policy.area_id, policy.starts_on
    found = rulings(LIMITS, on=on, areas=[area], fund=policy.fund_id)[area]
    return {code: ruling.value for code, ruling in found.items()}


@guard(gettext_lazy("Nobody is on the list yet; enrol people first."))
def lists_somebody(policy):
    return policy.people_count > 0


def outside_the_ages(policy, entering):
    """One sentence for each person, of (person, first day) pairs, whom the insurer does not take.

    The insurer's own limits hold (R-90); where its paper names none, the rule insurance.age_max.
    """
    youngest, oldest = policy.age_min, policy.age_max
    if oldest is None:
        oldest = _limits(policy).get("insurance.age_max")
    return [
        sentence
        for person, day in entering
        if (sentence := _age_sentence(person.name, age_on(person.born_on, day), youngest, oldest))
    ]


def _age_sentence(name, age, youngest, oldest):
    words = {"name": name, "age": age, "youngest": youngest, "oldest": oldest}
    if youngest is not None and age < youngest:
        return _("%(name)s is %(age)s; this policy takes people from %(youngest)s on.") % words
    if oldest is not None and age > oldest:
        return _("%(name)s is %(age)s; this policy takes people up to %(oldest)s (R-90).") % words
    return None


@guard(gettext_lazy("Somebody on the list is outside the insurer's age limits."))
def ages_fit(policy):
    return outside_the_ages(policy, policy.listed())


@guard(gettext_lazy("Enter the premium for one person first."))
def premium_is_known(policy):
    return policy.premium is not None


@guard(gettext_lazy("The premium is above the limit."))
def premium_is_allowed(policy):
    most = _limits(policy).get("insurance.premium_max")
    if most is None or policy.premium is None or policy.premium <= Decimal(most):
        return True
    return [
        _("The premium of %(premium)s yuan a person is above the limit of %(most)s yuan.")
        % {"premium": yuan(policy.premium), "most": yuan(most)}
    ]


@guard(gettext_lazy("The premiums take more of the fund than the rule allows."))
def fund_bears_it(policy):
    return beyond_the_fund(policy, more=0)


def beyond_the_fund(policy, *, more):
    """Why the fund cannot bear the year's premiums with so many people more (R-50: 3 %)."""
    share, given = _share(policy), _given(policy)
    if share is None or given is None or policy.premium is None:
        return []
    where, amount = given
    most = half_up(amount * share)
    asked = _charged(policy, where) + policy.premium * more
    if asked <= most:
        return []
    words = {"year": policy.starts_on.year, "asked": yuan(asked), "fund": policy.fund.name}
    words |= {"share": f"{(share * 100).normalize():f}", "most": yuan(most), "amount": yuan(amount)}
    return [
        _(
            "The premiums of %(year)s come to %(asked)s yuan; of the %(amount)s yuan of "
            "“%(fund)s” at most %(share)s %%, %(most)s yuan, may buy insurance (R-50)."
        )
        % words
    ]


def _share(policy):
    shares = _limits(policy).get("insurance.fund_share_max") or {}
    share = shares.get(policy.fund_id)
    return None if share is None else Decimal(str(share))


def _given(policy):
    if policy.fund_id is None:
        return None
    return allocated(policy.fund_id, policy.area_id, policy.starts_on.year)


def _charged(policy, where):
    """What the year's policies on the same fund cost inside the area that was given the money."""
    others = type(policy).objects.filter(
        within(where), fund=policy.fund_id, starts_on__year=policy.starts_on.year
    )
    live = others.exclude(state="cancelled").exclude(premium=None)
    return sum((one.premium_total for one in live), Decimal(0))


@warn(gettext_lazy("No allocation is recorded, so the fund's share cannot be checked."))
def allocation_is_known(policy):
    return _share(policy) is None or _given(policy) is not None
