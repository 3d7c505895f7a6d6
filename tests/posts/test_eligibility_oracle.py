"""Ages, months and households, counted once more in a plain way that shares no code."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as some

from policy.selectors import Ruling
from posts.cases import Case
from posts.eligibility import judge
from registry.models import Area, Person
from tests import given


@pytest.fixture(autouse=True, scope="module")
def english():
    with translation.override("en"):
        yield


DAYS = some.dates(date(2018, 1, 1), date(2028, 12, 31))
BIRTHS = some.dates(date(1940, 1, 1), date(2015, 12, 31))
TERMS = some.lists(some.tuples(DAYS, some.integers(0, 360)), max_size=4)


class Held:
    """A contract as the rules see it."""

    def __init__(self, pk, term, person):
        self.pk, self.starts_on = pk, term[0]
        self.ends_on = term[0] + timedelta(days=term[1])
        self.person, self.person_id, self.area, self.title = person, person.pk, HOME, "保洁员"
        self.renews_id, self.attested = None, False


HOME = Area(code="990123100200", name="青石村")


def plain_age(born, day):
    """Count birthdays one by one; 29 February has its birthday on 1 March in common years."""
    age = -1
    for year in range(born.year, day.year + 1):
        leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
        late = born.month == 2 and born.day == 29 and not leap
        birthday = date(year, 3, 1) if late else date(year, born.month, born.day)
        age += birthday <= day
    return age


def plain_months(terms):
    """Walk every day and keep the months it lies in."""
    months = set()
    for first, last in terms:
        day = first
        while day <= last:
            months.add(day.isoformat()[:7])
            day += timedelta(days=1)
    return len(months)


def plain_overlap(terms, first, last):
    return [term for term in terms if not (term[1] < first or last < term[0])]


@settings(max_examples=150, deadline=None)
@draw(
    born=BIRTHS,
    first=DAYS,
    length=some.integers(0, 364),
    own=TERMS,
    others=TERMS,
    least=some.integers(16, 18),
    most=some.integers(50, 65),
    relaxed=some.integers(50, 70),
    fit=some.booleans(),
    limit=some.integers(1, 60),
    room=some.integers(1, 3),
)
def test_age_months_and_household_agree_with_a_plain_count(
    born, first, length, own, others, least, most, relaxed, fit, limit, room
):
    last = first + timedelta(days=length)
    case = case_of(born, first, last, own, others, fit, rules_of(least, most, relaxed, limit, room))

    found = " ".join(judge(case))

    age = plain_age(born, first)
    terms = [(one.starts_on, one.ends_on) for one in case.contracts]
    homes = [(one.starts_on, one.ends_on) for one in case.household]
    too_old = age > most and not (fit and age <= relaxed)
    assert ("R-10" in found) == (age < least)
    assert ("R-11" in found) == too_old
    assert ("V-05" in found) == bool(plain_overlap(terms, first, last))
    assert ("V-06" in found) == (len(plain_overlap(homes, first, last)) >= room)
    assert ("subsidised" in found) == (plain_months([*terms, (first, last)]) > limit)


def rules_of(least, most, relaxed, limit, room):
    return {
        "age.min": least,
        "age.max": most,
        "age.max_relaxed": relaxed,
        "subsidy.max_months": limit,
        "subsidy.near_retirement_years": -99,
        "household.max_active": room,
    }


def case_of(born, first, last, own, others, fit, rules):
    who = Person(
        pk=1,
        area=HOME,
        born_on=born,
        sex="m",
        name="张三",
        id_number=given.id_number(date(1970, 1, 1), 1),
    )
    house = [Person(pk=10 + n, name=f"亲{n}") for n in range(len(others))]
    held = [Held(n, term, who) for n, term in enumerate(own, start=1)]
    theirs = [Held(100 + n, term, house[n]) for n, term in enumerate(others)]
    return Case(
        person=who,
        first=first,
        last=last,
        area_id=HOME.code,
        fund_id="employment",
        post_type="",
        rules={code: Ruling(value, None) for code, value in rules.items()},
        contracts=held,
        household=theirs,
        fit=fit,
    )
