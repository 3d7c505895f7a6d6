"""When work is due: plans, seasons, pauses, the calendar, and months that are too short."""

from datetime import date, datetime

import pytest

from attendance import plans
from attendance.selectors import grid
from payroll.models import PayLine
from policy.models import Rule
from project.kernel.months import SHANGHAI, Month
from registry.models import CalendarDay
from tests import given, given_days

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
FEBRUARY, OCTOBER = Month(2026, 2), Month(2026, 10)
SPRING = [*(date(2026, 2, day) for day in range(15, 24))]
MADE_UP = [date(2026, 2, 14), date(2026, 2, 28)]
FIXED = {"mode": "fixed", "days": 20}


@pytest.fixture
def scene():
    return given.scene(holders=2)


@pytest.fixture
def spring_festival():
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, works=works)
        for days, works in ((SPRING, False), (MADE_UP, True))
        for day in days
    )


def schedule(scene, month=OCTOBER, value=FIXED, title=""):
    village = scene.place.villages[0].code
    return plans.schedules(month, {village: value}).get((village, title))


def paid(scene):
    """What is required of each holder in the month's run, by the order of contracts."""
    given.pay_run(scene)
    lines = PayLine.objects.filter(standing=True).order_by("contract")
    return list(lines.values_list("required_days", "amount"))


def test_february_2026_requires_no_more_than_its_sixteen_working_days(scene, spring_festival):
    assert schedule(scene, FEBRUARY).required == 16
    assert schedule(scene, FEBRUARY, {"mode": "workdays"}).required == 16
    assert schedule(scene, FEBRUARY, {"mode": "calendar"}).required == 28


def test_weekdays_of_a_plan_give_way_to_holidays_and_take_days_in_their_place(
    scene, spring_festival
):
    given_days.plan(scene, weekdays=[1, 3, 5])

    days = schedule(scene, FEBRUARY).due

    assert [day for day in range(1, 29) if days >> day - 1 & 1] == [
        *(2, 4, 6, 9, 11, 13, 14, 25, 27, 28)
    ]


def test_the_posts_own_plan_goes_before_the_plan_of_all(scene):
    given_days.plan(scene, scene.place.town, days=18)
    given_days.plan(scene, days=12)
    given_days.plan(scene, days=8, title="护林员")

    assert schedule(scene).required == 12
    assert schedule(scene, title="护林员").required == 8


def test_outside_its_season_a_plan_says_nothing(scene):
    given_days.plan(scene, days=5, months=[6, 7])

    assert schedule(scene).required == 20
    assert schedule(scene, Month(2026, 7)).required == 5


def test_days_of_a_pause_are_not_required_until_it_is_taken_back(scene):
    officer = scene.staff.township_officer
    pause = plans.add_pause(
        by=officer,
        area=scene.place.villages[0],
        starts_on=date(2026, 10, 1),
        ends_on=date(2026, 10, 20),
        reason="秋收",
    )
    assert schedule(scene).required == 8  # 21-23 and 26-30 October

    plans.take_back(pause, by=officer)

    assert schedule(scene).required == 20


def test_a_moment_is_due_only_where_a_plan_names_weekday_and_hour(scene):
    contract = scene.contracts[0]
    monday = datetime(2026, 10, 19, 9, 0, tzinfo=SHANGHAI)
    assert plans.due_at(contract, monday) is None
    given_days.plan(
        scene, weekdays=[1], opens_at=monday.time(), closes_at=monday.replace(hour=11).time()
    )

    assert plans.due_at(contract, monday) is True
    assert plans.due_at(contract, monday.replace(hour=12)) is False
    assert plans.due_at(contract, monday.replace(day=20)) is False


def test_a_day_missed_is_shown_only_where_a_plan_says_it_was_due(scene):
    (sheet,) = given.sheets(scene, "open")
    assert "×" not in grid(sheet)[0][1]
    given_days.plan(scene, weekdays=[1])

    marks = grid(sheet)[0][1]

    assert [day for day, mark in enumerate(marks, 1) if mark == "×"] == [5, 26]


def test_payroll_requires_what_the_plan_of_the_post_says(scene):
    given_days.plan(scene, days=20, title="保洁员")

    assert paid(scene) == [(20, 450), (20, 450)]


def test_a_month_in_part_requires_its_days_only_by_rule(scene):
    late = given.holder(
        scene.place.villages[0], scene.staff.township_officer, starts_on=date(2026, 10, 19)
    )
    given.worked(late, scene.staff.township_officer, range(19, 24))
    code = "contract.part_month_lowers_required_days"
    given.rule(scene.place.county, code, True, scene.place.document)

    assert paid(scene) == [(15, 600), (15, 600), (10, 300)]


def test_a_month_in_part_requires_the_whole_number_without_that_rule(scene):
    late = given.holder(
        scene.place.villages[0], scene.staff.township_officer, starts_on=date(2026, 10, 19)
    )
    given.worked(late, scene.staff.township_officer, range(19, 24))

    assert paid(scene)[2] == (15, 200)


def test_leave_lowers_the_days_required_only_for_kinds_the_rule_names(scene):
    for contract, kind in zip(scene.contracts, ("injury", "personal"), strict=True):
        given_days.on_leave(scene, contract, date(2026, 10, 26), date(2026, 10, 30), kind=kind)
    Rule.objects.filter(code="attendance.required_days", area=scene.place.county).update(
        value={"mode": "workdays"}
    )
    given.rule(scene.place.county, "leave.lowers_required_days", ["injury"], scene.place.document)

    assert [required for required, _amount in paid(scene)] == [17, 22]
