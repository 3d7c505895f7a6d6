"""What the API says of payments that came back."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payroll import correction_flows
from payroll.correction_pages import ProposeForm
from payroll.models import Correction
from project.api.shapes import Amount, MonthText, RecordShape
from project.kernel.roles import Permission
from project.kernel.steps import Verb


class CorrectionShape(RecordShape):
    worker: str
    line_id: int
    run_id: int
    month: MonthText
    amount: Amount
    way: str
    account: str
    voucher: str
    reason: str
    fresh_id: int | None

    @staticmethod
    def resolve_worker(correction):
        return correction.line.person.name

    @staticmethod
    def resolve_run_id(correction):
        return correction.line.run_id

    @staticmethod
    def resolve_month(correction):
        return correction.line.month

    @staticmethod
    def resolve_amount(correction):
        return correction.line.amount

    @staticmethod
    def resolve_account(correction):
        return str(correction.account or "")


def in_line_month(month):
    """Corrections of a month's pay."""
    return Q(line__month=month)


CORRECTIONS = ("corrections", Correction, CorrectionShape)
PROPOSE = Verb(
    correction_flows.propose,
    _("Correct a payment"),
    ProposeForm,
    "propose",
    Permission.PAY_CORRECT,
)
