"""Read one cell by the kind of its column, or raise ValueError with a sentence for people."""

import re
from datetime import date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext as _

from project.kernel.money import half_up
from project.kernel.months import Month
from project.kernel.tables.columns import heading_key, shown
from project.kernel.texts import (
    half_width,
    is_scientific,
    plain_number,
    without_controls,
    without_spaces,
)

EXACT = 10**15
GLANCE = 200
NOISE = Decimal("0.000001")
DATE = re.compile(
    r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?:[T ]?0{1,2}:00(?::00)?)?",
    re.ASCII,
)
SOLID_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
MONTH = re.compile(r"(\d{4})(?:-|/|\.|年)?(\d{1,2})月?", re.ASCII)
TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
AREA_LENGTHS = {2, 4, 6, 9, 12}


def is_blank(cell):
    """Nothing, or nothing but spaces; of a long text a glance at its beginning mostly says it."""
    if not isinstance(cell, str):
        return cell is None
    return not half_width(cell[:GLANCE]).strip() and not half_width(cell).strip()


def read_cell(column, cell):
    """The value of a cell that is not blank."""
    value = READERS[column.kind](column, cell)
    return column.rule(value) if column.rule else value


def _text(column, cell):
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, int | float):
        return _whole_text(cell)
    return " ".join(without_controls(str(cell)).split())


def _whole_text(cell):
    if abs(cell) >= EXACT:
        raise ValueError(_lost_digits())
    return str(int(cell)) if cell == int(cell) else str(cell)


def _number_as_text(column, cell):
    if not isinstance(cell, str):
        raise ValueError(_lost_digits())
    text = plain_number(cell)
    if is_scientific(text):
        raise ValueError(_lost_digits())
    return text


def _account(column, cell):
    text = _number_as_text(column, cell).replace("-", "")
    if not (text.isascii() and text.isdigit()):
        raise ValueError(_("The account “%(text)s” may hold only digits.") % {"text": shown(cell)})
    return text


def _area(column, cell):
    text = without_spaces(_text(column, cell))
    if not (text.isascii() and text.isdigit() and len(text) in AREA_LENGTHS):
        raise ValueError(
            _("“%(text)s” is not an area code. Enter its 12 digits.") % {"text": shown(cell)}
        )
    return text.ljust(12, "0")


def _choice(column, cell):
    wanted = heading_key(_text(column, cell))
    for label, value in column.choices.items():
        if heading_key(label) == wanted:
            return value
    raise ValueError(
        _("“%(text)s” is not one of the possible values. Choose one of: %(choices)s.")
        % {"text": shown(cell), "choices": "、".join(map(str, column.choices))}
    )


def _date(column, cell):
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    text = without_spaces(_text(column, cell))
    match = DATE.fullmatch(text) or SOLID_DATE.fullmatch(text)
    if not match:
        raise ValueError(
            _("“%(text)s” is not a date. Write it like 2026-07-01.") % {"text": shown(cell)}
        )
    try:
        return date(*map(int, match.groups()))
    except ValueError as error:
        raise ValueError(
            _("There is no day %(text)s. Correct the date.") % {"text": shown(cell)}
        ) from error


def _month(column, cell):
    if isinstance(cell, date):
        return Month.of(_date(column, cell))
    match = MONTH.fullmatch(without_spaces(_text(column, cell)))
    if not match:
        raise ValueError(
            _("“%(text)s” is not a month. Write it like 2026-07.") % {"text": shown(cell)}
        )
    return Month(int(match[1]), int(match[2]))


def _time(column, cell):
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    match = TIME.fullmatch(without_spaces(_text(column, cell)))
    if not match:
        raise ValueError(_not_a_time(cell))
    try:
        return time(*(int(part or 0) for part in match.groups()))
    except ValueError as error:
        raise ValueError(_not_a_time(cell)) from error


def _number(column, cell):
    value = _decimal(cell)
    if value < 0 and not column.signed:
        raise ValueError(_("%(text)s is below zero. Enter zero or more.") % {"text": shown(cell)})
    if abs(value) >= EXACT:
        raise ValueError(_("The number %(text)s is too large.") % {"text": shown(cell)})
    return value


def _decimal(cell):
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if abs(cell) < EXACT:
            return Decimal(repr(cell))
    elif isinstance(cell, str) and NUMBER.fullmatch(text := without_spaces(cell)):
        return Decimal(text.replace(",", ""))
    raise ValueError(
        _("“%(text)s” is not a number. Enter digits only, such as 800 or 800.50.")
        % {"text": shown(cell)}
    )


def _amount(column, cell):
    """Whole cents only: what a cell hides behind two shown decimals spoils every total."""
    value = _number(column, cell)
    if abs(value) >= 10**12:
        raise ValueError(_("The amount %(text)s is too large.") % {"text": shown(cell)})
    rounded = half_up(value)
    allowed = NOISE if isinstance(cell, float) else 0
    if abs(rounded - value) > allowed:
        raise ValueError(
            _("The amount %(text)s has more than two decimals. Round it to the cent.")
            % {"text": shown(cell)}
        )
    return rounded


def _integer(column, cell):
    value = _number(column, cell)
    if value != value.to_integral_value():
        raise ValueError(
            _("%(text)s is not a whole number. Enter it without decimals.") % {"text": shown(cell)}
        )
    return int(value)


def _lost_digits():
    return _(
        "The number was typed into a number cell and has lost digits."
        " Format the column as text and type the number again."
    )


def _not_a_time(cell):
    return _("“%(text)s” is not a time of day. Write it like 07:35.") % {"text": shown(cell)}


READERS = {
    "text": _text,
    "id": _number_as_text,
    "account": _account,
    "area": _area,
    "choice": _choice,
    "date": _date,
    "month": _month,
    "time": _time,
    "amount": _amount,
    "number": _number,
    "integer": _integer,
}
