"""What the API says of roll calls on site."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from ninja import Schema

from attendance import roll_calls
from attendance.models import RollCall
from attendance.roll_call_forms import CorrectionOfCallForm, RollCallForm
from project.api.shapes import RecordShape, Sentence, Whole
from project.kernel.roles import Permission
from project.kernel.steps import Verb


class RollCallShape(RecordShape):
    """A muster; one that was said anew is `corrected`, the newest says what holds."""

    client_id: str
    title: str
    place: str
    kind: str
    kind_title: Sentence
    day: date
    at: datetime
    longitude: Decimal | None
    latitude: Decimal | None
    accuracy: int | None
    corrects_id: int | None
    reason: str
    called_by: Sentence
    received_at: datetime

    @staticmethod
    def resolve_state(call):
        return "corrected" if hasattr(call, "corrected_by") else "kept"

    @staticmethod
    def resolve_state_title(call):
        return _("Corrected by a later one") if hasattr(call, "corrected_by") else _("Holds")

    @staticmethod
    def resolve_client_id(call):
        return str(call.client_id)

    @staticmethod
    def resolve_place(call):
        return call.place.name if call.place else ""

    @staticmethod
    def resolve_kind_title(call):
        return call.get_kind_display()

    @staticmethod
    def resolve_called_by(call):
        return call.by


class CalledShape(Schema):
    """One holder: present with the check-in that says so, or absent."""

    contract: int
    worker: str
    present: bool
    check_in: int | None
    doubts: list[str]


class WholeRollCall(Whole, RollCallShape):
    lines: list[CalledShape]
    pictures: list[str]

    @staticmethod
    def resolve_lines(call):
        lines = call.lines.select_related("contract__person").order_by("contract")
        return [
            {
                "contract": line.contract_id,
                "worker": line.contract.person.name,
                "present": line.present,
                "check_in": line.check_in_id,
                "doubts": sorted(f.code for f in line.check_in.flags.all()) if line.present else [],
            }
            for line in lines.prefetch_related("check_in__flags")
        ]

    @staticmethod
    def resolve_pictures(call):
        """The pictures of the moment by their SHA-256."""
        return list(call.on_site.pictures.order_by("pk").values_list("sha256", flat=True))


ROLL_CALLS = ("roll-calls", RollCall, RollCallShape, WholeRollCall)
JOINS = ("area", "place", "by", "first", "corrected_by")
HOLD = Verb(
    roll_calls.hold, _("Call the roll on site"), RollCallForm, "hold", Permission.SHEET_RECORD
)
CORRECT = Verb(
    roll_calls.correct,
    _("Correct the roll call"),
    CorrectionOfCallForm,
    "correct",
    Permission.SHEET_RECORD,
)
