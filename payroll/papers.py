"""The papers of a month's pay: what is asked for, shown, approved, handed over and explained."""

from decimal import Decimal

from django.utils import translation

from contracts.papers import office_of
from payroll.approval import approval, number_of
from payroll.explain import explain
from payroll.models import BankResult
from project.kernel.masking import mask_id
from project.kernel.models import Event
from project.kernel.money import capitals, half_up
from project.kernel.months import today
from project.kernel.printing import Filled, head, paper, workbook

JOINS = ("person", "contract__department", "account", "sent__file")
F11 = (
    head("name", "姓名"),
    head("id_number", "身份证号码", "id"),
    head("days_worked", "本月累计出勤天数", "number"),
    head("amount", "补贴金额", "amount"),
    head("starts_on", "协议起", "date"),
    head("ends_on", "协议止", "date"),
)
F12 = (
    head("name", "姓名"),
    head("id_number", "身份证号码", "id"),
    head("post_title", "岗位名称"),
    head("days_worked", "本月累计出勤天数", "number"),
    head("amount", "补贴金额", "amount"),
)
F14 = (
    head("name", "姓名"),
    head("id_number", "身份证号", "id"),
    head("account", "账号", "account"),
    head("bank", "开户行"),
    head("amount", "金额", "amount"),
    head("purpose", "用途"),
    head("note", "备注"),
)
PER = {"month": "每月", "day": "每天", "hour": "每小时", "task": "每件（次）"}
F33 = (
    head("words", "怎么算的"),
    head("reason", "原因"),
    head("amount", "金额", "amount"),
)


def pdf_of(code, record, by):
    """A form of a run, or the slip of a line, on paper."""
    return paper(FILL[code](record, by))


def workbook_of(code, record, by):
    """A form of a run, or the slip of a line, as a workbook."""
    return workbook(FILL[code](record, by), by)


def days_and_amounts(run, by):
    """F-11: the lines that are to be paid; what is held is not asked for."""
    rows = [
        {
            "name": line.person.name,
            "id_number": line.person.id_number,
            "days_worked": line.days_worked,
            "quantity": line.contract.measured_words(line.quantity),
            "amount": line.amount,
            "starts_on": line.contract.starts_on,
            "ends_on": line.contract.ends_on,
            "department": line.contract.department.name if line.contract.department else "",
        }
        for line in _payable(run)
    ]
    return Filled(
        code="F-11",
        number=number_of(run),
        hash=run.sha256,
        columns=F11,
        rows=rows,
        head={
            "month": run.month.first,
            "unit_name": office_of(run.area),
            "filled_on": today(),
            "department": "、".join(dict.fromkeys(row["department"] for row in rows)),
        },
        foot=_sum(rows) | {"filled_by": str(by), "phone": by.phone, "reviewed_by": ""},
    )


def pay_notice(run, by):
    """F-12: what hangs in public; once posted, the frozen words of the notice and no others."""
    notice = run.notice
    rows = _posted(notice) if notice else _to_post(run)
    return Filled(
        code="F-12",
        number=number_of(run),
        hash=run.sha256,
        columns=F12,
        rows=rows,
        head={
            "month": run.month.first,
            "unit_name": office_of(run.area),
            "posted_on": notice and notice.posted_on,
            "ends_on": notice and notice.ends_on,
            "days_posted": (notice.ends_on - notice.posted_on).days if notice else "　",
        },
        foot=_sum(rows) | {"office": office_of(run.area), "phone": by.phone, "email": by.email},
    )


def _posted(notice):
    return [
        row | {"days_worked": Decimal(row["days_worked"]), "amount": Decimal(row["amount"])}
        for row in notice.content["rows"]
    ]


def _to_post(run):
    return [
        {
            "name": line.person.name,
            "id_number": mask_id(line.person.id_number),
            "post_title": line.post_title,
            "days_worked": line.days_worked,
            "quantity": line.contract.measured_words(line.quantity),
            "amount": line.amount,
        }
        for line in run.lines.select_related("person", "contract").order_by("number")
    ]


