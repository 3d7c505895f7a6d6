"""F-22: the demand to pay back, and the ledger of what came back."""

from contracts.papers import office_of
from project.kernel.models import Event
from project.kernel.money import capitals
from project.kernel.printing import Filled, head, paper, workbook

WAYS = {"refund": "退款", "instalment": "分期缴款", "offset": "抵扣后续补贴"}
COLUMNS = (
    head("received_on", "日期", "date"),
    head("decision", "案件（决定）编号"),
    head("name", "姓名"),
    head("words", "事项"),
    head("voucher", "票据号"),
    head("demanded", "应追金额", "amount"),
    head("capitals", "应追金额（大写）"),
    head("months", "计算明细"),
    head("pay_to", "缴款账户"),
    head("due_on", "期限", "date"),
    head("amount", "本次金额", "amount"),
    head("repaid", "已追金额", "amount"),
    head("balance", "余额", "amount"),
)


def pdf_of(code, record, by):
    """The demand with its ledger on paper."""
    return paper(FILL[code](record, by))


def workbook_of(code, record, by):
    """The ledger as a workbook."""
    return workbook(FILL[code](record, by), by)


def demand(recovery, by):
    """F-22: what is asked back and why, month by month, and what has come back of it."""
    person = recovery.contract.person
    repaid = recovery.repaid
    return Filled(
        code="F-22",
        number=f"{recovery.area_id}-{recovery.pk}",
        columns=COLUMNS,
        rows=_ledger(recovery),
        head={
            "unit_name": office_of(recovery.area),
            "name": person.name,
            "id_number": person.id_number,
            "post_title": recovery.contract.title,
            "filled_on": recovery.demanded_on or recovery.decided_on or recovery.proposed_on,
            "due_on": recovery.due_on,
            "decision": recovery.decision,
            "reason": recovery.reason,
            "pay_to": recovery.pay_to,
        },
        foot={
            "demanded": recovery.amount,
            "amount_capitals": capitals(recovery.amount),
            "repaid": repaid,
            "balance": recovery.amount - repaid,
            "months": _months(recovery),
            "plan": list(recovery.instalments.all()),
            "fund": recovery.fund.name,
            "prepared_by": Event.objects.name_of(recovery.proposed_by, recovery, "propose"),
            "approved_by": Event.objects.name_of(recovery.decided_by, recovery, "decide"),
            "settled_by": Event.objects.name_of(recovery.settled_by, recovery, "settle"),
            "phone": recovery.proposed_by.phone,
        },
    )


def _months(recovery):
    """How the sum comes about: each month's pay, and what of it is asked back."""
    return [
        {"month": row.line.month.first, "paid": row.line.amount, "amount": row.amount}
        for row in recovery.lines.select_related("line").order_by("line__month")
    ]


def _ledger(recovery):
    """What is asked back, then each repayment and counter-entry with the balance after it."""
    owed = {
        "decision": recovery.decision,
        "name": recovery.contract.person.name,
        "demanded": recovery.amount,
        "capitals": capitals(recovery.amount),
        "months": "；".join(
            f"{row['month']:%Y年%m月}{row['amount']}元" for row in _months(recovery)
        ),
        "pay_to": recovery.pay_to,
        "due_on": recovery.due_on,
    }
    begun = {
        "received_on": recovery.demanded_on or recovery.decided_on or recovery.proposed_on,
        "words": "应追缴",
        "voucher": "",
        "amount": None,
        "repaid": recovery.amount - recovery.amount,
        "balance": recovery.amount,
    }
    rows, repaid = [owed | begun], 0
    for entry in recovery.repayments.all():
        repaid += entry.amount
        words = WAYS[entry.way]
        rows.append(
            owed
            | {
                "received_on": entry.received_on,
                "words": f"冲销：{words}" if entry.undoes_id else words,
                "voucher": entry.voucher,
                "amount": entry.amount,
                "repaid": repaid,
                "balance": recovery.amount - repaid,
            }
        )
    return rows


FILL = {"F-22": demand}
