"""Pictures are looked through by the keyboard alone, four on one screen."""

import pytest
from playwright.sync_api import expect

from attendance.models import CheckIn
from attendance.photos import keep
from inspections.models import Doubt, PhotoReview
from tests import given_cases, given_doubts, given_phones
from tests.browser.hands import another_page, fits

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_keys_answer_a_picture_and_the_next_one_comes(page, visit):
    scene = given_cases.unpaid(holders=5)
    for number, contract in enumerate(scene.contracts):
        entry = CheckIn.objects.filter(contract=contract).order_by("day").first()
        keep(entry, given_phones.picture(number))
        given_doubts.doubt(contract, scene.inspector)
    visit("/inspections/photos/", as_=scene.inspector)
    pictures = page.locator("[data-picture]")
    expect(pictures).to_have_count(4)
    fits(page)
    first = pictures.first.locator("input[name=photo]").input_value()
    expect(pictures.first).to_have_attribute("data-chosen", "")
    page.keyboard.press("ArrowRight")
    expect(pictures.nth(1)).to_have_attribute("data-chosen", "")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("1")
    with another_page(page):
        page.keyboard.press("Enter")
    expect(pictures.first.locator("input[name=photo]")).not_to_have_value(first)
    expect(pictures).to_have_count(4)
    page.keyboard.press("2")
    expect(pictures.first.locator("input[name=note]")).to_be_focused()
    page.keyboard.type("照片中是一名年轻男子")
    with another_page(page):
        page.keyboard.press("Enter")
    expect(pictures).to_have_count(3)
    expect(page.get_by_text("已保存，并生成待核查疑点。")).to_be_visible()
    assert list(PhotoReview.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "fine",
        "other",
    ]
    assert Doubt.objects.filter(pattern="V-01.seen").count() == 1
