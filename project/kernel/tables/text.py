"""Write text tables (CSV): a cell that a spreadsheet program would run is marked as text."""

import csv
import io
import re
from collections.abc import Iterable

from project.kernel.tables.write import ACTIVE

# A telephone number, a sum or a dash: run, it is still the same number.
NUMBER = re.compile(r"[+-][0-9 ]*", re.ASCII)


def write_text(
    rows: Iterable,
    *,
    encoding="utf-8-sig",
    errors="strict",
    newline="\r\n",
    inert=True,
    delimiter=",",
):
    """A text table as bytes; `inert=False` only where each cell was judged by `is_active` before.

    A cell that begins with = + - @, a tab or a return gets an apostrophe before it; numbers that
    are kept as numbers are left alone.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline)
    writer.writerows([_quiet(cell) for cell in row] if inert else row for row in rows)
    return text.getvalue().encode(encoding, errors)


def is_active(text):
    """Whether a spreadsheet program would run a text that is opened in it."""
    return text.startswith(ACTIVE) and not NUMBER.fullmatch(text)


def _quiet(cell):
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(ACTIVE) else cell
