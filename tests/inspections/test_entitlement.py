"""Who is recorded at work and may not be: what is found, and the honest that look like it."""

from datetime import date

import pytest

from registry.models import Fact, Household, Kinship, Person
from tests import given
from tests.given_detection import found, scene

pytestmark = pytest.mark.django_db
WORKED = range(8, 23)
KINDS = [
    (Fact.Kind.AWAY, "V-04.away"),
    (Fact.Kind.INSURED, "V-04.away"),
    (Fact.Kind.OTHER_POST, "V-05.list"),
    (Fact.Kind.SHAREHOLDER, "V-07.list"),
    (Fact.Kind.CADRE, "V-07.list"),
    (Fact.Kind.DECEASED, "V-10.death"),
    (Fact.Kind.PRISON, "V-11.list"),
    (Fact.Kind.STUDENT, "V-11.list"),
]


def at_work(holders=3):
    made = scene(holders=holders)
    for contract in made.contracts:
        given.worked(contract, made.staff.township_officer, WORKED)
    return made


def told(made, contract, kind, first, last=None, basis=""):
    """What another department's list says of a holder."""
    by = made.staff.township_officer
    return Fact.objects.create(
        person=contract.person,
        kind=kind,
        starts_on=first,
        ends_on=last,
        source="大数据局",
        basis=basis,
        received_by=by,
    )


@pytest.mark.parametrize(("kind", "code"), KINDS)
def test_days_beside_another_departments_record_are_doubted_with_both(kind, code):
    made = at_work()
    fact = told(made, made.contracts[0], kind, date(2026, 10, 12))
    (doubt,) = found(made, code)

    assert doubt.contract == made.contracts[0] and doubt.shows["source"] == "大数据局"
    assert doubt.shows["days"] == (10 if kind == Fact.Kind.DECEASED else 11)
    kinds = [one["kind"] for one in doubt.evidence]
    assert kinds.count("check_in") == doubt.shows["days"]
    assert {"kind": "fact", "id": fact.pk} == {
        key: value for key, value in doubt.evidence[0].items() if key != "text"
    }


@pytest.mark.parametrize(("kind", "code"), KINDS)
def test_a_record_of_other_days_is_no_doubt(kind, code):
    made = at_work()
    told(made, made.contracts[0], kind, date(2026, 10, 25))
    if kind != Fact.Kind.DECEASED:
        told(made, made.contracts[1], kind, date(2025, 1, 1), date(2026, 10, 7))

    assert not found(made, code)


def test_two_days_away_on_an_errand_are_no_doubt():
    made = at_work()
    told(made, made.contracts[0], Fact.Kind.AWAY, date(2026, 10, 12), date(2026, 10, 13))

    assert not found(made, "V-04.away")


def test_what_a_region_does_not_exclude_is_no_doubt():
    made = at_work()
    given.rule(made.place.county, "exclude.facts", ["退休"], made.place.document)
    told(made, made.contracts[0], Fact.Kind.SELF_EMPLOYED, date(2026, 1, 1))

    assert not found(made, "V-07.list")


def together(made, contracts):
    home = Household.objects.create(area=made.place.villages[0], number=f"H-{next(given.number)}")
    ids = [contract.person_id for contract in contracts]
    Person.objects.filter(pk__in=ids).update(household=home)
    return home


def test_two_of_a_household_at_a_time_are_doubted():
    made = scene()
    together(made, made.contracts[:2])
    (doubt,) = found(made, "V-06.household")

    assert doubt.shows == {"people": 2, "most": 1}
    assert doubt.people == [contract.person_id for contract in made.contracts[:2]]


def test_one_of_a_household_after_another_is_no_doubt():
    made = scene()
    village, by = made.place.villages[0], made.staff.township_officer
    before = given.holder(village, by, ends_on=date(2026, 10, 15), name="陈一")
    after = given.holder(village, by, starts_on=date(2026, 10, 16), name="陈二")
    together(made, [before, after])

    assert not found(made, "V-06.household")


def test_a_household_may_hold_as_many_posts_as_the_rule_says():
    made = scene()
    given.rule(made.place.county, "household.max_active", 2, made.place.document)
    together(made, made.contracts[:2])

    assert not found(made, "V-06.household")


def test_a_post_on_another_list_counts_for_the_household():
    made = scene()
    other = given.person(made.place.villages[0], name="周二")
    Person.objects.filter(pk=other.pk).update(household=made.contracts[0].person.household)
    by = made.staff.township_officer
    given.fact(other, by, Fact.Kind.OTHER_POST, since=date(2026, 3, 1))
    (doubt,) = found(made, "V-06.household")

    assert other.pk in doubt.people


def test_a_cadres_family_is_doubted_only_where_the_rule_excludes_it():
    made = at_work()
    cadre = given.person(made.place.villages[0], name="周书记")
    home = made.contracts[0].person.household
    Person.objects.filter(pk=cadre.pk).update(household=home)
    by = made.staff.township_officer
    given.fact(cadre, by, Fact.Kind.CADRE, since=date(2025, 1, 1))
    assert not found(made, "V-07.kin")

    given.rule(made.place.county, "exclude.cadre_family", True, made.place.document)
    (doubt,) = found(made, "V-07.kin")
    assert doubt.contract == made.contracts[0] and doubt.shows["relative"] == "周书记"


def test_a_declared_relative_of_the_village_head_is_doubted_where_the_rule_excludes_it():
    made = at_work()
    given.rule(made.place.county, "exclude.cadre_family", True, made.place.document)
    head = given.user("village_head", at=made.place.villages[0], name="周主任")
    about = made.contracts[1].person
    Kinship.objects.create(user=head, person=about, relation="妹妹", declared_on=date(2026, 1, 5))
    (doubt,) = found(made, "V-07.kin")

    assert doubt.person == about and doubt.shows["relative"] == "周主任"


def test_somebody_a_fund_does_not_pay_for_is_doubted_and_a_blank_is_not():
    made = at_work()
    allowed = {"employment": ["脱贫户", "监测户"]}
    given.rule(made.place.county, "fund.categories", allowed, made.place.document)
    for contract, category in zip(made.contracts, ["一般农户", "脱贫户", ""], strict=True):
        Person.objects.filter(pk=contract.person_id).update(category=category)
    (doubt,) = found(made, "V-08.group")

    assert doubt.contract == made.contracts[0] and doubt.shows["category"] == "一般农户"


def test_days_from_the_birthday_past_the_last_limit_are_doubted():
    made = scene(holders=2)
    village, by = made.place.villages[0], made.staff.township_officer
    old = given.person(village, "陈老", date(1960, 10, 20))
    young = given.person(village, "陈小", date(2011, 1, 5))
    relaxed = given.person(village, "陈三", date(1961, 5, 5))
    for who in (old, young, relaxed):
        contract = given.holder(village, by, person=who)
        given.worked(contract, by, WORKED)
    doubts = {doubt.person: doubt.shows for doubt in found(made, "V-09.age")}

    assert doubts == {
        old: {"days": 3, "least": 16, "most": 65},
        young: {"days": 15, "least": 16, "most": 65},
    }
