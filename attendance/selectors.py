"""What was worked. Payroll asks here and never reads a check-in itself."""

from datetime import timedelta
from decimal import Decimal

from attendance.models import Assessment, Grade, Leave, Sheet, SheetLine
from attendance.models.measuring import quantities_in
from attendance.models.showing import masks
from attendance.plans import ALL_POSTS, due_days, leave_days
from contracts.changes import days_between, suspended_days
from project.kernel.months import today
from registry.access import within

EMPTY, FULL, HALF, LEAVE, ABSENT = "", "√", "◇", "△", "×"


def confirmed(month, area):
    """The frozen lines of a month's sheets in an area."""
    return SheetLine.objects.filter(
        within(str(area), "sheet__area_id"), sheet__month=month, sheet__state__in=Sheet.FROZEN
    )


def leaves_in(month, area):
    """The granted leave inside an area that touches a month."""
    granted = Leave.objects.filter(within(str(area)), state=Leave.State.GRANTED)
    return granted.filter(starts_on__lte=month.last, ends_on__gte=month.first)


def grades_in(month, area):
    """The final grades of a month inside an area; pay uses no other (W-6)."""
    return Assessment.objects.filter(within(str(area)), month=month, state=Assessment.State.FINAL)


def fails_in_a_row(contract, until):
    """How many of the last assessed months up to one were unqualified, one after the other."""
    final = Assessment.objects.filter(
        contract=contract, month__lte=until, state=Assessment.State.FINAL
    )
    passed = final.exclude(grade=Grade.UNQUALIFIED).order_by("-month").values("month")[:1]
    since = final.filter(month__gt=passed[0]["month"]) if passed else final
    return since.count()


def frozen_everywhere(month, area):
    """Whether every sheet of the month in an area has been confirmed by its village."""
    due = Sheet.objects.due(month, area)
    return due.exists() and not due.exclude(state__in=Sheet.FROZEN).exists()


def symbols(line, full, half, leave=0, absent=0):
    """A line's month as one symbol a day: worked, half a day, leave, absent, or empty."""
    marks = ((full, FULL), (half, HALF), (leave, LEAVE), (absent, ABSENT))
    days = range(line.sheet.month.days)
    return [next((sign for mask, sign in marks if mask >> d & 1), EMPTY) for d in days]


def grid(sheet):
    """A sheet's lines with their days: frozen once confirmed, live from the evidence before.

    The lines bear the hours or pieces of each day as well, where these are paid.
    """
    lines = list(sheet.lines.select_related("contract__person", "sheet").order_by("number"))
    away = _away(sheet, lines)
    if sheet.state in Sheet.FROZEN:
        return [
            (
                line,
                symbols(line, line.full_days, line.half_days, *away[line.contract_id]),
                line.days,
            )
            for line in lines
        ]
    live = {row["contract_id"]: row for row in masks(sheet.month, sheet.area_id)}
    _measure(sheet, lines)
    return [_live(line, live.get(line.contract_id), away[line.contract_id]) for line in lines]


def _measure(sheet, lines):
    """Give lines of an open sheet the hours or pieces shown so far, where these are paid."""
    if not any(line.contract.is_measured for line in lines):
        return
    found = quantities_in(sheet.month, sheet.area_id)
    for line in lines:
        line.quantities = found.get(line.contract_id)
        known = [number for number in line.quantities or () if number]
        line.quantity = sum(known, Decimal(0)) if line.contract.is_measured else None


def _live(line, row, away):
    full = (row and row["full"]) or 0
    half = ((row and row["half"]) or 0) & ~full
    days = full.bit_count() + Decimal(half.bit_count()) / 2
    return line, symbols(line, full, half, *away), days


def _away(sheet, lines):
    """{contract: (leave, absent)} as masks: excused days, and due ones that have gone by."""
    month, contracts = sheet.month, [line.contract_id for line in lines]
    leave, paused = leave_days(month, contracts), suspended_days(month, contracts)
    due = due_days(month, [sheet.area_id])
    gone = days_between(month, month.first, min(month.last, today() - timedelta(days=1)))
    found = {}
    for line in lines:
        pk, contract = line.contract_id, line.contract
        mine = due.get((sheet.area_id, contract.title), due.get((sheet.area_id, ALL_POSTS), 0))
        mine = 0 if contract.attested else mine  # on a site nobody is due on days without work
        held = days_between(month, contract.starts_on, contract.ends_on)
        excused = leave.get(pk, 0)
        found[pk] = excused, mine & gone & held & ~excused & ~paused.get(pk, 0)
    return found
