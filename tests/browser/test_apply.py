"""Somebody applies on a small phone, and the village takes that up at its desk."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from posts.models import Application, Hire
from project.kernel.pages import url_of
from tests import given_applications, given_hires
from tests.browser import hands
from tests.browser.hands import another_page

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 740}
LARGE = re.compile(r"^(1[89]|[2-9]\d)(\.\d+)?px$")


def fits(page):
    """Nothing is wider than the phone, and what one reads and presses is large."""
    hands.fits(page)
    expect(page.locator("main")).to_have_css("font-size", LARGE)


def test_from_the_notice_on_the_phone_to_the_accepted_hire(page, visit, shot):
    cache.clear()
    scene = given_applications.scene()
    page.set_viewport_size(PHONE)

    visit(reverse("board-notice", args=[scene.call.notice_id]))
    shot("apply-1-notice")
    with another_page(page):
        page.get_by_role("link", name="报名", exact=True).click()
    fits(page)
    shot("apply-2-form")
    code = sent(page, shot, scene.person.id_number)
    fits(page)
    shot("apply-4-receipt")
    asked(page, code, scene.person.id_number)
    fits(page)
    shot("apply-5-asked")

    made = Application.objects.get()
    assert made.code == code
    taken_up(page, visit, shot, scene.staff.village_clerk)
    page.wait_for_url(f"**{url_of(made)}")
    shot("apply-7-accepted")
    assert Hire.objects.get().application == Application.objects.get(state="accepted")


def sent(page, shot, number):
    """Filled in, once with a digit too few, then right; the receipt."""
    page.get_by_label("您的姓名").fill("赵六")
    page.get_by_label("您的身份证号码").fill(number[:-1])
    page.get_by_label("您的手机号码").fill("139 1234 5678")
    with another_page(page):
        page.locator("main button").click()
    expect(page.locator("#id_id_number_error")).to_contain_text("17")
    expect(page.locator("#id_agrees_error")).to_be_visible()
    shot("apply-3-refused")
    page.get_by_label("您的身份证号码").fill(number)
    page.get_by_label("您的情况").select_option("weak")
    page.locator("[name=agrees]").check()
    with another_page(page):
        page.locator("main button").click()
    return page.locator("[data-receipt]").inner_text()


def asked(page, code, number):
    """What became of it, by the receipt and the end of the number."""
    with another_page(page):
        page.get_by_role("link", name="查报名结果").click()
    page.locator("[name=code]").fill(code)
    page.get_by_label("您的身份证号码后四位").fill(number[-4:])
    with another_page(page):
        page.locator("main button").click()
    expect(page.locator("[data-answer]")).to_contain_text("已收到")


def taken_up(page, visit, shot, clerk):
    """The village clerk opens what waits, ticks the papers and takes the application up."""
    page.set_viewport_size({"width": 1366, "height": 768})
    visit(reverse("index"), as_=clerk)
    with another_page(page):
        page.locator("[data-rows] a").first.click()
    shot("apply-6-step")
    for paper in given_hires.MATERIALS:
        page.locator(f"input[name={paper}]").check()
    with another_page(page):
        page.locator("main button[type=submit]").click()
