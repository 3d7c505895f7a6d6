"""Registers of disposal as programs see them: what expired, who let it go, what was kept back."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _
from ninja import Schema

from project.api.shapes import RecordShape, Sentence, Whole
from project.disposals import flows
from project.disposals.forms import DrawUpForm
from project.kernel.roles import Permission
from project.kernel.steps import Verb
from registry.models import Disposal


class DisposalShape(RecordShape):
    """What a register lists in numbers, up to which day, by which document."""

    kind: str
    kind_title: Sentence
    until: date
    months: int
    basis: str
    rows: int
    files: int
    people: int
    kept: int
    sha256: str
    drawn_at: datetime
    approved_at: datetime | None
    carried_at: datetime | None
    witness: str

    @staticmethod
    def resolve_kind_title(disposal):
        return disposal.get_kind_display()


class KeptBackShape(Schema):
    """Somebody whose expired data stays, and why."""

    person_id: int
    reason: str
    rows: int


class WholeDisposal(Whole, DisposalShape):
    """A register with whom it keeps back."""

    kept_back: list[KeptBackShape]


DISPOSALS = ("disposals", Disposal, DisposalShape, WholeDisposal)
DRAW_UP = Verb(
    flows.draw_up, _("Draw up a register"), DrawUpForm, "draw_up", Permission.DISPOSAL_DRAW
)
