"""Open a file that is said to be a spreadsheet, judging it by its content and not by its name."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from project.kernel.uploads import packages

MEGABYTE = 1024 * 1024
FILE_LIMIT = 20 * MEGABYTE
UNPACKED_LIMIT = 400 * MEGABYTE
CELL_LIMIT = 6_000_000
COLUMN_LIMIT = 16_384
PART_LIMIT = 5_000
LINE_LIMIT = 4 * MEGABYTE
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
# No spreadsheet program declares entities; who does wants them to grow, or to fetch files.
ENTITIES = b"<!DOCTYPE"
FILLED_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')


class Unreadable(Exception):
    """A file from which no row can be read; the one sentence says why and what to do."""

    def __init__(self, sentence):
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Page:
    """One worksheet from its first row on: the row at index 0 is row 1 in the spreadsheet."""

    name: str
    rows: list


@dataclass(frozen=True)
class Sheet:
    """What a file holds: its visible worksheets that are not empty."""

    filename: str
    pages: tuple


def read(source, filename=""):
    """Read a workbook or a text table from a path or from bytes, or raise Unreadable."""
    content = content_of(source)
    name = filename or (Path(source).name if isinstance(source, str | Path) else "")
    pages = [page for page in _pages(content) if any(map(_has_text, page.rows))]
    if not pages:
        raise Unreadable(_("The file is empty: it has no row with anything in it."))
    return Sheet(name, tuple(pages))


def content_of(source):
    """The bytes of a file no larger than can be read at once, or Unreadable."""
    is_path = isinstance(source, str | Path)
    size = Path(source).stat().st_size if is_path else len(source)
    if size > FILE_LIMIT:
        raise Unreadable(
            _("The file is too large: %(size)s MB, and %(limit)s MB is the most. Split it.")
            % {"size": -(-size // MEGABYTE), "limit": FILE_LIMIT // MEGABYTE}
        )
    return Path(source).read_bytes() if is_path else bytes(source)


def _has_text(row):
    return any(str(cell).strip() for cell in row)


def _pages(content):
    if content.startswith(OLE):
        _refuse_other_ole(content)
        return _workbook_pages(content)
    if content.startswith(b"PK"):
        _refuse_other_zip(content)
        return _workbook_pages(content)
    return [Page("", _text_rows(_decoded(content)))]


def _refuse_other_ole(content):
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable(_encrypted())
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise Unreadable(_not_a_spreadsheet())


def _refuse_other_zip(content):
    try:
        with packages.opened(content, parts=PART_LIMIT, unpacked=UNPACKED_LIMIT) as package:
            if "xl/workbook.xml" not in package.namelist():
                raise Unreadable(_not_a_spreadsheet())
            for part in package.infolist():
                _measure(package, part)
    except packages.OutOfBounds as refused:
        raise Unreadable(str(refused)) from refused
    except packages.BROKEN_ZIP as error:
        raise Unreadable(_damaged()) from error


def _measure(package, part):
    """Read a part to its end, so that its true size is known, and bound the cells it spans."""
    rows = columns = 0
    tail = b""
    with package.open(part) as stream:
        while chunk := stream.read(MEGABYTE):
            if ENTITIES in tail + chunk:
                raise Unreadable(_damaged())
            for letters, digits in FILLED_CELL.findall(tail + chunk):
                rows, columns = max(rows, int(digits)), max(columns, _column_number(letters))
            tail = chunk[-200:]
    if rows * columns > CELL_LIMIT:
        raise Unreadable(_too_much())


def _column_number(letters):
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _workbook_pages(content):
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            names = [meta.name for meta in book.sheets_metadata if _is_shown(meta)]
            return [Page(name, _cells(book.get_sheet_by_name(name))) for name in names]
    except PasswordError as error:
        raise Unreadable(_encrypted()) from error
    except CalamineError as error:
        raise Unreadable(_damaged()) from error


def _is_shown(meta):
    return meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible


def _cells(sheet):
    if sheet.total_height * sheet.total_width > CELL_LIMIT:
        raise Unreadable(_too_much())
    return sheet.to_python(skip_empty_area=False)


def _decoded(content):
    """UTF-8 or GB18030, each strictly: a guess would turn names into other names."""
    text = _strictly(content, "utf-8-sig")
    if text is None:
        text = _strictly(content, "gb18030")
    if text is None or CONTROL.search(text):
        raise Unreadable(_not_a_spreadsheet())
    if text.lstrip().startswith("<"):
        raise Unreadable(
            _("This is a web page, whatever its name. Open it in Excel and save it as .xlsx.")
        )
    return text


def _strictly(content, encoding):
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _text_rows(text):
    delimiter = max(",\t;", key=text[:4096].count)
    lines, rows, cells = lines_of(io.StringIO(text, newline="")), [], 0
    try:
        for row in csv.reader(lines, delimiter=delimiter, strict=True):
            cells += len(row)
            if cells > CELL_LIMIT or len(row) > COLUMN_LIMIT:
                raise Unreadable(_too_much())
            rows.append(row)
    except csv.Error as error:
        raise Unreadable(_damaged()) from error
    return rows


def lines_of(text):
    """The lines of an opened text; one that never ends is not waited for."""
    while line := text.readline(LINE_LIMIT):
        if len(line) == LINE_LIMIT:
            raise Unreadable(_too_much())
        yield line


def _not_a_spreadsheet():
    return _("This is not a spreadsheet. Choose an .xlsx, .xls or .csv file.")


def _encrypted():
    return _("The workbook is protected by a password. Remove the password and save it again.")


def _damaged():
    return _("The file is damaged. Open it in a spreadsheet program and save it again as .xlsx.")


def _too_much():
    return _("The file unpacks to more than can be read at once. Split it into smaller files.")
