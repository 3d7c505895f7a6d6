"""What is written down of what happens: one line each, and no number or name of a person in it."""

import json
import logging
import re
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

HIDDEN = "[…]"
# In this order: an ID number, a card in fours, a long account, a mobile phone.
NUMBERS = re.compile(
    r"(?<!\d)(?:"
    r"\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx]"
    r"|\d{4}(?:[ -]\d{4}){3}(?:[ -]?\d{1,3})?"
    r"|\d{15,}"
    r"|(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}"
    r")(?!\d)"
)
# PostgreSQL repeats the row it refuses, with the names in it.
ROWS = re.compile(r"(Failing row contains )\(.*?\)\.?(?=\n|$)", re.DOTALL)
KEYS = re.compile(r"(Key \([^)]*\)=)\(.*?\)(?= |\n|$)", re.DOTALL)
UNMATCHED = "unmatched"


@dataclass
class Seen:
    """What may be written down of the request that is being answered."""

    request_id: str
    route: str = ""
    user_id: int | None = None
    status: int = 500


current: ContextVar[Seen | None] = ContextVar("gongyigang.seen", default=None)


def hidden(text):
    """A text without the numbers of people and without the rows that PostgreSQL repeats."""
    text = ROWS.sub(rf"\1({HIDDEN})", text)
    return NUMBERS.sub(HIDDEN, KEYS.sub(rf"\1({HIDDEN})", text))


def route_of(match):
    """The name of an address, never the address: it may hold a number or a secret."""
    return (match.view_name or match.route) if match else UNMATCHED


class Line(logging.Formatter):
    """A line for people."""

    def format(self, record):
        return hidden(_by_route(super().format(record), record))


class JsonLine(logging.Formatter):
    """A line of JSON for programs; what an event has to tell besides words stands in `facts`."""

    def format(self, record):
        at = datetime.fromtimestamp(record.created, UTC)
        said = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": hidden(_by_route(record.getMessage(), record)),
        }
        said |= _of_the_request(current.get()) | getattr(record, "facts", {})
        if record.exc_info:
            said["exception"] = hidden(self.formatException(record.exc_info))
        if record.stack_info:
            said["stack"] = hidden(record.stack_info)
        return json.dumps(said, ensure_ascii=False, default=lambda value: hidden(str(value)))


def _of_the_request(seen):
    if seen is None:
        return {}
    known = {"request_id": seen.request_id, "route": seen.route, "user_id": seen.user_id}
    return {name: value for name, value in known.items() if value not in ("", None)}


def _by_route(text, record):
    """Django names the address of a request that went wrong; here stands the name of the page."""
    path = getattr(getattr(record, "request", None), "path", "")
    if len(path) < 2:
        return text
    name = route_of(getattr(record.request, "resolver_match", None))
    for written in {path, path.encode("unicode_escape").decode()}:
        text = text.replace(written, f"<{name}>")
    return text
