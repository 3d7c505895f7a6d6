"""What the registers know of people who want to hold a post, read for all of them at once."""

from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from contracts.models import Contract
from policy.selectors import rules_read_once, rulings
from registry.models import Fact, Person

CODES = [
    "age.min",
    "age.max",
    "age.max_relaxed",
    "household.max_active",
    "exclude.facts",
    "exclude.cadre_family",
    "exclude.ranger_disability_grades",
    "fund.categories",
    "residence.min_months",
    "subsidy.max_months",
    "subsidy.near_retirement_years",
    "subsidy.near_retirement_at",
    "placement.max",
    "hire.job_offers",
]


@dataclass(frozen=True)
class Wish:
    """Who wants to hold what, from when to when.

    `instead_of` is the contract a renewal follows; `own` is the one drafted for this very wish.
    """

    person: Person
    first: date
    last: date
    area_id: str
    fund_id: str
    post_type: str
    fit: bool = False
    instead_of: int | None = None
    resident: bool = False
    own: int | None = None


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
    household_facts: list = field(default_factory=list)
    offers: int = 0
    fit: bool = False
    resident: bool = False
    instead_of: int | None = None
    own: int | None = None

    def rule(self, code):
        return self.rules[code].value if code in self.rules else None

    @property
    def subsidised(self):
        """The own contracts whose pay was a subsidy; wages that a site attests are none."""
        return [contract for contract in self.contracts if not contract.attested]


@dataclass(frozen=True)
class Known:
    """Facts and contracts by person and by household, offers by person."""

    facts: dict
    contracts: dict
    homes_facts: dict
    homes_contracts: dict
    offers: Counter


def cases(wishes):
    """The wishes with what the registers know of their people, read in a few queries."""
    wishes = list(wishes)
    known, rules = _known(wishes), _rules(wishes)
    return [_case(wish, known, rules[wish.area_id, wish.first, wish.fund_id]) for wish in wishes]


def _known(wishes):
    people = {wish.person.pk for wish in wishes}
    homes = {wish.person.household_id for wish in wishes} - {None}
    theirs = Q(person__in=people) | Q(person__household__in=homes)
    facts = Fact.objects.filter(theirs).select_related("person").order_by("starts_on", "pk")
    held = Contract.objects.filter(theirs).exclude(state=Contract.State.VOID)
    held = held.select_related("person", "area").order_by("starts_on", "pk")
    offers = Person.objects.filter(pk__in=people, job_offers__isnull=False)
    facts, held = list(facts), list(held)
    return Known(
        facts=_grouped(facts, lambda row: row.person_id),
        contracts=_grouped(held, lambda row: row.person_id),
        homes_facts=_grouped(facts, lambda row: row.person.household_id),
        homes_contracts=_grouped(held, lambda row: row.person.household_id),
        offers=Counter(offers.values_list("pk", flat=True)),
    )


def _case(wish, known, rules):
    pk, home = wish.person.pk, wish.person.household_id

    def of_the_others(groups):
        rows = groups.get(home, []) if home else []
        return [row for row in rows if row.person_id != pk]

    return Case(
        **vars(wish),
        rules=rules,
        facts=known.facts.get(pk, []),
        contracts=[c for c in known.contracts.get(pk, []) if c.pk != wish.own],
        household=of_the_others(known.homes_contracts),
        household_facts=of_the_others(known.homes_facts),
        offers=known.offers[pk],
    )


def _rules(wishes):
    """The rules of every village, day and fund asked about; many days are read at once."""
    asked = {}
    for wish in wishes:
        asked.setdefault((wish.first, wish.fund_id), set()).add(wish.area_id)
    found = {}
    with rules_read_once() if len(asked) > 1 else nullcontext():
        for (day, fund), areas in asked.items():
            for area, ruled in rulings(CODES, on=day, areas=sorted(areas), fund=fund).items():
                found[area, day, fund] = ruled
    return found


def _grouped(rows, key):
    groups = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups
