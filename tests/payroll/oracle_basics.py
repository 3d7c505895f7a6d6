"""What the second calculation reckons with: cents, spans of days, and the nearest row."""

from decimal import Decimal
from fractions import Fraction

HALF = Fraction(1, 2)


def above(village):
    """The codes of a village and of all it lies in, the village first and the nation last."""
    return [village, *(village[:n].ljust(12, "0") for n in (9, 6, 4, 2, 0))]


def half_up(value):
    """To the cent, halves away from zero."""
    cents = abs(value) * 100 + HALF
    rounded = cents.numerator // cents.denominator
    return Decimal(-rounded if value < 0 else rounded).scaleb(-2)


def yuan(value):
    return half_up(Fraction(str(value)))


def touches(first, last, days):
    """Whether a span, open where it has no last day, has one of the days."""
    return first <= days[-1] and (last is None or last >= days[0]) and (not last or first <= last)


def in_any(day, spans):
    return any(first <= day and (last is None or day <= last) for first, last in spans)


def nearest(rows, village, post):
    """The row for the post before that for all posts, the village's before its township's."""
    line = above(village)
    fit = [row for row in rows if row.area in line and row.post in ("", post)]
    return min(fit, key=lambda row: (not row.post, line.index(row.area)), default=None)
