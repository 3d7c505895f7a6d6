"""Comparisons with other departments' lists, for programs: asked, taken out, answered, decided."""

from datetime import date, datetime
from io import BytesIO
from typing import Annotated

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from payroll import comparisons, precision
from payroll.comparison_forms import AskForm, ExamineForm
from payroll.handing import Origin, Way
from payroll.models import Comparison, Hit
from project.api.answers import Unusable
from project.api.shapes import (
    AreaAsked,
    MonthAsked,
    MonthText,
    RecordShape,
    Sentence,
    Whole,
    month_asked,
)
from project.imports import commit, stage
from project.kernel.roles import Permission
from project.kernel.steps import Verb
from project.kernel.tables import Unreadable

router = Router(tags=["comparisons"])
FAULTS_AT_MOST = 200


class ComparisonShape(RecordShape):
    """A request: whose frozen list, as of which day, where it was sent."""

    number: str
    month: MonthText
    as_of: date
    departments: list[str]
    people: int
    sha256: str
    asked_at: datetime


class AnsweredShape(Schema):
    """How many hits a department reported, in the areas of who asks."""

    department: str
    hits: int


class WholeComparison(Whole, ComparisonShape):
    """A request with the answers so far; /hits has them one by one."""

    answers: list[AnsweredShape]

    @staticmethod
    def resolve_answers(comparison, context):
        hits = Hit.objects.visible_to(context["request"].user).filter(comparison=comparison)
        counted = hits.order_by("fact__source").values_list("fact__source")
        found = dict(counted.annotate(hits=Count("pk")))
        names = dict.fromkeys([*comparison.departments, *found])
        return [{"department": name, "hits": found.get(name, 0)} for name in names]


class HitShape(RecordShape):
    """A doubt about one person; its state says what was found."""

    comparison: str
    comparison_id: int
    worker: str
    source: str
    kind: str
    kind_title: Sentence
    starts_on: date
    ends_on: date | None
    basis: str
    told_before: bool

    @staticmethod
    def resolve_comparison(hit):
        return hit.comparison.number

    @staticmethod
    def resolve_worker(hit):
        return hit.fact.person.name

    @staticmethod
    def resolve_source(hit):
        return hit.fact.source

    @staticmethod
    def resolve_kind(hit):
        return hit.fact.kind

    @staticmethod
    def resolve_kind_title(hit):
        return hit.fact.get_kind_display()

    @staticmethod
    def resolve_starts_on(hit):
        return hit.fact.starts_on

    @staticmethod
    def resolve_ends_on(hit):
        return hit.fact.ends_on

    @staticmethod
    def resolve_basis(hit):
        return hit.fact.basis

    @staticmethod
    def resolve_told_before(hit):
        return hit.again


class WholeHit(Whole, HitShape):
    """A doubt, and how often such hits were right."""

    precision: str

    @staticmethod
    def resolve_precision(hit):
        return precision.in_a_sentence(hit.fact, hit.area_id)


class PrecisionShape(Schema):
    """Hits of one department and kind: confirmed among the decided, exactly and in per cent."""

    source: str
    kind: str
    hits: int
    looked_at: int
    confirmed: int
    cleared: int
    fraction: str
    percent: str | None
    enough: bool
    words: Sentence

    @staticmethod
    def resolve_percent(row):
        return None if row.percent is None else str(row.percent)


class PrecisionTable(Schema):
    items: list[PrecisionShape]
    total: PrecisionShape


class ListAsked(Schema):
    format: str = "xlsx"
    purpose: Annotated[str, Field(max_length=200)]


class TakenIn(Schema):
    """What a file of answers would write, or has written."""

    name: str
    sha256: str
    rows: int
    written: bool
    counts: dict[str, int]
    warnings: list[str]


def in_comparison_month(month):
    """Doubts of the comparisons for a month."""
    return Q(comparison__month=month)


@router.get("/precision", response=PrecisionTable, operation_id="precision_of_comparisons")
def of_rules(
    request,
    since: MonthAsked | None = None,
    until: MonthAsked | None = None,
    area: Annotated[AreaAsked | None, Query()] = None,
):
    """How often hits were right, by department and kind, in your areas; each doubt counts once."""
    if not request.user.has_perm(Permission.PAY_VIEW):
        raise PermissionDenied(translate("This page belongs to another role."))
    hits = Hit.objects.visible_to(request.user)
    hits = hits.inside(area) if area else hits
    first, last = (month_asked(text) if text else None for text in (since, until))
    rows = precision.of_rules(precision.between(hits, first, last))
    return {"items": rows, "total": precision.together(rows)}


@router.post("/results", response=TakenIn, operation_id="answer_comparisons")
def results(request, file: File[UploadedFile], dry_run: bool = False):
    """Take answers (X-11) in, all or nothing; a file with faults answers 422 and names each."""
    try:
        staged = stage("facts", file.read(), by=request.user, name=file.name)
    except Unreadable as unreadable:
        raise Unusable({"file": [unreadable.sentence]}) from unreadable
    if staged.errors:
        raise Unusable({"file": [str(error) for error in staged.errors[:FAULTS_AT_MOST]]})
    if not dry_run:
        commit(staged, by=request.user)
    return {
        "name": staged.name,
        "sha256": staged.sha256,
        "rows": len(staged.rows),
        "written": not dry_run,
        "counts": {str(words): number for words, number in staged.summary},
        "warnings": [str(warning) for warning in staged.warnings],
    }


@router.post("/{int:number}/take", response={200: bytes}, operation_id="take_comparisons")
def take(request, number: int, asked: ListAsked):
    """The frozen list (X-10) as a file; who takes it and what for is kept."""
    comparison = get_object_or_404(Comparison.objects.visible_to(request.user), pk=number)
    if asked.format not in comparisons.FORMS:
        known = ", ".join(comparisons.FORMS)
        sentence = translate("There is no such format. Choose one of: %(codes)s.")
        raise Unusable({"format": [sentence % {"codes": known}]})
    made = comparisons.take_out(
        comparison,
        asked.format,
        by=request.user,
        purpose=asked.purpose,
        origin=Origin.of(request, Way.PROGRAM),
    )
    return FileResponse(BytesIO(made.content), as_attachment=True, filename=made.name)


COMPARISONS = ("comparisons", Comparison, ComparisonShape, WholeComparison)
HITS = ("hits", Hit, HitShape, WholeHit)
ASK = Verb(comparisons.ask, _("Ask other departments"), AskForm, "ask", Permission.PAY_DEPARTMENT)
EXAMINE = Verb(
    comparisons.examine, _("Write what was found"), ExamineForm, "examine", Permission.PAY_VIEW
)
