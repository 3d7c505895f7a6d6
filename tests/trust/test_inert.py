"""What a spreadsheet program would run is only text in everything that leaves the house."""

import ast
import csv
import io
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.test import Client

from payroll.formats import FORMATS, Field
from project.kernel.tables import Column, write, write_text
from project.kernel.tables.write import ACTIVE
from registry.models import Person
from tests.pages import house

OFFICES = "attendance contracts inspections notices payroll policy posts project registry reports"
WRITERS = {"csv", "xlsxwriter", "openpyxl", "xlwt", "odf", "pandas", "tablib"}
CALLS = {"writer", "DictWriter", "Workbook", "write_formula", "write_array_formula", "write_url"}
HOSTILE = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"]


def modules():
    for office in [*OFFICES.split(), "workrelief"]:
        yield from (Path(settings.BASE_DIR) / office).rglob("*.py")


def test_only_the_kernel_writes_workbooks_and_text_tables():
    own = Path(settings.BASE_DIR) / "project/kernel/tables"
    found = []
    for path in modules():
        if own in path.parents:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            writes = isinstance(node, ast.Attribute) and node.attr in CALLS
            # Reading a text table is no writing of one.
            if writes or (WRITERS - {"csv"}) & {name.split(".")[0] for name in names}:
                found.append(f"{path.relative_to(settings.BASE_DIR)}:{node.lineno}")
    assert found == []


def active(content):
    """Cells of a workbook that a program would run, or would run once somebody edits them."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    return [
        (cell.coordinate, cell.value)
        for cell in cells
        if cell.data_type == "f"
        or (isinstance(cell.value, str) and cell.value.startswith(ACTIVE) and not cell.quotePrefix)
    ]


def test_hostile_cells_are_text_in_workbooks_and_quoted_in_text_tables():
    columns = [Column("a", "=1+1"), Column("b", "b")]
    rows = [(text, -5) for text in HOSTILE]

    said = write_text([HOSTILE, [-5, "-5", "a=1"]]).decode("utf-8-sig")
    quoted, numbers = csv.reader(io.StringIO(said, newline=""))

    assert [cell for cell in active(write(columns, rows)) if cell[0] != "A1"] == []
    assert quoted == [f"'{text}" for text in HOSTILE]
    assert numbers == ["-5", "'-5", "a=1"]


def test_a_bank_file_refuses_what_it_can_neither_run_nor_quote():
    column = Field("姓名", "fixed")
    for text in HOSTILE:
        with pytest.raises(ValueError):
            Field(column.heading, text).text(None, None)
    assert Field("电话", "+8613800000000").text(None, None) == "+8613800000000"
    assert FORMATS


@pytest.mark.django_db
def test_every_workbook_of_the_site_is_inert_whatever_people_are_called():
    scene = house.whole()
    Person.objects.update(name="=HYPERLINK(1)")
    client = Client()
    client.force_login(house.everything(scene.place.county))
    found, seen = {}, 0
    for page in house.addresses(scene):
        if not page.name.endswith(("-list", "paper-workbook")):
            continue
        asked = "" if page.name == "paper-workbook" else "?format=xlsx"
        answer = client.get(page.url + asked)
        if "spreadsheetml" in answer.headers.get("Content-Type", ""):
            seen += b"sharedStrings" in answer.content or b"worksheets" in answer.content
            if runs := active(answer.content):
                found[page.name] = runs[:3]
    assert found == {}
    assert seen > 20
