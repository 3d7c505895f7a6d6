"""What the API says of corrections of days and of leave."""

from datetime import date, datetime
from typing import Annotated

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pydantic import BeforeValidator

from attendance import request_flows
from attendance.forms import CorrectionForm, LeaveForm
from attendance.models import Correction, Leave
from project.api.shapes import Days, RecordShape
from project.kernel.roles import Permission
from project.kernel.steps import Verb

JOINS = ("area", "contract__person", "phone__person")
Quantity = Annotated[str, BeforeValidator(lambda quantity: f"{quantity:.2f}")]


class RequestShape(RecordShape):
    """What a worker or a clerk asked for, and what shows it by its hash."""

    worker: str
    contract_id: int
    reason: str
    sha256: str
    asked_at: datetime
    decided_at: datetime | None

    @staticmethod
    def resolve_worker(request):
        return request.contract.person.name


class DayCorrectionShape(RequestShape):
    day: date
    was: Days
    wanted: Days
    was_quantity: Quantity | None
    wanted_quantity: Quantity | None
    check_in_id: int | None


class LeaveShape(RequestShape):
    kind: str
    starts_on: date
    ends_on: date
    days: int


def in_days_of(month):
    """Leave that touches a month."""
    return Q(starts_on__lte=month.last, ends_on__gte=month.first)


CORRECTIONS = ("day-corrections", Correction, DayCorrectionShape)
LEAVES = ("leaves", Leave, LeaveShape)
ASK = Verb(
    request_flows.ask_correction,
    _("Ask for a correction"),
    CorrectionForm,
    "ask",
    Permission.SHEET_RECORD,
)
ASK_LEAVE = Verb(
    request_flows.ask_leave, _("Ask for leave"), LeaveForm, "ask", Permission.SHEET_RECORD
)
