"""Whatever the order of substitutions, days and steps: no one hand takes two steps of a round."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.delegations import delegate
from project.integrity.eyes import FourEyes
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.models import User
from project.kernel.months import today
from project.kernel.steps import do
from registry.delegations import end
from tests import given as house
from tests import given_doubts

pytestmark = pytest.mark.django_db
WHO = st.integers(0, 2)
MOVES = st.one_of(
    st.tuples(st.just("delegate"), WHO, WHO, st.integers(0, 2)),
    st.tuples(st.sampled_from(["end", "day"])),
    st.tuples(st.sampled_from(["verify", "confirm", "dismiss", "reopen"]), WHO),
)
FROM = {"verify": ("open", "verifying"), "reopen": ("dismissed",)}
SAID = {"verify": {"statement": "在岗", "finding": "属实"}, "reopen": {"note": "新证据"}}


class Told:
    """What was done, in the words of the rule alone: who acted when, who stood in until when."""

    def __init__(self):
        self.acts, self.pairs = [], []

    def bars(self, who, verb):
        return any(
            not (verb == other == "verify") and (who == by or self.one_hand({who, by}, day))
            for by, other, day in self.acts
        )

    def one_hand(self, two, since):
        return any(two == {a, b} and made.ends_on >= since for a, b, made in self.pairs)


@pytest.fixture
def scene():
    scene = house.scene(holders=1, days=[])
    scene.people = [house.user("inspector", at=scene.place.county) for _n in range(3)]
    return scene


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=st.lists(MOVES, min_size=4, max_size=14))
def test_who_stood_in_while_a_round_ran_is_one_hand_in_it(scene, moves):
    with transaction.atomic(), time_machine.travel(timezone.now(), tick=True) as clock:
        doubt = given_doubts.doubt(scene.contracts[0], scene.people[0])
        told = Told()
        for name, *who in moves:
            people = [User.objects.get(pk=user.pk) for user in scene.people]
            if name == "day":
                clock.shift(timedelta(days=1))
            elif name in ("delegate", "end"):
                arrange(name, who, people, told, scene.place.county)
            else:
                doubt = act(doubt, name, who[0], people, told)
        assert not list(FourEyes().findings())
        transaction.set_rollback(True)


def arrange(name, who, people, told, area):
    """Name a substitute, or end the last substitution; what is refused changes nothing."""
    try:
        if name == "end" and told.pairs:
            end(told.pairs[-1][2], by=people[told.pairs[-1][0]], reason="返回")
        elif name == "delegate":
            days = {"starts_on": today(), "ends_on": today() + timedelta(days=who[2])}
            absent, near = people[who[0]], people[who[1]]
            made = delegate(absent, near, "inspector", area, by=absent, reason="出差", **days)
            told.pairs.append((who[0], who[1], made))
    except Refused:
        return
    for _absent, _near, made in told.pairs:
        made.refresh_from_db()


def act(doubt, name, who, people, told):
    """Take a step, and hold what came of it against the rule."""
    if doubt.state not in FROM.get(name, ("verifying",)):
        return doubt
    barred = name != "reopen" and told.bars(who, name)
    try:
        doubt = do(doubt, name, by=people[who], **SAID.get(name, {}))
    except NotThisPerson:
        assert barred
        return doubt
    assert not barred
    told.acts = [] if name == "reopen" else [*told.acts, (who, name, today())]
    return doubt
