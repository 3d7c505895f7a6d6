"""Three hundred contracts end with the year: one page judges them, one press renews them."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from contracts.models import Contract
from posts.tasks import renew
from project.kernel.models import Job
from tests import given_renewals
from tests.browser.hands import another_page

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 41  # one more than are renewed while the page waits
PHONE = {"width": 360, "height": 740}


def chosen(page):
    return page.locator("input[name=pk]:checked")


def refused_are_listed(page):
    """Each of those that may not be renewed, with every reason."""
    expect(page.locator(".office-count")).to_contain_text("可续签276份，不能续签24份")
    refused = page.locator("section").filter(has=page.get_by_role("heading", name="不能续签"))
    expect(refused.locator("tbody tr")).to_have_count(24)
    expect(refused.locator("tbody tr").nth(1).locator("li")).to_have_count(3)


def test_three_hundred_contracts_are_renewed_from_one_page(page, visit, shot):
    scene = given_renewals.year_end(holders=300, blocked=24)
    visit(reverse("posts:renewals"), as_=scene.staff.township_officer)

    refused_are_listed(page)
    shot("renewals")
    page.get_by_role("link", name="查看可以续签的").click()
    count, press = page.locator("[data-picked]"), page.locator(".office-bulk button")
    every = page.get_by_label("全选本页").last
    every.uncheck()
    expect(count).to_have_text("已选: 0")
    expect(press).to_be_disabled()
    every.check()
    chosen(page).first.uncheck()
    expect(count).to_have_text("已选: 275")
    expect(every).not_to_be_checked()
    shot("renewals-chosen")
    every.check()
    every.uncheck()
    for row in page.locator("input[name=pk]").all()[:MANY]:
        row.check()
    expect(chosen(page)).to_have_count(MANY)
    numbers = [int(box.get_attribute("value")) for box in chosen(page).all()]
    with another_page(page):
        press.click()
    shot("renewals-asked")

    left = Contract.objects.filter(renews__isnull=False)
    assert not left.exists()
    renew.func(Job.objects.get().pk, numbers, "2026-12")
    expect(page.locator("#progress")).to_contain_text(f"{MANY} / {MANY}")
    with another_page(page):
        page.get_by_role("link", name="查看结果").click()
    expect(page.locator(".office-count")).to_contain_text(f"可续签{276 - MANY}份，不能续签24份")
    with another_page(page):
        page.get_by_role("link", name=f"{MANY}份续签合同已起草").click()
    expect(page.locator(".office-count")).to_contain_text(str(MANY))
    assert left.count() == MANY


def test_the_page_fits_a_phone_and_names_every_cell(page, visit, shot):
    scene = given_renewals.year_end(holders=60, blocked=12)
    page.set_viewport_size(PHONE)

    visit(reverse("posts:renewals"), as_=scene.staff.township_officer)

    shot("phone-renewals")
    expect(page.locator("main td:not(.office-pick):not([data-label])")).to_have_count(0)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.get_by_label("全选本页").last).to_be_visible()
    shot("phone-renewals-end")
