"""Twenty people and two workers at one run at once: each step is taken once, and nobody waits.

CROWD_SECONDS=60 .venv/bin/python -m pytest tests/payroll/test_crowd.py
"""

import os
import random
import signal
import threading
import time
import traceback
from collections import Counter
from datetime import date
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from payroll import flows, services
from payroll.countersigning import CODE
from payroll.late_holds import hold_late
from payroll.models import Correction, Hold, PayLine, PayRun
from payroll.tasks import ask_to_prepare
from project.kernel.guards import Refused
from project.kernel.models import Event
from project.kernel.steps import FLOWS, do, open_tasks
from registry.models import Fact
from tests import given, workers
from tests.payroll import books
from tests.payroll.office import Office, holders_of

SECONDS = float(os.environ.get("CROWD_SECONDS", "3"))
OFFICES = {
    "township_officer": 4,
    "township_reviewer": 4,
    "township_leader": 4,
    "department_officer": 4,
    "finance_officer": 4,
}
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
STEPS = sorted(FLOWS[PayRun].verbs)
BACK = {"send_back", "void"}
LAST = {"send", "reconcile", "close"}

pytestmark = pytest.mark.django_db(transaction=True)


class Crowd:
    """People who all try everything; what each attempt came to is counted."""

    def __init__(self, scene, folder):
        self.scene, self.office = scene, Office(folder)
        self.begins, self.came_to, self.faults = time.monotonic(), Counter(), []
        self.office.take_up_jobs = self.wait_for_workers

    @property
    def passed(self):
        return (time.monotonic() - self.begins) / SECONDS

    def person(self, who, seed):
        """One person at work until the time is over, whatever the others do meanwhile."""
        chance = random.Random(seed)
        try:
            while self.passed < 1:
                name, act = self.choice(who, chance)
                self.came_to[name, self.attempt(name, act)] += 1
        finally:
            connections.close_all()

    def attempt(self, name, act):
        """What came of it: done, or refused with a sentence; all else is a fault."""
        try:
            act()
        except (Refused, PermissionDenied) as refused:
            if not str(refused).strip("[]'\" "):
                self.faults.append(f"{name}: refused without a word")
            return "refused"
        except Exception as error:
            self.faults.append(f"{name}: {''.join(traceback.format_exception(error)[-4:])}")
            return "fault"
        return "done"

    def choice(self, who, chance):
        """Mostly the step whose turn it is, as everybody sees it who looks at the same moment."""
        acts = [self.turn] * 8 + [self.any_step] * 4 + [self.prepare, self.ask, self.hold]
        acts += [self.release] * 2 + [self.supplement] + [self.correct, self.bank] * 2
        return chance.choice(acts)(who, chance)

    def run(self, chance):
        runs = list(PayRun.objects.filter(month=self.scene.month).order_by("-pk")[:3])
        return chance.choice(runs[:1] * 4 + runs) if runs else None

    def step(self, name, run, who, chance):
        """One step of a run; nothing goes to the bank before its time, and nothing back after."""
        early = self.passed < 0.5
        if run is None or (early and name in LAST) or (not early and name in BACK):
            return self.prepare(who, chance)
        note = chance.choice(["", "人数有误", "已核"])
        details = {"on": date(2026, 11, 6)} if name == "publicise" else {}
        return name, partial(do, run, name, by=who, note=note, **details)

    def turn(self, who, chance):
        run = self.run(chance)
        waits = [task.flow_task.name for task in open_tasks(run)] if run else []
        return self.step(chance.choice(waits or STEPS), run, who, chance)

    def any_step(self, who, chance):
        return self.step(chance.choice(STEPS), self.run(chance), who, chance)

    def prepare(self, who, chance):
        area = self.scene.place.town
        return "prepare", partial(flows.prepare, self.scene.month, area.code, by=who)

    def ask(self, who, chance):
        month, area = self.scene.month, self.scene.place.town
        return "ask", partial(ask_to_prepare, by=who, month=month, area=area)

    def hold(self, who, chance):
        about = chance.choice(self.scene.contracts[:4]).person

        def report():
            facts = {"kind": "参保", "starts_on": date(2026, 10, 1), "received_by": who}
            source = f"数据中心{next(given.number)}"
            with transaction.atomic():
                fact = Fact.objects.create(person=about, source=source, **facts)
                hold_late([fact.pk], by=who)

        return "hold", report

    def release(self, who, chance):
        holds = list(Hold.objects.waiting().select_related("line__run", "fact").order_by("?")[:1])
        if not holds:
            return self.any_step(who, chance)
        return "release", partial(services.release, holds[0], by=who, reason="已核实")

    def supplement(self, who, chance):
        run = self.run(chance)
        return (
            ("supplement", partial(flows.supplement, run, by=who)) if run else self.ask(who, chance)
        )

    def bank(self, who, chance):
        return "bank", self.office.answer

    def correct(self, who, chance):
        """Everybody corrects what came back: says a new account, agrees to it, or takes it back."""
        corrections = list(Correction.objects.filter(state="proposed"))
        lines = list(PayLine.objects.unsettled())
        if corrections and chance.random() < 0.7:
            name = chance.choice(["confirm", "confirm", "withdraw"])
            one = chance.choice(corrections)
            return f"{name} a correction", partial(do, one, name, by=who, note="已核")
        if lines:
            return "propose", partial(self.office.propose, chance.choice(lines), by=who)
        return self.turn(who, chance)

    def wait_for_workers(self):
        waiting = ProcrastinateJob.objects.filter(status__in=["todo", "doing"])
        workers.wait_until(lambda: not waiting.exists(), self.scene.workers[0])


