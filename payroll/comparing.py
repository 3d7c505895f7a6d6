"""What differs between a bank file as it was given out and as it is about to be uploaded."""

import csv
import io
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from itertools import zip_longest

from django.utils.translation import gettext as _

from payroll.pain001 import Damaged, cells_of
from project.kernel.masking import mask_account

PERSONAL = {"payment.account", "payment.id_number", "payment.phone", "batch.payer_account"}
NAMES = ("payment.holder", "payment.name")
AMOUNT = "payment.amount"
MOST = 10**12
ROOM = 100_000


class Unlike(ValueError):
    """A file that cannot be a changed one of this format, with the sentence that says so."""


@dataclass(frozen=True)
class Line:
    """One line of a file: its row number where it pays somebody, and its cells by their source."""

    row: int | None
    cells: tuple  # of (heading, source, text)

    def of(self, *sources):
        """The text of the first cell that comes from one of the sources."""
        return next((text for _heading, source, text in self.cells if source in sources), "")

    @property
    def name(self):
        """Who is paid, as far as the line says."""
        return self.of(*NAMES)

    @property
    def amount(self):
        """What is paid; what is no number counts as nothing and shows in its own cell."""
        try:
            found = Decimal(self.of(AMOUNT))
        except InvalidOperation:
            return Decimal("0.00")
        return found if found.is_finite() and abs(found) < MOST else Decimal("0.00")


def differences(form, given, brought):
    """Every difference as a sentence, the sums first; Unlike where they cannot be compared."""
    if given == brought:
        return []
    if len(brought) > 2 * len(given) + ROOM:
        raise Unlike(_("The file is much larger than the one that was given out."))
    ours, theirs = lines_of(form, given), lines_of(form, brought)
    found = [sentence for pair in _pairs(ours, theirs) for sentence in _told(*pair)]
    if not found:
        return [
            _(
                "Every cell is the same, but the file was written anew, perhaps by a spreadsheet "
                "program. Take it again and upload it unopened."
            )
        ]
    return [_sums(ours, theirs), *found]


def lines_of(form, content):
    """The lines of a file of our own; Unlike where it is none of this format."""
    if form.body:
        return _of_transfers(content)
    try:
        text = content.decode(form.encoding)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unlike(
            _("The file cannot be read as format %(form)s: it was saved in another way.")
            % {"form": form.code}
        ) from error
    above = bool(form.header) + form.headings
    below = len(rows) - bool(form.trailer)
    return [
        _row(form, place - above + 1, cells)
        if above <= place < below
        else Line(None, tuple(("", "", cell) for cell in cells))
        for place, cells in enumerate(rows)
    ]


def _row(form, number, cells):
    """One row under the columns of its format; a cell beyond them stands by itself."""
    named = zip_longest(form.fields, cells, fillvalue=None)
    return Line(number, tuple(_cell(column, cell) for column, cell in named))


def _cell(column, text):
    if column is None:
        return _("a column of its own"), "", text
    return column.heading, column.value, text or ""


def _of_transfers(content):
    try:
        return [Line(row, cells) for row, cells in cells_of(content)]
    except (Damaged, RecursionError) as error:
        raise Unlike(_("The file is no credit transfer, or it is damaged.")) from error


def _pairs(ours, theirs):
    """Lines beside each other: changed ones paired, missing and added rows alone."""
    yield from zip_longest(_frame(ours), _frame(theirs))
    ours, theirs = _rows(ours), _rows(theirs)
    matcher = SequenceMatcher(None, _texts(ours), _texts(theirs), autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "equal":
            yield from zip_longest(ours[a:b], theirs[c:d])


def _frame(lines):
    """The lines above and below the rows."""
    return [line for line in lines if line.row is None]


def _rows(lines):
    return [line for line in lines if line.row is not None]


def _texts(lines):
    return [tuple(text for _heading, _source, text in line.cells) for line in lines]


def _told(ours, theirs):
    if theirs is None:
        return [_("%(line)s is missing from this file.") % {"line": _named(ours)}]
    if ours is None:
        return [_("%(line)s was never given out.") % {"line": _named(theirs)}]
    return [
        _changed(ours, heading or theirs_heading, source, text, brought)
        for (heading, source, text), (theirs_heading, _source, brought) in zip_longest(
            ours.cells, theirs.cells, fillvalue=("", "", "")
        )
        if text != brought
    ]


def _changed(line, heading, source, given, brought):
    if source in PERSONAL:
        given, brought = mask_account(given), mask_account(brought)
    words = {"line": _named(line), "column": heading, "given": given, "brought": brought}
    if given == brought:
        return _("%(line)s, %(column)s: another number that ends in the same digits.") % words
    return _("%(line)s, %(column)s: given out “%(given)s”, this file says “%(brought)s”.") % words


def _named(line):
    if line.row is None:
        return _("The line above or below the rows")
    words = {"row": line.row, "name": line.name, "amount": f"{line.amount:.2f}"}
    return _("Row %(row)s (%(name)s, %(amount)s yuan)") % words


def _sums(ours, theirs):
    """How many rows and how much money each file holds."""
    given, brought = (_sum(side) for side in (ours, theirs))
    return _(
        "%(given_rows)s rows and %(given)s yuan were given out; this file holds %(rows)s rows and "
        "%(total)s yuan."
    ) % {"given_rows": given[0], "given": given[1], "rows": brought[0], "total": brought[1]}


def _sum(lines):
    rows = _rows(lines)
    return len(rows), f"{sum((line.amount for line in rows), Decimal('0.00')):.2f}"
