"""Who may hold a post on a day: every rule is asked and every failure is named at once (W-2)."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contract
from policy.selectors import rulings
from project.kernel.guards import guard, warn
from registry.idnumber import age_on
from registry.models import Fact, Person
from registry.retirement import Track, retirement_month

CODES = [
    "age.min",
    "age.max",
    "age.max_relaxed",
    "household.max_active",
    "exclude.facts",
    "fund.categories",
    "residence.min_months",
    "subsidy.max_months",
    "subsidy.near_retirement_years",
    "placement.max",
    "hire.job_offers",
]
LIVE = ["draft", "offered", "signed", "in_force", "suspended"]


@dataclass(frozen=True)
class Case:
    """One person for one post from a day to a day, with everything the rules ask about."""

    person: Person
    first: date
    last: date
    area_id: str
    fund_id: str
    post_type: str
    rules: dict
    facts: list = field(default_factory=list)
    contracts: list = field(default_factory=list)
    household: list = field(default_factory=list)
    offers: int = 0
    fit: bool = False

    def rule(self, code):
        return self.rules[code].value if code in self.rules else None


@dataclass(frozen=True)
class Wish:
    """Who wants to hold what, from when to when; `instead_of` is the contract a renewal follows."""

    person: Person
    first: date
    last: date
    area_id: str
    fund_id: str
    post_type: str
    fit: bool = False
    instead_of: int | None = None


def failures(wishes):
    """Every reason against each wish, in order; queries do not grow with their number."""
    return [_judge(case) for case in cases(wishes)]


def cases(wishes):
    """The wishes with what the registers know of their people, read in a few queries."""
    people = {wish.person.pk for wish in wishes}
    homes = {wish.person.household_id for wish in wishes} - {None}
    facts = _grouped(Fact.objects.filter(person__in=people), "person_id")
    held = Contract.objects.filter(state__in=[*LIVE, "ended"]).select_related("person", "area")
    contracts = list(held.filter(Q(person__in=people) | Q(person__household__in=homes)))
    own = _grouped(contracts, "person_id")
    house = {}
    for contract in contracts:
        house.setdefault(contract.person.household_id, []).append(contract)
    rules = _rules(wishes)
    offers = _offers(people)
    return [_case(wish, facts, own, house, rules, offers) for wish in wishes]


def _case(wish, facts, own, house, rules, offers):
    def others(rows):
        return [row for row in rows if row.pk != wish.instead_of]

    pk, home = wish.person.pk, wish.person.household_id
    return Case(
        person=wish.person,
        first=wish.first,
        last=wish.last,
        area_id=wish.area_id,
        fund_id=wish.fund_id,
        post_type=wish.post_type,
        rules=rules[wish.area_id, wish.first, wish.fund_id],
        facts=facts.get(pk, []),
        contracts=others(own.get(pk, [])),
        household=others(c for c in house.get(home, []) if home and c.person_id != pk),
        offers=offers.get(pk, 0),
        fit=wish.fit,
    )


def _rules(wishes):
    asked = {(wish.first, wish.fund_id): set() for wish in wishes}
    for wish in wishes:
        asked[wish.first, wish.fund_id].add(wish.area_id)
    found = {}
    for (day, fund), areas in asked.items():
        for area, ruled in rulings(CODES, on=day, areas=sorted(areas), fund=fund).items():
            found[area, day, fund] = ruled
    return found


def _offers(people):
    counted = Person.objects.filter(pk__in=people, job_offers__isnull=False)
    found = {}
    for pk in counted.values_list("pk", flat=True):
        found[pk] = found.get(pk, 0) + 1
    return found


def _grouped(rows, name):
    groups = {}
    for row in rows:
        groups.setdefault(getattr(row, name), []).append(row)
    return groups


def _judge(case):
    return [sentence for ask in RULES if (sentence := ask(case))]


def old_enough(case):
    least = case.rule("age.min")
    if least is not None and age_on(case.person.born_on, case.first) < least:
        return _("Under %(age)s years on the first day (R-10).") % {"age": least}
    return None


def young_enough(case):
    """Up to the limit, or up to the relaxed one with a proof of fitness (R-11)."""
    age, most = age_on(case.person.born_on, case.first), case.rule("age.max")
    relaxed = case.rule("age.max_relaxed") or most
    if most is None or age <= most or (case.fit and age <= relaxed):
        return None
    if age <= relaxed:
        return _("Over %(age)s years; up to %(relaxed)s a proof of fitness is needed (R-11).") % {
            "age": most,
            "relaxed": relaxed,
        }
    return _("Over %(age)s years on the first day (R-11).") % {"age": relaxed}


def of_the_funds_people(case):
    """Some funds pay for certain categories only (R-25)."""
    allowed = (case.rule("fund.categories") or {}).get(case.fund_id)
    if not allowed or case.person.category in allowed:
        return None
    return _("The fund pays only for: %(categories)s (R-25).") % {"categories": "、".join(allowed)}


def on_one_post(case):
    """No other engagement on the same days, in any programme (R-21, V-05)."""
    for other in case.contracts:
        if other.state in LIVE and other.starts_on <= case.last and other.ends_on >= case.first:
            return _("Already holds “%(post)s” in %(area)s until %(day)s (V-05).") % {
                "post": other.title,
                "area": other.area.name,
                "day": other.ends_on,
            }
    return None


def within_the_household_limit(case):
    """Only so many of one household hold a post (R-19, R-20, V-06)."""
    most = case.rule("household.max_active")
    held = [
        other
        for other in case.household
        if other.state in LIVE and other.starts_on <= case.last and other.ends_on >= case.first
    ]
    if most is None or len(held) < most:
        return None
    return _("The household holds %(count)s posts already: %(names)s (V-06).") % {
        "count": len(held),
        "names": "、".join(f"{other.person.name}（{other.title}）" for other in held),
    }


def on_no_exclusion_list(case):
    """No other department's record excludes the person on that day (R-16 to R-18, V-07)."""
    excluded = case.rule("exclude.facts") or []
    for fact in case.facts:
        if fact.kind in excluded and _touches(fact, case):
            words = {"kind": fact.get_kind_display(), "source": fact.source, "day": fact.starts_on}
            text = _("%(source)s: “%(kind)s” since %(day)s (V-07).") % words
            return f"{text} {fact.basis}".strip()
    return None


