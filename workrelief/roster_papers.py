"""The people of a project on paper: the roster and the list of its courses (F-25, F-29)."""

from django.db.models import Prefetch
from django.utils import translation

from contracts.models import Cover
from contracts.papers import SEXES, office_of
from payroll.papers import PER
from project.kernel.months import today
from project.kernel.printing import Filled, head
from registry.models import BankAccount
from workrelief.models import Member, Trainee

JOINS = (
    "person__household",
    "person__area",
    "area",
    "team__foreman",
    "fund_line__fund",
    "contract",
)
ROSTER = (
    head("number", "序号", "integer"),
    head("name", "姓名"),
    head("sex", "性别"),
    head("id_number", "身份证号码", "id"),
    head("address", "住址"),
    head("category", "人员类别"),
    head("trade", "工种"),
    head("rate", "单价", "amount"),
    head("per", "计酬方式"),
    head("starts_on", "进场日期", "date"),
    head("ends_on", "离场日期", "date"),
    head("phone", "电话", "id"),
    head("account", "社保卡账号", "account"),
    head("insured", "保险", "id"),
    head("signature", "签字"),
)
COURSES = (
    head("on", "时间", "date"),
    head("topic", "培训内容"),
    head("hours", "课时", "number"),
    head("teacher", "讲师"),
    head("name", "姓名"),
    head("id_number", "身份证号码", "id"),
    head("signature", "签字"),
)


def roster(project, by):
    """F-25: everybody who is listed and not struck off, one row each, to be signed."""
    rows = [_row(number, member) for number, member in enumerate(listed(project), start=1)]
    return Filled(
        code="F-25",
        number=project.number,
        columns=ROSTER,
        rows=rows,
        head={
            "project": project.name,
            "unit_name": project.contractor or office_of(project.area),
            "filled_on": today(),
        },
        foot={"people": len(rows), "filled_by": str(by), "phone": by.phone},
    )


def listed(project):
    """The roster as it is read: village by village, in the order in which people were listed."""
    members = project.members.filter(struck_off_on=None).select_related(*JOINS)
    current = BankAccount.objects.filter(current=True)
    covers = Cover.objects.select_related("policy").order_by("pk")
    return members.prefetch_related(
        Prefetch("person__accounts", current, to_attr="paid_on"),
        Prefetch("person__covers", covers, to_attr="insured_by"),
    ).order_by("area", "pk")


def _row(number, member):
    person = member.person
    insured = {
        cover.policy.number or ""
        for cover in person.insured_by
        if cover.starts_on <= member.ends_on and cover.ends_on >= member.starts_on
    }
    return {
        "number": number,
        "name": person.name,
        "sex": SEXES[person.sex],
        "id_number": person.id_number,
        "address": (person.household and person.household.address) or person.area.name,
        "category": category_of(member),
        "trade": member.trade,
        "rate": member.rate,
        "per": PER[member.pay_basis],
        "starts_on": member.starts_on,
        "ends_on": member.ends_on,
        "phone": person.phone,
        "account": person.paid_on[0].number if person.paid_on else "",
        "insured": "、".join(sorted(insured)),
        "signature": "",
    }


def category_of(member):
    """The worker's category in Chinese, and the class where it is no local labour."""
    with translation.override("zh-hans"):
        category, mass = str(member.get_category_display()), Member.labour_class.field.default
        if member.labour_class == mass:
            return category
        return f"{category}（{member.get_labour_class_display()}）"


def training(project, by):
    """F-29: each course with whoever signed its list."""
    found = Trainee.objects.filter(training__project=project).select_related("training", "person")
    rows = [
        {
            "on": one.training.on,
            "topic": one.training.topic,
            "hours": one.training.hours,
            "teacher": one.training.teacher,
            "name": one.person.name,
            "id_number": one.person.id_number,
            "signature": "",
        }
        for one in found.order_by("training__on", "training", "pk")
    ]
    return Filled(
        code="F-29",
        number=project.number,
        columns=COURSES,
        rows=rows,
        head={"project": project.name, "unit_name": project.contractor or office_of(project.area)},
        foot={"people": len({row["id_number"] for row in rows}), "filled_by": str(by)},
    )
