"""A place falls vacant with the contract; its report has a day, and a late one is V-27."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from posts import reminders, vacancies
from posts.models import Hire, Post, VacancyReport
from project.kernel.guards import NeedsReason, Refused
from project.site import papers_for
from tests import given, given_exits
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
LATE = "The report was due on 2026-11-15 and counts as late (V-27)."


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given.scene(holders=2)


@pytest.fixture
def hire(scene):
    """S-18: the exit is on 10 November; five days are allowed."""
    hire = given_exits.placed(scene, scene.contracts[0])
    given_exits.approved(scene, scene.contracts[0], last_day=date(2026, 11, 10))
    return Hire.objects.get(pk=hire.pk)


def test_a_place_is_vacant_from_the_day_after_the_last_working_day(scene, hire):
    (found,) = vacancies.vacated(Hire.objects.all())

    assert found.pk == hire.pk
    assert vacancies.vacant_since(found) == date(2026, 11, 11)
    assert vacancies.report_due(found) == date(2026, 11, 15)
    assert vacancies.refill_due(found) == date(2026, 11, 25)
    (post,) = Post.objects.with_vacancies()
    assert (post.held, post.vacancies) == (0, 1)


def test_whoever_leaves_next_week_still_holds_the_place(scene):
    given_exits.placed(scene, scene.contracts[0])
    given_exits.approved(scene, scene.contracts[0], last_day=date(2026, 11, 30))

    assert not vacancies.vacated(Hire.objects.all()).exists()
    assert Post.objects.with_vacancies().get().vacancies == 0


def test_a_report_on_the_eighteenth_is_late_and_needs_its_reason(scene, hire):
    officer = scene.staff.township_officer
    with time_machine.travel("2026-11-18T10:00:00+08:00"):
        with pytest.raises(NeedsReason) as refused:
            vacancies.report(hire=hire, by=officer)
        report = vacancies.report(hire=hire, by=officer, note="村里报送不及时")

    assert refused.value.messages[0] == LATE
    assert (report.due_on, report.reported_on) == (date(2026, 11, 15), date(2026, 11, 18))
    assert report.is_late
    with pytest.raises(Refused):
        vacancies.report(hire=hire, by=officer, note="再报一次")
    with pytest.raises(DatabaseError), transaction.atomic():
        VacancyReport.objects.update(reported_on=date(2026, 11, 12))


def test_a_report_within_five_days_is_in_time(scene, hire):
    with time_machine.travel("2026-11-15T22:00:00+08:00"):
        report = vacancies.report(hire=hire, by=scene.staff.township_officer)

    assert not report.is_late


def test_a_held_place_and_another_role_report_nothing(scene, hire):
    other = given_exits.placed(scene, scene.contracts[1])

    with pytest.raises(Refused):
        vacancies.report(hire=other, by=scene.staff.township_officer)
    with pytest.raises(PermissionDenied):
        vacancies.report(hire=hire, by=scene.staff.village_clerk)


def test_the_late_place_waits_in_the_inbox_of_whoever_reports(scene, hire):
    (line,) = [one for one in reminders.lines(scene.staff.township_officer) if "hire=" in one.url]

    assert (line.due, line.late) == (date(2026, 11, 15), True)
    assert reminders.lines(scene.staff.village_clerk) == []


def test_the_pages_name_the_late_report_and_take_its_reason(scene, hire):
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.staff.township_officer)

    listed = client.get(reverse("posts:vacancy-list")).content.decode()
    assert "Late (V-27)" in listed and "2026-11-15" in listed
    address = reverse("posts:vacancy-report")
    assert LATE in client.post(address, {"hire": hire.pk}).content.decode()
    answer = client.post(address, {"hire": hire.pk, "note": "村里报送不及时"})

    report = VacancyReport.objects.get()
    assert answer.url == reverse("posts:vacancyreport", args=[report.pk])
    assert "村里报送不及时" in client.get(answer.url).content.decode()
    (form,) = papers_for(report)
    assert client.get(form.url).content[:5] == b"%PDF-"
    assert client.get(form.workbook).status_code == 200


def test_the_api_answers_with_the_same_sentence(scene, hire):
    officer = Program(scene.staff.township_officer)

    late = officer.post("/vacancy-reports", {"hire": hire.pk})
    assert (late.status_code, late.json()["refusals"][0]) == (409, LATE)
    made = officer.post("/vacancy-reports", {"hire": hire.pk, "note": "村里报送不及时"})

    assert (made.status_code, made.json()["is_late"]) == (201, True)
    stranger = given.user("township_officer", at=given.township("990123101000").town)
    assert Program(stranger).post("/vacancy-reports", {"hire": hire.pk}).status_code == 422
