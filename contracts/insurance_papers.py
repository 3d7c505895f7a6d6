"""F-18 and X-09: the list of people that goes to the insurer, and the changes to it."""

from contracts.models import Contract, Endorsement
from contracts.papers import SEXES, office_of
from project.kernel.months import today
from project.kernel.printing import Filled, head, paper, workbook

COLUMNS = (
    head("place", "序号", "integer"),
    head("name", "姓名"),
    head("id_kind", "证件类型"),
    head("id_number", "证件号", "id"),
    head("sex", "性别"),
    head("born_on", "出生日期", "date"),
    head("occupation", "职业类别"),
    head("sum_insured", "保额", "amount"),
    head("premium", "保费", "amount"),
    head("starts_on", "生效日", "date"),
    head("beneficiary", "受益人"),
    head("list_number", "清单号", "id"),
)
X09 = (
    *COLUMNS[:1],
    head("action", "动作"),
    *COLUMNS[1:],
    head("replaced_name", "被替换人"),
    head("replaced_id", "被替换人证件号", "id"),
)
# Papers are Chinese whatever language the screens are in.
ACTIONS = {
    Endorsement.Action.ADD: "新增",
    Endorsement.Action.REMOVE: "减少",
    Endorsement.Action.REPLACE: "替换",
}
KINDS = {"accident": "意外伤害商业保险", "work_injury": "工伤保险（按项目）"}


def pdf_of(code, record, by):
    """The list, or the change of it, on paper."""
    return paper(_filled(record, by))


def workbook_of(code, record, by):
    """The list as a workbook (F-18); a change of it with what is done to each person (X-09)."""
    return workbook(_filled(record, by), by)


def _filled(record, by):
    return changed(record, by) if isinstance(record, Endorsement) else insured(record, by)


def insured(policy, by):
    """F-18: everybody on the policy, with the number under which the list comes back."""
    if policy.number:
        covers = policy.covers.held().select_related("person").order_by("person__area_id", "pk")
        people = [(cover.person, cover.starts_on) for cover in covers]
    else:
        people = policy.listed()
    posts = placed_of([person.pk for person, _day in people])
    rows = [
        _row(place, policy, person, day, posts) | {"list_number": policy.code}
        for place, (person, day) in enumerate(people, start=1)
    ]
    return _form(policy, policy.code, COLUMNS, rows, by)


def changed(endorsement, by):
    """X-09: who comes on and who goes off; a newcomer is named with whom they replace."""
    policy = endorsement.policy
    lines = list(endorsement.lines.select_related("person_in", "person_out").order_by("pk"))
    named = [(line.person_in or line.person_out) for line in lines]
    posts = placed_of([person.pk for person in named])
    rows = []
    for place, (line, person) in enumerate(zip(lines, named, strict=True), start=1):
        out = line.person_out if line.person_in else None
        rows.append(
            _row(place, policy, person, line.starts_on or endorsement.from_on, posts)
            | {
                "list_number": endorsement.code,
                "action": ACTIONS[endorsement.action],
                "replaced_name": out.name if out else "",
                "replaced_id": out.id_number if out else "",
            }
        )
    return _form(policy, endorsement.code, X09, rows, by, changes=True)


def placed_of(people):
    """The post of each person, as their latest contract names it: {person: post}."""
    contracts = Contract.objects.filter(person__in=people).exclude(state=Contract.State.VOID)
    return dict(contracts.order_by("starts_on", "pk").values_list("person", "title"))


def _row(place, policy, person, day, posts):
    return {
        "place": place,
        "name": person.name,
        "id_kind": "身份证",
        "id_number": person.id_number,
        "sex": SEXES[person.sex],
        "born_on": person.born_on,
        "occupation": posts.get(person.pk, ""),
        "sum_insured": policy.sum_insured,
        "premium": policy.premium,
        "starts_on": day,
        "beneficiary": "法定继承人",
    }


def _form(policy, number, columns, rows, by, changes=False):
    total = None if policy.premium is None else policy.premium * len(rows)
    return Filled(
        code="F-18",
        number=number,
        columns=columns,
        rows=rows,
        head={
            "unit_name": office_of(policy.area),
            "insurer": policy.insurer,
            "policy_number": policy.number or "",
            "list_number": number,
            "kind": KINDS[policy.kind],
            "starts_on": policy.starts_on,
            "ends_on": policy.ends_on,
            "filled_on": today(),
            "changes": changes,
        },
        foot={
            "people": len(rows),
            "premium": None if changes else total,
            "filled_by": str(by),
            "phone": by.phone,
        },
    )
