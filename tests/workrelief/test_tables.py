"""The dispatch table and the ledger, to the cell, from the records."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from project.kernel.months import today
from tests import given, given_relief, given_results
from workrelief import records
from workrelief.models import Project
from workrelief.shares import Share, percent
from workrelief.tables import dispatch, ledger, sums
from workrelief.workbooks import DISPATCH_HEADS, cells_of, dispatch_workbook, ledger_workbook

pytestmark = pytest.mark.django_db
TWENTY = (
    *("序号", "市县", "项目名称", "资金类型", "下达资金额度（万元）", "项目总投资"),
    *("实际用于以工代赈", "整合资金", "前期工作", "主体施工", "主体完工", "建成投用"),
    *("已支付资金总额", "已支付省级财政金额", "已发放劳务报酬", "已吸纳农村群众务工（人数）"),
    *("已设置公益性岗位（个）", "已组织劳动力技能培训（人数）", "主要建设内容及成果", "备注"),
)


@pytest.fixture
def paid():
    """A project of two funds on which two people worked a month that the bank has credited."""
    scene = given_relief.scene(
        funds=[("central_investment", "1000000.55", "400000"), ("integrated", "200000", "1000")]
    )
    first, second = given_relief.placed(scene, given_relief.enlist(scene, 2))
    given_relief.worked(scene, [first, second])
    given_relief.batch(scene)
    (run,) = given.payroll.prepare(
        scene.month, scene.place.town.code, by=scene.staff.township_officer
    )
    given_results.answered(given.walk(scene, run, "sent"), scene.staff.finance_officer)
    owner = scene.staff.relief_owner
    records.report_progress(
        scene.project, by=owner, on=date(2026, 11, 1), percent=40, done="路基完成"
    )
    records.spend(
        scene.project,
        by=owner,
        fund_line=scene.lines[0],
        kind="material",
        payee="水泥厂",
        amount=Decimal("12345.67"),
        paid_on=date(2026, 11, 2),
        voucher="P-1",
    )
    return scene


def opened(content):
    return openpyxl.load_workbook(BytesIO(content)).active


def test_the_dispatch_table_has_its_twenty_columns_under_three_rows_of_heads(paid):
    sheet = opened(dispatch_workbook(Project.objects.all(), today(), place="示例县"))

    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    below = [
        next(sheet.cell(row, column).value for row in (5, 4, 3) if sheet.cell(row, column).value)
        for column in range(1, 21)
    ]
    assert tuple(below) == TWENTY
    assert {"A1:T1", "A3:A5", "F3:H3", "F4:F5", "G4:H4", "I3:L3", "I4:I5", "M3:O3"} <= merged
    assert {"N4:N4", "O4:O5", "P3:R3", "S3:S5", "T3:T5"} - {"N4:N4"} <= merged
    assert (sheet["G4"].value, sheet["N4"].value) == ("其中", "其中")
    assert sheet["A1"].value == "以工代赈项目进展情况调度表"
    assert "单位：万元" in sheet["A2"].value and "示例县" in sheet["A2"].value


def test_each_cell_of_a_project_says_what_the_records_say(paid):
    sheet = opened(dispatch_workbook(Project.objects.all(), today(), place="示例县"))

    said = [cell.value for cell in sheet[6]]
    assert said[:4] == [1, paid.place.county.name, paid.project.name, "中央预算内投资、整合资金"]
    assert said[4:8] == [120.000055, 120, 100.000055, 20]
    assert said[8:12] == [None, "√", None, None]
    assert said[12:15] == [1.714567, 0, 0.48]
    assert said[15:18] == [2, 0, 0]
    assert "路基完成" in said[18] and "已完成40%" in said[18]
    together = [cell.value for cell in sheet[7]]
    assert together[0] == "合计" and together[4] == 120.000055 and together[9] == 1
    assert together[14] == 0.48 and together[15] == 2


def test_a_project_without_anything_has_its_row_too():
    scene = given_relief.scene(state="reserve")

    (row,) = dispatch(Project.objects.all(), today())

    assert (row.preparing, row.building, row.labour, row.workers) == ("√", "", 0, 0)
    assert row.amount == 100 and row.name == scene.project.name


def test_money_credited_after_the_day_of_a_table_is_not_in_it(paid):
    (row,) = dispatch(Project.objects.all(), date(2026, 10, 31))

    assert (row.labour, row.paid) == (0, 0)


def test_the_ledger_counts_people_of_the_day_and_of_the_year(paid):
    (row,) = ledger(Project.objects.all(), date(2026, 10, 12))
    (now,) = ledger(Project.objects.all(), today())

    assert (row.today, row.year_people, row.year_local) == (2, 2, 2)
    assert (now.today, now.year_labour, now.villages) == (0, Decimal("0.48"), 1)
    assert (now.done, now.year_plan) == (48, Decimal("120.000055"))
    sheet = opened(ledger_workbook(Project.objects.all(), today(), place="示例县"))
    assert sheet["A6"].value == paid.project.number and sheet["K6"].value == 0.48


def test_sums_add_what_can_be_added_and_count_ticks(paid):
    rows = dispatch(Project.objects.all(), today()) * 2

    last = sums(rows)

    assert (last[4], last[9], last[2], last[15]) == (Decimal("240.00011"), 2, "", 4)
    assert sums([]) == []


def test_heads_cover_every_cell_once():
    covered = [
        (row, column)
        for top, left, bottom, right, _word in cells_of(DISPATCH_HEADS, 2, 0)
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    ]

    assert len(covered) == len(set(covered)) == 60


def _share(labour, amount, minimum):
    """A share as a programme published it."""
    return Share(
        *(1, 1, "central_investment", "中央预算内投资", 2026, Decimal(amount), today()),
        *(Decimal(labour), Decimal(labour), Decimal(0), Decimal(minimum), None, None),
    )


@pytest.mark.parametrize(
    ("labour", "amount", "minimum", "text", "passes"),
    [
        ("1860000", "3700000", "0.30", "50.27%", True),
        ("1575000", "3750000", "0.42", "42.00%", True),
        ("1574999.99", "3750000", "0.42", "42.00%", False),
        ("370000000", "1150000000", "0.30", "32.17%", True),
        ("2060000", "6760000", "0.30", "30.47%", True),
        ("2000000", "6760000", "0.30", "29.59%", False),
    ],
)
def test_published_cases_are_decided_exactly_and_read_rounded(
    labour, amount, minimum, text, passes
):
    share = _share(labour, amount, minimum)

    assert percent(share.planned, share.amount) == text
    assert share.plan_reaches is share.paid_reaches is passes
