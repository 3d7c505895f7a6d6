"""How much speaks for a closer look at somebody: a sum of doubts by weight, each of them named.

A score sends inspectors somewhere; it decides nothing and is never shown without its reasons.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Case, Count, F, Func, IntegerField, Sum, When
from django.db.models.functions import Left

from inspections.models import Doubt
from inspections.words import why
from policy.selectors import rulings
from project.kernel.months import Month, today
from registry.access import prefix_of
from registry.models import Area, Person

WEIGHTS, MONTHS = "detect.weights", "detect.risk_months"
# By severity, or by the code of a pattern; what people found true counts so many times as much.
DEFAULTS = {WEIGHTS: {"A": 10, "B": 4, "C": 1, "confirmed": 2}, MONTHS: 12}
COUNTS = [Doubt.State.OPEN, Doubt.State.VERIFYING, Doubt.State.CONFIRMED]


@dataclass(frozen=True)
class Reason:
    """One doubt that adds to a score, and how much."""

    doubt: Doubt
    weight: int

    @property
    def sentence(self):
        return why(self.doubt)


@dataclass(frozen=True)
class Risk:
    """Somebody's score: the sum of its reasons, and how many there are."""

    person: Person
    score: int
    doubts: int


@dataclass(frozen=True)
class Weighing:
    """The weights of a county, and the first month that still counts there."""

    weights: dict
    since: date

    def of(self, doubt):
        """What one doubt adds."""
        weight = self.weights.get(doubt.pattern, self.weights.get(doubt.severity, 0))
        return weight * (self.twice if doubt.state == Doubt.State.CONFIRMED else 1)

    @property
    def twice(self):
        return self.weights.get("confirmed", 1)

    def column(self):
        """The same as a column of a query."""
        own = [When(pattern=code, then=self.weights[code]) for code in self._patterns()]
        severe = [When(severity=s, then=self.weights.get(s, 0)) for s in Doubt.Severity.values]
        weight = Case(*own, *severe, default=0, output_field=IntegerField())
        return weight * Case(When(state=Doubt.State.CONFIRMED, then=self.twice), default=1)

    def _patterns(self):
        return self.weights.keys() - {"confirmed", *Doubt.Severity.values}


def county_of(area):
    """The code of the county that an area lies in."""
    return f"{str(area)[:6]}000000"


def weighings(codes):
    """{county: Weighing} by today's rules, in one query."""
    found = rulings(list(DEFAULTS), on=today(), areas=list(codes))
    said = {
        code: {
            name: found[code][name].value if name in found[code] else value
            for name, value in DEFAULTS.items()
        }
        for code in codes
    }
    return {
        code: Weighing(values[WEIGHTS], Month.of(today()).plus(1 - values[MONTHS]).first)
        for code, values in said.items()
    }


def riskiest(doubts, area, at_most):
    """Those with the highest scores among some doubts of an area, the highest first."""
    rows = list(_summed(doubts.inside(area), area).order_by("-score", "who")[:at_most])
    people = Person.objects.select_related("area").in_bulk([row["who"] for row in rows])
    return [Risk(people[row.pop("who")], **row) for row in rows]


def scores(numbers, doubts, area):
    """{person: score} of some people in the county of an area, in one query."""
    inside = doubts.inside(county_of(area)).filter(people__overlap=list(numbers))
    return {row["who"]: row["score"] for row in _summed(inside, area)}


def scores_inside(area):
    """{person: score} of everybody who has one in the counties of an area, whoever sees it."""
    found = {}
    for county in _counties(area):
        for row in _summed(Doubt.objects.inside(county), county):
            found[row["who"]] = found.get(row["who"], 0) + row["score"]
    return found


def _counties(area):
    """The county that an area lies in, or the counties inside it where anything was found."""
    if len(prefix_of(area)) >= Area.Level.COUNTY:
        return [county_of(area)]
    inside = Doubt.objects.inside(area).order_by().annotate(county=Left("area_id", 6))
    codes = inside.values_list("county", flat=True).distinct()
    return sorted(f"{code}000000" for code in codes)


def _summed(doubts, area):
    """Each person of some doubts with the sum of their weights in the county of an area."""
    county = county_of(area)
    weighing = weighings([county])[county]
    counted = doubts.filter(state__in=COUNTS, month__gte=weighing.since)
    each = Func(F("people"), function="unnest", output_field=BigIntegerField())
    rows = counted.order_by().annotate(who=each).values("who")
    return rows.annotate(score=Sum(weighing.column()), doubts=Count("pk"))


def reasons(person, doubts):
    """Why somebody has their score, the heaviest first; each doubt by the weights of its county."""
    about = doubts.filter(people__contains=[person.pk], state__in=COUNTS).select_related("area")
    about = list(about.order_by("-month", "pk"))
    weighing = weighings({county_of(doubt.area_id) for doubt in about})
    found = []
    for doubt in about:
        county = weighing[county_of(doubt.area_id)]
        if doubt.month.first >= county.since:
            found.append(Reason(doubt, county.of(doubt)))
    return sorted(found, key=lambda reason: -reason.weight)


def score(found):
    """The sum of some reasons."""
    return sum(reason.weight for reason in found)
