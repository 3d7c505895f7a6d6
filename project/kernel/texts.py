"""Undo what typing, copying and spreadsheets do to a text."""

import re

HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
SCIENTIFIC = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?[Ee]\+?[0-9]+")


def half_width(text):
    """Turn wide digits, letters, signs and spaces into plain ones; drop what cannot be seen."""
    return INVISIBLE.sub("", without_controls(text)).translate(HALF_WIDTH)


def without_controls(text):
    """The text without characters that no one typed and no database keeps, such as NUL."""
    return CONTROL.sub("", text)


def without_spaces(text):
    """The text in half width with every space gone."""
    return "".join(half_width(text).split())


def plain_number(text):
    """A number kept as text: half width, no spaces, no leading quote, an X in upper case."""
    return without_spaces(text).lstrip("'‘’`").upper()


def is_scientific(text):
    """Whether a spreadsheet has already cut the number down to something like 9.9E+17."""
    return bool(SCIENTIFIC.fullmatch(text))
