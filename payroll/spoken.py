"""Days and counts as they are spoken to a worker."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime

from project.kernel.months import SHANGHAI


def day(moment):
    """A day as it is spoken, in the language of the reader."""
    if isinstance(moment, datetime):
        moment = localtime(moment, SHANGHAI)
    return date_format(moment, "DATE_FORMAT")


def number(days):
    """Days without a trailing zero: 14, 9.5."""
    return f"{days.normalize():f}"
