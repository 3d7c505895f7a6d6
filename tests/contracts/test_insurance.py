"""Who has no cover, and how one person or a whole village gets it (W-4)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from contracts import insurance
from contracts.models import Cover, InsurancePolicy
from contracts.selectors import without_cover
from project.kernel.guards import Refused
from tests import given, given_insurance, given_posts

pytestmark = pytest.mark.django_db
FIRST, LAST = given_posts.FIRST, given_posts.LAST


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_posts.office(villages=2)


@pytest.fixture
def post(scene):
    return given_posts.post(scene, headcount=5)


def policy(scene, area=None, first=FIRST, last=LAST):
    return insurance.add_policy(
        by=scene.staff.township_officer,
        area=area or scene.place.town,
        number="PICC-2027-1",
        insurer="人保财险",
        starts_on=first,
        ends_on=last,
    )


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as error:
        call(*args, **kwargs)
    return " ".join(error.value.messages)


def gaps(scene, day):
    return list(without_cover(scene.place.town.code, day).values_list("person__name", flat=True))


def test_a_contract_without_cover_is_a_gap_from_its_first_day(scene, post):
    made = given_posts.contract(scene, terms=post)

    found = without_cover(scene.place.town.code, date(2026, 11, 22)).get()

    assert (found, found.needed_from) == (made, FIRST)


def test_whoever_is_covered_on_the_day_is_no_gap(scene, post):
    made = given_posts.contract(scene, "in_force", terms=post)

    assert gaps(scene, FIRST) == []
    given_insurance.covered_until(made.person, date(2027, 6, 30), scene.staff.township_officer)
    assert gaps(scene, date(2027, 6, 30)) == []
    assert gaps(scene, date(2027, 7, 1)) == ["赵六"]


def test_thrown_away_and_ended_contracts_need_no_cover(scene, post):
    made = given_posts.contract(scene, terms=post)
    type(made).objects.filter(pk=made.pk).update(state="void")

    assert gaps(scene, FIRST) == []


def test_everybody_of_a_village_is_enrolled_at_once(scene, post):
    for name in ("赵六", "钱七"):
        given_posts.contract(scene, terms=post, who=given_posts.worker(scene, name))
    made = policy(scene)

    insurance.enrol(
        made, by=scene.staff.township_officer, starts_on=FIRST, area=scene.place.villages[0]
    )

    assert sorted(made.covers.values_list("person__name", flat=True)) == ["赵六", "钱七"]
    assert set(made.covers.values_list("starts_on", "ends_on")) == {(FIRST, LAST)}
    assert gaps(scene, FIRST) == []


def test_the_next_village_is_left_alone(scene, post):
    given_posts.contract(scene, terms=post)
    made = policy(scene)

    said = refused(
        insurance.enrol,
        made,
        by=scene.staff.township_officer,
        starts_on=FIRST,
        area=scene.place.villages[1],
    )

    assert "Nobody here is without cover" in said


def test_one_person_is_enrolled_alone_and_once(scene, post):
    first = given_posts.contract(scene, terms=post)
    given_posts.contract(scene, terms=post, who=given_posts.worker(scene, "钱七"))
    made, by = policy(scene), scene.staff.township_officer

    insurance.enrol(made, by=by, starts_on=FIRST, person=first.person)

    assert gaps(scene, FIRST) == ["钱七"]
    again = refused(insurance.enrol, made, by=by, starts_on=FIRST, person=first.person)
    assert "Nobody here is without cover" in again


def test_cover_begins_with_the_contract_not_before(scene, post):
    given_posts.contract(scene, terms=post, first=date(2027, 3, 1))
    made = policy(scene, first=date(2026, 12, 1), last=date(2027, 11, 30))

    insurance.enrol(
        made,
        by=scene.staff.township_officer,
        starts_on=date(2026, 12, 1),
        area=scene.place.town,
    )

    assert made.covers.get().starts_on == date(2027, 3, 1)


def test_a_policy_that_is_over_takes_nobody(scene, post):
    made = given_posts.contract(scene, terms=post)
    old = policy(scene, first=date(2026, 1, 1), last=date(2026, 12, 31))

    said = refused(
        insurance.enrol,
        old,
        by=scene.staff.township_officer,
        starts_on=FIRST,
        person=made.person,
    )

    assert said == "The policy ends on 2026-12-31; choose one that is still running."


def test_a_villages_policy_covers_that_village(scene, post):
    given_posts.contract(scene, terms=post)
    other = policy(scene, area=scene.place.villages[1])

    said = refused(
        insurance.enrol,
        other,
        by=scene.staff.township_officer,
        starts_on=FIRST,
        area=scene.place.villages[0],
    )

    assert said == "This policy was taken out for another area."


def test_a_policy_has_its_number_once_and_ends_after_it_begins(scene):
    policy(scene)

    assert refused(policy, scene) == "Policy PICC-2027-1 is entered already."
    assert "before the first day" in refused(policy, scene, last=FIRST - timedelta(days=1))


def test_insurance_belongs_to_the_township_officer_of_the_area(scene, post):
    made = given_posts.contract(scene, terms=post)
    kept = policy(scene)
    elsewhere = given.user("township_officer", given.township("990456100000").town)

    for by in (scene.staff.township_leader, scene.staff.village_clerk, elsewhere):
        with pytest.raises(PermissionDenied):
            insurance.enrol(kept, by=by, starts_on=FIRST, person=made.person)
    assert not Cover.objects.exists()
    assert InsurancePolicy.objects.count() == 1
