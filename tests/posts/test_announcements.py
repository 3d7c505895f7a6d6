"""What comes up announces itself 90, 30 and 7 days ahead."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from posts import announcements, reminders
from tests import given, given_exits

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """It is 22 November: one contract ends in 39 days, one in 6, one worker turns 66 in 8."""
    scene = given.scene(holders=1)
    officer, village = scene.staff.township_officer, scene.place.villages[0]
    soon = given.holder(village, officer, name="赵一", ends_on=date(2026, 11, 28))
    older = given.person(village, name="钱二", born=date(1960, 11, 30))
    aged = given.holder(
        village, officer, person=older, starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 27)
    )
    for contract in (*scene.contracts, soon, aged):
        given_exits.placed(scene, contract)
    return scene


def found(user):
    return [(one.kind, one.hire.person.name, one.day) for one in announcements.announced(user)]


def test_contracts_and_ages_announce_themselves_by_their_day(scene):
    assert found(scene.staff.township_officer) == [
        ("ending", "赵一", date(2026, 11, 28)),
        ("age", "钱二", date(2026, 11, 30)),
        ("ending", "李四0", date(2026, 12, 31)),
    ]


def test_each_is_counted_in_every_window_it_lies_in(scene):
    counted = announcements.counts(announcements.announced(scene.staff.township_officer))

    assert counted["ending"] == {90: 2, 30: 1, 7: 1}
    assert counted["age"] == {90: 1, 30: 1, 7: 0}
    assert counted["subsidy"] == {90: 0, 30: 0, 7: 0}


def test_months_used_up_announce_themselves_with_the_contract(scene):
    given_exits.years(scene, "孙三", date(1974, 6, 1), 2024)

    assert ("subsidy", "孙三", date(2026, 12, 31)) in found(scene.staff.township_officer)


def test_they_stand_in_the_inbox_as_counts_that_open_the_page(scene):
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.staff.township_officer)
    with translation.override("en"):
        lines = reminders.lines(scene.staff.township_officer)
        inbox = client.get(reverse("index")).content.decode()

    assert [line.what for line in lines if line.step == "Contract ends"] == [
        "2 within 90 days",
        "1 within 30 days",
        "1 within 7 days",
    ]
    assert "2 within 90 days" in inbox
    page = client.get(f"{reverse('posts:announcements')}?kind=age&within=30")
    assert [one.hire.person.name for one in page.context["found"]] == ["钱二"]


def test_nothing_of_another_township_is_announced(scene):
    stranger = given.user("township_officer", at=given.township("990123101000").town)

    assert found(stranger) == []
    assert reminders.lines(stranger) == []
