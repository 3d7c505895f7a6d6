"""The bank's answer is matched line by line with what was sent; nothing else goes in."""

from datetime import date
from types import SimpleNamespace

import pytest

from payroll.models import BankResult
from tests import given
from tests.once import arranged
from tests.project.ledgers import faults, staged, taken_in

pytestmark = pytest.mark.django_db


def at_the_bank():
    """A township's month, and the lines of the file that the bank has."""
    scene = given.scene(holders=2)
    scene.sent = list(given.pay_run(scene, "sent").files.get().lines.order_by("number"))
    return scene


kept, scene = arranged(at_the_bank)


@pytest.fixture
def sent(scene):
    return scene.sent


def answer(line, **cells):
    return {
        "批次号": line.file.number,
        "行号": line.number,
        "账号": line.line.account.number,
        "姓名": line.line.person.name,
        "金额": line.line.amount,
        "状态": "成功",
        "失败原因": "",
        "入账日期": date(2026, 11, 20),
        "流水号": f"S{line.number}",
    } | cells


def test_every_line_is_answered_once(scene, sent):
    file = taken_in(
        "bank-results",
        answer(sent[0]),
        answer(sent[1], 状态="失败", 失败原因="账号已注销", 入账日期=""),
        by=scene.staff.finance_officer,
    )

    outcomes = BankResult.objects.filter(source=file).order_by("row")
    assert list(outcomes.values_list("row", "outcome")) == [(2, "success"), (3, "failure")]
    assert outcomes[1].reason == "账号已注销"


def test_an_account_may_come_back_masked(scene, sent):
    masked = "6217****" + sent[0].line.account.number[-4:]

    found = staged("bank-results", answer(sent[0], 账号=masked), by=scene.staff.finance_officer)

    assert faults(found) == []


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"金额": "600.01"}, "金额"),
        ({"行号": 99}, "行号"),
        ({"批次号": "无此批次"}, "行号"),
        ({"账号": "6217000000000000000"}, "账号"),
        ({"账号": "****0000x"}, "账号"),
        ({"姓名": "王五"}, "姓名"),
        ({"状态": "在途"}, "状态"),
        ({"入账日期": ""}, "入账日期"),
    ],
)
def test_an_answer_that_does_not_fit_is_named(scene, sent, cells, column):
    rows = [answer(sent[0]), answer(sent[1], **cells)]

    found = staged("bank-results", *rows, by=scene.staff.finance_officer)

    assert faults(found) == [(3, column)]


def test_a_line_answered_twice_in_a_file_is_named_with_both_rows(scene, sent):
    rows = [answer(sent[0]), answer(sent[0], 流水号="S9")]

    found = staged("bank-results", *rows, by=scene.staff.finance_officer)

    assert faults(found) == [(3, "行号")]
    assert "2" in found.errors[0].sentence


def test_a_line_answered_by_an_earlier_file_is_a_fault(scene, sent):
    taken_in("bank-results", answer(sent[0]), by=scene.staff.finance_officer)

    found = staged("bank-results", answer(sent[0], 流水号="S9"), by=scene.staff.finance_officer)

    assert faults(found) == [(2, "行号")]


def test_an_officer_of_another_county_answers_for_nothing_here(sent):
    stranger = given.user("finance_officer", given.township("990124100000").county)

    assert faults(staged("bank-results", answer(sent[0]), by=stranger)) == [(2, "行号")]


def test_a_file_answers_for_one_run(scene, sent):
    other = given.pay_run(neighbours(), "sent").files.get().lines.get()

    found = staged("bank-results", answer(sent[0]), answer(other), by=scene.staff.finance_officer)

    assert faults(found) == [(3, "批次号")]


def neighbours():
    """Another township of the same county at work in October."""
    place = given.township("990123101000", villages=1)
    people = given.staff(place)
    held = given.holder(place.villages[0], people.township_officer)
    given.worked(held, people.township_officer, range(8, 23))
    return SimpleNamespace(place=place, staff=people, contracts=[held], month=given.OCTOBER)
