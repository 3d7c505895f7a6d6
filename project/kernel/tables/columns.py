"""What an exchange file must hold, column by column."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from project.kernel.texts import half_width, without_spaces

REMARK = re.compile(r"\([^()]*\)$")
LONGEST_HEADING = 200
KINDS = {
    *("text", "id", "account", "area", "choice", "date", "month", "time"),
    *("amount", "number", "integer"),
}


def heading_key(text):
    """A heading as it is compared: no spaces, half width, no star of a required column."""
    return without_spaces(str(text)[:LONGEST_HEADING]).strip("*").lower()


def bare_key(text):
    """A heading without its closing remark, such as (元/月)."""
    return REMARK.sub("", heading_key(text))


@dataclass(frozen=True)
class Column:
    """One column of a file: how it is headed, what its cells are, and what is refused.

    `choices` maps what people write to the value meant. `rule` takes the read value and gives back
    the value to keep, or raises ValueError with a sentence. Numbers below zero need `signed`.
    """

    name: str
    heading: str
    aliases: tuple = ()
    required: bool = True
    kind: str = "text"
    choices: Mapping[str, Any] = field(default_factory=dict)
    signed: bool = False
    rule: Callable | None = None

    def __post_init__(self):
        assert self.kind in KINDS, f"{self.kind} is no kind of column"

    def keys(self):
        return {heading_key(text) for text in (self.heading, *self.aliases)}


@dataclass(frozen=True)
class Row:
    """One row read without a fault; `number` is its row in the spreadsheet."""

    number: int
    values: dict
    page: str = field(default="", compare=False)

    def __getitem__(self, name):
        return self.values[name]


@dataclass(frozen=True, order=True)
class RowError:
    """One fault: where it is in the spreadsheet, and what to do about it."""

    row: int
    column: str
    sentence: str
    page: str = ""

    def __str__(self):
        return _("Row %(row)s, %(column)s: %(sentence)s") % {
            "row": self.row,
            "column": self.column,
            "sentence": self.sentence,
        }


def shown(value):
    """A cell as its reader sees it, for quoting in a sentence; never longer than a line."""
    whole = isinstance(value, float) and value.is_integer()
    text = half_width(str(int(value) if whole else value)[:LONGEST_HEADING]).strip()
    return text if len(text) <= 40 else f"{text[:40]}…"
