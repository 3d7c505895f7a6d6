"""The pages of work-for-relief: numbers that agree with the records and lead to them."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from project.kernel.months import Month
from reports.relief_sums import arrivals, course, overview, people
from tests import given, given_relief, given_results
from workrelief import records
from workrelief.lateness import lateness_of
from workrelief.models import Project, WageBatch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


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


def page(user, name="relief", **asked):
    client = Client()
    client.force_login(user)
    return client.get(reverse(f"reports:{name}"), asked)


def test_a_fund_line_shows_what_is_planned_paid_asked_for_and_to_be_expected(scene):
    (line,) = overview(Project.objects.all())

    assert (line.share.planned, line.share.paid, line.share.least) == (400000, 2400, 300000)
    assert (line.done, line.forecast.point) == (20, 12000)
    assert (line.forecast.low, line.forecast.high) == (2400, 21600)
    assert line.short  # 12,000 of the 300,000 asked for
    said = page(scene.staff.ndrc_officer).content.decode()
    assert reverse("workrelief:project", args=[scene.project.pk]) in said
    for text in ("0.24%", "40.00%", "30.00%", "1.20%", "2,400.00"):
        assert text in said


def test_the_course_of_the_share_adds_month_to_month(scene):
    standings = course(overview(Project.objects.all()))

    assert [one.month for one in standings] == [Month(2026, n) for n in (8, 9, 10, 11)]
    assert [one.amount for one in standings] == [1000000] * 4
    assert standings[0].paid == 0 and standings[-1].paid == 2400
    assert standings[-1].least == 300000


def test_filters_leave_what_was_asked_for(scene):
    reserve = given_relief.project(scene, name="另一个项目", year=2025)
    officer = scene.staff.ndrc_officer

    def projects(**asked):
        return {row["line"].project for row in page(officer, **asked).context["rows"]}

    assert projects() == {scene.project.pk}  # the other has no money yet
    assert projects(year=2025) == set() and projects(project=reserve.pk) == set()
    assert projects(fund="central_investment") == {scene.project.pk}
    assert projects(fund="provincial") == set()
    assert projects(area=scene.place.town.code, short="on") == {scene.project.pk}
    assert "faults" in page(officer, area="12").context


def test_people_and_days_are_counted_by_category_and_sex(scene):
    (group,) = people(Project.objects.all())

    listed = scene.project.members.count()
    assert (group.category, group.sex) == ("lifted", "m")
    assert (group.people, group.worked, group.days) == (listed, 2, 40)
    answer = page(scene.staff.ndrc_officer, "relief-people")
    assert answer.context["total"] == [listed, listed, 0, 2, 40, 40, 0]
    assert reverse("workrelief:member-list") + "?category=lifted" in answer.content.decode()


def test_lateness_is_that_of_the_batch_itself(scene):
    (found,) = arrivals(Project.objects.all())
    (batch,) = WageBatch.objects.all()
    late = lateness_of(WageBatch.objects.all())[batch.pk]

    assert (found.due_on, found.arrived_on, found.missing, found.days) == (
        late.due_on,
        late.arrived_on,
        late.missing,
        late.days,
    )
    assert found.missing == 1 and found.due_on == date(2026, 12, 1)
    assert page(scene.staff.ndrc_officer, "relief-late").status_code == 200


def test_wages_that_are_due_and_missing_are_late_every_day(scene):
    given.rule(scene.place.county, "relief.pay_cycle_days", 10, scene.place.document)

    (found,) = arrivals(Project.objects.all())
    (line,) = overview(Project.objects.all())

    assert (found.due_on, found.days, line.late) == (date(2026, 11, 10), 12, 1)
    said = page(scene.staff.ndrc_officer, "relief-late").content.decode()
    assert reverse("workrelief:wagebatch", args=[found.batch]) in said


def test_workbooks_hold_every_row(scene):
    officer = scene.staff.ndrc_officer

    rows = list(_opened(page(officer, format="xlsx")).values)
    assert len(rows) == 2 and rows[1][0] == scene.project.name and rows[1][8] == 2400
    assert _opened(page(officer, format="dispatch.xlsx"))["C6"].value == scene.project.name
    assert _opened(page(officer, format="ledger.xlsx"))["A6"].value == scene.project.number


def _opened(answer):
    return openpyxl.load_workbook(BytesIO(answer.content)).active


def test_people_of_another_county_see_nothing_and_other_roles_are_kept_out(scene):
    elsewhere = given.township("990188100000")
    stranger = given.user("ndrc_officer", at=elsewhere.county)

    for name in ("relief", "relief-people", "relief-late"):
        assert scene.project.name not in page(stranger, name).content.decode()
        assert page(given.user("sysadmin", at=scene.place.county), name).status_code == 403
    assert _opened(page(stranger, format="dispatch.xlsx"))["C6"].value is None


def test_the_pages_ask_as_often_for_many_projects_as_for_one(scene):
    officer = scene.staff.ndrc_officer
    few = [_asked(officer, name) for name in ("relief", "relief-people", "relief-late")]
    for _n in range(3):
        scene.project = given_relief.project(scene)
        given_relief.enter_funds(scene, [("central_investment", "500000", "200000")])

    many = [_asked(officer, name) for name in ("relief", "relief-people", "relief-late")]

    assert few == many


def _asked(user, name):
    page(user, name)
    with CaptureQueriesContext(connection) as queries:
        page(user, name)
    return len(queries)
