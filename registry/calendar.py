"""The work calendar: weekdays, corrected day by day by what the State Council announced."""

from registry import workdays
from registry.models import CalendarDay


def exceptions(first, last):
    """The days from `first` to `last` that differ from their weekday: {date: works}."""
    rows = CalendarDay.objects.filter(day__range=(first, last))
    return dict(rows.values_list("day", "works"))


def workdays_in(month):
    """The days of a month that are worked, in order."""
    return workdays.workdays_in(month, exceptions(month.first, month.last))


def end_of_notice(posted_on, days, unit):
    """The last day of a notice; day one is the day after posting."""
    horizon = posted_on.replace(year=posted_on.year + 1, day=min(posted_on.day, 28))
    return workdays.end_of_notice(posted_on, days, unit, exceptions(posted_on, horizon))
