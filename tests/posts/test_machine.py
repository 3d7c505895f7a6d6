"""No order of steps breaks a promise: random people, dates, rules and hands (W-1, W-2, W-8)."""

import os
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from contracts import exit_flows
from contracts.models import Contract, Exit
from notices import flows as notices
from notices import photos
from notices.models import Notice
from posts import flows, hire_flows, renewals
from posts.hire_checks import MATERIALS
from posts.models import Hire, Post
from project.kernel.guards import Refused
from project.kernel.months import SHANGHAI, today
from project.kernel.steps import do, open_tasks
from tests import given, given_hires
from tests.posts import machine_promises as promises
from tests.posts import machine_scene as scenes

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)
FIRST_DAYS = [date(2026, 11, 10), date(2026, 12, 1), date(2026, 12, 20), date(2027, 1, 1)]
which = some.integers(0, 11)
around = some.sampled_from([0, 0, 0, -1, -8, -12, 1, 40])
# Most steps are taken by somebody who may; the rest by whoever happens to sit there.
hand = some.one_of(some.none(), some.none(), some.none(), which)


@contextmanager
def answered():
    """A refusal is an answer; whatever it stopped leaves nothing behind."""
    try:
        with transaction.atomic():
            yield
    except (Refused, PermissionDenied):
        pass


