"""A month's wages on paper: the ledger of days, the wage list, and what hangs (F-26 to F-28)."""

from decimal import Decimal

from django.db.models import Sum

from attendance.selectors import symbols
from contracts.papers import office_of
from payroll.models import PayLine
from payroll.papers import PER
from policy.selectors import rulings
from project.kernel.documents import month_grid
from project.kernel.masking import mask_id
from project.kernel.models import Event
from project.kernel.money import capitals
from project.kernel.months import SHANGHAI, today
from project.kernel.printing import Filled, head, paper, workbook
from registry.models import BankAccount
from workrelief.wage_checks import sheet_lines

DAYS = [str(day) for day in range(1, 32)]
JOINS = ("member__person", "member__team__foreman", "member__area", "contract")
ZERO = Decimal("0.00")
ITEMS = ["post_subsidy", "uninsured_days"]
LEDGER = (
    head("number", "序号", "integer"),
    head("name", "姓名"),
    head("trade", "工种"),
    head("section", "施工部位"),
    head("foreman", "班组长"),
    *(head(day, day) for day in DAYS),
    head("measured", "合计"),
    head("corrected", "监理核定"),
)
WAGES = (
    head("number", "序号", "integer"),
    head("name", "姓名"),
    head("id_number", "身份证号码", "id"),
    head("trade", "工种"),
    head("measured", "工时/工日"),
    head("rate", "单价", "amount"),
    head("due", "应发", "amount"),
    head("deducted", "扣款", "amount"),
    head("amount", "实发", "amount"),
    head("account", "账号", "account"),
    head("signature", "签名（手印）"),
)
SHOWN = tuple(column for column in WAGES if column.name not in ("account", "signature"))
SIGNS = (
    ("draft", "施工单位（理事会）制表"),
    ("examine", "监理核对"),
    ("approve", "业主审定"),
    ("verify", "村级核实"),
)


def pdf_of(code, record, by):
    """A form of a month's wages on paper."""
    return paper(FILL[code](record, by))


def workbook_of(code, record, by):
    """A form of a month's wages as a workbook."""
    return workbook(FILL[code](record, by), by)


def number_of(batch):
    """The number by which a month's wages are known on paper."""
    return f"{batch.project.number}-{batch.month.compact}"


def ledger(batch, by):
    """F-26: each worker's days as the confirmed sheet shows them, the engineer's measure beside."""
    shown = {row.contract_id: row for row in sheet_lines(batch.project, batch.month)}
    rows = [_days(line, shown.get(line.contract_id)) for line in _lines(batch)]
    return Filled(
        code="F-26",
        number=number_of(batch),
        columns=LEDGER,
        rows=rows,
        head=_head(batch) | {"days": month_grid(batch.month.first)},
        foot={"people": len(rows), "filled_by": str(by), "signs": _signed(batch)},
    )


def _lines(batch):
    return batch.lines.select_related(*JOINS).order_by("number")


def _days(line, shown):
    team, marks = line.member.team, _marks(shown) if shown else [""] * 31
    corrected = line.contract.measured_words(line.corrected) or _in_days(line.corrected)
    return {
        "number": line.number,
        "name": line.member.person.name,
        "trade": line.member.trade,
        "section": line.member.section,
        "foreman": team.foreman.name if team else "",
        "marks": marks,
        "measured": measured_of(line),
        "corrected": corrected if line.corrected is not None else "",
        **dict(zip(DAYS, marks, strict=True)),
    }


def _marks(shown):
    """A sign for each day, or the hours or pieces of the day where these are paid."""
    marks = symbols(shown, shown.full_days, shown.half_days)
    if shown.quantities:
        marks = [f"{number.normalize():f}" if number else "" for number in shown.quantities]
    return [*marks, *[""] * (31 - len(marks))]


def measured_of(line):
    """Days, hours or pieces with their unit, as they are paid."""
    return line.contract.measured_words(line.quantity) or _in_days(line.days)


def _in_days(days):
    return "" if days is None else f"{days.normalize():f}天"


