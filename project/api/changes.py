"""What the API says of suspensions and amendments of contracts."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from ninja import Schema

from contracts import change_flows
from contracts.change_forms import AmendForm
from contracts.models import Amendment, Suspension
from project.api.shapes import Amount, RecordShape, Sentence
from project.kernel.roles import Permission
from project.kernel.steps import Verb


class AmendmentShape(RecordShape):
    worker: str
    contract_id: int
    starts_on: date
    standard: Amount | None
    title: str
    duties: str
    ends_on: date | None
    reason: str
    proposed_on: date
    agreed_on: date | None

    @staticmethod
    def resolve_worker(amendment):
        return amendment.contract.person.name


class SuspensionShape(Schema):
    """Days of a contract without work; `ends_on` is null while it lasts."""

    id: int
    name: Sentence
    area: str
    area_name: str
    worker: str
    contract_id: int
    starts_on: date
    ends_on: date | None
    reason: str

    @staticmethod
    def resolve_name(suspension):
        return str(suspension)

    @staticmethod
    def resolve_area(suspension):
        return suspension.area_id

    @staticmethod
    def resolve_area_name(suspension):
        return suspension.area.name

    @staticmethod
    def resolve_worker(suspension):
        return suspension.contract.person.name


AMENDMENTS = ("amendments", Amendment, AmendmentShape)
SUSPENSIONS = ("suspensions", Suspension, SuspensionShape)
DRAFT = Verb(
    change_flows.draft,
    _("Propose an amendment"),
    AmendForm,
    "draft",
    Permission.CONTRACT_OFFER,
)