def pay_details(run, by):
    """F-14: what the bank is to pay; once sent, the sent lines in their order."""
    batch = run.files.order_by("-pk").first()
    rows = [
        {
            "name": line.person.name,
            "id_number": line.person.id_number,
            "account": line.account.number,
            "bank": line.account.bank,
            "amount": line.amount,
            "purpose": f"{run.month.month}月岗位补贴",
            "note": _rate(line),
        }
        for line in _payable(run)
    ]
    return Filled(
        code="F-14",
        number=number_of(run),
        hash=run.sha256,
        columns=F14,
        rows=rows,
        head={
            "month": run.month.first,
            "number": batch.number if batch else "（尚未送出）",
            "payer": office_of(run.area),
            "fund": run.fund.name,
        },
        foot=_sum(rows)
        | {
            "prepared_by": str(run.prepared_by),
            "checked_by": Event.objects.name_of(run.confirmed_by, run, "confirm"),
            "approved_by": Event.objects.name_of(run.finance_approved_by, run, "finance_approve"),
        },
    )


def _rate(line):
    """The rate times the hours or pieces, where the month has one rate; else these alone."""
    measured = line.contract.measured_words(line.quantity)
    if line.quantity and line.due == half_up(line.standard * line.quantity):
        return f"{line.standard:.2f}元×{measured}"
    return measured


def _payable(run):
    """The lines of a run that go to the bank, or went."""
    return run.lines.payable().select_related(*JOINS).order_by("number")


def _sum(rows):
    total = sum((row["amount"] for row in rows), Decimal("0.00"))
    people = {(row["name"], row["id_number"]) for row in rows}  # some stand on two rows
    return {"people": len(people), "amount": total, "amount_capitals": capitals(total)}


def pay_slip(line, by):
    """F-33: one person's month in words they can take home."""
    with translation.override("zh-hans"):
        told = explain(line)
    run = line.run
    paid = BankResult.objects.filter(sent__line=line, outcome=BankResult.Outcome.SUCCESS).first()
    return Filled(
        code="F-33",
        number=f"{number_of(run)}-{line.number}",
        hash=run.sha256,
        columns=F33,
        rows=_steps(line, told),
        head={
            "name": line.person.name,
            "month": line.month.first,
            "area_name": line.area.name,
            "post_title": line.contract.title,
            "days_required": line.required_days,
            "days_worked": line.days_worked,
            "measured": told.quantity_words,
            "standard": line.standard,
            "per": PER["month" if line.item == line.Item.SOCIAL_INSURANCE else told.pay_basis],
        },
        foot={
            "amount": line.amount,
            "amount_capitals": capitals(line.amount),
            "status": "".join(told.why_state),
            "account": f"尾号 {line.account.number[-4:]}" if line.account else "无",
            "paid_on": paid and paid.credited_on,
            "office": office_of(run.area),
            "phone": run.prepared_by.phone,
        },
    )


def _steps(line, told):
    """What the days come to, what is added and taken off, and what the cap takes away."""
    first = 2 if line.item != line.Item.SOCIAL_INSURANCE else 1
    rows = [{"words": "".join(told.why[:first]), "reason": "", "amount": line.due}]
    for part in told.adjustments:
        rows.append({"words": part.sentence, "reason": "", "amount": Decimal(part.amount)})
    sum_, net = max(line.due + line.adjusted, Decimal(0)), line.amount + line.offset
    if net < sum_:
        rows.append({"words": "超过补贴上限的部分", "reason": "", "amount": net - sum_})
    return rows


FILL = {
    "F-11": days_and_amounts,
    "F-12": pay_notice,
    "F-13": approval,
    "F-14": pay_details,
    "F-33": pay_slip,
}
