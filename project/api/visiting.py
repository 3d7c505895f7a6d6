"""What the API says of visits, and how a phone hands them in with their pictures."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from ninja import Schema

from inspections import visit_flows, visit_photos
from inspections.models import Visit
from inspections.visit_forms import VisitForm, VisitPictureForm
from project.api.shapes import RecordShape, Sentence, Whole
from project.kernel.roles import Permission
from project.kernel.steps import Verb


class VisitShape(RecordShape):
    """What two inspectors saw of one contract; one that was said anew is `corrected`."""

    client_id: str
    contract_id: int
    worker: str
    plan_id: int | None
    way: str
    at: datetime
    seen: str
    seen_title: Sentence
    due: str
    due_title: Sentence
    other: str
    refused: bool
    corrects_id: int | None
    because: str
    inspector: Sentence
    second_inspector: Sentence
    received_at: datetime

    @staticmethod
    def resolve_state(visit):
        return "corrected" if hasattr(visit, "corrected_by") else "kept"

    @staticmethod
    def resolve_state_title(visit):
        return _("Corrected by a later one") if hasattr(visit, "corrected_by") else _("Holds")

    @staticmethod
    def resolve_client_id(visit):
        return str(visit.client_id)

    @staticmethod
    def resolve_worker(visit):
        return visit.contract.person.name

    @staticmethod
    def resolve_seen_title(visit):
        return visit.get_seen_display()

    @staticmethod
    def resolve_due_title(visit):
        return visit.get_due_display()

    @staticmethod
    def resolve_inspector(visit):
        return visit.by

    @staticmethod
    def resolve_second_inspector(visit):
        return visit.second


class VisitPictureShape(Schema):
    """A picture that was kept, by the number that the device gave it."""

    client_id: str
    sha256: str
    shows: str

    @staticmethod
    def resolve_client_id(photo):
        return str(photo.client_id)


class WholeVisit(Whole, VisitShape):
    """A visit with what was said, where it was, who signed, and its pictures."""

    longitude: Decimal | None
    latitude: Decimal | None
    accuracy: int | None
    place: str
    work: str
    answers: dict[str, str]
    problem: str
    note: str
    signed: list[str]
    pictures: list[VisitPictureShape]

    @staticmethod
    def resolve_signed(visit):
        return sorted(visit.signatures)

    @staticmethod
    def resolve_pictures(visit):
        return list(visit.photos.all())


VISITS = ("visits", Visit, VisitShape, WholeVisit)
JOINS = ("area", "contract__person", "by", "second", "corrected_by")
RECORD = Verb(visit_flows.record, _("Record a visit"), VisitForm, "record", Permission.VISIT_RECORD)
PICTURE = Verb(
    visit_photos.keep, _("Hand in a picture"), VisitPictureForm, "photos", Permission.VISIT_RECORD
)
