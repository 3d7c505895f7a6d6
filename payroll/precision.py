"""How often the hits of a department were right: most are noise, and who decides should know."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from payroll.models import Hit, Outcome
from payroll.models.comparison import DECIDED
from project.kernel.precision import FEW, RECENT, Counted
from registry.models import Fact


@dataclass(frozen=True)
class Precision(Counted):
    """The hits of one department and kind, and what became of them."""

    source: str
    kind: str
    waiting: int = 0
    verifying: int = 0
    confirmed: int = 0
    cleared: int = 0

    @property
    def kind_title(self):
        return Fact.Kind(self.kind).label if self.kind else _("All")


def of_rules(hits):
    """One row for each department and kind of hit among some hits."""
    return [
        Precision(row["fact__source"], row["fact__kind"], *(row[name] for name in Outcome.values))
        for row in hits.by_rule()
    ]


def together(rows):
    """All rows as one."""
    sums = (sum(getattr(row, name) for row in rows) for name in Outcome.values)
    return Precision("", "", *sums)


def between(hits, first, last):
    """The hits of comparisons for the months from the first to the last; either may be open."""
    hits = hits.filter(comparison__month__gte=first) if first else hits
    return hits.filter(comparison__month__lte=last) if last else hits


def recent(fact, area):
    """The last forty decided hits like a fact, anywhere in the county of an area."""
    county = str(area)[:6] + "000000"
    like = Hit.objects.inside(county).filter(
        fact__source=fact.source, fact__kind=fact.kind, again=False
    )
    decided = like.with_state().filter(state__in=DECIDED).order_by("-pk")
    found = list(decided.values_list("state", flat=True)[:RECENT])
    confirmed = found.count(Outcome.CONFIRMED)
    return Precision(fact.source, fact.kind, confirmed=confirmed, cleared=len(found) - confirmed)


def in_a_sentence(fact, area):
    """What is known of such hits, said beside the decision about one of them."""
    found = recent(fact, area)
    words = {
        "source": fact.source,
        "kind": found.kind_title,
        "decided": found.decided,
        "confirmed": found.confirmed,
    }
    if not found.decided:
        return _("No hit “%(kind)s” of %(source)s has been decided yet.") % words
    said = (
        _("Of the last %(decided)s hits “%(kind)s” of %(source)s, %(confirmed)s were right.")
        % words
    )
    return found.weighed(said)


__all__ = ["FEW", "Precision", "between", "in_a_sentence", "of_rules", "recent", "together"]
