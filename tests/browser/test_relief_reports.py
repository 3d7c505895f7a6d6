"""The report on projects is read on a desk and on a phone, with nothing cut off."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests import given, given_relief, given_results
from tests.browser.hands import another_page
from workrelief import records

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene():
    """Two people worked October; the bank credited one and sent one back."""
    made = given_relief.scene()
    members = given_relief.placed(made, given_relief.enlist(made, 2))
    given_relief.worked(made, members)
    given_relief.batch(made)
    town = made.place.town.code
    (run,) = given.payroll.prepare(made.month, town, by=made.staff.township_officer)
    run = given.walk(made, run, "sent")
    given_results.answered(run, made.staff.finance_officer, back=(2,))
    owner = made.staff.relief_owner
    records.report_progress(made.project, by=owner, on=date(2026, 11, 1), percent=Decimal(20))
    return made


def test_shares_people_and_lateness_are_read_on_desk_and_phone(page, visit, scene, shot):
    page.set_viewport_size({"width": 1366, "height": 768})
    visit("/reports/relief/", as_=scene.staff.ndrc_officer)
    expect(page.locator("h1")).to_have_text("劳务报酬占比")
    expect(page.locator("main")).to_contain_text("0.24%")
    expect(page.locator("main svg")).to_have_count(2)
    shot("relief-report")

    with another_page(page):
        page.get_by_role("link", name="务工人数与工日", exact=True).click()
    expect(page.locator("main")).to_contain_text("脱贫")
    shot("relief-people")

    with another_page(page):
        page.get_by_role("link", name="报酬逾期情况", exact=True).click()
    expect(page.locator("main svg")).to_have_count(1)
    shot("relief-late")

    page.set_viewport_size({"width": 360, "height": 780})
    visit("/reports/relief/")
    expect(page.locator("main")).to_contain_text("0.24%")
    shot("relief-report-360")
