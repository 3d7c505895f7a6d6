"""A sheet as the table people fill in: one row a holder, one cell a day."""

from dataclasses import dataclass

from attendance.models import CheckIn, Sheet
from attendance.selectors import ABSENT, EMPTY, FULL, HALF, LEAVE, grid, quantities_in
from contracts.changes import suspended_days
from contracts.models import MEASURED
from project.kernel.months import today
from registry.calendar import exceptions
from registry.workdays import is_workday

OPEN, BOOK, EVIDENCE, OUTSIDE = "open", "book", "evidence", "outside"
WORTH = {FULL: "1", HALF: "0.5", LEAVE: "0", ABSENT: "0", EMPTY: "0"}
WORKED = (FULL, HALF)
UNKNOWN = "?"


@dataclass(frozen=True)
class Cell:
    """One day of one holder: what it shows and counts, and whether the book may change it.

    Where hours or pieces are paid, it shows and counts their number.
    """

    day: int
    symbol: str
    kind: str
    worth: str


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
        (line, _cells(line, symbols, machine.get(pk, set()), paused.get(pk, 0)), _total(line, days))
        for line, symbols, days in lines
        for pk in [line.contract_id]
    ]


def _total(line, days):
    """The days of a line, or its hours or pieces where these are paid."""
    return days if line.quantity is None else f"{line.quantity.normalize():f}"


def evidence(sheet):
    """The days somebody checked in or a machine did: {contract: days}; the book adds nothing.

    Where hours or pieces are paid and no evidence says how many, the book may say it.
    """
    known = _days(_recorded(sheet).exclude(source=CheckIn.Source.BOOK))
    open_ = _left_to_the_book(sheet)
    return {contract: days - open_.get(contract, set()) for contract, days in known.items()}


def _left_to_the_book(sheet):
    """Days on which nothing but the book says how much was done: {contract: days}."""
    if not sheet.lines.filter(contract__pay_basis__in=MEASURED).exists():
        return {}
    found = _days(_recorded(sheet).filter(source=CheckIn.Source.BOOK, quantity__isnull=False))
    for contract, numbers in quantities_in(sheet.month, sheet.area_id).items():
        unknown = {day for day, number in enumerate(numbers, 1) if number is None}
        found[contract] = found.get(contract, set()) | unknown
    return found


def _recorded(sheet):
    return CheckIn.objects.filter(
        contract__sheet_lines__sheet=sheet,
        day__range=(sheet.month.first, sheet.month.last),
        voids__isnull=True,
        voided_by__isnull=True,
    )


def _days(rows):
    found = {}
    for contract, day in rows.values_list("contract_id", "day"):
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
        cells.append(_cell(line, date.day, symbol, kind))
    return cells


def _cell(line, day, symbol, kind):
    if not line.contract.is_measured or symbol not in WORKED:
        return Cell(day, symbol, kind, WORTH[symbol])
    number = line.quantities[day - 1] if line.quantities else None
    words = UNKNOWN if number is None else f"{number.normalize():f}"
    return Cell(day, words, kind, "0" if number is None else words)


def days_of_line(line):
    """One worker's month as signs, for the worker."""
    return next(marks for found, marks, _days in grid(line.sheet) if found.pk == line.pk)
