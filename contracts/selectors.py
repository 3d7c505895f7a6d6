"""Questions others ask of contracts."""

from contracts.models import Contract


def live_in(month, area):
    """The contracts that hold on at least one day of a month inside an area."""
    return Contract.objects.overlapping(month.first, month.last).inside(area)
