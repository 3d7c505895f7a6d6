"""The statutory tables as workbooks, to the cell: a title, heads three deep, rows, their sum."""

import io
from dataclasses import astuple
from decimal import Decimal

from project.kernel.tables.write import ACTIVE, opened_book
from workrelief.tables import dispatch, ledger, sums

# A head is a word over one column, or a word over heads.
DISPATCH_HEADS = (
    "序号",
    "市县",
    "项目名称",
    "资金类型",
    "下达资金额度（万元）",
    ("投资情况（万元）", ("项目总投资", ("其中", ("实际用于以工代赈", "整合资金")))),
    ("项目进展情况（√）", ("前期工作", "主体施工", "主体完工", "建成投用")),
    (
        "资金支付情况（万元）",
        ("已支付资金总额", ("其中", ("已支付省级财政金额",)), "已发放劳务报酬"),
    ),
    (
        "赈济成效",
        ("已吸纳农村群众务工（人数）", "已设置公益性岗位（个）", "已组织劳动力技能培训（人数）"),
    ),
    "主要建设内容及成果",
    "备注",
)
DISPATCH_WIDTHS = (6, 10, 28, 18, 12, 12, 12, 10, 7, 7, 7, 7, 12, 12, 12, 12, 10, 12, 36, 12)
LEDGER_HEADS = (
    "项目编号",
    "项目名称",
    ("投资（万元）", ("总投资", "专项资金", "年度计划", "完成", "拨付")),
    (
        "吸纳就业（人）",
        (
            ("报告期当日", ("农村劳动力",)),
            ("本年累计", ("农村", "当地农村")),
        ),
    ),
    "本年累计已发放劳动报酬（万元）",
    ("受益", ("村", "人数")),
)
LEDGER_WIDTHS = (16, 28, 12, 12, 12, 12, 12, 12, 10, 10, 14, 8, 10)
DEEP = 3
# Heights are said: no program fits a row to words that it wraps in merged cells.
TITLE_HEIGHT, HEAD_HEIGHTS, LINE_HEIGHT, MOST_LINES = 26, (18, 24, 30), 15, 12
EXACT = "0.00####"


def dispatch_workbook(projects, on, *, place):
    """以工代赈项目进展情况调度表 (X-12, F-31) of some projects on a day, as bytes."""
    rows = dispatch(projects, on)
    return _book("以工代赈项目进展情况调度表", DISPATCH_HEADS, DISPATCH_WIDTHS, rows, on, place)


def ledger_workbook(projects, on, *, place):
    """The county's ledger of projects in progress (X-14) on a day, as bytes."""
    rows = ledger(projects, on)
    return _book("以工代赈项目进展台账", LEDGER_HEADS, LEDGER_WIDTHS, rows, on, place)


def _book(title, heads, widths, rows, on, place):
    output = io.BytesIO()
    # Heads are merged over rows that come later, which a book written row by row cannot do.
    with opened_book(output, constant_memory=False) as book:
        sheet = book.add_worksheet(title[:31])
        looks = _looks(book)
        last = len(widths) - 1
        sheet.set_row(0, TITLE_HEIGHT)
        sheet.merge_range(0, 0, 0, last, title, looks["title"])
        said = f"填报单位：{place}　　截至：{on:%Y年%m月%d日}　　单位：万元"
        sheet.merge_range(1, 0, 1, last, said, looks["said"])
        for top, left, bottom, right, word in cells_of(heads, 2, 0):
            _put_head(sheet, (top, left, bottom, right), word, looks["head"])
        for number, height in enumerate(HEAD_HEIGHTS, 2):
            sheet.set_row(number, height)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        first = 2 + DEEP
        for number, row in enumerate(rows, first):
            sheet.set_row(number, _height(astuple(row), widths))
            _put(sheet, number, astuple(row), looks)
        if rows:
            _put(sheet, first + len(rows), ["合计", *sums(rows)[1:]], looks)
        _fit_on_paper(sheet, first, last)
    return output.getvalue()


def cells_of(heads, row, column):
    """Each head's first and last row and column with its word; one over nothing reaches down."""
    for head in heads:
        if isinstance(head, str):
            yield row, column, 1 + DEEP, column, head
            column += 1
        else:
            word, below = head
            wide = _wide(below)
            yield row, column, row, column + wide - 1, word
            yield from cells_of(below, row + 1, column)
            column += wide


def _wide(heads):
    return sum(1 if isinstance(head, str) else _wide(head[1]) for head in heads)


def _put_head(sheet, where, word, look):
    top, left, bottom, right = where
    if (top, left) == (bottom, right):
        sheet.write_string(top, left, word, look)
    else:
        sheet.merge_range(*where, word, look)


def _looks(book):
    line = {"border": 1, "valign": "vcenter", "text_wrap": True, "font_size": 10}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "center"}),
        "said": book.add_format({"font_size": 10}),
        "head": book.add_format(line | {"bold": True, "align": "center", "bg_color": "#E8EEF4"}),
        "text": book.add_format(line | {"num_format": "@"}),
        "inert": book.add_format(line | {"num_format": "@", "quote_prefix": True}),
        "mark": book.add_format(line | {"align": "center"}),
        "money": book.add_format(line | {"num_format": EXACT}),
        "count": book.add_format(line | {"num_format": "0"}),
    }


def _height(values, widths):
    """The height at which the longest words of a row show whole; a Chinese sign is two wide."""
    said = [(value, width) for value, width in zip(values, widths, strict=True) if value]
    lines = [-(-2 * len(value) // (width - 1)) for value, width in said if isinstance(value, str)]
    return LINE_HEIGHT * min(max(lines, default=1), MOST_LINES)


def _put(sheet, number, values, looks):
    for column, value in enumerate(values):
        if isinstance(value, Decimal):
            sheet.write_number(number, column, value, looks["money"])
        elif isinstance(value, int):
            sheet.write_number(number, column, value, looks["count"])
        elif not value:
            sheet.write_blank(number, column, None, looks["mark"])
        else:
            look = "inert" if value.startswith(ACTIVE) else "mark" if len(value) <= 1 else "text"
            sheet.write_string(number, column, value, looks[look])


def _fit_on_paper(sheet, first, last):
    """On paper as wide as the table, its heads on each page."""
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2, first - 1)
    sheet.freeze_panes(first, 3 if last > len(LEDGER_WIDTHS) else 2)
