"""How records of each kind are narrowed to a month."""

from django.db.models import Q


def in_month(month):
    """Records that belong to one month."""
    return Q(month=month)


def through_month(month):
    """Records that hold on at least one day of a month."""
    still = Q(ends_on__isnull=True) | Q(ends_on__gte=month.first)
    return Q(still, starts_on__lte=month.last)


def on_day_of_month(column):
    """Records of which something happened in a month."""
    return lambda month: Q(**{f"{column}__range": (month.first, month.last)})
