"""What the API says of people who leave."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from contracts import exit_flows
from contracts.exit_forms import ProposeForm
from contracts.models import Exit
from project.api.shapes import RecordShape, Sentence
from project.kernel.roles import Permission
from project.kernel.steps import Verb


class ExitShape(RecordShape):
    worker: str
    contract_id: int
    reason: str
    reason_title: Sentence
    last_day: date
    explanation: str
    proposed_on: date
    notified_on: date | None
    heard_on: date | None
    approved_on: date | None
    settled_on: date | None
    settlement: str
    follow_up: str

    @staticmethod
    def resolve_worker(exit_):
        return exit_.contract.person.name

    @staticmethod
    def resolve_reason_title(exit_):
        return exit_.get_reason_display()


EXITS = ("exits", Exit, ExitShape)
PROPOSE = Verb(
    exit_flows.propose, _("Propose an exit"), ProposeForm, "propose", Permission.EXIT_PROPOSE
)
