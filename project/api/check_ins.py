"""Check-ins from phones and machines, one or many, each stored once."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from attendance.models import Flag
from attendance.receiving import AT_ONCE, Report, Sender, receive
from contracts.models import Contract
from project.api.answers import Unusable
from project.api.phones import PhoneEntry
from project.kernel.guards import Refused
from project.kernel.months import SHANGHAI
from project.kernel.roles import Permission
from registry.access import in_scope

router = Router(tags=["check-ins"])
Longitude = Annotated[Decimal, Field(ge=-180, le=180)]
Quantity = Annotated[Decimal, Field(ge=0, lt=10**4, decimal_places=2)]
Latitude = Annotated[Decimal, Field(ge=-90, le=90)]


class ReportShape(BaseModel):
    """A day of work; `client_id` is made by the device and names it for good.

    Where hours or pieces are paid, a machine says in `quantity` how many were done on the day.
    """

    client_id: UUID
    contract: Annotated[int, Field(ge=1, lt=2**63)]
    day: date
    quantity: Quantity | None = None
    source: Literal["phone", "machine"] = "phone"
    kind: Literal["in", "again", "out"] = "in"
    in_at: time | None = None
    out_at: time | None = None
    device: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    longitude: Longitude | None = None
    latitude: Latitude | None = None
    accuracy: Annotated[int, Field(ge=0, lt=10**7)] | None = None


class SignedWordsShape(BaseModel):
    """What a phone signs; `photo` and `previous` are SHA-256 of picture and last word."""

    client_id: UUID
    contract: Annotated[int, Field(ge=1, lt=2**63)]
    kind: Literal["in", "again", "out"] = "in"
    at: datetime
    sequence: Annotated[int, Field(ge=1, lt=2**31)]
    previous: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    longitude: Longitude | None = None
    latitude: Latitude | None = None
    accuracy: Annotated[int, Field(ge=0, lt=10**7)] | None = None
    photo: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    mock: bool = False


class SignedShape(BaseModel):
    """A check-in of a registered phone: the JSON text as it was signed, and the signature."""

    said: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
    signature: Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9+/=]*$")]


class BatchShape(BaseModel):
    """Many reports at once, as a device sends them when it finds the network again."""

    items: Annotated[list[ReportShape], Field(min_length=1, max_length=AT_ONCE)]


class SignedBatchShape(BaseModel):
    """What a registered phone kept while it was offline; `sent_at` is its clock as it sends."""

    items: Annotated[list[SignedShape], Field(min_length=1, max_length=AT_ONCE)]
    sent_at: datetime | None = None


class CheckInDoubtShape(Schema):
    """One thing that somebody will look at; it never keeps a check-in out."""

    code: str
    words: str


class StoredShape(Schema):
    """A stored check-in with what is doubtful about it."""

    client_id: UUID
    id: int
    contract: int
    day: date
    level: int
    received_at: datetime
    doubts: list[CheckInDoubtShape]


class NotStoredShape(Schema):
    """A report that was kept out; `status` is what it would have been answered alone."""

    client_id: UUID
    status: int
    detail: str


class BatchAnswer(Schema):
    """One answer for each report, in the order they were sent."""

    items: list[StoredShape | NotStoredShape]


SAID = TypeAdapter(SignedWordsShape)


@router.post("", response=StoredShape)
def one(request, report: ReportShape):
    """Store a check-in; sent again it is stored once and answered alike."""
    (receipt,) = receive([report_of(report)], sender=_sender(request.user))
    if isinstance(receipt.error, Contract.DoesNotExist):
        raise Http404
    if receipt.error:
        raise receipt.error
    return answer(receipt)


@router.post("/batch", response=BatchAnswer)
def batch(request, reports: BatchShape):
    """Store up to 200 check-ins; one that cannot be stored does not keep the others out."""
    reported = [report_of(item) for item in reports.items]
    return _answers(receive(reported, sender=_sender(request.user)))


def _sender(user):
    """Whoever asks, by number; a token that is for other things records no days."""
    if not in_scope(user, Permission.SHEET_RECORD):
        raise PermissionDenied(_("This token is not for recording days."))
    return Sender("person", user.pk)


@router.post("/signed", response=BatchAnswer, auth=PhoneEntry())
def signed(request, reports: SignedBatchShape):
    """Store up to 200 check-ins of the registered phone that signed them."""
    sender = Sender("phone", request.auth.digest, request.auth.public_key)
    return _answers(receive(signed_reports(reports), sender=sender))


def report_of(shape):
    """The report that a shape carries."""
    return Report(**vars(shape))


def signed_reports(shape):
    """The reports of a registered phone, with how far its clock is off."""
    drift = shape.sent_at and round((_aware(shape.sent_at) - timezone.now()).total_seconds())
    return [_signed_report(item, number, drift) for number, item in enumerate(shape.items)]


def _signed_report(shape, number, drift):
    """The report that a phone signed, read from the very text that it signed."""
    try:
        said = SAID.validate_json(shape.said)
    except ValidationError as error:
        where = f"items.{number}.said."
        raise Unusable(
            {where + ".".join(map(str, e["loc"])): [e["msg"]] for e in error.errors()}
        ) from error
    local = _aware(said.at).astimezone(SHANGHAI)
    return Report(
        **said.model_dump() | {"at": local},
        day=local.date(),
        in_at=local.time().replace(microsecond=0),
        said=shape.said,
        signature=shape.signature,
        drift=drift,
    )


def _aware(moment):
    """A device that names no zone keeps the time of the office."""
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def answer(receipt):
    """The answer to a stored report, in the shape of StoredShape."""
    report = receipt.report
    return {
        "client_id": report.client_id,
        "id": receipt.id,
        "contract": report.contract,
        "day": report.day,
        "level": receipt.level,
        "received_at": receipt.received_at,
        "doubts": [{"code": code, "words": str(Flag.Code(code).label)} for code in receipt.doubts],
    }


def _answers(receipts):
    return {"items": [_kept_out(one) if one.error else answer(one) for one in receipts]}


def _kept_out(receipt):
    status, detail = 404, _("There is no such contract, or it lies outside your areas.")
    if isinstance(receipt.error, PermissionDenied):
        status, detail = 403, str(receipt.error)
    elif isinstance(receipt.error, Refused):
        status, detail = 409, " ".join(receipt.error.messages)
    return NotStoredShape(client_id=receipt.report.client_id, status=status, detail=detail)
