"""F-07: who holds a post in a month, as the office keeps its roster."""

from dataclasses import dataclass

from django.db.models import Prefetch

from contracts.models import Cover
from contracts.selectors import live_in
from project.kernel.months import Month, today
from project.kernel.printing import Filled, head, paper, workbook
from registry.models import Area, BankAccount, Person

COLUMNS = (
    head("name", "姓名"),
    head("sex", "性别"),
    head("id_number", "身份证号", "id"),
    head("age", "年龄", "integer"),
    head("household_no", "户编号", "id"),
    head("category", "人员类别"),
    head("labour_capacity", "劳动能力"),
    head("post_title", "岗位"),
    head("department", "主管部门"),
    head("unit_name", "使用单位"),
    head("starts_on", "协议起", "date"),
    head("ends_on", "协议止", "date"),
    head("standard", "补贴标准", "amount"),
    head("fund", "资金来源"),
    head("policy_number", "保险单号", "id"),
    head("account", "社保卡/银行账号", "account"),
    head("phone", "电话", "id"),
    head("note", "备注"),
)
# Papers are Chinese whatever language the screens are in.
SEXES = {Person.Sex.MALE: "男", Person.Sex.FEMALE: "女"}
CAPACITIES = {
    Person.Capacity.NORMAL: "普通",
    Person.Capacity.SKILLED: "技能",
    Person.Capacity.WEAK: "弱/半",
    Person.Capacity.NONE: "无",
}
JOINS = ("area", "person__household", "department", "fund")


@dataclass(frozen=True)
class Roster:
    """The holders of an area in a month."""

    area: Area
    month: Month


def pdf_of(code, record, by):
    """The roster on paper."""
    return paper(FILL[code](record, by))


def workbook_of(code, record, by):
    """The roster as a workbook."""
    return workbook(FILL[code](record, by), by)


def holders(roster, by):
    """F-07: one row per contract that holds in the month."""
    rows = [_row(contract, roster.month) for contract in _contracts(roster)]
    return Filled(
        code="F-07",
        number=f"{roster.area.code}-{roster.month.compact}",
        columns=COLUMNS,
        rows=rows,
        head={
            "month": roster.month.first,
            "unit_name": office_of(roster.area),
            "filled_on": today(),
        },
        foot={"people": len(rows), "filled_by": str(by), "phone": by.phone, "reviewed_by": ""},
    )


FILL = {"F-07": holders}


def office_of(area):
    """The body that stamps a form of an area."""
    bodies = {Area.Level.TOWNSHIP: "人民政府", Area.Level.VILLAGE: "村民委员会"}
    body = bodies.get(area.level, "")
    return area.name if area.name.endswith(body) else f"{area.name}{body}"


def _contracts(roster):
    first, last = roster.month.first, roster.month.last
    covers = Cover.objects.filter(starts_on__lte=last, ends_on__gte=first)
    current = BankAccount.objects.filter(current=True)
    return (
        live_in(roster.month, roster.area.code)
        .select_related(*JOINS)
        .prefetch_related(
            Prefetch("person__accounts", current, to_attr="paid_on"),
            Prefetch("person__covers", covers.select_related("policy"), to_attr="insured_by"),
        )
        .order_by("area_id", "id")
    )


def _row(contract, month):
    person = contract.person
    household = person.household
    return {
        "name": person.name,
        "sex": SEXES[person.sex],
        "id_number": person.id_number,
        "age": age(person.born_on, month.last),
        "household_no": household.number if household else "",
        "category": person.category,
        "labour_capacity": CAPACITIES.get(person.capacity, ""),
        "post_title": contract.title,
        "department": contract.department.name if contract.department else "",
        "unit_name": office_of(contract.area),
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "standard": contract.standard,
        "fund": contract.fund.name,
        "policy_number": "、".join(sorted({c.policy.number for c in person.insured_by})),
        "account": person.paid_on[0].number if person.paid_on else "",
        "phone": person.phone,
        "note": _note(contract, month),
    }


def _note(contract, month):
    """Who came or went during the month stands out on the roster."""
    if contract.ends_on in month:
        return f"{contract.ends_on:%m-%d}到期"
    if contract.starts_on in month:
        return f"{contract.starts_on:%m-%d}上岗"
    return ""


def age(born_on, day):
    """Full years on a day; the birthday itself counts."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
