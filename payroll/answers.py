"""Rows of the bank's answer on their way into a scratch table, as many as there are.

A row whose cells look as they mostly do costs a few look-ups; every other goes through the same
reader as all imports, so that both mean the same and name the same faults.
"""

import re
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter

from project.kernel.masking import mask_account
from project.kernel.secrets import digest, digester
from project.kernel.tables.columns import Row
from project.kernel.tables.parse import is_record, row_of

# A name and a serial number with nothing to clean.
PLAIN = re.compile(r"[\u4e00-\u9fff]{0,60}[0-9A-Za-z]{0,60}").fullmatch
MONEY = re.compile(r"[0-9]{1,11}(?:\.[0-9]{1,2})?").fullmatch
PICKED = (
    *("batch", "number", "amount", "outcome"),
    *("account", "name", "credited_on", "reason", "serial"),
)
ESCAPED = {ord("\\"): "\\\\", ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}
NULL = "\\N"
MOST_NUMBER = 2**31 - 1
NO_LINE = -1
REMEMBERED = 10_000
AT_ONCE = 500  # few enough that the collector of unused objects is not called for them
SHOWN = 20
TAIL = 4  # Banks often mask an account down to its last digits.


@dataclass
class Reading:
    """What was met on the way: batches in their order, the first rows, faults of cells."""

    columns: tuple
    batches: dict = field(default_factory=dict)
    first: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    most_faults: int = 10_000
    page: str = ""
    faulty: int = 0
    masked: bool = False
    undecided: list = field(default_factory=list)

    def place_of(self, batch):
        """The place of a batch among those of the file, from 1."""
        return self.batches.setdefault(batch, len(self.batches) + 1)

    def take(self, row, faults):
        """The line of a row that could be read; the faults of one that could not."""
        if faults:
            self.faulty += 1
            if len(self.faults) < self.most_faults:
                self.faults += faults
            return ""
        if len(self.first) < SHOWN:
            shown = row.values | {"account": mask_account(row["account"] or "")}
            self.first.append(Row(row.number, shown, row.page))
        return self.line(row)

    def line(self, row):
        """A row as the scratch table takes it."""
        account, tail = self._account(row["account"] or "")
        number = row["number"] if row["number"] <= MOST_NUMBER else NO_LINE
        cells = (
            row.number,
            self.place_of(row["batch"]),
            number,
            NULL if row["amount"] is None else row["amount"],
            row["outcome"],
            account,
            tail,
            _escaped(row["name"]),
            row["credited_on"] or NULL,
            _escaped(row["reason"]),
            _escaped(row["serial"]),
        )
        return "\t".join(map(str, cells)) + "\n"

    def _account(self, written):
        """The fingerprint of a whole account; of a masked one what is left of it."""
        if not written or written.isdigit():
            return (digest(written) if written else ""), ""
        self.masked = True
        return "", _escaped(written[-TAIL:])


def blocks_of(stream, header, reading):
    """The lines of a table's good rows, many at a time; the rest is left with the reading."""
    known = _Known(header)
    heads = header.page.rows[header.last_row - 1]

    def careful(number, cells):
        return _careful(number, cells, header, heads, reading, known)

    rows, quick = stream.after(header), known.quick
    yield from in_blocks(careful(*row) for row in _until_shown(rows, reading))
    while some := list(islice(rows, AT_ONCE)):
        lines = [quick(number, cells) or careful(number, cells) for number, cells in some]
        yield _block(lines)


def in_blocks(lines):
    """Lines many at a time: one call for each would cost more than the lines."""
    lines = iter(lines)
    while some := list(islice(lines, AT_ONCE)):
        yield _block(some)


def _block(lines):
    """Lines as one text; a row of which nothing comes has none."""
    return "".join(line for line in lines if line)


def _until_shown(rows, reading):
    """The first rows, as many as the preview shows, are all read with care."""
    for row in rows:
        yield row
        if len(reading.first) >= SHOWN:
            return


def _careful(number, cells, header, heads, reading, known):
    """A row read as all imports read it; nothing comes of headings, totals and faulty rows."""
    if cells == heads or not is_record(cells):
        return ""
    row, faults = row_of(number, cells, reading.columns, header)
    line = reading.take(row, faults)
    if line:
        known.learn(cells, row, reading)
    return line


class _Known:
    """How cells that repeat were read before: the batch, the word, the day, the reason."""

    def __init__(self, header):
        self.places = {name: found[0] for name, found in header.places.items()}
        self.batches, self.outcomes, self.amounts = {}, {}, _Amounts()
        self.days, self.reasons = {"": NULL}, {"": ""}
        self.quick = self._reader()

    def learn(self, cells, row, reading):
        """Remember how the cells of a row were read."""
        values = (
            (self.batches, "batch", reading.batches[row["batch"]]),
            (self.outcomes, "outcome", row["outcome"]),
            (self.days, "credited_on", row["credited_on"] or NULL),
            (self.reasons, "reason", _escaped(row["reason"])),
        )
        for known, name, value in values:
            place = self.places.get(name, len(cells))
            if place < len(cells) and isinstance(cells[place], str) and len(known) < REMEMBERED:
                known[cells[place]] = value

    def _reader(self):
        """A function from an ordinary row to its line, and from any other to None."""
        pick = itemgetter(*(self.places.get(name, -1) for name in PICKED))
        batches, outcomes, days, reasons = self.batches, self.outcomes, self.days, self.reasons
        amounts, digest_of = self.amounts, digester()

        def line(row, cells):
            cells.append("")  # stands for every column the file does not have
            try:
                batch, number, amount, outcome, account, name, day, reason, serial = pick(cells)
                if _is_plain(number, account, name, serial):
                    return (
                        f"{row}\t{batches[batch]}\t{number}\t{amounts[amount]}\t"
                        f"{outcomes[outcome]}\t{account and digest_of(account)}\t\t{name}\t"
                        f"{days[day]}\t{reasons[reason]}\t{serial}\n"
                    )
            except (KeyError, IndexError, TypeError):
                pass
            del cells[-1]
            return None

        return line


class _Amounts(dict):
    """Amounts written plainly, each looked at once; any other is a KeyError."""

    def __missing__(self, text):
        if not MONEY(text):
            raise KeyError(text)
        if len(self) < REMEMBERED:
            self[text] = text
        return text


def _is_plain(number, account, name, serial):
    """Whether line number, account, name and serial number need no cleaning."""
    digits = number + account
    return (
        digits.isascii()
        and digits.isdigit()
        and 0 < len(number) < 10
        and len(serial) <= 60
        and PLAIN(name + serial)
    )


def _escaped(text):
    return (text or "").translate(ESCAPED)
