"""A worker says on the phone that a day is wrong, and that a month is right."""

import pytest

from attendance.models import Acknowledgement, Correction
from tests import given

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene():
    made = given.scene(holders=1)
    given.sheets(made, "confirmed")
    return made


@pytest.fixture
def phone(handset, day, scene):
    made = handset()
    day.at("2026-11-22T08:00:00")
    made.enter(scene.contracts[0].person, scene.staff.village_clerk)
    made.page.goto(f"{made.site}/m/#days/2026-10")
    made.says("2026年10月：到今天算 15 天")
    return made


def test_a_worker_says_on_the_phone_that_the_month_is_right(phone, scene):
    phone.says("2026年10月的出勤对吗？")
    assert phone.fits()

    phone.page.get_by_role("button", name="对，没有错").click()
    phone.says("记下了，谢谢。")

    assert Acknowledgement.objects.get().line.contract == scene.contracts[0]


def test_a_worker_asks_for_a_day_and_sees_what_became_of_it(phone, scene):
    phone.page.get_by_text("有一天不对，我要更正").click()
    assert phone.fits()
    phone.page.locator("[name=day]").fill("2026-10-23")
    phone.page.locator("[name=reason]").fill("那天在清沟，手机没电")
    phone.page.get_by_role("button", name="发给村里").click()
    phone.says("原来不算，要改成算一天", "#corrections")

    asked = Correction.objects.get()
    assert (asked.contract, asked.day.isoformat()) == (scene.contracts[0], "2026-10-23")
    phone.page.get_by_text("有一天不对，我要更正").click()
    phone.page.locator("[name=day]").fill("2026-10-23")
    phone.page.locator("[name=reason]").fill("再说一次")
    phone.page.get_by_role("button", name="发给村里").click()
    phone.page.locator("#corrections .note.stop").wait_for()
    assert Correction.objects.count() == 1
