"""What the API says of assessed months and graded years."""

from datetime import datetime
from typing import Annotated

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import BeforeValidator

from attendance import yearly
from attendance.assessment_flows import AssessmentFlow, YearGradeFlow
from attendance.assessment_forms import ProposeForm
from attendance.models import Assessment, YearGrade
from project.api.shapes import MonthText, RecordShape, Whole
from project.kernel.roles import Permission
from project.kernel.steps import Verb

FLOWS_MOUNTED = (AssessmentFlow, YearGradeFlow)
JOINS = ("area", "contract__person", "appealed")
YEAR_JOINS = ("area", "contract__person")
Points = Annotated[str | None, BeforeValidator(lambda score: score and f"{score:.1f}")]


class AssessmentShape(RecordShape):
    """A holder's month: the points of each side, the grade, and how the worker was told."""

    worker: str
    contract_id: int
    month: MonthText
    mode: str
    village_score: Points
    township_score: Points
    review_score: Points
    score: Points
    grade: str
    told_how: str
    told_at: datetime | None
    agreed_at: datetime | None
    final_at: datetime | None

    @staticmethod
    def resolve_worker(assessment):
        return assessment.contract.person.name


class DeductionShape(Schema):
    """Points taken off and what for; `fell_away` once an appeal was upheld."""

    number: int
    side: str
    points: Points
    item: str
    fell_away: bool

    @staticmethod
    def resolve_fell_away(deduction):
        return deduction.waived_by_id is not None


class AppealShape(Schema):
    """What the worker said, the answer, and the values before and after."""

    text: str
    asked_at: datetime
    upheld: bool | None
    reply: str
    answered_at: datetime | None
    grade_before: str
    grade_after: str
    score_before: Points
    score_after: Points


class WholeAssessment(Whole, AssessmentShape):
    """What stands behind a grade."""

    deductions: list[DeductionShape]
    appeal: AppealShape | None

    @staticmethod
    def resolve_deductions(assessment):
        return list(assessment.deductions.order_by("number"))

    @staticmethod
    def resolve_appeal(assessment):
        return getattr(assessment, "appealed", None)


class YearGradeShape(RecordShape):
    """A holder's year, what its months say, and the words of the review."""

    worker: str
    contract_id: int
    year: int
    by_months: str
    grade: str
    review: str
    decided_at: datetime | None

    @staticmethod
    def resolve_worker(grade):
        return grade.contract.person.name


class WholeYearGrade(Whole, YearGradeShape):
    """A year with its steps and events."""


def in_year(month):
    """The grades of the year in which a month lies."""
    return Q(year=month.year)


def propose(*, by, contract, **said):
    """Propose a year's grade for one contract."""
    return yearly.propose(contract, by=by, **said)


ASSESSMENTS = ("assessments", Assessment, AssessmentShape, WholeAssessment)
YEARS = ("year-grades", YearGrade, YearGradeShape, WholeYearGrade)
PROPOSE = Verb(
    propose, _("Propose the year's grade"), ProposeForm, "propose", Permission.ASSESS_TOWNSHIP
)
