"""Paid by the hour and by the task: the standard times what was done, as far as rules pay it."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

import payroll.papers
from payroll import flows
from payroll.explain import explain
from payroll.models import PayLine
from tests import given, given_changes, given_hours, given_insurance

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_hours.scene()


def worked(scene, numbers):
    given_hours.told(scene.one, scene.staff.township_officer, numbers)


def paid(scene):
    return PayLine.objects.get(run=given.pay_run(scene), item="post_subsidy")


def test_twenty_two_yuan_an_hour_of_jingjiang_to_the_end(scene):
    given_hours.profile(scene)
    worked(scene, {8: 4, 9: 3.5, 12: 0.25})

    line = paid(scene)

    assert (line.quantity, line.days_worked, line.amount) == (
        Decimal("7.75"),
        3,
        Decimal("170.50"),
    )
    assert line.sheet_line.quantity == Decimal("7.75")
    assert explain(line).why == [
        "In October 2026 7.75 hours on 3 days are paid: on the 8 (4 hours), 9 (3.5 hours), "
        "12 (0.25 hours).",
        "22.00 yuan an hour × 7.75 hours = 170.50 yuan.",
    ]


def test_hours_above_those_of_a_day_are_not_paid_and_told(scene):
    """R-30: at most four hours a day."""
    given_hours.profile(scene)
    worked(scene, {8: 5.5, 9: 4, 12: 9})

    line = paid(scene)
    told = explain(line)

    assert (line.quantity, line.amount) == (12, Decimal("264.00"))
    assert (told.recorded_words, told.quantity_words) == ("18.5 hours", "12 hours")
    assert told.why[0].endswith(
        "9 (4 hours), 12 (4 hours). “江苏靖江2025年临时公益性岗位” pays at most 4 hours a day. "
        "Above them, and not paid: 8 (1.5 hours), 12 (5 hours)."
    )
    assert [(one.day[-2:], one.recorded, one.paid) for one in told.measured] == [
        ("08", "5.5", "4"),
        ("09", "4", "4"),
        ("12", "9", "4"),
    ]
    assert "attendance.max_hours_day" in [rule.code for rule in told.rules]


def test_days_after_the_last_one_that_is_paid_are_told(scene):
    """R-30: at most twenty-four days a month; days without an hour are none of them."""
    given_hours.profile(scene)
    worked(scene, dict.fromkeys(range(1, 28), 2) | {3: 0})

    line = paid(scene)

    assert (line.quantity, line.amount) == (48, Decimal("1056.00"))
    assert explain(line).why[0].endswith("not paid: 26 (2 hours), 27 (2 hours).")


def test_without_such_rules_every_hour_is_paid(scene):
    worked(scene, dict.fromkeys(range(1, 32), 8))

    line = paid(scene)

    assert (line.quantity, line.amount) == (248, Decimal("5456.00"))


def test_a_sum_a_piece_is_paid_for_each_piece():
    scene = given_hours.scene("task", "15.55")
    given_hours.profile(scene)
    worked(scene, {8: 7, 9: 10})

    line = paid(scene)

    assert (line.quantity, line.amount) == (17, Decimal("264.35"))
    assert explain(line).why[-1] == "15.55 yuan a piece × 17 pieces = 264.35 yuan."


def test_it_is_rounded_once_and_half_up():
    scene = given_hours.scene(standard="10.10")
    worked(scene, {8: 0.25, 9: 0.5})  # 2.525 + 5.05

    assert paid(scene).amount == Decimal("7.58")


def test_each_hour_is_paid_under_the_standard_of_its_day(scene):
    worked(scene, {8: 4, 15: 3, 16: 2, 20: 1})
    given_changes.in_force(scene, scene.one, standard=Decimal("25.00"))

    line = paid(scene)

    assert (line.quantity, line.amount) == (10, Decimal("229.00"))
    assert explain(line).why[1] == (
        "The standard changed in the month (22.00 yuan from Oct. 1, 2026 on, 25.00 yuan from "
        "Oct. 16, 2026 on): 22.00 × 7 + 25.00 × 3 = 229.00 yuan."
    )


def test_days_without_insurance_wait_with_their_own_hours(scene):
    by = scene.staff.township_officer
    given_insurance.covered_until(scene.one.person, date(2026, 10, 10), by)
    worked(scene, {8: 4, 9: 3, 12: 2.5})

    lines = {line.item: line for line in given.pay_run(scene).lines.with_state()}

    insured, bare = lines["post_subsidy"], lines["uninsured_days"]
    assert (insured.quantity, insured.amount, insured.state) == (7, Decimal("154.00"), "payable")
    assert (bare.quantity, bare.amount, bare.state) == (Decimal("2.5"), Decimal("55.00"), "held")
    assert "12 (2.5 hours)" in explain(bare).why[0]


def test_the_cap_holds_for_hours_as_well(scene):
    given.rule(scene.place.county, "subsidy.cap", "800.00", scene.place.document)
    worked(scene, dict.fromkeys(range(1, 20), 4))

    line = paid(scene)

    assert (line.due, line.amount) == (Decimal("1672.00"), Decimal("800.00"))


def test_the_floor_is_not_for_hours(scene):
    given.rule(scene.place.county, "subsidy.floor", "435.00", scene.place.document)
    worked(scene, dict.fromkeys(range(8, 24), 1))

    assert paid(scene).amount == Decimal("352.00")


def test_a_suspended_day_pays_no_hour(scene):
    worked(scene, {8: 4, 13: 4, 20: 2})
    given_changes.suspended(scene, scene.one, until=date(2026, 10, 16))

    line = paid(scene)

    assert (line.quantity, line.amount) == (6, Decimal("132.00"))


def test_before_the_sheet_is_confirmed_the_hours_so_far_are_computed(scene):
    given.sheets(scene, "open")
    worked(scene, {8: 4})
    by = scene.staff.township_officer

    (run,) = flows.prepare(scene.month, scene.place.town.code, by=by)

    line = run.lines.get()

    assert (line.sheet_line, line.quantity, line.amount) == (None, 4, Decimal("88.00"))
    assert explain(line).why[0].endswith("on the 8 (4 hours).")


def test_who_is_paid_by_days_has_no_hours():
    scene = given.scene(holders=2)

    lines = given.pay_run(scene).lines.all()

    assert {line.quantity for line in lines} == {None}
    assert {line.sheet_line.quantities for line in lines} == {None}


def test_page_program_and_papers_say_hours_times_rate(scene):
    worked(scene, {8: 4, 9: 3.5})
    line = paid(scene)
    by = scene.staff.township_officer
    client = Client(headers={"accept-language": "en"})
    client.force_login(by)

    page = client.get(f"/payroll/lines/{line.pk}/").content.decode()
    told = client.get(f"/api/v1/pay-lines/{line.pk}/explain").json()
    asked, detail = (payroll.papers.FILL[code](line.run, by) for code in ("F-11", "F-14"))
    slip = payroll.papers.FILL["F-33"](line, by)

    assert "22.00 yuan an hour × 7.5 hours = 165.00 yuan." in page and "7.5 hours" in page
    assert (told["quantity"], told["measured"][1]["recorded"]) == ("7.5", "3.5")
    assert (asked.rows[0]["quantity"], detail.rows[0]["note"]) == ("7.5小时", "22.00元×7.5小时")
    assert (slip.head["measured"], slip.head["per"]) == ("7.5 小时", "每小时")
    assert slip.rows[0]["words"].endswith("22.00 元/小时 × 7.5 小时 = 165.00 元。")