class Township(RuleBasedStateMachine):
    """A township whose people do what occurs to them, day after day."""

    scene = None

    def __init__(self):
        super().__init__()
        self.now, self.clock = START, None
        self.room = transaction.atomic()
        self.room.__enter__()
        self._set_clock()

    def teardown(self):
        self.clock.stop()
        transaction.set_rollback(True)
        self.room.__exit__(None, None, None)

    def _set_clock(self):
        if self.clock:
            self.clock.stop()
        self.clock = time_machine.travel(self.now, tick=False)
        self.clock.start()

    def _actor(self, n, record=None, verb=None):
        actors = self.scene.actors
        if n is None and record is not None:
            return scenes.waiting_actor(record, verb, actors)
        return actors[(n or 0) % len(actors)]

    def _take(self, record, verb, n, days):
        said = scenes.details(record, verb, days, self.scene)
        with answered():
            do(record, verb, by=self._actor(n, record, verb), **said)

    @initialize(chosen=some.sets(some.integers(0, len(scenes.RULES) - 1), max_size=2))
    def set_rules(self, chosen):
        place = self.scene.place
        ruled = dict(scenes.RULES[n] for n in sorted(chosen))
        for code, value in ruled.items():
            valid_from = date(2026, 1, 2)
            given.rule(place.town, code, value, place.document, valid_from=valid_from)

    @rule(days=some.sampled_from([1, 1, 9, 11, 30]))
    def wait(self, days):
        self.now += timedelta(days=days)
        self._set_clock()

    @rule(n=hand, places=some.integers(1, 3), first=some.sampled_from(FIRST_DAYS))
    def ask_for_a_post(self, n, places, first):
        by = self.scene.staff.village_head if n is None else self._actor(n)
        need = scenes.need(self.scene, places, first)
        with answered():
            flows.draft(by=by, **need)

    @rule(n=hand, at=which, days=around, length=some.sampled_from([5, 8, 30]))
    def call(self, n, at, days, length):
        posts = scenes.records(Post)
        post, on = posts[at % len(posts)], today() + timedelta(days=days)
        by = self.scene.staff.township_officer if n is None else self._actor(n)
        closes_on = on + timedelta(days=length)
        with answered():
            hire_flows.call(by=by, post=post, places=post.headcount, on=on, closes_on=closes_on)

    @rule(n=hand, who=which, at=which, first=some.sampled_from(FIRST_DAYS), all_=some.booleans())
    def apply(self, n, who, at, first, all_):
        posts, people = scenes.records(Post), self.scene.people
        by = self.scene.staff.village_clerk if n is None else self._actor(n)
        with answered():
            hire_flows.apply(
                by=by,
                post=posts[at % len(posts)],
                person=people[who % len(people)],
                starts_on=first,
                materials=list(MATERIALS)[: None if all_ else 2],
            )

    @rule(n=hand, share=some.sampled_from([20, 15, 11, 10]), days=around)
    def meet(self, n, share, days):
        waiting = Hire.objects.filter(state="checked", post__area=self.scene.village)
        votes = {hire.pk: (share, 20 - share, 0) for hire in waiting}
        by = self.scene.staff.village_clerk if n is None else self._actor(n)
        minutes = {"place": "村委会", "host": "赵主任", "recorder": "钱文书", "signatures": "赵一"}
        with answered():
            hire_flows.hold_meeting(
                self.scene.village,
                by=by,
                votes=votes,
                held_on=today() + timedelta(days=days),
                expected=30,
                present=20,
                **minutes,
            )

    @rule(n=hand, days=around)
    def hang_all(self, n, days):
        by = self.scene.staff.village_supervisor if n is None else self._actor(n)
        waiting = list(Hire.objects.filter(state="appraised"))
        with answered():
            hire_flows.put_on_notice(waiting, by=by, on=today() + timedelta(days=days))

    @rule(wait_first=some.booleans())
    def photograph(self, wait_first):
        """The board at both ends, on the days on which it must be done."""
        for notice in Notice.objects.filter(kind="hire", state="posted").order_by("pk"):
            by = self.scene.actors[8]
            last = max(notice.ends_on, self.now.date())
            for moment, on in (("start", notice.posted_on), ("end", notice.ends_on)):
                if wait_first and last > today():
                    self.wait((last - today()).days)
                with answered():
                    image = given_hires.picture()
                    photos.add_photo(notice, by=by, moment=moment, image=image, taken_on=on)

    @rule(n=hand, at=which, line=some.sampled_from([None, 1, 2]))
    def object_to(self, n, at, line):
        hung = scenes.records(Notice)
        by = None if n is None else self._actor(n)
        channel = "web" if by is None else "paper"
        with answered():
            notices.receive(hung[at % len(hung)], by=by, text="不符", channel=channel, line=line)

    @rule(n=hand, at=which, reason=some.sampled_from(Exit.Reason.values), days=around)
    def leave(self, n, at, reason, days):
        held = list(Contract.objects.exclude(state__in=["void", "draft"]).order_by("pk"))
        contract = held[at % len(held)]
        by = self.scene.staff.village_clerk if n is None else self._actor(n)
        told = {"explanation": "说明", "proof": "证明", "finding": "结论"} if at % 2 else {}
        with answered():
            exit_flows.propose(
                contract=contract,
                by=by,
                reason=reason,
                last_day=today() + timedelta(days=days),
                **told,
            )

    @rule(n=hand, at=which)
    def renew(self, n, at):
        placed = list(Hire.objects.filter(state="placed").order_by("pk"))
        by = self.scene.staff.township_officer if n is None else self._actor(n)
        with answered():
            renewals.renew(placed[at % len(placed)], by=by)

    @rule(kind=some.sampled_from(scenes.KINDS), at=which, steps=some.integers(1, 5), n=hand)
    def walk(self, kind, at, steps, n):
        """Take what waits on a record, several times, with what it needs first."""
        found = [one for one in scenes.records(kind) if open_tasks(one).exists()]
        for _step in range(steps if found else 0):
            record = kind.objects.get(pk=found[at % len(found)].pk)
            task = open_tasks(record).first()
            if task is not None:
                self._prepare(record)
                self._take(record, task.flow_task.name, n, 0)

    def _prepare(self, record):
        """A vote before the vote is confirmed, photos and time before a notice is over."""
        if record.state == "checked":
            self.meet(None, 20, 0)
        if record.state == "on_notice":
            self.photograph(True)
            self.wait(1)
        if record.state == "applied":
            self._take(record, "hand_in", None, 9)

    @rule(kind=some.sampled_from(scenes.KINDS), at=which, verb=which, n=hand, turn=some.booleans())
    def meddle(self, kind, at, verb, n, turn):
        """Take any step at all, in turn or out of turn."""
        found = scenes.records(kind)
        if found:
            record = found[at % len(found)]
            verbs = scenes.verbs(record, turn)
            self._take(record, verbs[verb % len(verbs)], n, verb - at)

    @invariant()
    def every_promise_holds(self):
        promises.no_post_is_overfilled()
        promises.nobody_holds_two_contracts()
        promises.whoever_is_placed_hung_on_the_board(self.scene.before)
        promises.nobody_acts_twice_in_a_chain()
        promises.a_closed_post_has_no_holder()
        promises.who_left_was_told_heard_and_proved()
        promises.every_flow_agrees_with_its_record()


def test_no_order_of_steps_breaks_a_promise():
    walked = type("Walked", (Township,), {"scene": scenes.scene()})

    run_state_machine_as_test(
        walked,
        settings=settings(
            max_examples=int(os.environ.get("MACHINE_EXAMPLES", "20")),
            stateful_step_count=int(os.environ.get("MACHINE_STEPS", "30")),
            deadline=None,
            derandomize="MACHINE_EXAMPLES" not in os.environ,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
