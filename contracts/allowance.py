"""How long a person has been subsidised, and what remains of the months allowed (R-46)."""

from datetime import timedelta

from django.utils.translation import gettext as _

from policy.selectors import rulings
from registry.retirement import Track, retirement_month

TRACKS = {"m": Track.MAN_60, "f": Track.WOMAN_50}
CODES = ["subsidy.max_months", "subsidy.near_retirement_years", "subsidy.near_retirement_at"]


def months_touched(first, last):
    """The calendar months touched by the days, so that none counts twice."""
    start, end = first.year * 12 + first.month, last.year * 12 + last.month
    return set(range(start, end + 1))


def months_to_retirement(person, day):
    """How many months lie between a day's month and the one of retirement (A7)."""
    retires = retirement_month(person.born_on, TRACKS[person.sex])
    return (retires.year - day.year) * 12 + retires.month - day.month


def chain_of(contract):
    """A contract with all it renews and all that renew it, the oldest first."""
    mine = contract.person.contracts.exclude(state="void").order_by("starts_on", "pk")
    by_pk = {one.pk: one for one in mine}
    after = {one.renews_id: one for one in by_pk.values() if one.renews_id}
    first = by_pk.get(contract.pk, contract)
    while first.renews_id in by_pk:
        first = by_pk[first.renews_id]
    chain = [first]
    while chain[-1].pk in after:
        chain.append(after[chain[-1].pk])
    return chain


def allowance_in_words(contract):
    """What remains of the subsidised months when this contract ends, and who has no limit."""
    held = contract.person.contracts.filter(attested=False).exclude(state="void")
    held = list(held.values_list("starts_on", "ends_on"))
    held = held or [(contract.starts_on, contract.ends_on)]
    used = len(set().union(*(months_touched(*days) for days in held)))
    next_day = max(last for _first, last in held) + timedelta(days=1)
    rules = _rules(contract, next_day)
    most, years = rules["subsidy.max_months"], rules["subsidy.near_retirement_years"] or 0
    if most is None:
        return _("%(used)s months; no rule limits them.") % {"used": used}
    told = [
        _("%(used)s of %(most)s months, of which %(left)s remain (R-46).")
        % {"used": used, "most": most, "left": max(most - used, 0)}
    ]
    first_day = min(first for first, _last in held)
    judged = first_day if rules["subsidy.near_retirement_at"] == "first" else next_day
    if months_to_retirement(contract.person, judged) <= years * 12:
        told.append(
            _("No limit: on %(day)s retirement is within %(years)s years.")
            % {"day": judged, "years": years}
        )
    return " ".join(told)


def _rules(contract, day):
    area = contract.area_id
    found = rulings(CODES, on=day, areas=[area], fund=contract.fund_id)[area]
    return {code: found[code].value if code in found else None for code in CODES}
