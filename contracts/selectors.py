"""Questions others ask of contracts."""

from django.db.models import DateField, Exists, F, OuterRef, Value
from django.db.models.functions import Greatest

from contracts.models import Contract, Cover

NEEDING_COVER = ["draft", "offered", "signed", "in_force", "suspended"]


def live_in(month, area):
    """The contracts that hold on at least one day of a month inside an area."""
    return Contract.objects.overlapping(month.first, month.last).inside(area)


def without_cover(area, day, *, until=None, kind=None):
    """The contracts inside an area that no insurance covers on `needed_from`.

    That is the day asked about, or the first day of the contract where it begins later. With a
    kind, only insurance of that kind counts.
    """
    contracts = Contract.objects.filter(state__in=NEEDING_COVER, ends_on__gte=day).inside(area)
    if until:
        contracts = contracts.filter(starts_on__lte=until)
    asked = Value(day, output_field=DateField())
    contracts = contracts.annotate(needed_from=Greatest(F("starts_on"), asked))
    covers = Cover.objects.filter(
        person=OuterRef("person"),
        starts_on__lte=OuterRef("needed_from"),
        ends_on__gte=OuterRef("needed_from"),
    )
    covers = covers.filter(policy__kind=kind) if kind else covers
    return contracts.filter(~Exists(covers))
