"""Days in the browser: a large month by keyboard, doubts, places, a notice that falls."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from attendance.models import CheckIn, FlagReview, Sheet, WorkPlace
from attendance.photos import keep
from notices.models import Notice
from project.kernel.pages import url_of
from tests import given, given_days, given_hours
from tests.browser.hands import another_page, choose
from tests.given_phones import picture

pytestmark = pytest.mark.django_db(transaction=True)
# How much of the page the keys change: each its own cells, however many rows there are.
COUNT_CHANGES = """() => {
  window.changes = 0;
  const all = { attributes: true, characterData: true, childList: true, subtree: true };
  new MutationObserver((some) => { window.changes += some.length; }).observe(document.body, all);
}"""


def test_three_hundred_holders_are_filled_in_by_keyboard(page, visit, shot):
    scene = given.scene(holders=300, days=[8, 9])
    (sheet,) = given.sheets(scene, "open")
    given_days.on_leave(scene, scene.contracts[40], date(2026, 10, 12), date(2026, 10, 13))

    visit(url_of(sheet), as_=scene.staff.village_clerk)
    page.evaluate(COUNT_CHANGES)
    page.locator("[data-grid] tbody tr").nth(39).locator("[data-day='1']").focus()
    for key in ("1", "ArrowRight", "h", "Enter", "x", "Home", "PageDown", "End", "1"):
        page.keyboard.press(key)
    changes = page.evaluate("changes")
    shot("days-300")
    with another_page(page):
        page.locator("[data-grid-save]").click()

    expect(page.locator("[data-grid] tbody tr").nth(50).locator("[data-day='31']")).to_be_focused()
    booked = CheckIn.objects.filter(source=CheckIn.Source.BOOK).order_by("day")
    assert [(b.contract, b.day.day, str(b.worth)) for b in booked] == [
        (scene.contracts[39], 1, "1.0"),
        (scene.contracts[39], 2, "0.5"),
        (scene.contracts[50], 31, "1.0"),
    ]
    expect(page.locator("[data-day='12']", has_text="△")).to_have_count(1)
    assert 0 < changes < 60


def test_hours_are_typed_into_the_grid(page, visit):
    """Digits and a point make the number of a cell; leaving it and coming back begins anew."""
    scene = given_hours.scene()
    (sheet,) = given.sheets(scene, "open")

    visit(url_of(sheet), as_=scene.staff.village_clerk)
    first = page.locator("[data-grid] tbody tr [data-day='1']")
    first.focus()
    for key in ("3", ".", "5", "ArrowRight", "1", "2", "ArrowRight", "8", "Delete"):
        page.keyboard.press(key)
    expect(first).to_have_text("3.5")
    expect(page.locator("[data-grid] .grid-total").last).to_have_text("15.5")
    with another_page(page):
        page.locator("[data-grid-save]").click()

    expect(page.locator("[data-grid] tbody tr [data-day='2']")).to_have_text("12")
    expect(page.locator("[data-grid] .grid-total").last).to_have_text("15.5")
    booked = CheckIn.objects.order_by("day").values_list("day__day", "worth", "quantity")
    assert list(booked) == [(1, 1, Decimal("3.50")), (2, 1, Decimal("12.00"))]


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
    with another_page(page):
        page.locator("[data-rows] tbody a", has_text="李四1").click()
    expect(page.locator(".office-pictures img")).to_have_count(2)
    shot("doubt")
    visit(reverse("attendance:flag-decide", args=[flag.pk]))
    page.locator("input[name=decision]").nth(1).check(force=True)
    page.locator("textarea[name=reason]").fill("照片重复使用")
    with another_page(page):
        page.locator("main form button[type=submit]").click()

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
    with another_page(page):
        page.locator("main form button[type=submit]").click()
    visit(url_of(sheet), as_=scene.staff.village_clerk)
    page.locator("[data-day='5']").focus()
    page.keyboard.press("1")
    with another_page(page):
        page.locator("[data-grid-save]").click()

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
    choose(page, "area", value="990123100200")
    shot("place")
    with another_page(page):
        page.locator("main form button[type=submit]").click()

    place = WorkPlace.objects.get()
    assert (str(place.longitude), str(place.latitude)) == ("104.065735", "30.659462")
