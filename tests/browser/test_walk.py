"""People at their pages: each does what is theirs, and reads why the rest cannot be done."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from attendance.models import CheckIn, Sheet
from payroll.models import PayRun
from project.kernel.pages import url_of
from project.kernel.steps import FLOWS
from tests import given
from tests.browser.hands import another_page

pytestmark = pytest.mark.django_db(transaction=True)


def press(page):
    with another_page(page):
        page.locator("main button[type=submit]").click()


def take(visit, record, step, who, **fields):
    """Take one step on its page, as the person whose turn it is."""
    model = type(record)
    address = reverse(f"{model._meta.label_lower.replace('.', ':')}-step", args=[record.pk, step])
    page = visit(address, as_=who)
    for name, value in fields.items():
        page.locator(f"input[name={name}], textarea[name={name}]").fill(str(value))
    press(page)
    return page


def walk(visit, record, steps, staff):
    for step, who, details in steps:
        page = take(visit, record, step, getattr(staff, who), **details)
        assert page.url.endswith(url_of(record)), page.locator("main").inner_text()


def test_somebody_signs_in_and_finds_what_waits(page, live_server):
    scene = given.scene(holders=2)
    head = scene.staff.village_head
    head.set_password("correct-horse-battery")
    head.save()
    given.sheets(scene, "open")

    page.goto(f"{live_server.url}/")
    page.fill("input[name=username]", head.username)
    page.fill("input[name=password]", "correct-horse-battery")
    press(page)

    expect(page.locator("[data-rows] tbody tr")).to_have_count(1)
    page.locator("[data-rows] a").click()
    expect(page.locator("h1")).to_have_text(str(FLOWS[Sheet].verbs["confirm"].title))


def test_a_sheet_is_walked_to_its_final_state_through_its_pages(visit):
    scene = given.scene(holders=2)
    (sheet,) = given.sheets(scene, "open")

    walk(visit, sheet, given.SHEET_WALK, scene.staff)

    assert Sheet.objects.get().state == Sheet.State.FINAL


def test_a_run_is_walked_to_the_bank_through_its_pages(visit):
    scene = given.scene(holders=2)
    run = given.pay_run(scene)

    walk(visit, run, given.RUN_WALK, scene.staff)

    assert PayRun.objects.get().state == PayRun.State.SENT
    page = visit(url_of(run.files.get()))
    expect(page.locator("tbody tr")).to_have_count(2)


def test_a_step_that_is_refused_shows_its_sentence(visit):
    scene = given.scene(holders=2)
    run = given.pay_run(scene, "confirmed")
    given.do(Sheet.objects.get(), "send_back", by=scene.staff.township_officer, note="天数有误")

    page = visit(url_of(run), as_=scene.staff.township_officer)
    expect(page.locator(".office-steps .office-why").first).to_contain_text("青石村0")
    visit(reverse("payroll:payrun-step", args=[run.pk, "publicise"]))

    expect(page.locator(".office-note--stop")).to_contain_text("青石村0")
    expect(page.locator("main form button[type=submit]")).to_have_count(0)


def test_a_bulk_step_names_those_it_cannot_be_applied_to(visit):
    scene = given.scene(holders=3, villages=3)
    given.sheets(scene, "open")
    behind = Sheet.objects.order_by("pk").first()
    given.do(behind, "confirm", by=scene.staff.village_head)

    page = visit(reverse("attendance:sheet-list"), as_=scene.staff.village_head)
    page.check("[data-pick-all]")
    with another_page(page):
        page.locator("button[formaction*=confirm]").click()
    expect(page.locator(".office-cannot dt")).to_have_text([str(behind)])
    with another_page(page):
        page.locator("main form button[type=submit]").click()

    expect(page.locator(".office-cannot dt")).to_have_text([str(behind)])
    assert set(Sheet.objects.values_list("state", flat=True)) == {Sheet.State.CONFIRMED}


def test_days_are_filled_in_from_the_keyboard_and_saved_at_once(visit):
    scene = given.scene(holders=2, days=range(8, 11))
    (sheet,) = given.sheets(scene, "open")

    page = visit(url_of(sheet), as_=scene.staff.village_clerk)
    page.locator("[data-grid] [data-day='1']").first.focus()
    for key in ("1", "ArrowRight", "h", "ArrowRight", "Space", "Delete", "ArrowDown", "Space"):
        page.keyboard.press(key)
    expect(page.locator(".grid-total").nth(1)).to_have_text("4.5")
    with another_page(page):
        page.locator("[data-grid-save]").click()

    booked = CheckIn.objects.filter(source=CheckIn.Source.BOOK).order_by("contract", "day")
    assert [(b.day.day, str(b.worth)) for b in booked] == [(1, "1.0"), (2, "0.5"), (3, "1.0")]


def test_a_day_a_machine_recorded_is_not_edited_away(visit):
    scene = given.scene(holders=1, days=[8])
    (sheet,) = given.sheets(scene, "open")

    page = visit(url_of(sheet), as_=scene.staff.village_clerk)
    cell = page.locator("[data-day='8']")
    cell.focus()
    page.keyboard.press("Delete")
    page.keyboard.press("h")

    expect(cell).to_have_text("√")
    expect(page.locator("[data-grid-save]")).to_be_disabled()
