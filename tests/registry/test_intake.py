"""A file goes in once, whole, by somebody who may, in a number of questions that does not grow."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import CheckIn
from project.imports import KINDS, commit, stage
from project.kernel.guards import Refused
from project.kernel.models import Event
from registry.models import Area, CalendarDay, Fact, Household, ImportedFile, Person
from tests import given
from tests.project.ledgers import faults, holder_row, sheet, staged, taken_in

PERSON = {
    "户编号": "H100",
    "户主姓名": "张三",
    "家庭住址": "云岭镇青石村0三组",
    "户类型": "脱贫户",
    "姓名": "张三",
    "性别": "",
    "证件号码": None,
    "劳动技能": "普通劳动力",
    "联系电话": "13900000000",
}
DAY = {"日期": date(2026, 10, 1), "类型": "休息", "名称": "国庆节", "依据": "通知"}
AREA = {"区划代码": "990123100300", "名称": "新村", "上级代码": "", "启用日期": date(2026, 1, 1)}


@pytest.fixture
def place(db):
    return given.township()


@pytest.fixture
def officer(place):
    return given.user("township_officer", place.town)


@pytest.fixture
def county(place):
    return given.user("department_officer", place.county)


def person_row(**cells):
    n = next(given.number)
    return PERSON | {"户编号": f"H{n}", "证件号码": given.id_number(order=n)} | cells


def questions(kind, rows, by):
    """How many statements it takes to stage and write a file."""
    with CaptureQueriesContext(connection) as asked:
        taken_in(kind, *rows, by=by)
    return len(asked)


def attendance_rows(contracts):
    number = [contract.person.id_number for contract in contracts]
    return [{"身份证号": n, "日期": date(2026, 10, 1 + i % 30)} for i, n in enumerate(number)]


def fact_rows(people):
    fixed = {"来源部门": "数据中心", "命中类型": "参保", "起": date(2026, 9, 1)}
    return [{"身份证号": person.id_number} | fixed for person in people]


def test_sixty_holders_take_as_many_questions_as_ten(officer):
    taken_in("holders", holder_row(), by=officer)

    few = questions("holders", [holder_row(保险单号=f"A{i}") for i in range(10)], officer)
    many = questions("holders", [holder_row(保险单号=f"B{i}") for i in range(60)], officer)

    assert many == few


def test_sixty_people_take_as_many_questions_as_ten(officer):
    taken_in("people", person_row(), by=officer)

    few = questions("people", [person_row() for _ in range(10)], officer)
    many = questions("people", [person_row() for _ in range(60)], officer)

    assert many == few


def test_sixty_days_and_facts_take_as_many_questions_as_ten(place, officer):
    held = [given.holder(place.villages[0], officer, insured=False) for _ in range(62)]
    people = [contract.person for contract in held]
    taken_in("attendance", *attendance_rows(held[:1]), by=officer)
    taken_in("facts", *fact_rows(people[:1]), by=officer)

    few = [questions("attendance", attendance_rows(held[1:11]), officer)]
    few += [questions("facts", fact_rows(people[1:11]), officer)]
    many = [questions("attendance", attendance_rows(held[2:]), officer)]
    many += [questions("facts", fact_rows(people[2:]), officer)]

    assert many == few


def test_the_log_says_who_took_in_what(officer):
    file = taken_in("people", person_row(), by=officer)

    (event,) = Event.objects.of(file)
    assert (event.verb, event.by, event.data["rows"]) == ("import", officer, 1)
    assert file.area_id == officer.appointments.get().area_id


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "rules"])
def test_a_stranger_takes_nothing_in(place, kind):
    with pytest.raises(PermissionDenied):
        stage(kind, sheet(DAY), by=given.user("inspector", place.county))


def test_somebody_dismissed_between_preview_and_commit_writes_nothing(officer):
    found = staged("people", person_row(), by=officer)
    officer.appointments.update(ends_on=date(2026, 11, 1))
    again = type(officer).objects.get(pk=officer.pk)

    with pytest.raises(PermissionDenied):
        commit(found, by=again)

    assert not Person.objects.exists()


def test_an_update_fills_what_is_given_and_keeps_the_rest(place, officer):
    row = person_row(健康状况="健康")
    taken_in("people", row, by=officer)

    taken_in("people", row | {"联系电话": "13911111111", "健康状况": ""}, by=officer)

    person = Person.objects.get()
    assert (person.phone, person.health, person.area) == ("13911111111", "健康", place.villages[0])


def test_two_people_of_a_household_share_it(officer):
    taken_in("people", person_row(户编号="H1"), person_row(户编号="H1"), by=officer)

    assert Household.objects.get(number="H1").members.count() == 2


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"家庭住址": "某村"}, "家庭住址"),
        ({"证件号码": "99012319700305001"}, "证件号码"),
        ({"性别": "不详"}, "性别"),
        ({"劳动技能": "很强"}, "劳动技能"),
        ({"户编号": "长" * 31}, "户编号"),
    ],
)
def test_a_person_who_cannot_be_entered_is_named(officer, cells, column):
    found = staged("people", person_row(), person_row(**cells), by=officer)

    assert faults(found) == [(3, column)]


def test_a_sex_that_the_id_number_contradicts_is_warned_of(officer):
    number = given.id_number(order=101)

    found = staged("people", person_row(性别="女", 证件号码=number), by=officer)

    assert [(warning.row, warning.column) for warning in found.warnings] == [(2, "性别")]


def test_an_address_means_the_longest_village_name_in_it(officer):
    given.area("990123100301", "大青石村0")

    taken_in("people", person_row(家庭住址="大青石村0五组"), by=officer)

    assert Person.objects.get().area_id == "990123100301"


def test_a_household_of_another_township_is_a_fault(officer):
    elsewhere = given.township("990124100000")
    Household.objects.create(area=elsewhere.villages[0], number="H-far")

    assert faults(staged("people", person_row(户编号="H-far"), by=officer)) == [(2, "户编号")]


def test_a_fact_told_again_is_kept_once(place, officer):
    known = given.person(place.villages[0])
    taken_in("facts", *fact_rows([known]), by=officer)
    row = fact_rows([known])[0] | {"止": date(2026, 10, 1)}

    found = staged("facts", row, by=officer)
    commit(found, by=officer)

    assert Fact.objects.count() == 1
    assert [warning.column for warning in found.warnings] == ["止"]


def test_a_fact_about_nobody_is_a_fault(officer):
    nobody = {"身份证号": given.id_number(), "来源部门": "数据中心", "命中类型": "参保"}

    found = staged("facts", nobody | {"起": date(2026, 9, 1)}, by=officer)

    assert faults(found) == [(2, "身份证号")]


def test_a_calendar_day_entered_again_is_corrected(county):
    taken_in("calendar", DAY, by=county)

    taken_in("calendar", DAY | {"类型": "上班"}, by=county)

    assert CalendarDay.objects.get().works


def test_a_calendar_day_stands_once(county):
    assert faults(staged("calendar", DAY, DAY, by=county)) == [(3, "日期")]


def test_an_area_finds_its_parent_by_its_code(county):
    taken_in("areas", AREA, by=county)

    assert Area.objects.get(code="990123100300").parent_id == "990123100000"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"区划代码": "990124100200"}, "区划代码"),
        ({"区划代码": "9901231"}, "区划代码"),
        ({"上级代码": "990123200000"}, "上级代码"),
        ({"停用日期": date(2025, 1, 1)}, "停用日期"),
        ({"并入代码": "990123100399"}, "并入代码"),
    ],
)
def test_an_area_that_does_not_fit_is_named(county, cells, column):
    row = AREA | {"停用日期": "", "并入代码": ""} | cells

    assert column in {error.column for error in staged("areas", row, by=county).errors}


def test_a_day_outside_every_contract_is_stored_and_warned_of(place, officer):
    held = given.holder(place.villages[0], officer)
    row = {"身份证号": held.person.id_number, "日期": date(2025, 12, 31)}

    found = staged("attendance", row, by=officer)
    commit(found, by=officer)

    assert [warning.column for warning in found.warnings] == ["日期"]
    assert CheckIn.objects.get().contract == held


def test_days_of_somebody_without_a_contract_are_a_fault(place, officer):
    known = given.person(place.villages[0])
    row = {"身份证号": known.id_number, "日期": date(2026, 10, 8)}

    assert faults(staged("attendance", row, by=officer)) == [(2, "身份证号")]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"上班": "25:00"}, "上班"),
        ({"日期": "2026-02-30"}, "日期"),
        ({"经度": "181"}, "经度"),
        ({"天数": "2"}, "天数"),
    ],
)
def test_an_impossible_day_is_a_fault(place, officer, cells, column):
    held = given.holder(place.villages[0], officer)
    row = {"身份证号": held.person.id_number, "日期": date(2026, 10, 8)} | cells

    assert faults(staged("attendance", row, by=officer)) == [(2, column)]


@pytest.mark.parametrize(
    "cells",
    [
        {"日期": date(2026, 12, 1)},
        {"上班": "09:00", "下班": "08:00"},
        {"姓名": "李四"},
    ],
)
def test_a_doubtful_day_is_stored_and_warned_of(place, officer, cells):
    held = given.holder(place.villages[0], officer)
    row = {"身份证号": held.person.id_number, "日期": date(2026, 10, 8)} | cells

    found = staged("attendance", row, by=officer)
    commit(found, by=officer)

    assert (len(found.warnings), CheckIn.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_day_after_the_sheet_was_confirmed_is_stored_and_warned_of():
    scene = given.scene(holders=1)
    given.sheets(scene, "confirmed")
    row = {"身份证号": scene.contracts[0].person.id_number, "日期": date(2026, 10, 30)}

    found = staged("attendance", row, by=scene.staff.township_officer)

    assert [warning.column for warning in found.warnings] == ["日期"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_bring_the_same_file_at_once_one_is_told_of_the_other():
    place = given.township()
    officer = given.user("township_officer", place.town)
    content = sheet(holder_row())
    both = [stage("holders", content, by=officer) for _ in range(2)]
    answers = []

    def bring(found):
        try:
            answers.append(commit(found, by=officer))
        except Refused as refused:
            answers.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring, args=[found]) for found in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (refused,) = [answer for answer in answers if isinstance(answer, Refused)]
    assert str(officer) in refused.messages[0]
    assert ImportedFile.objects.count() == 1
    assert Person.objects.count() == 1
