"""Rosters and sheets: the same facts on paper and in the workbook."""

import io
from decimal import Decimal

import openpyxl
import pymupdf
import pytest

import attendance.papers
import contracts.papers
from contracts.papers import Roster
from tests import given

pytestmark = pytest.mark.django_db


def text_of(pdf):
    return "".join(page.get_text() for page in pymupdf.open(stream=pdf))


def table_of(workbook):
    sheet = openpyxl.load_workbook(io.BytesIO(workbook)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.fixture
def scene():
    return given.scene(holders=3)


def test_the_sheet_shows_each_day_and_who_signed(scene):
    given.worked(scene.contracts[0], scene.staff.township_officer, [31])
    (sheet,) = given.sheets(scene, "reviewed")

    made = attendance.papers.FILL["F-09"](sheet, scene.staff.village_clerk)

    first = made.rows[0]
    assert (first["name"], first["days_worked"], first["hours"]) == ("李四0", Decimal("16.0"), "")
    assert [day for day in range(1, 32) if first[str(day)]] == [*range(8, 23), 31]
    assert made.foot["filled_by"] == str(scene.staff.village_head)
    assert made.foot["reviewed_by"] == str(scene.staff.township_officer)


def test_a_sheet_given_back_is_signed_by_nobody(scene):
    (sheet,) = given.sheets(scene, "confirmed")
    given.do(sheet, "send_back", by=scene.staff.township_officer, note="有误")

    made = attendance.papers.FILL["F-09"](sheet, scene.staff.village_clerk)

    assert (made.foot["filled_by"], made.foot["reviewed_by"]) == ("", "")


def test_the_sheet_on_paper_and_in_excel(scene):
    (sheet,) = given.sheets(scene)

    printed = text_of(attendance.papers.pdf_of("F-09", sheet, scene.staff.village_clerk))
    head, first, *_rest = table_of(
        attendance.papers.workbook_of("F-09", sheet, scene.staff.village_clerk)
    )

    assert "青石村0村民委员会" in printed and printed.count("√") == 3 * 15 + 1
    assert (head[0], head[3], head[33], head[34]) == ("序号", "1", "31", "出勤天数")
    assert (first[1], first[9], first[10], first[34]) == ("李四0", None, "√", 15)


def test_the_roster_holds_everybody_with_account_and_insurance(scene):
    roster = Roster(scene.place.town, scene.month)

    head, first, *others = table_of(
        contracts.papers.workbook_of("F-07", roster, scene.staff.township_officer)
    )

    row = dict(zip(head, first, strict=True))
    person = scene.contracts[0].person
    assert len(others) == 2
    assert (row["身份证号"], row["社保卡/银行账号"]) == (
        person.id_number,
        person.accounts.get().number,
    )
    assert row["保险单号"].startswith("PICC") and row["补贴标准"] == 600


def test_the_roster_is_read_in_a_few_queries(scene, django_assert_num_queries):
    roster = Roster(scene.place.town, scene.month)

    with django_assert_num_queries(3):
        contracts.papers.holders(roster, scene.staff.township_officer)


@pytest.mark.parametrize(("day", "years"), [("2026-03-04", 55), ("2026-03-05", 56)])
def test_one_is_a_year_older_on_the_birthday(day, years):
    born, on = given.date(1970, 3, 5), given.date.fromisoformat(day)

    assert contracts.papers.age(born, on) == years
