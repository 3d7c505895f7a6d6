"""Assessments brought to a state by the people whose turn it is."""

from decimal import Decimal

from django.utils import timezone

import attendance.assessment_flows  # noqa: F401 - steps are known once their flow is
from attendance import assessing, yearly
from attendance.models import Assessment
from project.kernel.steps import do
from tests import given

LATE = [(Decimal(2), "迟到")]
SCORED_BY = {"village": "village_head", "township": "township_officer"}
SCORED_BY["review"] = "village_supervisor"


def rules(scene, mode="score", **more):
    """Months are assessed in the scene's county."""
    for code, value in ({"assessment.mode": mode} | more).items():
        given.rule(scene.place.county, code, value, scene.place.document)


def opened(scene, mode="score", **more):
    """The month's assessments of every holder."""
    rules(scene, mode, **more)
    given.sheets(scene, "open")
    assessing.open_assessments(scene.month, scene.place.town.code, by=scene.staff.township_officer)
    found = Assessment.objects.filter(contract__in=scene.contracts, month=scene.month)
    return list(found.order_by("pk"))


def score(scene, assessment, side, items=(), by=None):
    by = by or getattr(scene.staff, SCORED_BY[side])
    return do(assessment, f"score_{side}", by=by, deductions=list(items))


def scored(scene, assessment, village=(), township=(), review=()):
    """All three sides have scored, or the grade is given."""
    if assessment.mode == "grade":
        return do(assessment, "give_grade", by=scene.staff.village_head, grade="qualified")
    for side, items in (("village", village), ("township", township), ("review", review)):
        score(scene, assessment, side, items)
    return Assessment.objects.get(pk=assessment.pk)


def told(scene, assessment, **fields):
    scored(scene, assessment, **fields)
    return do(assessment, "notify", by=scene.staff.village_clerk, how="slip", agrees=False)


def final(scene, assessment, **fields):
    scored(scene, assessment, **fields)
    do(assessment, "notify", by=scene.staff.village_clerk, how="slip", agrees=True)
    return do(assessment, "finalise", by=scene.staff.township_reviewer)


def appealed(scene, assessment, text="那天请过假", **fields):
    told(scene, assessment, **fields)
    return do(assessment, "appeal", by=scene.staff.village_clerk, text=text)


def month_graded(contract, month, grade, staff):
    """A final month of another time, as the services leave it."""
    now = timezone.now()
    return Assessment.objects.create(
        state="final",
        area_id=contract.area_id,
        contract=contract,
        month=month,
        mode="grade",
        grade=grade,
        graded_by=staff.village_head,
        graded_at=now,
        told_how="slip",
        told_by=staff.village_clerk,
        told_at=now,
        final_by=staff.township_reviewer,
        final_at=now,
        opened_by=staff.township_officer,
    )


def year_failed(scene, contract, year=2026):
    """A year that two people graded as failed."""
    made = yearly.propose(
        contract, by=scene.staff.township_officer, year=year, grade="unqualified", review="多次脱岗"
    )
    return do(made, "decide", by=scene.staff.township_leader)


def one_of_each(scene):
    """An appealed month and a proposed year, as they are kept."""
    contract, staff = scene.contracts[0], scene.staff
    made = Assessment.objects.create(
        area_id=contract.area_id,
        contract=contract,
        month=scene.month,
        mode="grade",
        opened_by=staff.township_officer,
    )
    do(made, "give_grade", by=staff.village_head, grade="unqualified")
    do(made, "notify", by=staff.village_clerk, how="slip", agrees=False)
    do(made, "appeal", by=staff.village_clerk, text="李四不服")
    year = yearly.propose(
        contract, by=staff.township_officer, year=2026, grade="qualified", review="李四全年"
    )
    return made, year


def addresses(made, year):
    """Where the records of `one_of_each` are reached."""
    village = {"village": made.area_id, "month": str(made.month)}
    found = {
        f"attendance:assessed{ending}": village for ending in ("", "-score", "-tell", "-finalise")
    }
    found["attendance:assessment"] = {"pk": made.pk}
    found["attendance:assessment-step"] = {"pk": made.pk, "step": "answer"}
    found["attendance:assessment-bulk"] = {"step": "finalise"}
    found["attendance:yeargrade"] = {"pk": year.pk}
    found["attendance:yeargrade-step"] = {"pk": year.pk, "step": "decide"}
    found["attendance:yeargrade-bulk"] = {"step": "decide"}
    return found
