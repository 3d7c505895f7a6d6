"""The pages as people see them: three hundred holders, at the desk and on a phone."""

from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import expect

from attendance.models import Sheet
from contracts.models import Contract
from project.kernel.pages import url_of
from tests import given
from tests.browser import township
from tests.browser.hands import another_page

pytestmark = pytest.mark.django_db(transaction=True)

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "township-sample"
PHONE = {"width": 360, "height": 740}


def test_the_pages_of_a_township_are_worth_looking_at(page, visit, shot, request):
    clock = time_machine.travel("2026-11-09T15:30:00+08:00")
    clock.start()
    request.addfinalizer(clock.stop)
    scene = township.settled()
    officer, clerk = scene.staff.township_officer, scene.staff.village_clerk
    visit(reverse("index"), as_=officer)
    expect(page.locator("[data-rows] tbody tr").first).to_be_visible()
    shot("inbox")
    visit(url_of(scene.run))
    expect(page.locator(".office-row--held").first).to_be_visible()
    shot("payroll")
    visit(f"{reverse('attendance:sheet-list')}?month=2026-10")
    shot("sheets")
    visit(url_of(Sheet.objects.filter(state=Sheet.State.ACKNOWLEDGED).first()))
    shot("record")
    visit(reverse("reports:index"))
    expect(page.locator(".office-chart svg")).to_be_visible()
    shot("report")
    visit(url_of(Sheet.objects.filter(state=Sheet.State.OPEN).first()), as_=clerk)
    page.locator("[data-day='29']").first.click()
    shot("days")


def test_the_pages_fit_a_phone(page, visit, shot):
    scene = township.settled(holders=24)
    page.set_viewport_size(PHONE)
    visit(reverse("index"), as_=scene.staff.township_officer)
    shot("phone")
    for name, address in {
        "phone-run": url_of(scene.run),
        "phone-line": url_of(scene.run.lines.first()),
        "phone-sheet": url_of(Sheet.objects.first()),
        "phone-contract": url_of(Contract.objects.first()),
        "phone-people": reverse("registry:person-list"),
        "phone-report": reverse("reports:index"),
    }.items():
        visit(address)
        shot(name)


def test_a_ledger_is_looked_through_before_anything_is_written(page, visit, shot):
    given.country()
    for line in (SAMPLE / "areas.csv").read_text(encoding="utf-8-sig").splitlines()[1:]:
        code, name = line.split(",")[:2]
        given.area(code, name)
    officer = given.user("township_officer", at=given.area("990123100000", "云岭镇"), name="陈晓燕")

    visit(reverse("import-holders"), as_=officer)
    page.set_input_files("input[type=file]", SAMPLE / "holders-broken.xlsx")
    with another_page(page):
        page.locator("main button[type=submit]").click()
    shot("import-preview")

    faults = page.locator("table").first.locator("tbody tr")
    expect(faults.nth(6)).to_be_visible()
    assert not Contract.objects.exists()
