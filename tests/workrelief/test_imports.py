"""Ledgers of projects and rosters go in whole or not at all, with the refusals of the pages."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from project.kernel.guards import Refused
from project.kernel.models import Event
from project.kernel.steps import do, turn_of
from tests import given, given_relief
from tests.project.ledgers import staged, taken_in
from workrelief import roster
from workrelief.models import FundLine, Member, Project

pytestmark = pytest.mark.django_db

PROJECT = {
    "项目编号": "YG-2026-1",
    "项目名称": "青石村便民桥",
    "所在地": None,
    "建设领域": "交通",
    "组织方式": "村民自建",
    "年度": 2026,
    "项目总投资(万元)": 450,
    "资金来源": "中央预算内投资",
    "下达资金额度(万元)": "370.123456",
    "下达日期": date(2026, 8, 10),
    "项目业主": "云岭镇人民政府",
    "施工单位": "青石村项目理事会",
    "监理单位": "恒正监理",
    "建设内容": "新建便民桥一座",
    "计划开工": date(2026, 9, 1),
    "计划完工": date(2026, 12, 20),
}


@pytest.fixture
def place():
    return given.township()


@pytest.fixture
def officer(place):
    return given.user("ndrc_officer", at=place.county)


def project_row(place, **cells):
    return PROJECT | {"所在地": place.town.code} | cells


def test_a_ledger_of_projects_puts_them_on_the_reserve_list_with_their_money(place, officer):
    second = {"资金来源": "中央财政衔接（以工代赈任务）", "下达资金额度(万元)": 80}
    file = taken_in("relief-projects", project_row(place), project_row(place, **second), by=officer)

    made = Project.objects.get()
    assert (made.state, made.area, made.investment) == ("reserve", place.town, Decimal(4500000))
    assert (made.field, made.mode, made.owner.name) == ("transport", "villagers", "云岭镇人民政府")
    lines = list(made.fund_lines.values_list("fund", "year", "amount", "issued_on"))
    assert lines == [
        ("central_investment", 2026, Decimal("3701234.56"), date(2026, 8, 10)),
        ("linking_relief", 2026, Decimal("800000.00"), date(2026, 8, 10)),
    ]
    assert file.rows == 2 and Event.objects.of(made).get().verb == "draft"
    assert turn_of(made)


def test_a_project_taken_in_goes_on_through_its_owner(place, officer):
    taken_in("relief-projects", project_row(place), by=officer)
    owner = given.user("relief_owner", at=place.town)

    made = do(Project.objects.get(), "apply", by=owner)

    assert made.state == "applied"


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"所在地": "没有镇"}, "所在地", "没有“没有镇”"),
        ({"建设领域": "航天"}, "建设领域", "可选"),
        ({"组织方式": "不明"}, "组织方式", "可选"),
        ({"资金来源": "彩票"}, "资金来源", "没有资金来源"),
        ({"项目总投资(万元)": ""}, "项目总投资(万元)", "项目总投资"),
        ({"下达资金额度(万元)": "0.0000001"}, "下达资金额度(万元)", "分以下"),
        ({"下达资金额度(万元)": 0}, "下达资金额度(万元)", "下达资金额度"),
        ({"年度": 26}, "年度", "四位数字"),
        ({"计划完工": date(2026, 8, 1)}, "计划完工", "开工"),
        ({"项目编号": "YG-2026-0"}, "项目编号", "已有项目使用"),
    ],
)
def test_what_is_wrong_with_a_project_is_named_with_row_and_column(
    place, officer, cells, column, words
):
    earlier = project_row(place, 项目编号="YG-2026-0", 项目名称="另一座桥")
    taken_in("relief-projects", earlier, by=officer)

    said = staged("relief-projects", project_row(place, **cells), by=officer).errors

    assert [(error.row, error.column) for error in said] == [(2, column)]
    assert words in said[0].sentence
    assert Project.objects.count() == 1


def test_rows_of_one_project_agree_and_name_a_fund_once(place, officer):
    rows = project_row(place), project_row(place, 项目名称="另一座桥")

    said = staged("relief-projects", *rows, by=officer).errors

    assert {error.column for error in said} == {"项目名称", "资金来源"}


def test_amounts_in_yuan_and_in_ten_thousand_yuan_are_never_mixed_up(place, officer):
    row = {k: v for k, v in project_row(place).items() if "(万元)" not in k}
    row |= {"项目总投资(元)": "4500000.00", "下达资金额度(元)": "3700000.00"}
    taken_in("relief-projects", row, by=officer)
    assert FundLine.objects.get().amount == Decimal(3700000)

    both = project_row(place, 项目编号="B") | {"下达资金额度(元)": "370.00"}
    said = staged("relief-projects", both, by=officer).errors
    assert [error.column for error in said] == ["下达资金额度(元)"]


def test_only_the_county_takes_projects_in_and_only_for_its_areas(place, officer):
    with pytest.raises(PermissionDenied):
        staged("relief-projects", project_row(place), by=given.user("relief_owner", at=place.town))
    elsewhere = given.township("990188100000")

    said = staged("relief-projects", project_row(elsewhere), by=officer).errors

    assert [error.column for error in said] == ["所在地"]


def test_the_same_ledger_goes_in_once(place, officer):
    taken_in("relief-projects", project_row(place), by=officer)

    with pytest.raises(Refused, match="已"):
        staged("relief-projects", project_row(place), by=officer)


def roster_row(scene, person, **cells):
    return {
        "项目编号": scene.project.number,
        "姓名": person.name,
        "身份证号": person.id_number,
        "村": scene.place.villages[0].code,
        "人员类别": "监测户",
        "工种": "普工",
        "班组": "",
        "用工性质": "",
        "计酬方式": "按日",
        "单价": "150.00",
        "资金来源": "",
        "进场日期": date(2026, 9, 5),
        "离场日期": date(2026, 11, 30),
        "社保卡账号": "",
    } | cells


def resident(scene, **known):
    person = given.person(scene.place.villages[0], **known)
    given_relief.card(person, scene.staff.township_officer)
    return person


def test_a_roster_lists_people_as_the_page_does():
    scene = given_relief.scene()
    by, people = scene.staff.relief_contractor, [resident(scene), resident(scene)]
    said = {"社保卡账号": people[0].accounts.get().number, "计酬方式": "按小时"}

    rows = [roster_row(scene, people[0], **said), roster_row(scene, people[1])]
    taken_in("relief-roster", *rows, by=by)

    first, second = Member.objects.filter(person__in=people).order_by("pk")
    assert (first.pay_basis, first.rate, first.category) == ("hour", Decimal(150), "monitored")
    assert (second.pay_basis, second.fund_line, second.area) == (
        "day",
        scene.lines[0],
        scene.place.villages[0],
    )
    assert Event.objects.of(first).get().verb == "enlist"
    assert first.listed_by == by


def _foreman(scene, person):
    roster.lead(scene.project, by=scene.staff.relief_contractor, name="一班", foreman=person)


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"项目编号": "无"}, "项目编号", "没有这个编号"),
        ({"村": "没有村"}, "村", "没有村"),
        ({"姓名": "别人"}, "姓名", "另一姓名"),
        ({"人员类别": "干部"}, "人员类别", "可选"),
        ({"班组": "九班"}, "班组", "没有班组"),
        ({"资金来源": "省级财政/基建"}, "资金来源", "没有这笔资金"),
        ({"单价": 0}, "姓名", "大于零"),
        ({"离场日期": date(2026, 9, 1)}, "姓名", "早于"),
        ({"社保卡账号": "6217001234567890123"}, "社保卡账号", "另一账号"),
    ],
)
def test_what_is_wrong_with_a_row_of_a_roster_is_named(cells, column, words):
    scene = given_relief.scene()
    row = roster_row(scene, resident(scene), **cells)

    said = staged("relief-roster", row, by=scene.staff.relief_contractor).errors

    assert [(error.row, error.column) for error in said] == [(2, column)]
    assert words in said[0].sentence


def test_foremen_children_and_people_listed_elsewhere_are_refused_by_a_file_too():
    scene = given_relief.scene()
    leader, child, listed = resident(scene), resident(scene, born=date(2015, 1, 1)), resident(scene)
    _foreman(scene, leader)
    given_relief.enlist(scene, 1, person=listed)

    rows = [roster_row(scene, person) for person in (leader, child, listed)]
    said = staged("relief-roster", *rows, by=scene.staff.relief_contractor).errors

    assert [error.row for error in said] == [2, 3, 4]
    for error, words in zip(said, ("班组长", "16", "名册"), strict=True):
        assert words in error.sentence


def test_a_foreman_is_listed_as_management():
    scene = given_relief.scene()
    leader = resident(scene)
    _foreman(scene, leader)

    row = roster_row(scene, leader, 用工性质="管理人员", 班组="一班")
    taken_in("relief-roster", row, by=scene.staff.relief_contractor)

    assert Member.objects.get(person=leader).labour_class == "management"


def test_a_person_stands_in_a_file_once_a_day_and_may_come_back():
    scene = given_relief.scene()
    person = resident(scene)
    again = roster_row(scene, person, 进场日期=date(2026, 12, 1), 离场日期=date(2026, 12, 15))
    over = roster_row(scene, person, 进场日期=date(2026, 11, 30), 离场日期=date(2026, 12, 15))
    by = scene.staff.relief_contractor

    said = staged("relief-roster", roster_row(scene, person), over, by=by).errors
    taken_in("relief-roster", roster_row(scene, person), again, by=by)

    assert [(error.row, error.column) for error in said] == [(3, "身份证号")]
    assert Member.objects.filter(person=person).count() == 2


def test_people_whom_the_register_does_not_know_are_left_to_the_township():
    scene = given_relief.scene()
    person = resident(scene)
    row = roster_row(scene, person, 身份证号=given.id_number(order=77777))

    said = staged("relief-roster", row, by=scene.staff.relief_contractor).errors

    assert [error.column for error in said] == ["身份证号"]
    assert "由乡镇" in said[0].sentence


def test_of_several_fund_lines_the_row_names_one():
    scene = given_relief.scene(
        funds=[("central_investment", "1000000", "400000"), ("provincial", "200000", "50000")]
    )
    by, person = scene.staff.relief_contractor, resident(scene)

    said = staged("relief-roster", roster_row(scene, person), by=by).errors
    taken_in("relief-roster", roster_row(scene, person, 资金来源="省级财政/基建"), by=by)

    assert "多笔资金" in said[0].sentence
    assert Member.objects.get(person=person).fund_line == scene.lines[1]


def test_a_roster_asks_no_more_questions_for_more_people(django_assert_max_num_queries):
    scene = given_relief.scene()
    rows = [roster_row(scene, resident(scene)) for _n in range(30)]

    with django_assert_max_num_queries(16):
        found = staged("relief-roster", *rows, by=scene.staff.relief_contractor)

    assert not found.errors
