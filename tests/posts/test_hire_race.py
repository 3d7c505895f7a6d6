"""Two hires race for the last place, and two of one household for the one post it may hold."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from posts.models import Hire
from project.kernel.guards import Refused
from project.kernel.models import User
from project.kernel.steps import do
from registry.models import Household
from tests import given_hires

pytestmark = pytest.mark.django_db(transaction=True)


def race(hires, step, by):
    """Take a step on each hire at the same moment; what became of each."""
    gate = threading.Barrier(len(hires), timeout=60)

    def run(pk):
        try:
            hire, who = Hire.objects.get(pk=pk), User.objects.get(pk=by.pk)
            gate.wait()
            do(hire, step, by=who, note="按序")
        except Refused as refused:
            return refused.messages[0]
        finally:
            connections.close_all()
        return "taken"

    with ThreadPoolExecutor(len(hires)) as pool:
        ends = list(pool.map(run, [hire.pk for hire in hires]))
    return sorted(ends, key=lambda end: end != "taken")


def test_the_last_place_is_approved_once():
    scene = given_hires.scene(headcount=1)
    hires = [given_hires.hire(scene, "cleared", name=name) for name in "甲乙"]

    ends = race(hires, "approve", scene.staff.department_officer)

    assert ends[0] == "taken"
    assert ends[1] != "taken"
    assert Hire.objects.filter(state="approved").count() == 1


def test_one_household_is_placed_once():
    scene = given_hires.scene(headcount=2)
    home = Household.objects.create(area=scene.village, number="H-RACE")
    hires = [
        given_hires.hire(
            scene, "trained", person=given_hires.person(scene, name=name, household=home)
        )
        for name in "甲乙"
    ]

    ends = race(hires, "place", scene.staff.township_officer)

    assert (ends[0], "V-06" in ends[1]) == ("taken", True)
    assert Hire.objects.filter(state="placed").count() == 1
