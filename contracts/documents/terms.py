"""The terms of a contract as plain words: what its paper prints, what is sealed and attached."""

from datetime import date
from types import SimpleNamespace

from contracts.models import Contract
from contracts.papers import SEXES, office_of
from policy.selectors import rulings
from project.kernel.money import capitals, yuan
from registry.models import Area

# Each term by the name that a wording uses in braces; papers are Chinese.
LABELS = {
    "number": "合同编号",
    "kind": "合同种类",
    "employer": "甲方（用人单位）",
    "manager": "甲方联系人",
    "manager_phone": "甲方电话",
    "name": "乙方姓名",
    "sex": "性别",
    "id_number": "身份证号",
    "phone": "乙方电话",
    "address": "乙方住址",
    "post": "岗位名称",
    "post_type": "岗位类别",
    "duties": "岗位职责",
    "workload": "工作量标准",
    "place": "工作地点",
    "unit": "使用单位",
    "hours": "工作时间",
    "department": "主管部门",
    "fund": "资金来源",
    "term": "合同期限",
    "pay_basis": "计酬方式",
    "standard": "补贴标准",
    "capitals": "标准大写",
    "pay_day": "发放日",
    "account": "收款账户",
    "insurance": "意外保险",
    "policy": "政策依据",
    "renewal": "签订方式",
    "remaining": "剩余补贴月数",
}
KINDS = {Contract.Kind.LABOUR: "劳动合同", Contract.Kind.SERVICE: "劳务协议"}
BASES = {
    Contract.PayBasis.MONTH: ("按月计酬", "元/月"),
    Contract.PayBasis.DAY: ("按日计酬", "元/日"),
    Contract.PayBasis.HOUR: ("按小时计酬", "元/小时"),
    Contract.PayBasis.TASK: ("按件（次）计酬", "元/件（次）"),
}
RULES = [
    "attendance.required_days",
    "insurance.mandatory",
    "payroll.stage_days",
    "subsidy.max_months",
]
UNSAID, UNKNOWN = "由甲方书面告知乙方", "未登记"


def terms_of(contract):
    """Every term in words, frozen from contract, person, post and policy.

    The ID number is masked, with the keyed digest of the whole one: the office keeps no ID number
    in clear, and the paper still prints the number that was sealed.
    """
    ruled = _ruled(contract)
    found = {
        "number": number_of(contract),
        "kind": KINDS[contract.kind],
        "employer": office_of(_township(contract.area)),
        **_worker(contract.person),
        **_work(contract, ruled),
        "term": _term(contract),
        **_pay(contract, ruled),
        "policy": f"《{contract.document.title}》" if contract.document else UNSAID,
        **_allowance(contract, ruled.get("subsidy.max_months")),
    }
    return {name: found[name] for name in LABELS} | {"id_digest": contract.person.id_digest}


def number_of(contract):
    """The number by which the office files a contract: county, year, running number."""
    return f"{contract.area_id[:6]}-{contract.starts_on.year}-{contract.pk:06d}"


def day_in_words(day):
    return f"{day.year}年{day.month}月{day.day}日"


def _ruled(contract):
    area = contract.area_id
    found = rulings(RULES, on=contract.starts_on, areas=[area], fund=contract.fund_id)[area]
    return {code: ruling.value for code, ruling in found.items()}


def _township(area):
    """The township's office signs for the villages in it."""
    if area.level == Area.Level.VILLAGE and area.parent_id:
        return area.parent
    return area


def _worker(person):
    household = person.household
    village = person.area
    home = f"{village.parent.name if village.parent_id else ''}{village.name}"
    account = person.accounts.filter(current=True).first()
    return {
        "name": person.name,
        "sex": SEXES.get(person.sex, ""),
        "id_number": person.masked_id,
        "phone": person.phone or UNKNOWN,
        "address": household.address if household and household.address else home,
        "account": f"本人账户，尾号 {account.number[-4:]} {account.bank}" if account else UNSAID,
    }


def _work(contract, ruled):
    """What the post says of the work; a contract taken from a ledger has no post to ask."""
    hire = Contract.objects.filter(pk=contract.pk, hire__isnull=False).first()
    post = hire.hire.post if hire else None
    department = contract.department
    return {
        "post": contract.title,
        "post_type": contract.post_type or UNKNOWN,
        "department": department.name if department else UNKNOWN,
        "hours": _hours(post and post.hours, ruled.get("attendance.required_days")),
        **_place(contract, post),
    }


SAID_BY_POST = ("duties", "workload", "place", "unit", "manager", "manager_phone")


def _place(contract, post):
    if post is None:
        post = SimpleNamespace(
            duties="", workload="", place="", unit="", manager="", manager_phone=""
        )
    return {
        "duties": post.duties or UNSAID,
        "workload": post.workload or UNSAID,
        "place": post.place or contract.area.name,
        "unit": post.unit or office_of(contract.area),
        "manager": post.manager or UNKNOWN,
        "manager_phone": post.manager_phone or UNKNOWN,
    }


def _hours(hours, days):
    parts = {"fixed": "每月出勤不少于{days}天", "workdays": "按当月法定工作日出勤"}
    said = parts.get(days["mode"], "按当月日历天数出勤").format(**days) if days else ""
    if hours:
        said += f"{'，' if said else ''}每月{hours.normalize():f}小时"
    return said or UNSAID


def _term(contract):
    first, last = contract.starts_on, contract.ends_on
    return f"自{day_in_words(first)}起至{day_in_words(last)}止"


def _pay(contract, ruled):
    basis, per = BASES[contract.pay_basis]
    stages = ruled.get("payroll.stage_days") or {}
    return {
        "pay_basis": basis,
        "standard": f"{yuan(contract.standard)}{per}",
        "capitals": capitals(contract.standard),
        "pay_day": _pay_day(stages.get("send")),
        "fund": contract.fund.name,
        "insurance": (
            "意外伤害商业保险，由甲方在上岗前投保"
            if ruled.get("insurance.mandatory")
            else "按岗位性质由甲方决定是否投保"
        ),
    }


def _pay_day(days):
    """The day counts from the end of the month that was worked."""
    if not days:
        return "按当地规定的发放日"
    return f"次月{days}日前" if days <= 28 else "次月月底前"


def _allowance(contract, most):
    """Which contract this one follows, and how many subsidised months are left after it (R-46)."""
    followed = contract.renews
    renewal = f"续签，原合同编号 {number_of(followed)}" if followed else "首次签订"
    if not most:
        return {"renewal": renewal, "remaining": "当地未规定上限"}
    used = len(subsidised_months(contract))
    left = max(most - used, 0)
    return {
        "renewal": renewal,
        "remaining": f"期满时累计{used}个月，还剩{left}个月（上限{most}个月）",
    }


def subsidised_months(contract):
    """The calendar months that the person's contracts touch up to this one's last day."""
    terms = contract.person.contracts.exclude(state__in=["draft", "offered", "void"])
    terms = terms.filter(starts_on__lte=contract.ends_on).values_list("starts_on", "ends_on")
    touched = _months(contract.starts_on, contract.ends_on)
    return touched.union(*(_months(*term) for term in terms))


def _months(first: date, last: date):
    return set(range(first.year * 12 + first.month, last.year * 12 + last.month + 1))
