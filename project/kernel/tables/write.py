"""Write workbooks that open the same everywhere: numbers of people as text, nothing that runs."""

import io
from collections import defaultdict
from datetime import date, datetime, time
from decimal import Decimal

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from project.kernel.money import half_up
from project.kernel.months import SHANGHAI, Month

ROW_LIMIT = 1_048_576
TEXT_LIMIT = 32_767
ACTIVE = tuple("=+-@\t\r")
WIDTHS = {"id": 22, "account": 24, "area": 15, "date": 13, "amount": 13, "time": 10, "month": 10}
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


class _Page:
    """One worksheet being written, row after row."""

    def __init__(self, book, name=""):
        self.sheet = book.add_worksheet(name or None)
        self.text = book.add_format({"num_format": "@"})
        self.inert = book.add_format({"num_format": "@", "quote_prefix": True})
        self.money = book.add_format({"num_format": "0.00"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.clock = book.add_format({"num_format": "hh:mm"})
        self.head = book.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "text_wrap": True, "num_format": "@"}
        )
        self.fault = book.add_format({"font_color": "#9C0006", "bg_color": "#FFE5E5"})

    def put(self, row, place, value):
        """Write a value as what it is; a text that a program could run is marked as text."""
        if value is None or value == "":
            return
        if isinstance(value, Decimal):
            style = self.money if value.as_tuple().exponent == -2 else None
            self.sheet.write_number(row, place, value, style)
        elif isinstance(value, datetime):
            self.sheet.write_datetime(row, place, _on_the_wall(value), self.moment)
        elif isinstance(value, date):
            self.sheet.write_datetime(row, place, value)
        elif isinstance(value, time):
            self.sheet.write_datetime(row, place, value, self.clock)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self.sheet.write_number(row, place, value)
        else:
            self.put_text(row, place, str(value))

    def put_text(self, row, place, text, style=None):
        style = style or (self.inert if text.startswith(ACTIVE) else self.text)
        self.sheet.write_string(row, place, _fitting(text), style)


def opened_book(output, **options):
    """A workbook in which no text becomes a formula, a link or a number."""
    return xlsxwriter.Workbook(output, OPTIONS | options)


def write(columns, rows, foot=""):
    """A workbook of rows, each a sequence of values in the order of the columns, as bytes.

    What stands at the foot is printed with every page and is no row: the file can be read in again.
    """
    output = io.BytesIO()
    with opened_book(output) as book:
        page = _Page(book)
        page.sheet.freeze_panes(1, 0)
        page.sheet.set_footer(_footer(foot))
        for place, column in enumerate(columns):
            page.sheet.set_column(place, place, _width(column))
        for place, column in enumerate(columns):
            page.put_text(0, place, column.heading, page.head)
        for number, values in enumerate(rows, 1):
            _put_row(page, number, values, columns)
    return output.getvalue()


def write_errors(sheet, errors):
    """The page with faults as it came, with one more column that names the faults of each row."""
    errors = list(errors)
    names = {error.page for error in errors}
    page = next((page for page in sheet.pages if page.name in names), sheet.pages[0])
    faults = defaultdict(list)
    for error in errors:
        faults[error.row].append(f"{error.column}：{error.sentence}")
    last = max(map(len, page.rows))
    output = io.BytesIO()
    with opened_book(output) as book:
        copy = _Page(book)
        copy.sheet.set_column(0, last - 1, 16)
        copy.sheet.set_column(last, last, 80)
        for number, cells in enumerate(page.rows, 1):
            _put_faulty(copy, number, cells, last, faults.get(number))
    return output.getvalue()


def _put_row(page, number, values, columns):
    if number >= ROW_LIMIT:
        raise ValueError(_("A worksheet cannot hold that many rows. Export a smaller part."))
    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
        if isinstance(value, Month) or column.kind in ("id", "account", "area"):
            value = "" if value is None else str(value)
        elif column.kind == "amount" and value is not None:
            value = half_up(value)
        page.put(number, place, value)


def _put_faulty(copy, number, cells, last, faults):
    for place, cell in enumerate(cells):
        copy.put(number - 1, place, cell)
    if faults:
        copy.put_text(number - 1, last, " ".join(faults), copy.fault)
    elif number == 1:
        copy.put_text(0, last, _("Faults"), copy.head)


def _on_the_wall(moment):
    return moment if timezone.is_naive(moment) else timezone.make_naive(moment, SHANGHAI)


def _width(column):
    return WIDTHS.get(column.kind, max(10, 2 * len(column.heading) + 2))


def _footer(foot):
    """What Excel prints below each page, of the 255 signs it allows: the words, and the page."""
    return f"&L{foot[:100].replace('&', '&&')}&R&P / &N"


def _fitting(text):
    return text if len(text) <= TEXT_LIMIT else f"{text[: TEXT_LIMIT - 1]}…"
