"""What is written opens as it was meant: numbers of people as text, amounts as amounts."""

import io
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from project.kernel.months import Month
from project.kernel.tables import Column, parse, read, write, write_errors
from project.kernel.tables.write import ROW_LIMIT

pytestmark = pytest.mark.usefixtures("english")

SAMPLE = Path(__file__).parent.parent / "data" / "township-sample"
COLUMNS = [
    Column("name", "姓名", required=False),
    Column("number", "身份证号", kind="id"),
    Column("amount", "金额", kind="amount"),
    Column("day", "日期", kind="date"),
    Column("month", "所属期", kind="month"),
]
ROW = ["李明", "990123197001010122", Decimal("545.45"), date(2026, 10, 8), Month(2026, 10)]


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_a_number_of_a_person_stays_text_and_an_amount_has_two_decimals():
    page = opened(write(COLUMNS, [ROW]))

    assert page["B2"].value == "990123197001010122"
    assert page["B2"].data_type == "s"
    assert page["C2"].value == 545.45
    assert page["C2"].number_format == "0.00"
    assert page["D2"].number_format == "yyyy-mm-dd"
    assert page["E2"].value == "2026-10"


def test_the_header_stays_in_sight():
    page = opened(write(COLUMNS, [ROW]))

    assert page.freeze_panes == "A2"
    assert page["A1"].font.bold
    assert page.column_dimensions["B"].width > page.column_dimensions["A"].width


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "=HYPERLINK(1)"])
def test_a_text_that_looks_like_a_formula_stays_a_text(text):
    cell = opened(write([COLUMNS[0]], [[text]]))["A2"]

    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix


def test_other_values_are_written_as_what_they_are():
    moment = datetime(2026, 10, 8, 1, 30, tzinfo=UTC)
    columns = [Column(name, name) for name in "abcdefg"]

    page = opened(write(columns, [[moment, time(7, 35), 3, Decimal("0.125"), True, None, ""]]))

    assert page["A2"].value == datetime(2026, 10, 8, 9, 30)
    assert page["B2"].value == time(7, 35)
    assert (page["C2"].value, page["D2"].value, page["E2"].value) == (3, 0.125, "True")
    assert (page["F2"].value, page["G2"].value) == (None, None)


def test_a_text_too_long_for_a_cell_is_visibly_cut():
    assert opened(write([COLUMNS[0]], [["a" * 40_000]]))["A2"].value.endswith("a…")


def test_more_rows_than_a_worksheet_holds_are_refused():
    with pytest.raises(ValueError, match="smaller part"):
        write([COLUMNS[0]], ([""] for _ in range(ROW_LIMIT)))


texts = st.text(
    st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc", "Cn"]), max_size=20
)


@given(
    st.lists(
        st.tuples(
            texts.filter(lambda text: text.strip() and text == " ".join(text.split())),
            st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True),
            st.decimals(min_value=0, max_value=Decimal("9999999999.99"), places=2),
            st.dates(date(1901, 1, 1), date(2999, 12, 31)),
            st.builds(Month, st.integers(1901, 2999), st.integers(1, 12)),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_written_reads_back_the_same(rows):
    read_back, errors = parse(read(write(COLUMNS, rows)), COLUMNS)

    assert errors == []
    assert [tuple(row.values.values()) for row in read_back] == rows


def test_faults_are_written_beside_the_rows_as_they_came():
    sheet = read(SAMPLE / "holders-broken.xlsx")
    columns = [
        Column("number", "身份证号码", kind="id"),
        Column("standard", "补贴标准", kind="amount"),
    ]
    _, errors = parse(sheet, columns)

    page = opened(write_errors(sheet, errors))

    assert page["N1"].value == "Faults"
    assert page["D2"].value == "990123198507236246"
    assert page["N2"].value is None
    assert "Format the column as text" in page["N4"].value
    assert page["N7"].value.startswith("补贴标准：")
    assert page.max_row == 9
