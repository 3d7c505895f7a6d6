"""What a worker sees of the own days on the phone."""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from attendance.models import CheckIn, Sheet, SheetLine
from attendance.phone_words import doubt
from attendance.selectors import masks, quantities_in


class Day(NamedTuple):
    """A day as its worker reads it: whether it counts, what was recorded, what is doubtful.

    `much` are its hours or pieces in words, where these are paid and known.
    """

    day: object
    mark: str
    said: list
    why: list
    much: str


def day_so_far(contract, day):
    """What was recorded on a day, in order: came, still there, left."""
    rows = CheckIn.objects.filter(contract=contract, day=day, voids=None, voided_by=None)
    return list(rows.order_by("at", "pk").values_list("kind", flat=True))


def month_so_far(contract, month):
    """The days of a month that count so far, before anybody has confirmed them."""
    return _worth(*_masks(contract, month))


def month_of(contract, month):
    """The days of a month that count, how much was done, and each recorded day, newest first.

    Once the village has confirmed the month, its sheet says what counts.
    """
    full, half, quantities = _confirmed(contract, month) or _so_far(contract, month)
    rows = defaultdict(list)
    for row in _recorded(contract, month):
        rows[row.day].append(row)
    worked = {day for place, day in enumerate(month.dates()) if (full | half) >> place & 1}
    numbers = dict(zip(month.dates(), quantities or (), strict=False))
    much = {day: contract.measured_words(number or None) for day, number in numbers.items()}
    days = sorted(worked | rows.keys(), reverse=True)
    told = [_day(day, rows[day], full, half, much.get(day, "")) for day in days]
    done = sum((number or 0 for number in numbers.values()), Decimal(0)) if numbers else None
    return _worth(full, half), contract.measured_words(done), told


def _so_far(contract, month):
    """The month as two masks, with hours or pieces where these are paid, from the evidence."""
    found = quantities_in(month, contract.area_id) if contract.is_measured else {}
    return *_masks(contract, month), found.get(contract.pk)


def _masks(contract, month):
    rows = masks(month, contract.area_id).filter(contract_id=contract.pk)
    row = next(iter(rows), {"full": 0, "half": 0})
    full = row["full"] or 0
    return full, (row["half"] or 0) & ~full


def _confirmed(contract, month):
    lines = SheetLine.objects.filter(contract=contract, sheet__month=month)
    line = lines.filter(sheet__state__in=Sheet.FROZEN).first()
    return (line.full_days, line.half_days, line.quantities) if line else None


def _worth(full, half):
    return full.bit_count() + Decimal(half.bit_count()) / 2


def _recorded(contract, month):
    rows = CheckIn.objects.filter(contract=contract, voids=None, voided_by=None)
    rows = rows.filter(day__range=(month.first, month.last))
    return rows.prefetch_related("flags__review").order_by("day", "in_at", "pk")


def _day(day, rows, full, half, much):
    flags = [flag for row in rows for flag in row.flags.all()]
    doubts = [words for flag in flags if (words := doubt(flag))]
    mark = _mark(day, flags, full, half)
    if mark == "not" and not doubts and all(row.kind != CheckIn.Kind.IN for row in rows):
        doubts = [_("You did not check in when you came. Tell the village clerk.")]
    said = [{"kind": row.kind, "at": row.in_at.strftime("%H:%M")} for row in rows if row.in_at]
    return Day(day, mark, said, list(dict.fromkeys(doubts)), much)


def _mark(day, flags, full, half):
    bit = 1 << day.day - 1
    if full & bit:
        return "counts"
    if half & bit:
        return "half"
    return "waits" if any(f.waits and not hasattr(f, "review") for f in flags) else "not"
