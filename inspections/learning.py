"""How often each pattern was right, learnt from what people decided of its doubts."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from inspections.models import Doubt
from inspections.patterns import BY_CODE
from inspections.words import title_of
from project.kernel.precision import RECENT, Counted

State = Doubt.State
STANDINGS = {
    "waiting": State.OPEN,
    "verifying": State.VERIFYING,
    "confirmed": State.CONFIRMED,
    "cleared": State.DISMISSED,
}
DECIDED = [State.CONFIRMED, State.DISMISSED]


@dataclass(frozen=True)
class Learnt(Counted):
    """The doubts of one pattern, and what became of them."""

    pattern: str
    waiting: int = 0
    verifying: int = 0
    confirmed: int = 0
    cleared: int = 0

    @property
    def title(self):
        return title_of(self.pattern) if self.pattern else _("Together")

    @property
    def severity(self):
        known = BY_CODE.get(self.pattern)
        return known.severity if known else ""


def of_patterns(doubts):
    """One row for each pattern that is looked for or ever found something, by code."""
    counts = {name: Count("pk", filter=Q(state=state)) for name, state in STANDINGS.items()}
    rows = doubts.order_by().values("pattern").annotate(**counts)
    found = {row["pattern"]: Learnt(**row) for row in rows}
    return [found.get(code, Learnt(code)) for code in sorted(found.keys() | BY_CODE.keys())]


def together(rows):
    """All patterns as one."""
    return Learnt("", *(sum(getattr(row, name) for row in rows) for name in STANDINGS))


def between(doubts, first, last):
    """The doubts of the months from the first to the last; either may be open."""
    doubts = doubts.filter(month__gte=first) if first else doubts
    return doubts.filter(month__lte=last) if last else doubts


def recent(pattern, area):
    """The last forty decided doubts of a pattern, anywhere in the county of an area."""
    inside = Doubt.objects.inside(f"{str(area)[:6]}000000")
    decided = inside.filter(pattern=pattern, state__in=DECIDED).order_by("-decided_at", "-pk")
    states = list(decided.values_list("state", flat=True)[:RECENT])
    confirmed = states.count(State.CONFIRMED)
    return Learnt(pattern, confirmed=confirmed, cleared=len(states) - confirmed)


def in_a_sentence(doubt):
    """What is known of doubts like this one, said beside the decision about it."""
    found = recent(doubt.pattern, doubt.area_id)
    if not found.decided:
        return _("No doubt of this pattern has been decided in the county yet.")
    said = _("Of the last %(decided)s doubts of this pattern, %(confirmed)s were true.")
    return found.weighed(said % {"decided": found.decided, "confirmed": found.confirmed})
