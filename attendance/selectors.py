"""What was worked. Payroll asks here and never reads a check-in itself."""

from decimal import Decimal

from django.contrib.postgres.aggregates import BitOr
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q
from django.db.models.functions import ExtractDay

from attendance.models import CheckIn, Flag, FlagReview, Sheet, SheetLine
from contracts.changes import while_suspended
from registry.access import within

WAITING = Flag.objects.filter(check_in=OuterRef("pk"), waits=True).exclude(
    review__decision=FlagReview.Decision.COUNTS
)
EMPTY, FULL, HALF = "", "√", "◇"


class Bit(Func):
    """The bit of a day in a month's mask: day 1 is bit 0."""

    template = "(1 << (%(expressions)s::int - 1))"
    output_field = IntegerField()


def shown(month, area, level=1):
    """The evidence of a month: check-ins inside their contract, not voided, of a level or more.

    Days on which the contract was suspended are kept and not credited (W-3).

    A check-in that a flag holds back counts once somebody has looked and said so; one from a
    phone is of the third level once its picture is there.
    """
    found = CheckIn.objects.filter(
        ~Exists(WAITING),
        ~while_suspended("day"),
        within(str(area), "contract__area_id"),
        kind=CheckIn.Kind.IN,
        day__range=(month.first, month.last),
        day__gte=F("contract__starts_on"),
        day__lte=F("contract__ends_on"),
        level__gte=level,
        voids__isnull=True,
        voided_by__isnull=True,
    )
    if level < CheckIn.Level.OWN:
        return found
    return found.filter(~Q(source=CheckIn.Source.PHONE) | Q(picture__isnull=False))


def masks(month, area, level=1):
    """Each contract's month as two masks, full and half days, from the evidence so far."""
    bit = Bit(ExtractDay("day", output_field=IntegerField()))
    return (
        shown(month, area, level)
        .values("contract_id")
        .annotate(full=BitOr(bit, filter=Q(worth=1)), half=BitOr(bit, filter=Q(worth="0.5")))
    )


def confirmed(month, area):
    """The frozen lines of a month's sheets in an area."""
    return SheetLine.objects.filter(
        within(str(area), "sheet__area_id"), sheet__month=month, sheet__state__in=Sheet.FROZEN
    )


def frozen_everywhere(month, area):
    """Whether every sheet of the month in an area has been confirmed by its village."""
    due = Sheet.objects.due(month, area)
    return due.exists() and not due.exclude(state__in=Sheet.FROZEN).exists()


def symbols(line, full=None, half=None):
    """A line's month as one symbol a day: worked, half a day, or empty."""
    full = line.full_days if full is None else full
    half = line.half_days if half is None else half
    days = range(line.sheet.month.days)
    return [FULL if full >> d & 1 else HALF if half >> d & 1 else EMPTY for d in days]


def grid(sheet):
    """A sheet's lines with their days: frozen once confirmed, live from the evidence before."""
    lines = sheet.lines.select_related("contract__person", "sheet").order_by("number")
    if sheet.state in Sheet.FROZEN:
        return [(line, symbols(line), line.days) for line in lines]
    live = {row["contract_id"]: row for row in masks(sheet.month, sheet.area_id)}
    return [_live(line, live.get(line.contract_id)) for line in lines]


def _live(line, row):
    full = (row and row["full"]) or 0
    half = ((row and row["half"]) or 0) & ~full
    return line, symbols(line, full, half), full.bit_count() + Decimal(half.bit_count()) / 2
