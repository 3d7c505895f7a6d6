"""F-22: the demand to pay back, and the ledger of what came back."""

from contracts.papers import office_of
from project.kernel.money import capitals
from project.kernel.printing import Filled, head, paper, workbook

WAYS = {"refund": "退款", "instalment": "分期缴款", "offset": "抵扣后续补贴"}
COLUMNS = (
    head("received_on", "日期", "date"),
    head("name", "姓名"),
    head("words", "事项"),
    head("voucher", "票据号"),
    head("demanded", "应追金额", "amount"),
    head("amount", "本次金额", "amount"),
    head("repaid", "已追金额", "amount"),
    head("balance", "余额", "amount"),
)


def pdf_of(code, record, by):
    """The demand with its ledger on paper."""
    return paper(FILL[code](record, by))


def workbook_of(code, record, by):
    """The ledger as a workbook."""
    return workbook(FILL[code](record, by))


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
            "months": [
                {"month": row.line.month.first, "paid": row.line.amount, "amount": row.amount}
                for row in recovery.lines.select_related("line").order_by("line__month")
            ],
            "plan": list(recovery.instalments.all()),
            "fund": recovery.fund.name,
            "prepared_by": str(recovery.proposed_by),
            "approved_by": str(recovery.decided_by or ""),
            "settled_by": str(recovery.settled_by or ""),
            "phone": recovery.proposed_by.phone,
        },
    )


def _ledger(recovery):
    """One row for each repayment and counter-entry, with the balance after it."""
    rows, repaid = [], 0
    for entry in recovery.repayments.all():
        repaid += entry.amount
        words = WAYS[entry.way]
        rows.append(
            {
                "received_on": entry.received_on,
                "name": recovery.contract.person.name,
                "words": f"冲销：{words}" if entry.undoes_id else words,
                "voucher": entry.voucher,
                "demanded": recovery.amount,
                "amount": entry.amount,
                "repaid": repaid,
                "balance": recovery.amount - repaid,
            }
        )
    return rows


FILL = {"F-22": demand}
