"""Questions others ask of what changed during a contract: days without work, new standards."""

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest

from contracts.models import Amendment, Suspension
from registry.access import within


def suspended_in(month, area):
    """The suspensions inside an area that touch a month; those taken back touch none."""
    found = Suspension.objects.filter(within(str(area)), starts_on__lte=month.last)
    return found.filter(Q(ends_on=None) | Q(ends_on__gte=Greatest(month.first, F("starts_on"))))


def suspended_days(month, contracts):
    """Each contract's suspended days of a month as a mask, day 1 in bit 0: {contract: mask}."""
    found = {}
    rows = Suspension.objects.filter(contract__in=contracts, starts_on__lte=month.last)
    for contract, first, last in rows.values_list("contract_id", "starts_on", "ends_on"):
        found[contract] = found.get(contract, 0) | days_between(month, first, last)
    return found


def days_between(month, first, last=None):
    """The days of a month from a day to a day, or to its end, as a mask with day 1 in bit 0."""
    first = max(first, month.first)
    last = min(last or month.last, month.last)
    return sum(1 << place - 1 for place in range(first.day, last.day + 1)) if first <= last else 0


def amended_in(month, area):
    """The amended standards inside an area that hold on days of a month, later ones last."""
    return Amendment.objects.filter(
        within(str(area)), state="in_force", standard__isnull=False, starts_on__lte=month.last
    )


def while_suspended(day, contract="contract_id"):
    """A condition: the row's contract is suspended on the row's day."""
    on = Suspension.objects.filter(contract=OuterRef(contract), starts_on__lte=OuterRef(day))
    return Exists(on.filter(Q(ends_on=None) | Q(ends_on__gte=OuterRef(day))))
