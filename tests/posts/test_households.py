"""A household nobody of whom works is found from its members, helped, and cleared."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from posts import households
from posts.models import Hire, ZeroEmployment
from project.kernel.guards import Refused
from registry.models import Household
from tests import given, given_exits
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
WORKS = "李四0 works."
STILL = "Nobody of the household works yet, so it is not cleared (C-29)."


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    scene = given.scene(holders=1)
    scene.village = scene.place.villages[0]
    scene.person = given.person(scene.village, name="周八", born=date(1985, 4, 1))
    scene.home = scene.person.household
    return scene


def found():
    return set(households.without_work(Household.objects.all()).values_list("number", flat=True))


def recognised(scene):
    return households.recognise(
        household=scene.home, by=scene.staff.township_officer, applied_on=date(2026, 11, 2)
    )


def offers(scene, record, count):
    for day in range(1, count + 1):
        households.offer_job(
            record,
            by=scene.staff.township_officer,
            person=scene.person,
            offered_on=date(2026, 11, day),
            employer="县工业园",
            result="路远未去",
        )


def test_only_households_with_an_able_member_and_nobody_at_work_are_found(scene):
    officer = scene.staff.township_officer
    at_work = given.person(scene.village, name="吴九", born=date(1985, 4, 1))
    given.fact(at_work, officer, kind="务工", since=date(2026, 3, 1))
    given.person(scene.village, name="郑十", born=date(1950, 4, 1))
    given.person(scene.village, name="王一", born=date(1985, 4, 1), capacity="none")
    given.person(scene.village, name="孩子", born=date(2015, 4, 1))
    student = given.person(scene.village, name="学生", born=date(2006, 4, 1))
    given.fact(student, officer, kind="在校", since=date(2026, 9, 1))

    assert found() == {scene.home.number}


def test_one_member_at_work_is_enough(scene):
    brother = given.person(scene.village, name="周九", born=date(1990, 4, 1), household=scene.home)
    given.holder(scene.village, scene.staff.township_officer, person=brother)

    assert found() == set()


def test_a_woman_past_her_retirement_age_is_not_counted_on(scene):
    scene.person.sex, scene.person.born_on = "f", date(1974, 4, 1)
    scene.person.save()

    assert found() == set()


def test_a_household_that_works_is_not_recognised_and_says_who(scene):
    with pytest.raises(Refused) as refused:
        households.recognise(
            household=scene.contracts[0].person.household,
            by=scene.staff.township_officer,
            applied_on=date(2026, 11, 2),
        )

    assert refused.value.messages == [WORKS]


def test_a_household_is_recognised_once_at_a_time_by_those_whose_it_is(scene):
    recognised(scene)

    with pytest.raises(Refused):
        recognised(scene)
    with pytest.raises(PermissionDenied):
        households.recognise(
            household=scene.home, by=scene.staff.village_clerk, applied_on=date(2026, 11, 2)
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        ZeroEmployment.objects.create(
            area=scene.village,
            household=scene.home,
            applied_on=date(2026, 11, 2),
            recognised_on=date(2026, 11, 2),
            recognised_by=scene.staff.township_officer,
        )


def test_help_is_a_hire_or_as_many_job_offers_as_the_rule_wants(scene):
    record, officer = recognised(scene), scene.staff.township_officer
    facts = {"by": officer, "person": scene.person, "help_given": "推荐三次企业岗位"}

    offers(scene, record, 2)
    with pytest.raises(Refused) as refused:
        households.give_help(record, **facts)
    assert "2 of 3 recorded job offers (C-30)" in refused.value.messages[0]
    offers(scene, record, 0)
    households.offer_job(
        record,
        by=officer,
        person=scene.person,
        offered_on=date(2026, 11, 9),
        employer="县工业园",
        result="面试中",
    )
    assert households.give_help(record, **facts).helped_person == scene.person


def test_an_offer_is_recorded_once(scene):
    record = recognised(scene)
    offers(scene, record, 1)

    with pytest.raises(Refused):
        offers(scene, record, 1)


def test_a_household_is_cleared_when_somebody_works_and_not_before(scene):
    record, officer = recognised(scene), scene.staff.township_officer
    with pytest.raises(Refused) as refused:
        households.clear(record, by=officer)
    assert refused.value.messages == [STILL]

    held = given.holder(scene.village, officer, person=scene.person)
    hire = given_exits.placed(scene, held)
    Hire.objects.filter(pk=hire.pk).update(applied_on=date(2026, 11, 5))
    households.give_help(record, by=officer, person=scene.person, help_given="公益岗安置")
    record = households.clear(record, by=officer)

    assert (record.cleared_on, record.clearing) == (date(2026, 11, 22), "周八 works.")
    with pytest.raises(Refused):
        households.clear(record, by=officer)


def test_the_pages_lead_from_the_household_found_to_the_one_cleared(scene):
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.staff.township_officer)

    listed = client.get(reverse("posts:without-work-list")).content.decode()
    address = f"{reverse('posts:zeroemployment-recognise')}?household={scene.home.pk}"
    assert address in listed
    assert scene.home.number in client.get(address).content.decode()
    bad = client.post(
        address,
        {"household": scene.contracts[0].person.household.number, "applied_on": "2026-11-02"},
    )
    assert WORKS in bad.content.decode()
    made = client.post(address, {"household": scene.home.number, "applied_on": "2026-11-02"})

    record = ZeroEmployment.objects.get()
    page = client.get(made.url).content.decode()
    for deed in ("offer", "help", "clear"):
        assert reverse(f"posts:zeroemployment-{deed}", args=[record.pk]) in page
    clear = reverse("posts:zeroemployment-clear", args=[record.pk])
    assert STILL in client.post(clear, {}).content.decode()
    client.post(
        reverse("posts:zeroemployment-offer", args=[record.pk]),
        {
            "person": scene.person.pk,
            "offered_on": "2026-11-03",
            "employer": "县工业园",
            "result": "路远未去",
        },
    )
    assert "县工业园" in client.get(made.url).content.decode()
    given.holder(scene.village, scene.staff.township_officer, person=scene.person)
    client.post(clear, {})
    assert ZeroEmployment.objects.get().clearing == "周八 works."


def test_the_api_takes_the_same_way(scene):
    officer = Program(scene.staff.township_officer)
    works = {
        "household": scene.contracts[0].person.household.number,
        "applied_on": "2026-11-02",
    }
    assert officer.post("/zero-employment", works).json()["refusals"] == [WORKS]
    made = officer.post(
        "/zero-employment", {"household": scene.home.number, "applied_on": "2026-11-02"}
    )
    assert made.status_code == 201
    number = made.json()["id"]

    assert officer.post(f"/zero-employment/{number}/clear").json()["refusals"] == [STILL]
    facts = {"person": scene.person.pk, "help_given": "推荐"}
    helped = officer.post(f"/zero-employment/{number}/help", facts)
    assert helped.status_code == 409 and "C-30" in helped.json()["refusals"][0]
    stranger = given.user("township_officer", at=given.township("990123101000").town)
    assert Program(stranger).post(f"/zero-employment/{number}/clear").status_code == 404
    assert (
        Program(scene.staff.village_clerk).post(f"/zero-employment/{number}/clear").status_code
        == 403
    )
