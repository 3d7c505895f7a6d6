"""The finance officer looks at a year of pay: sums, pictures with their words, another grouping."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import given_pay_sums
from tests.browser.hands import another_page

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 780}


def test_a_year_of_pay_is_looked_at_and_grouped_anew(page, visit, shot):
    scene = given_pay_sums.everything()
    visit(reverse("reports:index"), as_=scene.staff.finance_officer)
    with another_page(page):
        page.get_by_role("link", name="发放汇总").click()

    expect(page.get_by_role("heading", name="发放汇总")).to_be_visible()
    expect(page.locator(".office-chart svg")).to_have_count(3)
    expect(page.get_by_role("img", name=re.compile("逐月情况"))).to_be_visible()
    expect(page.locator(".office-note")).to_contain_text("2026-01")
    expect(page.locator("tfoot").first).to_contain_text("合计")
    shot("pay-sums")
    page.locator(".office-chart").first.scroll_into_view_if_needed()
    shot("pay-sums-charts")
    page.locator(".office-chart").last.scroll_into_view_if_needed()
    shot("pay-sums-lateness")

    page.get_by_label("汇总方式").select_option("household")
    with another_page(page):
        page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("row", name=re.compile("H-990123100000"))).to_be_visible()
    shot("pay-sums-households")

    page.set_viewport_size(PHONE)
    visit(f"{reverse('reports:pay')}?year=2026&by=fund")
    expect(page.locator(".office-chart svg").first).to_be_visible()
    shot("pay-sums-phone")
    page.locator(".office-chart").first.scroll_into_view_if_needed()
    shot("pay-sums-phone-charts")
    visit(f"{reverse('reports:pay')}?year=2019")
    expect(page.locator(".office-empty")).to_be_visible()
