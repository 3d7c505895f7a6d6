"""Read a text table of any length row by row, without holding it."""

import codecs
import csv
import io
from itertools import chain, islice
from pathlib import Path

from django.utils.translation import gettext as _

from project.kernel.tables.read import (
    COLUMN_LIMIT,
    MEGABYTE,
    OLE,
    Page,
    Sheet,
    Unreadable,
    lines_of,
    read,
)

SNIFFED = 4096
HEAD_ROWS = 40
LIMIT = 1024 * MEGABYTE
CONTROLS = bytes([*range(9), *range(14, 32)])
ENCODINGS = ("utf-8-sig", "gb18030")


class Stream:
    """The rows of a file with their numbers: `head` as a sheet to find a header in, then all."""

    def __init__(self, source, filename=""):
        self.source = source
        self.text = not _starts(source, b"PK", OLE)
        if not self.text:
            self.head = read(source, filename)
            return
        self.encoding = _encoding(source)
        self.delimiter = _delimiter(source, self.encoding)
        head = list(islice(self._lines(), HEAD_ROWS))
        if not any(cell.strip() for row in head for cell in row):
            raise Unreadable(_("The file is empty: it has no row with anything in it."))
        self.head = Sheet(filename, (Page("", head),))

    def rows(self):
        """Every row of a text with its number in the file."""
        return enumerate(self._lines(), 1)

    def after(self, header):
        """Every row below a header, with its number in the file."""
        rows = self.rows() if self.text else enumerate(header.page.rows, 1)
        return islice(rows, header.last_row, None)

    def _lines(self):
        with _opened(self.source) as raw:
            lines = io.TextIOWrapper(raw, self.encoding, newline="")
            try:
                for row in csv.reader(lines_of(lines), delimiter=self.delimiter, strict=True):
                    if len(row) > COLUMN_LIMIT:
                        raise Unreadable(_("A row has more columns than any table of ours."))
                    yield row
            except csv.Error as error:
                raise Unreadable(
                    _("The file is damaged. Ask for it again, or save it again as .csv.")
                ) from error
            finally:
                lines.detach()


def chunks_of(source):
    """The bytes of a path or of bytes, a megabyte at a time."""
    with _opened(source) as raw:
        while chunk := raw.read(MEGABYTE):
            yield chunk


def size_of(source):
    return Path(source).stat().st_size if isinstance(source, str | Path) else len(source)


def _opened(source):
    return Path(source).open("rb") if isinstance(source, str | Path) else io.BytesIO(source)


def _starts(source, *marks):
    first = next(chunks_of(source), b"")
    return any(first.startswith(mark) for mark in marks)


def _encoding(source):
    """UTF-8 or GB18030, each strictly: a guess would turn names into other names."""
    if size_of(source) > LIMIT:
        raise Unreadable(_("The file is too large. Ask the bank for it in parts."))
    if _starts(source, b"<", b"\xef\xbb\xbf<"):
        raise Unreadable(
            _("This is a web page, whatever its name. Open it in Excel and save it as .xlsx.")
        )
    if any(len(chunk.translate(None, CONTROLS)) < len(chunk) for chunk in chunks_of(source)):
        raise Unreadable(_("This is not a spreadsheet. Choose an .xlsx, .xls or .csv file."))
    for encoding in ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for chunk in chain(chunks_of(source), (b"",)):
                decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable(_("This is not a spreadsheet. Choose an .xlsx, .xls or .csv file."))


def _delimiter(source, encoding):
    first = next(chunks_of(source), b"").decode(encoding, "ignore")
    return max(",\t;", key=first[:SNIFFED].count)
