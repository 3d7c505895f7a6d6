"""A sheet as the table people fill in: one row a holder, one cell a day."""

from dataclasses import dataclass

from attendance.models import CheckIn, Sheet
from attendance.selectors import ABSENT, EMPTY, FULL, HALF, LEAVE, grid
from contracts.changes import suspended_days
from project.kernel.months import today
from registry.calendar import exceptions
from registry.workdays import is_workday

OPEN, BOOK, EVIDENCE, OUTSIDE = "open", "book", "evidence", "outside"
WORTH = {FULL: "1", HALF: "0.5", LEAVE: "0", ABSENT: "0", EMPTY: "0"}
WORKED = (FULL, HALF)


@dataclass(frozen=True)
class Cell:
    """One day of one holder: what it shows, and whether the sign-in book may change it."""

    day: int
    symbol: str
    kind: str

    @property
    def worth(self):
        return WORTH[self.symbol]


def heads(month):
    """The days of a month with the ones on which the office rests."""
    known = exceptions(month.first, month.last)
    return [(day.day, not is_workday(day, known)) for day in month.dates()]


def rows(sheet):
    """Every line with its cells and its total, in the same number of queries for any length."""
    machine = {} if sheet.state in Sheet.FROZEN else evidence(sheet)
    lines = grid(sheet)
    paused = suspended_days(sheet.month, [line.contract_id for line, *_rest in lines])
    return [
        (line, _cells(line, symbols, machine.get(pk, set()), paused.get(pk, 0)), total)
        for line, symbols, total in lines
        for pk in [line.contract_id]
    ]


def evidence(sheet):
    """The days somebody checked in or a machine did: {contract: days}; the book adds nothing."""
    shown = CheckIn.objects.filter(
        contract__sheet_lines__sheet=sheet,
        day__range=(sheet.month.first, sheet.month.last),
        voids__isnull=True,
        voided_by__isnull=True,
    ).exclude(source=CheckIn.Source.BOOK)
    found = {}
    for contract, day in shown.values_list("contract_id", "day"):
        found.setdefault(contract, set()).add(day.day)
    return found


def _cells(line, symbols, machine, paused):
    contract, now = line.contract, today()
    first, last = contract.starts_on, min(contract.ends_on, now)
    cells = []
    for date, symbol in zip(line.sheet.month.dates(), symbols, strict=True):
        if date.day in machine:
            kind = EVIDENCE
        elif not first <= date <= last or paused >> date.day - 1 & 1:
            kind = OUTSIDE
        else:
            kind = BOOK if symbol in WORKED else OPEN
        cells.append(Cell(date.day, symbol, kind))
    return cells


def days_of_line(line):
    """One worker's month as signs, for the worker."""
    return next(marks for found, marks, _days in grid(line.sheet) if found.pk == line.pk)
