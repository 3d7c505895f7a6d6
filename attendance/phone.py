"""What a worker sees of the own days on the phone."""

from decimal import Decimal

from attendance.models import CheckIn
from attendance.selectors import masks


def day_so_far(contract, day):
    """What was recorded on a day, in order: came, still there, left."""
    rows = CheckIn.objects.filter(contract=contract, day=day, voids=None, voided_by=None)
    return list(rows.order_by("at", "pk").values_list("kind", flat=True))


def month_so_far(contract, month):
    """The days of a month that count so far, before anybody has confirmed them."""
    rows = masks(month, contract.area_id).filter(contract_id=contract.pk)
    row = next(iter(rows), {"full": 0, "half": 0})
    full = row["full"] or 0
    half = (row["half"] or 0) & ~full
    return full.bit_count() + Decimal(half.bit_count()) / 2
