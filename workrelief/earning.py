"""What a month's work comes to on the wage list, as payroll will pay it (A9)."""

from dataclasses import dataclass

from contracts.models import Contract
from payroll.standards import change_of, changes_of
from project.kernel.months import Month


@dataclass(frozen=True)
class _Worked:
    """A contract's month as `payroll.standards` reads it."""

    contract_id: int
    contract: Contract
    month: Month
    required_days: int = 0


def earnings(rows, month):
    """{contract: (rate at the end, amount)} of confirmed lines of sheets, in two queries for all.

    Each day, hour or piece is earned under the rate that holds on its day; half-up once.
    """
    known = changes_of(rows)
    return {row.contract_id: _earned(row, known, month) for row in rows}


def _earned(row, known, month):
    line = _Worked(row.contract_id, row.contract, month)
    paid = None
    if row.quantity is not None:
        paid = {day: number for day, number in enumerate(row.quantities, 1) if number}
    worked = (row.full_days, row.half_days)
    change = change_of(line, *worked, known, whole=row.days, paid=paid)
    return change.parts[-1].standard, change.comes_to(line)
