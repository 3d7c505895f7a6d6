"""Which days the office works, from the published holidays and make-up days (R-96, A5, A6).

`exceptions` maps a date to whether it is worked, for the days that differ from their weekday.
"""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SATURDAY = 5


class Unit(models.TextChoices):
    """How the days of a notice are counted."""

    CALENDAR = "calendar", gettext_lazy("calendar days")
    WORKING = "working", gettext_lazy("working days")


def is_workday(day, exceptions):
    """An exception decides; otherwise Monday to Friday are worked."""
    return exceptions.get(day, day.weekday() < SATURDAY)


def workdays_in(month, exceptions):
    """The days of a month that are worked, in order."""
    return [day for day in month.dates() if is_workday(day, exceptions)]


def is_published(year, exceptions):
    """Whether the holidays of a year are known; every year has some, so none means not yet."""
    return any(day.year == year for day in exceptions)


def end_of_notice(posted_on, days, unit, exceptions):
    """The last day of a notice: day 1 is the day after posting, by our convention (W-14)."""
    if days < 1:
        raise ValueError(_("A notice must hang for at least one day."))
    if Unit(unit) is Unit.CALENDAR:
        return posted_on + timedelta(days=days)
    day = posted_on
    while days:
        day += timedelta(days=1)
        days -= is_workday(day, exceptions)
    return day
