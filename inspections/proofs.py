"""Whether a list is the one that its seed draws, and how far a round has come."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Left, RPad

from contracts.models import Contract
from inspections import sampling
from inspections.models import Plan, Visit
from inspections.plans import hash_of
from registry.models import Area

NAMED_AT_MOST = 20


@dataclass(frozen=True)
class Proof:
    """A list drawn again: the same, or the numbers at which it stands otherwise."""

    size: int
    differing: list
    sealed: bool

    @property
    def same(self):
        return self.sealed and not self.differing

    @property
    def named(self):
        return "、".join(map(str, self.differing[:NAMED_AT_MOST]))


def redraw(plan):
    """Draw a list again from what was frozen with it, and hold it against the list on record."""
    again = sampling.draw(plan.population, plan.scores, plan.share, plan.risk_share, plan.seed)
    expected = {number: tuple(pick) for number, pick in enumerate(again, start=1)}
    rows = list(plan.drawn.order_by("number"))
    on_record = {row.number: (row.contract_id, row.reason, row.score) for row in rows}
    numbers = sorted(expected.keys() | on_record.keys())
    differing = [one for one in numbers if expected.get(one) != on_record.get(one)]
    kept = hash_of(plan, seed=plan.seed, population=plan.population, scores=plan.scores, rows=rows)
    return Proof(len(expected), differing, kept == plan.frozen)


@dataclass(frozen=True)
class Share:
    """How far a round has come in one village, or in one county of a larger area."""

    area: Area
    people: int
    drawn: int
    looked_at: int
    missed: int

    @property
    def percent(self):
        """The share of everybody at work there that was looked at."""
        return f"{100 * self.looked_at / self.people:.0f} %" if self.people else ""


def shares(plan):
    """How far a round has come in each of its villages, in three queries."""
    width = 12 if plan.area.level >= Area.Level.COUNTY else 6
    place = RPad(Left("area_id", width), 12, Value("0"))
    numbers = Func(F("population"), function="unnest")
    frozen = Plan.objects.filter(pk=plan.pk).annotate(one=numbers).values("one")
    people = Contract.objects.filter(pk__in=frozen).order_by().annotate(place=place)
    people = dict(people.values_list("place").annotate(Count("pk")))
    seen = Q(Exists(Visit.objects.filter(drawn=OuterRef("pk"))))
    counts = {
        "on": Count("pk"),
        "at": Count("pk", filter=seen),
        "no": Count("pk", filter=~Q(missed="")),
    }
    drawn = plan.drawn.order_by().annotate(place=place).values("place").annotate(**counts)
    found = {row["place"]: (row["on"], row["at"], row["no"]) for row in drawn}
    areas = Area.objects.in_bulk(people)
    return [
        Share(areas[code], number, *found.get(code, (0, 0, 0)))
        for code, number in sorted(people.items())
    ]


def looked_at(drawn):
    """People on lists with when they were last looked at, and what was seen."""
    last = Visit.objects.filter(drawn=OuterRef("pk"), corrected_by__isnull=True).order_by("-at")
    return drawn.annotate(
        looked_at=Subquery(last.values("at")[:1]), seen=Subquery(last.values("seen")[:1])
    )


def seen_in_words(drawn):
    """What was seen of somebody on a list, or why they were not looked at."""
    return str(Visit.Seen(drawn.seen).label) if drawn.seen else drawn.missed
