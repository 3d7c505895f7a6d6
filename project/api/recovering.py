"""What the API says of pay that is asked back."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from ninja import Schema

from payroll import recovery_flows
from payroll.models import Recovery
from payroll.recovery_forms import ProposeForm
from project.api.shapes import Amount, MonthText, RecordShape, Whole
from project.kernel.roles import Permission
from project.kernel.steps import Verb


class RepaymentShape(Schema):
    id: int
    way: str
    amount: Amount
    voucher: str
    received_on: date
    undoes_id: int | None


class RecoveredShape(Schema):
    line_id: int
    month: MonthText
    amount: Amount

    @staticmethod
    def resolve_month(row):
        return row.line.month


class RecoveryShape(RecordShape):
    worker: str
    contract_id: int
    fund: str
    amount: Amount
    reason: str
    decision: str
    demanded_on: date | None
    due_on: date | None
    settled_on: date | None

    @staticmethod
    def resolve_worker(recovery):
        return recovery.contract.person.name

    @staticmethod
    def resolve_fund(recovery):
        return recovery.fund.name


class RecoveryMoney(Whole):
    """What a list does not sum up for every row: the balance, the lines and the repayments."""

    repaid: Amount
    balance: Amount
    recovered: list[RecoveredShape]
    repayments: list[RepaymentShape]

    @staticmethod
    def resolve_recovered(recovery):
        return recovery.lines.select_related("line").order_by("pk")

    @staticmethod
    def resolve_repayments(recovery):
        return recovery.repayments.all()


RECOVERIES = ("recoveries", Recovery, RecoveryShape)
PROPOSE = Verb(
    recovery_flows.propose,
    _("Propose a recovery"),
    ProposeForm,
    "propose",
    Permission.RECOVERY_PROPOSE,
)
