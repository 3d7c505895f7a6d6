"""The month that detection is measured with: what is planted in it is found, and hardly else."""

import pytest

from attendance.models import CheckIn, Photo
from inspections.models import Doubt
from project.benchmarks import detecting, inspected
from project.benchmarks.scratch import MONTH

pytestmark = pytest.mark.django_db
PLANTED = {"V-01.phone", "V-12.phone", "V-16.name", "V-19.gap"}
# A household of two holders is one only where a rule of the country says so.
MAYBE = {
    "V-06.household",
    "V-04.away",
    "V-10.death",
    "V-13.away",
    "V-13.card",
    "V-02.clock",
    "V-32.again",
}


def test_what_is_planted_in_a_month_is_found_in_it():
    made = inspected.settled(200, seed=3)
    inspected.live_through([made])
    found = detecting.look_through(made)

    assert Doubt.objects.count() == found
    assert PLANTED <= set(Doubt.objects.values_list("pattern", flat=True)) <= PLANTED | MAYBE
    arrived = CheckIn.objects.filter(kind="in")
    assert arrived.filter(day__range=(MONTH.first, MONTH.last)).count() == arrived.count()
    assert 15 * 200 < arrived.count() < 23 * 200
    assert Photo.objects.count() == arrived.filter(phone__isnull=False).count() > 0
