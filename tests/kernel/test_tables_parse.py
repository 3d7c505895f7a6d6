"""Titles, totals and signatures are passed over; every fault is named with its row and remedy."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project.kernel.months import Month
from project.kernel.tables import Column, Page, RowError, Sheet, Unreadable, parse, read
from registry import idnumber

pytestmark = pytest.mark.usefixtures("english")

SAMPLE = Path(__file__).parent.parent / "data" / "township-sample"
HOLDERS = [
    Column("village", "村(社区)"),
    Column("name", "姓名"),
    Column(
        "id_number",
        "身份证号",
        ("身份证号码",),
        kind="id",
        rule=lambda number: idnumber.check(number, on=date(2026, 11, 22)),
    ),
    Column("starts_on", "协议起", kind="date"),
    Column("ends_on", "协议止", kind="date"),
    Column("standard", "补贴标准", kind="amount"),
    Column("account", "社保卡银行账号", kind="account"),
    Column("note", "备注", required=False),
]
NAME = Column("name", "姓名")
NUMBER = Column("number", "身份证号", kind="id")


def sheet(*rows, name="S"):
    return Sheet("list.xlsx", (Page(name, [list(row) for row in rows]),))


def one(kind, cell, **rules):
    """What a cell is read as: its value, or the sentence that refuses it."""
    column = Column("it", "栏", kind=kind, **rules)
    rows, errors = parse(sheet(["姓名", "栏"], ["李明", cell]), [NAME, column])
    return rows[0]["it"] if rows else errors[0].sentence


def test_the_ledger_of_a_township_is_read_whole():
    rows, errors = parse(read(SAMPLE / "holders.xlsx"), HOLDERS)

    assert errors == []
    assert [row.number for row in rows] == list(range(4, 64))
    assert rows[0]["starts_on"] == date(2026, 7, 1)
    assert rows[2]["id_number"] == "990123198507056472"
    assert sum(row["standard"] for row in rows) == Decimal("35000.00")


def test_the_broken_ledger_names_its_faults_by_row_and_column():
    rows, errors = parse(read(SAMPLE / "holders-broken.xlsx"), HOLDERS)

    assert [row.number for row in rows] == [2, 5, 6, 9]
    assert [(error.row, error.column) for error in errors] == [
        (3, "身份证号"),
        (4, "身份证号"),
        (7, "补贴标准"),
        (8, "协议起"),
    ]
    assert "Format the column as text" in errors[1].sentence
    assert "2026-02-30" in errors[3].sentence


def test_attendance_in_gb18030_is_read():
    columns = [
        NAME,
        NUMBER,
        Column("day", "日期", kind="date"),
        Column("came", "上班", kind="time", required=False),
    ]

    rows, errors = parse(read(SAMPLE / "attendance.csv"), columns)

    assert errors == []
    assert len(rows) == 586
    assert rows[1].values["name"] == "奚𬱖福"
    assert rows[0]["came"] == time(7, 35)


def test_what_is_no_record_is_passed_over():
    rows, errors = parse(
        sheet(
            ["云岭镇花名册", ""],
            ["填报单位：云岭镇", ""],
            ["姓 名", "*身份证号（18位）"],
            ["李明", "1"],
            ["", " "],
            ["小 计", "1"],
            ["姓 名", "*身份证号（18位）"],
            ["王芳", "2"],
            ["合计2人", ""],
            ["填报人：张三", "审核人："],
        ),
        [NAME, NUMBER],
    )

    assert errors == []
    assert [(row.number, row["name"]) for row in rows] == [(4, "李明"), (8, "王芳")]


def test_a_heading_of_two_merged_rows_is_read():
    starts = Column("starts", "协议起止时间起", kind="date")
    ends = Column("ends", "止", kind="date")

    rows, errors = parse(
        sheet(
            ["姓名", "协议起止时间", ""],
            ["", "起", "止"],
            ["李明", "2026-01-01", "2026-12-31"],
        ),
        [NAME, starts, ends],
    )

    assert errors == []
    assert rows[0].number == 3
    assert rows[0]["ends"] == date(2026, 12, 31)


def test_the_page_with_the_header_is_found():
    book = Sheet("b", (Page("说明", [["先读我"]]), Page("台账", [["姓名"], ["李明"]])))

    assert parse(book, [NAME])[0][0]["name"] == "李明"


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([["a", "b"], ["c", "d"]], "No header row"),
        ([["x"]] * 12 + [["姓名", "身份证号"], ["李明", "1"]], "No header row"),
        ([["姓名"], ["李明"]], "lacks these columns: 身份证号"),
        ([["姓名", "身份证号"]], "no rows below"),
        ([["姓名", "姓名", "身份证号"], ["a", "b", "1"]], "more than once: 姓名"),
    ],
)
def test_a_table_that_cannot_be_understood_gets_one_sentence(rows, word):
    with pytest.raises(Unreadable, match=word):
        parse(sheet(*rows), [NAME, NUMBER])


def test_two_pages_with_the_same_table_are_not_half_imported():
    pages = (Page("甲村", [["姓名"], ["李明"]]), Page("乙村", [["姓名"], ["王芳"]]))

    with pytest.raises(Unreadable, match="甲村、乙村"):
        parse(Sheet("b", pages), [NAME])


def test_every_fault_of_every_row_is_named_at_once():
    rows, errors = parse(
        sheet(["姓名", "身份证号"], ["", 9.9e17], ["李明"], ["王芳", "9.9E+17"]), [NAME, NUMBER]
    )

    assert rows == []
    assert [(error.row, error.column) for error in errors] == [
        (2, "姓名"),
        (2, "身份证号"),
        (3, "身份证号"),
        (4, "身份证号"),
    ]
    assert str(RowError(2, "姓名", "Empty.")) == "Row 2, 姓名: Empty."


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-07-01", "2026/7/1", "2026.07.01", "2026年07月01日", "２０２６-07-01", "20260701"),
        *(20260701.0, "2026-07-01 00:00:00", date(2026, 7, 1), datetime(2026, 7, 1, 8)),
    ],
)
def test_a_date_is_read_in_every_style(cell):
    assert one("date", cell) == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", " a  b ", "a b"),
        ("text", 990123100000.0, "990123100000"),
        ("text", 1.5, "1.5"),
        ("text", True, "yes"),
        ("id", " ９９x ", "99X"),
        ("account", "6217 0000-0001", "621700000001"),
        ("area", 990123.0, "990123000000"),
        ("month", "2026年7月", Month(2026, 7)),
        ("month", 202607.0, Month(2026, 7)),
        ("month", date(2026, 7, 9), Month(2026, 7)),
        ("time", "７:05", time(7, 5)),
        ("time", "07:05:09", time(7, 5, 9)),
        ("time", time(7, 5), time(7, 5)),
        ("time", datetime(2026, 7, 1, 7, 5), time(7, 5)),
        ("amount", 800.0, Decimal("800.00")),
        ("amount", 545.4500000001, Decimal("545.45")),
        ("amount", "1,234.5", Decimal("1234.50")),
        ("number", 7.125, Decimal("7.125")),
        ("integer", "12", 12),
    ],
)
def test_a_cell_is_read_by_its_kind(kind, cell, value):
    assert one(kind, cell) == value


@pytest.mark.parametrize(
    ("kind", "cell", "word"),
    [
        ("text", 9.9e17, "lost digits"),
        ("id", 990123.0, "lost digits"),
        ("account", 6217.0, "Format the column as text"),
        ("account", "6.217E+18", "lost digits"),
        ("account", "62A", "only digits"),
        ("area", "99012", "not an area code"),
        ("date", "soon", "Write it like 2026-07-01"),
        ("date", 46204.0, "not a date"),
        ("date", "2026-13-01", "There is no day"),
        ("month", "2026-13", "no month 13"),
        ("month", "July", "not a month"),
        ("time", "25:00", "not a time"),
        ("time", "noon", "not a time"),
        ("amount", -5.0, "-5 is below zero"),
        ("amount", "1.005", "more than two decimals"),
        ("amount", 1.005, "more than two decimals"),
        ("amount", "12,34", "not a number"),
        ("amount", True, "not a number"),
        ("amount", 1e14, "too large"),
        ("amount", 1e300, "not a number"),
        ("integer", 1.5, "whole number"),
        ("choice", "甲", "Choose one of: 男、女"),
    ],
)
def test_a_wrong_cell_is_refused_with_a_remedy(kind, cell, word):
    assert word in one(kind, cell, choices={"男": "m", "女": "f"})


def test_choices_signs_and_blanks_follow_the_column():
    assert one("choice", " 男 ", choices={"男": "m"}) == "m"
    assert one("amount", "-5", signed=True) == Decimal("-5.00")
    assert one("amount", "", required=False) is None
    assert one("text", None, required=False) == ""


@given(st.decimals(min_value=0, max_value=Decimal("9999999999.99"), places=2))
def test_an_amount_is_the_same_from_a_number_and_from_a_text(amount):
    assert one("amount", float(amount)) == one("amount", str(amount)) == amount


@given(st.dates())
def test_a_date_is_the_same_in_every_style(day):
    year, month, number = f"{day.year:04}", day.month, day.day
    styles = [f"{year}-{month}-{number}", f"{year}年{month:02}月{number:02}日"]

    assert {one("date", style) for style in styles} == {day}