def township():
    """Eight people whose October is final, and four people in each of five offices."""
    scene = given.scene(holders=8)
    given.sheets(scene)
    town, county = scene.place.town, scene.place.county
    for role, wanted in OFFICES.items():
        while holders_of(role).count() < wanted:
            given.user(role, at=town if role.startswith("township") else county)
    # Two sign in the township and in finance, and some people hold two offices.
    given.rule(county, CODE, {"township": "1.00", "finance": "1.00"}, scene.place.document)
    given.appoint(holders_of("township_reviewer").last(), "township_leader", town)
    given.appoint(holders_of("township_officer").last(), "township_reviewer", town)
    return scene


def deadlocks():
    with connection.cursor() as cursor:
        cursor.execute(DEADLOCKS)
        return cursor.fetchone()[0]


@pytest.fixture
def at_work(tmp_path):
    """A township with two workers who take jobs until the test is over."""
    scene = township()
    with (tmp_path / "said").open("w+") as said:
        scene.workers = [workers.worker_of_today(said) for _one in range(2)]
        yield scene
        for one in scene.workers:
            one.send_signal(signal.SIGTERM)
        for one in scene.workers:
            one.wait(timeout=300)


def all_at_once(crowd):
    people = {who.pk: who for role in OFFICES for who in holders_of(role)}
    threads = [threading.Thread(target=crowd.person, args=[who, pk]) for pk, who in people.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(threads)


def test_a_crowd_takes_each_step_once_and_leaves_the_month_able_to_end(at_work, tmp_path):
    before = deadlocks()
    crowd = Crowd(at_work, tmp_path / "out")

    people = all_at_once(crowd)

    assert (people, Counter(crowd.faults)) == (20, {}), crowd.came_to
    crowd.wait_for_workers()
    assert books.wrong(at_work.month) == []
    crowd.office.work()
    assert books.wrong(at_work.month) == []
    assert deadlocks() == before
    jobs = ProcrastinateJob.objects.filter(task_name="payroll.prepare")
    assert {(job.status, job.attempts) for job in jobs} <= {("succeeded", 1)}
    closed = PayRun.objects.filter(month=at_work.month, corrects=None, supplements=None)
    assert closed.exclude(state__in=PayRun.DEAD).get().state == PayRun.State.CLOSED
    moved = Event.objects.of(closed.get(state="closed")).values_list("verb", flat=True)
    assert {"township_countersign", "finance_countersign", "close"} <= set(moved)


def while_another_waits(first, second):
    """What two people came to of whom the second meets what the first has not committed yet."""
    came_to = []

    def come_second():
        try:
            came_to.append(second())
        except Refused as refused:
            came_to.append(refused)
        finally:
            connections.close_all()

    thread = threading.Thread(target=come_second)
    with transaction.atomic():
        first()
        thread.start()
        while thread.is_alive() and not workers.somebody_waits():
            time.sleep(0.05)
    thread.join()
    return came_to


def test_two_who_prepare_a_month_at_once_prepare_one_run():
    scene = given.scene(holders=1)
    given.sheets(scene)
    where = {"month": scene.month, "area": scene.place.town.code}
    another = given.user("township_officer", at=scene.place.town)

    (both,) = while_another_waits(
        partial(flows.prepare, **where, by=scene.staff.township_officer),
        partial(flows.prepare, **where, by=another),
    )

    assert PayRun.objects.get() == both[0]
    assert PayRun.objects.get().prepared_by == another
    assert books.wrong(scene.month) == []


def test_a_run_confirmed_at_the_same_moment_is_not_prepared_again():
    scene = given.scene(holders=1)
    run = given.pay_run(scene)
    where = {"month": scene.month, "area": scene.place.town.code}

    (refused,) = while_another_waits(
        partial(do, run, "confirm", by=scene.staff.township_reviewer),
        partial(flows.prepare, **where, by=scene.staff.township_officer),
    )

    assert isinstance(refused, Refused)
    assert PayRun.objects.get().state == PayRun.State.CONFIRMED
    assert books.wrong(scene.month) == []
