"""Check-ins from phones and machines, one or many, each stored once."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from attendance.check_ins import AT_ONCE, Report, check_in
from contracts.models import Contract
from project.kernel.guards import Refused

router = Router(tags=["check-ins"])


class ReportShape(Schema):
    """A day of work; `client_id` is made by the device and names it for good."""

    client_id: UUID
    contract: Annotated[int, Field(ge=1, lt=2**63)]
    day: date
    source: Literal["phone", "machine"] = "phone"
    in_at: time | None = None
    out_at: time | None = None
    device: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    longitude: Annotated[Decimal, Field(ge=-180, le=180)] | None = None
    latitude: Annotated[Decimal, Field(ge=-90, le=90)] | None = None


class BatchShape(Schema):
    """Many reports at once, as a device sends them when it finds the network again."""

    items: Annotated[list[ReportShape], Field(min_length=1, max_length=AT_ONCE)]


class StoredShape(Schema):
    """A stored check-in with what is doubtful about it."""

    client_id: UUID
    id: int
    contract: int
    day: date
    level: int
    received_at: datetime
    doubts: list[str]


class NotStoredShape(Schema):
    """A report that was kept out; `status` is what it would have been answered alone."""

    client_id: UUID
    status: int
    detail: str


class BatchAnswer(Schema):
    """One answer for each report, in the order they were sent."""

    items: list[StoredShape | NotStoredShape]


@router.post("", response=StoredShape)
def one(request, report: ReportShape):
    """Store a check-in; sent again it is stored once and answered alike."""
    (receipt,) = check_in([_report(report)], by=request.user)
    if isinstance(receipt.error, Contract.DoesNotExist):
        raise Http404
    if receipt.error:
        raise receipt.error
    return _stored(receipt)


@router.post("/batch", response=BatchAnswer)
def batch(request, reports: BatchShape):
    """Store up to 200 check-ins; one that cannot be stored does not keep the others out."""
    receipts = check_in([_report(report) for report in reports.items], by=request.user)
    return {"items": [_kept_out(r) if r.error else _stored(r) for r in receipts]}


def _report(shape):
    return Report(**shape.model_dump())


def _stored(receipt):
    row = receipt.check_in
    return StoredShape(
        client_id=row.client_id,
        id=row.pk,
        contract=row.contract_id,
        day=row.day,
        level=row.level,
        received_at=row.received_at,
        doubts=list(receipt.doubts),
    )


def _kept_out(receipt):
    status, detail = 404, _("There is no such contract, or it lies outside your areas.")
    if isinstance(receipt.error, PermissionDenied):
        status, detail = 403, str(receipt.error)
    elif isinstance(receipt.error, Refused):
        status, detail = 409, " ".join(receipt.error.messages)
    return NotStoredShape(client_id=receipt.client_id, status=status, detail=detail)