def _touches(fact, case):
    return fact.starts_on <= case.last and (fact.ends_on is None or fact.ends_on >= case.first)


def lives_here(case):
    """The register of the person's home lies in the post's village (R-22)."""
    if case.person.area_id == case.area_id or case.rule("residence.min_months") is None:
        return None
    if case.person.area_id[:9] == case.area_id[:9]:
        return None
    return _("Is not registered in this township (R-22).")


def within_the_subsidy_limit(case):
    """Subsidised months so far and those to come stay within the limit (R-46)."""
    most = case.rule("subsidy.max_months")
    past = sum(_months(other.starts_on, other.ends_on) for other in case.contracts)
    total = past + _months(case.first, case.last)
    if most is None or total <= most or _near_retirement(case):
        return None
    return _(
        "Would be subsidised for %(total)s months; %(most)s are allowed unless retirement is "
        "within %(years)s years (R-46)."
    ) % {"total": total, "most": most, "years": case.rule("subsidy.near_retirement_years")}


def _near_retirement(case):
    track = Track.MAN_60 if case.person.sex == "m" else Track.WOMEN_50
    retires = retirement_month(case.person.born_on, track).first
    years = case.rule("subsidy.near_retirement_years") or 0
    first_held = min([other.starts_on for other in case.contracts] + [case.first])
    return (retires.year - first_held.year, retires.month - first_held.month) <= (years, 0)


def _months(first, last):
    return (last.year - first.year) * 12 + last.month - first.month + 1


def within_the_placement_limit(case):
    """A person is placed only so often (R-46); renewals of one placement do not count."""
    most = case.rule("placement.max")
    placed = len([c for c in case.contracts if c.renews_id is None])
    if most is None or placed < most:
        return None
    return _("Was placed %(count)s times already; %(most)s are allowed (R-46).") % {
        "count": placed,
        "most": most,
    }


RULES = [
    old_enough,
    young_enough,
    of_the_funds_people,
    on_one_post,
    within_the_household_limit,
    on_no_exclusion_list,
    lives_here,
    within_the_subsidy_limit,
    within_the_placement_limit,
]


def wish_of(hire):
    """What a hire asks for: from its planned first day to the end of that year or the post's."""
    first = hire.starts_on
    last = date(first.year, 12, 31)
    if hire.post.ends_on:
        last = min(last, hire.post.ends_on)
    return Wish(
        person=hire.person,
        first=first,
        last=last,
        area_id=hire.area_id,
        fund_id=hire.post.fund_id,
        post_type=hire.post.post_type,
        fit="fitness" in hire.materials,
        instead_of=hire.contract_id,
    )


@guard(gettext_lazy("The person may not hold this post."))
def is_eligible(hire):
    if hire.starts_on is None:
        return [_("Enter the planned first day.")]
    return failures([wish_of(hire)])[0]


@warn(
    gettext_lazy(
        "The person can work normally; public posts are for weak and partial labour first (C-13)."
    )
)
def labour_fits(hire):
    return hire.person.capacity not in (Person.Capacity.NORMAL, Person.Capacity.SKILLED)


@warn(gettext_lazy("Fewer jobs were offered to the person than the rule wants (C-30)."))
def offers_were_made(hire):
    if hire.starts_on is None:
        return True
    (case,) = cases([wish_of(hire)])
    return case.offers >= (case.rule("hire.job_offers") or 0)
