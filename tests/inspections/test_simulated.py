"""Every pattern against a labelled county: what it finds, what it misses, whom it leaves alone."""

from collections import Counter

import pytest
import time_machine

from inspections import evidence, services
from inspections.models import Doubt
from inspections.patterns import ALL
from inspections.words import why
from tests.inspections import (
    simulated_days,
    simulated_noise,
    simulated_people,
    simulated_relief,
    simulated_sites,
)
from tests.inspections.simulated_rows import write
from tests.inspections.simulator import OCTOBER, County

pytestmark = pytest.mark.django_db
LATER = "2026-12-11T10:00:00+08:00"  # by when October's wages have arrived, or not
A_SITE = 30  # people, more or less
WAYS = ("machine", "roll_call", "book", "phone", "roll_call")


def looked_through(county):
    """The doubts of a county's month, looked for in December."""
    write(county)
    with time_machine.travel(LATER, tick=True):
        services.detect(OCTOBER, county.place.county, by=county.staff["inspector"])
    return list(Doubt.objects.all())


def honest(holders, seed, sites=12):
    """A county of honest people with all their oddities, on posts and on sites."""
    county = County(holders - sites * A_SITE, seed)
    simulated_noise.add(county)
    simulated_sites.add(county, sites)
    return county


def labelled(holders):
    """An honest county, and five times each fraud among its people."""
    county = honest(holders + 12 * A_SITE, seed=8)
    for way in WAYS:
        for fraud in (*simulated_people.ALL, *simulated_relief.ALL):
            fraud(county, way)
        for fraud in simulated_days.ALL:
            fraud(county)
    return county


class Marks:
    """What was found held against what was planted, pattern by pattern."""

    def __init__(self, county, doubts):
        self.county = county
        self.numbers = {worker.person: worker.number for worker in county.workers}
        self.doubts = doubts
        self.right = [doubt for doubt in doubts if self._is_right(doubt)]
        self.planted = {code: len(plants) for code, plants in county.planted.items()}
        self.found = {code: sum(map(self._seen(code), p)) for code, p in county.planted.items()}

    def _is_right(self, doubt):
        """At least half of its people take part in what it says, or it names the place of it."""
        if doubt.area_id in self.county.places[doubt.pattern]:
            return True
        people = {self.numbers[person] for person in doubt.people}
        guilty = people & self.county.shows[doubt.pattern]
        return bool(people) and 2 * len(guilty) >= len(people)

    def _seen(self, code):
        mine = [doubt for doubt in self.doubts if doubt.pattern == code]
        people = {self.numbers[person] for doubt in mine for person in doubt.people}
        places = {doubt.area_id for doubt in mine}
        return lambda plant: bool(plant.people & people) or plant.village in places

    def table(self):
        """A line for each pattern: planted, found, doubts, of these right."""
        doubts = Counter(doubt.pattern for doubt in self.doubts)
        right = Counter(doubt.pattern for doubt in self.right)
        codes = sorted({*self.planted, *doubts})
        lines = [f"{'pattern':18}{'planted':>8}{'found':>7}{'doubts':>8}{'right':>7}"]
        for code in codes:
            counts = (self.planted.get(code, 0), self.found.get(code, 0))
            counts += (doubts[code], right[code])
            lines.append(f"{code:18}{counts[0]:8}{counts[1]:7}{counts[2]:8}{counts[3]:7}")
        lines.append(f"recall {self.recall:.3f}, precision {self.precision:.3f}")
        return "\n".join(lines)

    @property
    def recall(self):
        return sum(self.found.values()) / sum(self.planted.values())

    @property
    def precision(self):
        return len(self.right) / len(self.doubts)


def test_the_planted_is_found_and_the_honest_are_left_alone():
    county = labelled(4800)
    marks = Marks(county, looked_through(county))
    print(marks.table())
    missed = {code: n for code, n in marks.found.items() if n < 0.8 * marks.planted[code]}

    assert {pattern.code for pattern in ALL} == set(marks.planted)
    assert not missed
    assert_told(marks.doubts, county.staff["inspector"])
    assert marks.recall >= 0.95 and marks.precision >= 0.9


def assert_told(doubts, inspector):
    """Each pattern says what it saw in a sentence, and names the records that show it."""
    for doubt in {doubt.pattern: doubt for doubt in doubts}.values():
        shown = evidence.pieces(doubt, inspector)
        assert "%(" not in why(doubt) and shown
        assert all(piece.what and piece.kind for piece in shown), doubt.pattern


def test_an_honest_county_of_five_thousand_gives_fewer_than_one_doubt_per_hundred():
    doubts = looked_through(honest(5000, seed=3))
    print(Counter(doubt.pattern for doubt in doubts))

    assert len(doubts) < 50
