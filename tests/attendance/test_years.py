"""The year's grade: from the months and the review, by two people; who fails is not renewed."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance import yearly
from attendance.models import YearGrade
from posts import renewals
from posts.models import Hire
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.months import Month
from project.kernel.steps import do
from tests import given, given_exits, given_grades
from tests.api.conftest import Program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
FAILED = "The assessment of 2026 was failed"


@pytest.fixture
def scene():
    scene = given.scene(holders=2, days=range(8, 9))
    scene.hires = [given_exits.placed(scene, contract) for contract in scene.contracts]
    return scene


def months(scene, contract, **grades):
    for name, grade in grades.items():
        month = Month(2026, int(name.removeprefix("m")))
        given_grades.month_graded(contract, month, grade, scene.staff)


def propose(scene, contract, **fields):
    fields = {"by": scene.staff.township_officer, "year": 2026} | fields
    return yearly.propose(contract, **fields)


def test_the_months_propose_the_year(scene):
    contract = scene.contracts[0]
    months(scene, contract, m7="qualified", m8="excellent", m9="excellent")

    made = propose(scene, contract)

    assert (made.grade, made.excellent, made.qualified, made.unqualified) == ("excellent", 2, 1, 0)


def test_a_grade_other_than_the_months_needs_the_review(scene):
    contract = scene.contracts[0]
    months(scene, contract, m9="qualified")

    with pytest.raises(Refused, match="write the review"):
        propose(scene, contract, grade="unqualified")
    assert propose(scene, contract, grade="unqualified", review="多次脱岗").grade == "unqualified"
    with pytest.raises(Refused, match="proposed or decided already"):
        propose(scene, contract)


def test_without_a_final_month_somebody_chooses(scene):
    with pytest.raises(Refused, match="No month of the year is final"):
        propose(scene, scene.contracts[0])


def test_a_year_is_graded_from_october_on(scene):
    with pytest.raises(Refused, match="from October on"):
        propose(scene, scene.contracts[0], year=2027)


def test_proposing_and_deciding_belong_to_two_people_and_two_roles(scene):
    contract, officer = scene.contracts[0], scene.staff.township_officer
    months(scene, contract, m9="qualified")
    with pytest.raises(PermissionDenied):
        propose(scene, contract, by=scene.staff.village_clerk)
    made = propose(scene, contract)
    given.appoint(officer, "township_leader", scene.place.town)

    with pytest.raises(NotThisPerson, match="You proposed this grade"):
        do(made, "decide", by=officer)
    with pytest.raises(IntegrityError, match="decided_by_another"), transaction.atomic():
        YearGrade.objects.filter(pk=made.pk).update(
            state="decided", decided_by=officer, decided_at=made.proposed_at
        )
    assert do(made, "decide", by=scene.staff.township_leader).state == "decided"


def test_what_is_decided_is_kept_and_what_is_sent_back_is_proposed_anew(scene):
    first, second = scene.contracts
    made = given_grades.year_failed(scene, first)
    with pytest.raises(DatabaseError), transaction.atomic():
        YearGrade.objects.filter(pk=made.pk).update(grade="excellent")

    sent = propose(scene, second, grade="qualified", review="全年")
    do(sent, "refuse", by=scene.staff.township_leader, note="请补充")

    assert propose(scene, second, grade="qualified", review="全年表现良好").state == "proposed"


def test_a_village_is_proposed_at_once_in_a_fixed_number_of_queries(scene):
    for contract in scene.contracts:
        months(scene, contract, m8="unqualified", m9="unqualified", m10="unqualified")

    with CaptureQueriesContext(connection) as queries:
        made = yearly.propose_all(scene.place.town.code, 2026, by=scene.staff.township_officer)

    assert [one.grade for one in made] == ["unqualified", "unqualified"]
    assert len(queries) < 15
    assert yearly.propose_all(scene.place.town.code, 2026, by=scene.staff.township_officer) == []


def test_who_failed_the_year_is_not_renewed_by_any_door(scene):
    given_grades.year_failed(scene, scene.contracts[0])
    failed, passed = scene.hires
    officer = scene.staff.township_officer

    found = renewals.review(renewals.ending(Hire.objects.all(), date(2026, 12, 31)))
    assert [any(FAILED in why for why in one.reasons) for one in found] == [True, False]
    with pytest.raises(Refused, match=FAILED):
        renewals.renew(failed, by=officer)
    _made, refused = renewals.renew_all([failed], by=officer)
    assert any(FAILED in why for _hire, reasons in refused for why in reasons)
    answer = Program(officer).post("/renewals", {"hires": [failed.pk]}).json()
    assert FAILED in " ".join(answer["items"][0]["refusals"])
    client = Client(headers={"accept-language": "en"})
    client.force_login(officer)
    page = client.get(reverse("posts:renewals")).content.decode()
    assert page.count(FAILED) == 1
