"""What a worker looks up on the own phone: days, pay with its reasons, the contract."""

from datetime import date
from io import BytesIO
from typing import Annotated

from django.http import FileResponse, Http404
from ninja import Query, Router, Schema
from pydantic import Field

from attendance.phone import month_of
from contracts.documents import clauses_of, summary_of
from contracts.models import HOLDING, Contract
from contracts.signatures import newest_file, untouched
from payroll.explain import explain_all
from payroll.models import PayLine
from project.api.phones import PhoneEntry
from project.kernel.months import Month
from registry.lookers import told

router = Router(tags=["phones"], auth=PhoneEntry())
LINES = 24


class AskedMonth(Schema):
    """The month that is asked for, as 2026-11."""

    month: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]


class SaidShape(Schema):
    """One thing that was recorded on a day: came, still there, left, and when."""

    kind: str
    at: str


class DayShape(Schema):
    """A day on which something was recorded; `mark` is counts, half, waits or not.

    `much` are its hours or pieces in words, where these are paid.
    """

    day: date
    mark: str
    said: list[SaidShape]
    why: list[str]
    much: str


class WorkedShape(Schema):
    """A contract with the days of a month."""

    id: int
    title: str
    days: str
    measured: bool
    much: str
    list: list[DayShape]


class MonthShape(Schema):
    """A month of a worker, contract by contract."""

    month: str
    contracts: list[WorkedShape]


class LineShape(Schema):
    """What one month earned, why it is so much, and whether the money is with the worker."""

    month: str
    post: str
    amount: str
    state: str
    state_words: str
    why: list[str]
    why_state: list[str]


class PayShape(Schema):
    """The worker's lines, newest first."""

    lines: list[LineShape]


class ClauseShape(Schema):
    """One clause of a contract."""

    heading: str
    text: str


class TermsShape(Schema):
    """A contract to read: in short sentences, and whole; `paper` says whether there is a PDF."""

    id: int
    title: str
    village: str
    state: str
    starts_on: date
    ends_on: date
    paper: bool
    summary: list[str]
    clauses: list[ClauseShape]


class PapersShape(Schema):
    """The worker's contracts, newest first."""

    contracts: list[TermsShape]


class LookShape(Schema):
    """Somebody read what is protected: when, which office and role, what, and what for."""

    at: str
    office: str
    what: str
    purpose: str
    people: int


class LooksShape(Schema):
    """Who looked at the worker's data, newest first."""

    looks: list[LookShape]


@router.get("/days", response=MonthShape)
def days(request, asked: Query[AskedMonth]):
    """The worker's days of a month: which count, which wait, and why."""
    month = Month.parse(asked.month)
    held = own(request).filter(starts_on__lte=month.last, ends_on__gte=month.first)
    return {"month": asked.month, "contracts": [_worked(one, month) for one in held]}


@router.get("/pay", response=PayShape)
def pay(request):
    """The worker's own pay lines with their reasons."""
    lines = PayLine.objects.filter(person=request.auth.person, standing=True)
    newest = lines.order_by("-month", "-pk").values_list("pk", flat=True)[:LINES]
    told = explain_all(PayLine.objects.filter(pk__in=list(newest)))
    return {"lines": sorted(told, key=lambda line: line.month, reverse=True)}


@router.get("/papers", response=PapersShape)
def papers(request):
    """The worker's contracts as they may be read on a phone."""
    return {"contracts": [_terms(one) for one in own(request)]}


@router.get("/papers/{int:number}.pdf", response={200: bytes})
def paper(request, number: int):
    """The newest PDF of a contract of one's own."""
    found = own(request).filter(pk=number).first()
    kept = found and found.papers.order_by("-number").first()
    if not kept:
        raise Http404
    content = BytesIO(untouched(newest_file(kept)))
    return FileResponse(content, content_type="application/pdf", filename=f"{kept.code}.pdf")


@router.get("/looks", response=LooksShape)
def looks(request):
    """Who looked at the worker's protected data, which nobody can switch off (R-11)."""
    return {"looks": [LookShape(**one._asdict()) for one in told(request.auth.person)]}


def own(request):
    """The contracts of the worker whose phone asks, newest first."""
    held = Contract.objects.filter(person=request.auth.person, state__in=["offered", *HOLDING])
    return held.select_related("area").order_by("-starts_on", "-pk")


def _worked(contract, month):
    total, much, found = month_of(contract, month)
    return WorkedShape(
        id=contract.pk,
        title=contract.title,
        days=f"{total.normalize():f}",
        measured=contract.is_measured,
        much=much,
        list=[DayShape(**day._asdict()) for day in found],
    )


def _terms(contract):
    kept = contract.papers.select_related("template").order_by("-number").first()
    return TermsShape(
        id=contract.pk,
        title=contract.title,
        village=contract.area.name,
        state=contract.get_state_display(),
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        paper=kept is not None,
        summary=summary_of(kept) if kept else [],
        clauses=clauses_of(kept) if kept else [],
    )
