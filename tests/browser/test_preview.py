"""The township officer looks at a month, tries a cap, and nothing has been written."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from payroll.models import PayRun
from tests import given

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 780}
SUMS = "section[aria-labelledby=sums] tbody tr"
LINES = "section[aria-labelledby=lines] tbody tr"


def test_a_month_is_looked_at_and_a_cap_is_tried(page, visit, shot):
    scene = given.scene(holders=12, villages=3)
    given.sheets(scene, "open")
    given.fact(scene.contracts[0].person, scene.staff.township_officer)

    visit(reverse("payroll:payrun-list"), as_=scene.staff.township_officer)
    page.get_by_role("link", name="发放预览").click()
    page.wait_for_url("**/payroll/preview/")
    page.get_by_role("button", name="查询").click()
    page.wait_for_url("**/payroll/preview/?month=2026-10*")
    expect(page.locator(SUMS)).to_contain_text("7,200.00")
    expect(page.get_by_text("复核前还需解决的事项")).to_be_visible()
    expect(page.locator(".office-count")).to_have_text("共 12 条。")
    shot("preview")
    page.get_by_placeholder("姓名、村或岗位").fill("李四3")
    page.locator("form[role=search] button").click()
    expect(page.locator(".office-count")).to_have_text("共 1 条。")
    expect(page.locator(LINES)).to_contain_text("李四3")

    page.get_by_role("link", name="政策试算").click()
    page.wait_for_url("**/payroll/what-if/?month=2026-10*")
    cap = page.get_by_label("每月补贴上限")
    cap.fill("很多")
    page.get_by_role("button", name="试算").last.click()
    expect(page.get_by_role("alert")).to_contain_text("值的形式应如")
    shot("what-if-wrong")
    page.get_by_label("每月补贴上限").fill("500")
    page.get_by_role("button", name="试算").last.click()
    expect(page.locator(SUMS)).to_contain_text("-1,200.00")
    expect(page.get_by_text("-3,600.00")).to_be_visible()
    shot("what-if")

    page.set_viewport_size(PHONE)
    shot("what-if-phone")
    visit(f"{reverse('payroll:preview')}?month=2026-10&area={scene.place.town.code}")
    expect(page.locator(SUMS)).to_contain_text("7,200.00")
    shot("preview-phone")
    assert not PayRun.objects.exists()
