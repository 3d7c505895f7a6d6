"""Whose acts count as whose: who stands in for somebody is one hand with them (four eyes)."""

from dataclasses import dataclass
from datetime import date, datetime

from project.kernel.months import SHANGHAI

TOLD = []  # who tells for whom somebody stands in; the registry does
STEADS = []  # who tells in whose place somebody acts; the registry does


@dataclass(frozen=True)
class Hand:
    """Another person whose acts count as one's own: while one of the two stands in, and afterwards
    for what either did until the last day of it.
    """

    user: int
    last: date
    holds: bool = False  # today
    lent: bool = False  # it is the other one who is away


def others(by):
    """Everybody else whose acts count, or counted, as this person's."""
    return [hand for tell in TOLD for hand in tell(by)]


def hands(by, *, since=None):
    """The numbers of everybody who is one hand with this person, themselves among them.

    With the day of an act also those who were so on that day or later: what was one hand's work
    when it was done does not become another's when the substitution ends.
    """
    kept = (h.user for h in others(by) if h.holds or (since is not None and h.last >= since))
    return {by.pk, *kept}


def did(by, user, at):
    """Whether what a user, by number, did at a moment or on a day was the work of one hand."""
    day = at.astimezone(SHANGHAI).date() if isinstance(at, datetime) else at
    return user is not None and user in hands(by, since=day)


def stood_in_for(by):
    """The numbers of those whom this person replaces today."""
    return {hand.user for hand in others(by) if hand.holds and hand.lent}


def in_place_of(by, may):
    """In whose place somebody acts, by login: those without whose role `may()` would be untrue."""
    return {one.username: str(one) for tell in STEADS for one in tell(by, may)}