def wage_list(batch, by):
    """F-27: who is paid how much for what, to be signed by each worker and each side."""
    rows = _paid(batch)
    return Filled(
        code="F-27",
        number=number_of(batch),
        columns=WAGES,
        rows=rows,
        head=_head(batch),
        foot=_sums(rows) | {"signs": _signed(batch), "filled_by": str(by), "phone": by.phone},
    )


def wage_notice(batch, by):
    """F-28: the same list for the street: numbers masked, no account, no signature (R-75)."""
    kept = {column.name for column in SHOWN} | {"per"}
    rows = [
        {name: value for name, value in row.items() if name in kept}
        | {"id_number": mask_id(row["id_number"])}
        for row in _paid(batch)
    ]
    return Filled(
        code="F-28",
        number=number_of(batch),
        columns=SHOWN,
        rows=rows,
        head=_head(batch) | _hanging(batch),
        foot=_sums(rows) | {"hotline": batch.project.hotline, "office": office_of(batch.area)},
    )


def _paid(batch):
    lines = list(_lines(batch))
    people = [line.member.person_id for line in lines]
    current = BankAccount.objects.filter(current=True, person__in=people)
    cards = {card.person_id: card.number for card in current}
    taken = _taken_off(batch, lines)
    return [
        {
            "number": line.number,
            "name": line.member.person.name,
            "id_number": line.member.person.id_number,
            "trade": line.member.trade,
            "measured": measured_of(line),
            "per": PER[line.contract.pay_basis],
            "rate": line.rate,
            "due": line.amount,
            "deducted": taken.get(line.contract_id, ZERO),
            "amount": line.amount - taken.get(line.contract_id, ZERO),
            "account": cards.get(line.member.person_id, ""),
            "signature": f"{line.signed_on:%Y-%m-%d} 已签" if line.signed_on else "",
        }
        for line in lines
    ]


def _taken_off(batch, lines):
    """{contract: what payroll keeps back from the month's wage}, such as an agreed offset."""
    paid = PayLine.objects.filter(
        contract__in=[line.contract_id for line in lines], month=batch.month, standing=True
    )
    sums = paid.filter(item__in=ITEMS).values("contract").annotate(kept=Sum("offset"))
    return {row["contract"]: row["kept"] for row in sums}


def _sums(rows):
    total = sum((row["amount"] for row in rows), ZERO)
    return {
        "people": len(rows),
        "due": sum((row["due"] for row in rows), ZERO),
        "deducted": sum((row["deducted"] for row in rows), ZERO),
        "amount": total,
        "amount_capitals": capitals(total),
    }


def _signed(batch):
    """Who confirmed in this round, from the log; blank to sign by hand while nobody has."""
    signed = {}
    for event in Event.objects.of(batch).exclude(after="refused").select_related("by"):
        if event.verb == "send_back":
            signed = {name: one for name, one in signed.items() if name == "draft"}
        signed[event.verb] = event
    return [_sign(side, signed.get(verb)) for verb, side in SIGNS]


def _sign(side, event):
    if event is None:
        return {"side": side, "name": "", "on": None}
    return {"side": side, "name": event.who, "on": event.at.astimezone(SHANGHAI).date()}


def _hanging(batch):
    """From when to when the month's wages hang: the notice of the run that pays, once posted."""
    lines = batch.lines.values("contract")
    paid = PayLine.objects.filter(contract__in=lines, month=batch.month, standing=True)
    hung = paid.filter(run__notice__isnull=False).select_related("run__notice").first()
    code, area = "relief.publicity", batch.area_id
    ruled = rulings([code], on=today(), areas=[area])[area].get(code)
    return {
        "posted_on": hung and hung.run.notice.posted_on,
        "ends_on": hung and hung.run.notice.ends_on,
        "days": ruled.value["days"] if ruled else "",
    }


def _head(batch):
    project = batch.project
    return {
        "project": project.name,
        "month": batch.month.first,
        "unit_name": project.contractor or office_of(batch.area),
        "filled_on": today(),
    }


FILL = {"F-26": ledger, "F-27": wage_list, "F-28": wage_notice}
