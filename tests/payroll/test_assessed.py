"""S-08: where months are assessed, nobody is paid before the grade is final and told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from attendance import assessing
from attendance.models import Assessment
from payroll import checks, flows
from payroll.models import PayRun
from project.kernel.guards import Refused, refusals
from project.kernel.months import Month
from project.kernel.steps import do
from tests import given, given_grades

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given.scene(holders=2)


def prepared(scene):
    (run,) = flows.prepare(scene.month, scene.place.town.code, by=scene.staff.township_officer)
    return run


def assessed(scene):
    """Final sheets, and opened assessments beside them."""
    given.sheets(scene)
    given_grades.rules(scene)
    assessing.open_assessments(scene.month, scene.place.town.code, by=scene.staff.township_officer)
    return list(Assessment.objects.order_by("contract"))


def test_pay_waits_until_everybody_was_told(scene):
    first, second = assessed(scene)
    given_grades.final(scene, first)
    given_grades.scored(scene, second)
    run = prepared(scene)

    with pytest.raises(Refused) as refused:
        do(run, "confirm", by=scene.staff.township_reviewer)

    assert refused.value.messages == [
        "李四1 (青石村0): the month's assessment is not final; it is “Graded, the worker not told "
        "yet”. The worker is told before anything is paid."
    ]
    told = do(second, "notify", by=scene.staff.village_clerk, how="slip", agrees=True)
    do(told, "finalise", by=scene.staff.township_reviewer)
    run = do(prepared(scene), "confirm", by=scene.staff.township_reviewer)
    assert run.state == "confirmed"


def test_a_grade_that_became_final_later_wants_the_run_prepared_anew(scene):
    first, second = assessed(scene)
    given_grades.final(scene, first)
    run = prepared(scene)
    given_grades.final(scene, second)

    with pytest.raises(Refused, match="Prepare it again"):
        do(PayRun.objects.get(pk=run.pk), "confirm", by=scene.staff.township_reviewer)


def test_who_was_never_assessed_is_named(scene):
    given.sheets(scene)
    given_grades.rules(scene)

    found = refusals(prepared(scene).confirm, by=scene.staff.township_reviewer)

    assert [sentence for sentence in found if "not opened" in sentence] == found
    assert len(found) == 2


def test_where_months_are_not_assessed_nobody_waits(scene):
    given.sheets(scene)

    assert do(prepared(scene), "confirm", by=scene.staff.township_reviewer).state == "confirmed"


def test_many_are_named_up_to_ten_and_the_rest_counted():
    scene = given.scene(holders=13)
    given.sheets(scene)
    given_grades.rules(scene)
    run = prepared(scene)

    with CaptureQueriesContext(connection) as queries:
        found = checks.assessments_are_final.failures(run)

    assert (len(found), found[-1]) == (11, "and 3 more people")
    assert len(queries) <= 4


def test_another_months_assessment_is_no_answer(scene):
    given.sheets(scene)
    given_grades.rules(scene)
    for contract in scene.contracts:
        given_grades.month_graded(contract, Month(2026, 9), "qualified", scene.staff)

    assert len(checks.assessments_are_final.failures(prepared(scene))) == 2
