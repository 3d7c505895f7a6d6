"""Days in the browser: a large month by keyboard, doubts, places, a notice that falls."""

import time
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from attendance.models import CheckIn, FlagReview, Sheet, WorkPlace
from attendance.photos import keep
from notices.models import Notice
from project.kernel.pages import url_of
from tests import given, given_days
from tests.given_phones import picture

pytestmark = pytest.mark.django_db(transaction=True)


def test_three_hundred_holders_are_filled_in_by_keyboard(page, visit, shot):
    scene = given.scene(holders=300, days=[8, 9])
    (sheet,) = given.sheets(scene, "open")
    given_days.on_leave(scene, scene.contracts[40], date(2026, 10, 12), date(2026, 10, 13))

    began = time.monotonic()
    visit(url_of(sheet), as_=scene.staff.village_clerk)
    opened = time.monotonic() - began
    page.locator("[data-grid] tbody tr").nth(39).locator("[data-day='1']").focus()
    began = time.monotonic()
    for key in ("1", "ArrowRight", "h", "Enter", "x", "Home", "PageDown", "End", "1"):
        page.keyboard.press(key)
    pressed = time.monotonic() - began
    shot("days-300")
    began = time.monotonic()
    page.locator("[data-grid-save]").click()
    page.wait_for_load_state()
    saved = time.monotonic() - began

    print(f"opened {opened:.2f} s, nine keys {pressed:.2f} s, saved {saved:.2f} s")
    focused = page.evaluate(
        "[document.activeElement.dataset.day, document.activeElement.parentNode.rowIndex]"
    )
    assert focused == ["31", 51]
    booked = CheckIn.objects.filter(source=CheckIn.Source.BOOK).order_by("day")
    assert [(b.contract, b.day.day, str(b.worth)) for b in booked] == [
        (scene.contracts[39], 1, "1.0"),
        (scene.contracts[39], 2, "0.5"),
        (scene.contracts[50], 31, "1.0"),
    ]
    assert page.locator("[data-day='12']", has_text="△").count() == 1
    assert pressed < 5


def test_a_doubt_is_seen_picture_beside_picture_and_decided(page, visit, shot):
    scene = given.scene(holders=2)
    first, second = (contract.check_ins.get(day=date(2026, 10, 8)) for contract in scene.contracts)
    for entry in (first, second):
        keep(entry, picture("canal", size=(640, 480)))
    flag = given_days.doubt(second, check_in=first.pk, mirrored=False, bits=0)
    given_days.doubt(first, "outside_fence", False, place="村委会", metres=900, radius=200)

    visit(f"{reverse('attendance:flag-list')}?standing=waits", as_=scene.staff.township_reviewer)
    expect(page.locator("[data-rows] tbody tr")).to_have_count(1)
    visit(reverse("attendance:flag-list"))
    shot("doubts")
    page.locator("[data-rows] tbody a", has_text="李四1").click()
    expect(page.locator(".office-pictures img")).to_have_count(2)
    shot("doubt")
    visit(reverse("attendance:flag-decide", args=[flag.pk]))
    page.locator("input[name=decision]").nth(1).check(force=True)
    page.locator("textarea[name=reason]").fill("照片重复使用")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()

    assert FlagReview.objects.get().decision == "does_not"
    expect(page.locator("main")).to_contain_text("照片重复使用")


def test_days_on_notice_go_back_to_the_village_and_hang_anew(page, visit):
    """S-09 in the browser."""
    scene = given.scene(holders=1)
    (sheet,) = given.sheets(scene, "on_notice")
    visit(url_of(sheet), as_=scene.staff.village_clerk)
    expect(page.locator("[data-grid-save]")).to_have_count(0)

    visit(
        reverse("attendance:sheet-step", args=[sheet.pk, "send_back"]),
        as_=scene.staff.township_officer,
    )
    page.locator("textarea[name=note]").fill("更正一天")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()
    visit(url_of(sheet), as_=scene.staff.village_clerk)
    page.locator("[data-day='5']").focus()
    page.keyboard.press("1")
    page.locator("[data-grid-save]").click()
    page.wait_for_load_state()

    assert Notice.objects.get().state == "void"
    assert Sheet.objects.get().notice is None
    assert CheckIn.objects.filter(source=CheckIn.Source.BOOK, day=date(2026, 10, 5)).exists()


def test_a_place_is_taken_from_the_phone_that_stands_there(page, visit, shot):
    scene = given.scene(holders=1)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 104.065735, "latitude": 30.659462, "accuracy": 9})

    visit(reverse("attendance:place-add"), as_=scene.staff.township_officer)
    page.locator("[data-place]").click()
    expect(page.locator("[data-place-said]")).to_contain_text("9")
    page.locator("input[name=name]").fill("村委会")
    box = page.locator("vf-field-select[name=area]")
    box.click()
    box.locator("li[data-value='990123100200']").click()
    shot("place")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()

    place = WorkPlace.objects.get()
    assert (str(place.longitude), str(place.latitude)) == ("104.065735", "30.659462")
