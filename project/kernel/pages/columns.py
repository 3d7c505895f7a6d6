"""One thing to show about a record, declared once for the page and for the workbook."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

NOTHING = "—"


@dataclass(frozen=True)
class Column:
    """A heading and where its value is found: a dotted path or a function of the record."""

    heading: str
    source: str | Callable
    align: str = "start"
    link: bool = False
    badge: bool = False

    def value(self, record):
        """The value as it is kept: for sums, sorting and workbooks."""
        if callable(self.source):
            return self.source(record)
        *path, last = self.source.split(".")
        for name in path:
            record = getattr(record, name)
            if record is None:
                return None
        shown = getattr(record, f"get_{last}_display", None)
        value = shown() if shown else getattr(record, last)
        return value() if callable(value) else value

    def text(self, record):
        """The value as people read it."""
        return readable(self.value(record))

    def cell(self, record):
        """The value as a workbook keeps it: amounts and days as they are, the rest as text."""
        value = self.value(record)
        if isinstance(value, datetime):
            return localtime(value).replace(tzinfo=None)
        keeps = value is None or isinstance(value, int | Decimal | date)
        return value if keeps and not isinstance(value, bool) else readable(value)


@dataclass(frozen=True)
class Group:
    """Facts that belong together on a record page, under one heading."""

    title: str
    facts: tuple


@dataclass(frozen=True)
class Paper:
    """A printed form of a record, where to open it, and where its table is as a workbook."""

    title: str
    url: str
    note: str = ""
    workbook: str = ""


def readable(value):
    """Write a value the way the office writes it: two decimals, ISO days, yes and no."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return f"{value:,.2f}" if value.as_tuple().exponent >= -2 else f"{value:,}"
    if isinstance(value, datetime):
        return date_format(localtime(value), "Y-m-d H:i")
    return value.isoformat() if isinstance(value, date) else str(value)
