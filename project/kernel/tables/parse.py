"""Find the header, skip what is no record, and read every row, naming every fault at once."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from project.kernel.tables.cells import GLANCE, is_blank, read_cell
from project.kernel.tables.columns import Row, RowError, bare_key, heading_key
from project.kernel.tables.read import Unreadable
from project.kernel.texts import without_spaces

SEARCHED_ROWS = 12
HEADER_DEPTH = 3
# No table has so many columns; a row of thousands is no header, and is not searched for one.
WIDEST = 300
LONGEST_CELL = 5_000
TOTAL = re.compile(
    r"(本页|本村|本组|本镇|全村|全镇|全县)?(总计|合计|小计|总合计)(:.*|[0-9.,]+[人名个户元]?)?"
)
FOOTER = re.compile(r"(填报人|填表人|制表人|审核人|复核人|负责人|经办人|联系电话|注|说明|备注):.*")
EMPTY = {"text": "", "id": "", "account": "", "area": ""}


@dataclass(frozen=True)
class Header:
    """Where each column of a page stands, and the last row of the heading (1 is the first)."""

    page: object
    last_row: int
    places: dict

    def lacks(self, columns):
        return [column for column in columns if column.required and column.name not in self.places]

    def repeats(self, columns):
        return [column for column in columns if len(self.places.get(column.name, ())) > 1]


def parse(sheet, columns):
    """Read the page that has the header: its rows without a fault, and every fault of the rest."""
    header = header_of(sheet, columns)
    rows, errors = [], []
    heads = header.page.rows[header.last_row - 1]
    for number, cells in enumerate(header.page.rows[header.last_row :], header.last_row + 1):
        if cells == heads or not is_record(cells):
            continue
        row, faults = row_of(number, cells, columns, header)
        errors += faults
        if not faults:
            rows.append(row)
    if not rows and not errors:
        raise Unreadable(_("The table has a header but no rows below it."))
    return rows, errors


def row_of(number, cells, columns, header):
    """One record read: its row, and the fault of every cell that could not be."""
    values, faults = {}, []
    for column in columns:
        place = header.places.get(column.name, (len(cells),))[0]
        cell = _cell(cells, place)
        try:
            values[column.name] = _value(column, cell)
        except ValueError as error:
            faults.append(RowError(number, column.heading, str(error), header.page.name))
    return Row(number, values, header.page.name), faults


def _value(column, cell):
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        raise ValueError(_("This cell holds far too much text. Shorten it."))
    if not is_blank(cell):
        return read_cell(column, cell)
    if column.required:
        raise ValueError(_("This cell is empty. Fill it in."))
    return EMPTY.get(column.kind)


def is_record(cells):
    """Blank rows, totals and signatures below the table are no records."""
    filled = [without_spaces(str(cell)[:GLANCE]) for cell in cells if not is_blank(cell)]
    if not filled or FOOTER.fullmatch(filled[0]):
        return False
    return not any(TOTAL.fullmatch(text) for text in filled[:3])


def header_of(sheet, columns):
    """The one header of a file, or Unreadable with what it lacks."""
    found = [header for page in sheet.pages if (header := _best_header(page, columns))]
    whole = [header for header in found if not header.lacks(columns)]
    if len(whole) > 1:
        raise Unreadable(
            _("Several worksheets hold this table: %(pages)s. Import each as a file of its own.")
            % {"pages": "、".join(header.page.name for header in whole)}
        )
    best = max(found, key=lambda header: len(header.places), default=None)
    header = whole[0] if whole else best
    _refuse_unfit(header, columns)
    return header


def _refuse_unfit(header, columns):
    required = [column for column in columns if column.required]
    if header is None or 2 * len(header.lacks(columns)) > len(required):
        raise Unreadable(
            _("No header row was found in the first %(rows)s rows. It needs: %(headings)s.")
            % {"rows": SEARCHED_ROWS, "headings": _headings(required)}
        )
    if missing := header.lacks(columns):
        raise Unreadable(
            _("The header in row %(row)s lacks these columns: %(headings)s. Add them.")
            % {"row": header.last_row, "headings": _headings(missing)}
        )
    if repeated := header.repeats(columns):
        raise Unreadable(
            _("These headings occur more than once: %(headings)s. Keep one column of each.")
            % {"headings": _headings(repeated)}
        )


def _headings(columns):
    return "、".join(column.heading for column in columns)


def _best_header(page, columns):
    """The rows, up to three deep, that head the most columns; the fewest rows and first win."""
    best = None
    for depth in range(1, HEADER_DEPTH + 1):
        for first in range(min(SEARCHED_ROWS, len(page.rows)) - depth + 1):
            places = _places(page.rows[first : first + depth], columns)
            if places and (best is None or len(places) > len(best.places)):
                best = Header(page, first + depth, places)
    return best


def _places(block, columns):
    """Where each column is: by its full heading, else by the heading without its remark."""
    names = [_names(block, place) for place in range(min(WIDEST, max(map(len, block))))]
    bare = [{bare_key(name) for name in found} for found in names]
    places = {}
    for column in columns:
        keys = column.keys()
        fits = [place for place, found in enumerate(names) if keys & found]
        fits = fits or [place for place, found in enumerate(bare) if keys & found]
        if fits:
            places[column.name] = fits
    return places


def _names(block, place):
    """What a column may be called: its lowest heading, or that below the headings above it."""
    cells = [_above(row, place) for row in block[:-1]] + [_cell(block[-1], place)]
    parts = [heading_key(cell) for cell in cells if not is_blank(cell)]
    low = [_cell(row, place) for row in reversed(block)]
    lowest = next((heading_key(cell) for cell in low if not is_blank(cell)), "")
    return {lowest, "".join(parts)} - {""}


def _above(row, place):
    """A merged heading stands only in its first column; it counts for those to its right."""
    return next((row[at] for at in range(min(place, len(row) - 1), -1, -1) if row[at]), "")


def _cell(row, place):
    return row[place] if place < len(row) else ""
