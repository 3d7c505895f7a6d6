"""Amounts in yuan: Decimal, two places, rounded half-up once."""

from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.translation import gettext as _

CENT = Decimal("0.01")
LIMIT = Decimal(10) ** 12
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ((1000, "仟"), (100, "佰"), (10, "拾"), (1, ""))
SECTIONS = ((10**8, "亿"), (10**4, "万"), (1, ""))


def half_up(value):
    """Round an exact value to the cent, halves away from zero; a float is no amount."""
    if isinstance(value, float):
        raise TypeError(_("Money is never a binary float: give a Decimal, an integer or a text."))
    return Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)


def yuan(amount):
    """Write an amount for people, such as 1,234.50."""
    return f"{half_up(amount):,.2f}"


def capitals(amount):
    """Write an amount in capitals as payment papers require (R-95), such as 人民币叁佰元整."""
    amount = half_up(amount)
    if not 0 <= amount < LIMIT:
        raise ValueError(_("Only amounts from 0 to under 1,000,000,000,000 have capitals."))
    whole, cents = divmod(int(amount * 100), 100)
    body = f"{_whole(whole)}元" if whole or not cents else ""
    return f"人民币{body}{_cents(cents, after=whole)}"


def _whole(number):
    """Write the digits before 元; a gap of zeros reads as one 零."""
    text, rest = "", number
    for size, name in SECTIONS:
        section, rest = divmod(rest, size)
        if section:
            text += ("零" if text and section < 1000 else "") + _section(section) + name
        elif text and rest >= 1000:
            text += "零"
    return text or "零"


def _section(number):
    text, gap = "", False
    for size, name in PLACES:
        digit, number = divmod(number, size)
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + name
        gap = not digit
    return text


def _cents(cents, *, after):
    """Write what follows 元: 整 for none, and 零 where the place before 角 or 分 is zero."""
    if not cents:
        return "整"
    tenth, hundredth = divmod(cents, 10)
    text = f"{DIGITS[tenth]}角" if tenth else ""
    text += f"{DIGITS[hundredth]}分" if hundredth else ""
    gap = after and (not tenth or after % 10 == 0)
    return f"零{text}" if gap else text


class AmountField(models.DecimalField):
    """An amount in yuan, exact to the cent; floats and unrounded values are not stored."""

    def __init__(self, *args, max_digits=14, decimal_places=2, **kwargs):
        super().__init__(*args, max_digits=max_digits, decimal_places=decimal_places, **kwargs)

    def get_db_prep_save(self, value, connection):
        if isinstance(value, float | int | str | Decimal):
            value = self._exact(value)
        return super().get_db_prep_save(value, connection)

    @staticmethod
    def _exact(value):
        rounded = half_up(value)
        if rounded != Decimal(value):
            raise ValueError(
                _("The amount %(value)s is not rounded to the cent.") % {"value": value}
            )
        return rounded
