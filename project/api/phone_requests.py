"""What a worker says from the own phone: days that are wrong, leave, and that a sheet is right."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Annotated, Literal

from django.http import Http404
from ninja import Router, Schema, Status
from pydantic import Field

from attendance import corrections, request_flows
from attendance.acknowledging import agreed, lines_of
from attendance.grid import days_of_line
from attendance.models import Correction, Leave, Sheet
from contracts.models import Contract
from project.api.days import DayCorrectionShape, LeaveShape, Quantity
from project.api.phones import PhoneEntry
from project.api.shapes import Days, MonthText
from project.kernel.uploads import refuse_infected

router = Router(tags=["phones"], auth=PhoneEntry())
Words = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
Worth = Literal["0", "0.5", "1"]


class AskedDayShape(Schema):
    """A day of the worker's own that should count otherwise."""

    contract: int | None = None
    day: date
    wanted: Worth
    quantity: Annotated[Decimal, Field(ge=0, le=9999, decimal_places=2)] | None = None
    reason: Words


class AskedLeaveShape(Schema):
    """Days on which the worker asks to be excused."""

    contract: int | None = None
    kind: Literal[tuple(Leave.Kind.values)]  # type: ignore[valid-type]
    starts_on: date
    ends_on: date
    reason: Words


class AcknowledgedShape(Schema):
    """That the own days are right, or which of them are not."""

    disputes: Annotated[list[AskedDayShape], Field(max_length=31)] = []


class OwnLineShape(Schema):
    """The worker's own line of a sheet, for the worker's word."""

    sheet: int
    month: MonthText
    village: str
    post: str
    state: str
    days: Days
    quantity: Quantity | None
    marks: list[str]
    waits: bool
    acknowledged: bool


@router.get("/corrections", response=list[DayCorrectionShape])
def asked_days(request):
    """The corrections of the own days, the newest first."""
    mine = Correction.objects.filter(contract__person=request.auth.person_id)
    return mine.select_related("area", "contract__person").order_by("-pk")[:100]


@router.post("/corrections", response={201: DayCorrectionShape})
def ask_for_a_day(request, asked: AskedDayShape):
    """Ask for one of the own days to count otherwise; somebody else decides."""
    contract = _own(request.auth, asked.contract)
    made = request_flows.ask_correction(contract=contract, phone=request.auth, **_said(asked))
    return Status(201, made)


@router.put("/corrections/{int:number}/evidence", response=DayCorrectionShape)
def show_a_day(request, number: int):
    """Hand over the picture that shows the day, as the body of the request."""
    mine = Correction.objects.filter(contract__person=request.auth.person_id)
    correction = mine.filter(pk=number).first()
    if correction is None:
        raise Http404
    refuse_infected(request.body)
    file = BytesIO(request.body)
    file.name = "picture"
    return corrections.hand_over(correction, file)


@router.get("/leaves", response=list[LeaveShape])
def asked_leave(request):
    """The own leave, the newest first."""
    mine = Leave.objects.filter(contract__person=request.auth.person_id)
    return mine.select_related("area", "contract__person").order_by("-pk")[:100]


@router.post("/leaves", response={201: LeaveShape})
def ask_for_leave(request, asked: AskedLeaveShape):
    """Ask to be excused from a day to a day; somebody else decides."""
    fields = asked.model_dump(exclude={"contract"})
    contract = _own(request.auth, asked.contract)
    made = request_flows.ask_leave(contract=contract, phone=request.auth, **fields)
    return Status(201, made)


@router.get("/sheets", response=list[OwnLineShape])
def own_lines(request):
    """The own lines of confirmed sheets, the newest first, with the days as they stand."""
    return [_line(line) for line in lines_of(request.auth)[:12]]


@router.post("/sheets/{int:number}/acknowledge", response=list[OwnLineShape])
def acknowledge(request, number: int, said: AcknowledgedShape):
    """Say that the own days are right; each day that is not becomes a correction to decide."""
    sheet = Sheet.objects.filter(pk=number, lines__contract__person=request.auth.person_id).first()
    if sheet is None:
        raise Http404
    disputes = [(one.contract, _said(one)) for one in said.disputes]
    request_flows.acknowledge(sheet, phone=request.auth, disputes=disputes)
    return [_line(line) for line in lines_of(request.auth) if line.sheet_id == sheet.pk]


def _said(asked):
    said = asked.model_dump(include={"day", "quantity", "reason"})
    return said | {"wanted": Decimal(asked.wanted)}


def _own(phone, number):
    """The own contract that is named; who has only one need not name it."""
    mine = Contract.objects.filter(person=phone.person_id)
    if number is not None:
        found = mine.filter(pk=number).first()
        if found is None:
            raise Http404
        return found
    contracts = list(mine.order_by("-starts_on", "-pk")[:2])
    if not contracts:
        raise Http404
    return contracts[0]


def _line(line):
    return {
        "sheet": line.sheet_id,
        "month": line.sheet.month,
        "village": line.sheet.area.name,
        "post": line.contract.title,
        "state": line.sheet.state,
        "days": line.days,
        "quantity": line.quantity,
        "marks": days_of_line(line),
        "waits": line.sheet.state == Sheet.State.CONFIRMED,
        "acknowledged": agreed(line.sheet).filter(pk=line.pk).exists(),
    }
