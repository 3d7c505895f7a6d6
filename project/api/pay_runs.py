"""Pay runs as programs see them, with what they may ask for beside the steps."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from ninja import Schema

from payroll import flows
from payroll.forms import PrepareForm, SupplementForm
from payroll.models import PayRun
from payroll.tasks import ask_to_prepare
from project.api.days import Quantity
from project.api.shapes import Amount, Days, MonthText, RecordShape, Sentence, Whole
from project.kernel.roles import Permission
from project.kernel.steps import Verb


class PayRunShape(RecordShape):
    month: MonthText
    fund: str
    revision: int
    sha256: str
    corrects_id: int | None
    supplements_id: int | None
    notice_id: int | None
    prepared_at: datetime
    sent_at: datetime | None

    @staticmethod
    def resolve_fund(run):
        return run.fund.name


class PayLineShape(Schema):
    """What one contract earns; /pay-lines/{id}/explain says why."""

    id: int
    number: int
    contract: int
    worker: str
    item: str
    days_worked: Days
    quantity: Quantity | None
    amount: Amount
    state: str

    @staticmethod
    def resolve_contract(line):
        return line.contract_id

    @staticmethod
    def resolve_worker(line):
        return line.person.name


class CountersignatureShape(Schema):
    """The second signature of an office, with the hash of what was signed."""

    office: str
    by: Sentence
    at: datetime
    sha256: str
    note: str


class WholePayRun(Whole, PayRunShape):
    """A run with its lines, its second signatures and the runs that pay what waited in it."""

    lines: list[PayLineShape]
    supplementary: list[int]
    countersignatures: list[CountersignatureShape]

    @staticmethod
    def resolve_countersignatures(run):
        return list(run.countersignatures.select_related("by"))

    @staticmethod
    def resolve_supplementary(run):
        return list(run.supplementary.order_by("pk").values_list("pk", flat=True))

    @staticmethod
    def resolve_lines(run):
        return list(run.lines.with_state().select_related("person").order_by("number"))


RUNS = ("pay-runs", PayRun, PayRunShape, WholePayRun)
PREPARE = Verb(ask_to_prepare, _("Prepare a month"), PrepareForm, "prepare", Permission.PAY_PREPARE)
SUPPLEMENT = (
    Verb(
        flows.supplement,
        _("Prepare a supplementary run"),
        SupplementForm,
        "supplement",
        Permission.PAY_PREPARE,
    ),
)
