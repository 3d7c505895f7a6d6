"""F-13: the sheet on which four offices approve a run, with what the system already knows."""

from decimal import Decimal

from django.db.models import Count, Sum

from contracts.papers import office_of
from payroll.checks import committed
from payroll.countersigning import lacking, signed
from policy.models import Allocation
from policy.selectors import allocated
from project.kernel.models import Event
from project.kernel.money import capitals
from project.kernel.months import SHANGHAI
from project.kernel.printing import Filled, head

F13 = (
    head("office", "审批环节"),
    head("opinion", "意见"),
    head("name", "签字"),
    head("signed_on", "日期", "date"),
)
OFFICES = {
    "confirm": ("乡镇复核意见", "confirmed", "复核无误。"),
    "township_approve": ("乡镇审核意见", "township_approved", "同意上报。"),
    "department_approve": ("主管部门意见", "department_approved", "同意发放。"),
    "finance_approve": ("财政部门意见", "finance_approved", "同意拨付。"),
}
SECOND = {
    "township": "乡镇第二人复签",
    "department": "主管部门第二人复签",
    "finance": "财政部门第二人复签",
}


def number_of(run):
    """The number of a run as its papers carry it."""
    return f"{run.area_id[:9]}-{run.month.compact}-{run.pk}"


def approval(run, by):
    """The run's sums, its notice, its fund and the opinion of each office, blank until given."""
    sums = run.lines.payable().aggregate(
        people=Count("person", distinct=True), amount=Sum("amount")
    )
    amount = sums["amount"] or Decimal("0.00")
    number = number_of(run)
    return Filled(
        code="F-13",
        number=number,
        hash=run.sha256,
        columns=F13,
        rows=_opinions(run),
        head={
            "month": run.month.first,
            "unit_name": office_of(run.area),
            "number": number,
            "people": sums["people"],
            "amount": amount,
            "amount_capitals": capitals(amount),
            "fund": run.fund.name,
            "notice_words": _notice_words(run),
            **_budget(run),
        },
        foot={"prepared_by": str(run.prepared_by), "phone": run.prepared_by.phone},
    )


def _opinions(run):
    taken = {event.verb: event for event in _approvals(run)}
    rows = []
    for verb, (office, step, words) in OFFICES.items():
        rows += _second(run, verb.removesuffix("_approve"))
        signed_at, event = getattr(run, f"{step}_at"), taken.get(verb)
        name = event.who if event else getattr(run, f"{step}_by")
        rows.append(_opinion(office, (event and event.note) or words, name, signed_at))
    return rows


def _second(run, office):
    """The second signature of an office: given, or to be given where the amount asks for it."""
    if office not in SECOND:
        return []
    one = signed(run, office)
    if one:
        event = _signed(run, f"{office}_countersign").last()
        name = event.who if event else one.by
        return [_opinion(SECOND[office], one.note or "同意。", name, one.at, second=True)]
    waits = [_opinion(SECOND[office], "", "", None, second=True)]
    return waits if lacking(run, office) else []


def _opinion(office, words, name, signed_at, second=False):
    """One row of the sheet; a second signature stands without a seal of its own."""
    return {
        "office": office,
        "opinion": words if signed_at else "",
        "name": str(name or ""),
        "signed_on": signed_at and signed_at.astimezone(SHANGHAI).date(),
        "second": second,
    }


def _approvals(run):
    return _signed(run, *OFFICES)


def _signed(run, *verbs):
    taken = Event.objects.of(run).filter(verb__in=verbs).exclude(after="refused")
    return taken.select_related("by")


def _notice_words(run):
    notice = run.notice
    if notice is None:
        return "尚未公示。"
    end = "公示期满，已核验。" if notice.certified_on else "公示尚未核验。"
    unit = {"calendar": "日", "working": "个工作日"}.get(notice.unit, "日")
    return (
        f"{_chinese(notice.posted_on)}张贴，至{_chinese(notice.ends_on)}止，"
        f"共{notice.days}{unit}。{end}"
    )


def _chinese(day):
    return f"{day.year}年{day.month}月{day.day}日"


def _budget(run):
    """The money given for the year and what is left of it, this run counted once it is bound."""
    given = allocated(run.fund_id, run.area_id, run.month.year)
    if given is None:
        return {"budget_number": "", "budget_left": ""}
    where, amount = given
    rows = Allocation.objects.filter(fund=run.fund_id, area=where, year=run.month.year)
    return {
        "budget_number": "、".join(rows.order_by("pk").values_list("document", flat=True)),
        "budget_left": amount - committed(run, where),
    }
