"""Months as values: a sheet, a run and a subsidy belong to one."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import register_converter
from django.utils import timezone
from django.utils.translation import gettext as _

SHANGHAI = ZoneInfo("Asia/Shanghai")
WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def today():
    """The date on the office's wall, whatever clock the server keeps."""
    return timezone.localdate(timezone=SHANGHAI)


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One calendar month; months order, compare and hash as values."""

    year: int
    month: int

    def __post_init__(self):
        if not (1 <= self.year <= 9999 and 1 <= self.month <= 12):
            raise ValueError(
                _("There is no month %(month)s in year %(year)s.")
                % {"month": self.month, "year": self.year}
            )

    @classmethod
    def of(cls, day):
        """The month a local day lies in; a moment must be turned into a local day first."""
        if isinstance(day, datetime):
            raise TypeError(_("A moment has no month until it is turned into a local day."))
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text):
        """Read a month written as 2026-10, or raise ValueError with a sentence for people."""
        match = WRITTEN.fullmatch(str(text).strip())
        if not match or match[1] == "0000":
            raise ValueError(
                _("“%(text)s” is not a month. Write the year and the month like 2026-10.")
                % {"text": text}
            )
        return cls(int(match[1]), int(match[2]))

    @property
    def first(self):
        return date(self.year, self.month, 1)

    @property
    def last(self):
        return date(self.year, self.month, self.days)

    @property
    def days(self):
        """How many days the month has."""
        return monthrange(self.year, self.month)[1]

    def dates(self):
        """Every day of the month, first to last."""
        return [self.first + timedelta(days=count) for count in range(self.days)]

    def plus(self, count):
        """The month `count` months later, or earlier when negative."""
        year, month = divmod(self.year * 12 + self.month - 1 + count, 12)
        return type(self)(year, month + 1)

    def next(self):
        return self.plus(1)

    def previous(self):
        return self.plus(-1)

    def __contains__(self, day):
        return self.first <= day <= self.last

    def __str__(self):
        return f"{self.year:04}-{self.month:02}"

    @property
    def compact(self):
        return f"{self.year:04}{self.month:02}"

    @property
    def chinese(self):
        return f"{self.year}年{self.month}月"


def as_month(value):
    """Take a month however it arrives: as itself, as a day within it, or written 2026-10."""
    if value is None or isinstance(value, Month):
        return value
    if isinstance(value, date):
        return Month.of(value)
    text = str(value).strip()
    return Month.of(date.fromisoformat(text)) if len(text) == 10 else Month.parse(text)


class MonthInput(forms.TextInput):
    """The browser's month picker; where there is none, a box for 2026-10."""

    input_type = "month"

    def format_value(self, value):
        return str(value) if value else None


class MonthFormField(forms.Field):
    """A month chosen or typed on a page."""

    widget = MonthInput

    def to_python(self, value):
        return None if value in self.empty_values else _asked(value)

    def has_changed(self, initial, data):
        return str(initial or "") != str(data or "")


class MonthField(models.DateField):
    """A month kept as its first day; the database refuses any other day."""

    def from_db_value(self, value, expression, connection):
        return None if value is None else Month.of(value)

    def to_python(self, value):
        return None if value in self.empty_values else _asked(value)

    def get_prep_value(self, value):
        value = models.Field.get_prep_value(self, value)
        return None if value is None else as_month(value).first

    def get_db_prep_value(self, value, connection, prepared=False):
        value = value if prepared else self.get_prep_value(value)
        return connection.ops.adapt_datefield_value(value)

    def db_check(self, connection):
        if connection.vendor != "postgresql":
            return None
        return f"EXTRACT(DAY FROM {connection.ops.quote_name(self.column)}) = 1"

    def value_to_string(self, record):
        value = self.value_from_object(record)
        return "" if value is None else str(as_month(value))

    def formfield(self, **kwargs):
        return models.Field.formfield(self, **{"form_class": MonthFormField, **kwargs})


def _asked(value):
    try:
        return as_month(value)
    except ValueError as error:
        raise ValidationError(str(error), code="invalid") from error


class MonthConverter:
    """A month in an address: `<month:month>`."""

    regex = r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value):
        return Month.parse(value)

    def to_url(self, value):
        return str(as_month(value))


register_converter(MonthConverter, "month")
