"""The course of the year: months and days pass, people work through them, each month is held up."""

import random
import threading
import time
from collections import deque
from datetime import timedelta

from tests.trust.year import errands, looking, seasons
from tests.trust.year.bank import Bank
from tests.trust.year.clock import Dial
from tests.trust.year.errands import Errand
from tests.trust.year.faults import Faults
from tests.trust.year.houses import House, Outside, give_back
from tests.trust.year.people import Gate, Worker
from tests.trust.year.phones import Phone
from tests.trust.year.telling import Diary
from tests.trust.year.world import FIRST

DAYS = (2, 5, 8, 11, 0)  # the last is the month's last, whichever it is
CLERK = ("village_clerk",)
CLAIMED = 6.0  # seconds for which an errand is somebody's


class Year:
    """Everything that the people of the year share, and the hand that moves their days."""

    def __init__(self, folder, world, *, seed, fault_rate, dial):
        self.folder, self.world, self.seed, self.fault_rate = folder, world, seed, fault_rate
        self.house, self.outside = House(folder, dial), Outside()
        self.dial, self.diary, self.bank, self.gate = dial, Diary(), Bank(seed), Gate()
        self.month, self.today, self.before = FIRST, FIRST.first, FIRST.first
        self.over, self.longest_rest = False, 15.0 if len(world.people) > 100 else 3.0
        self.pending, self.claims, self.alone = [], {}, threading.Lock()
        self.seen, self.broken = deque(maxlen=200), []
        self.stale, self.redrawn = set(), set()
        self.sent_in, self.entered, self.season = set(), {}, []
        self.contracts, self.with_phone = {}, {contract for contract, _card in world.cards}
        self.threads, self.workers, self.villages = [], [], []
        self.lots = random.Random(seed)
        self.began, self.checked, self.lines, self.given_back = time.monotonic(), 0, 0, 0

    @property
    def paid_month(self):
        return self.month.plus(-1)

    def begin(self):
        self.gate.is_open = False
        self.house.open()
        seeds = iter(range(self.seed, self.seed + 10_000))
        self.workers = [Worker(self, one, next(seeds)) for one in self.world.people]
        self.threads = [*self.workers]
        self.threads += [Phone(self, *card, next(seeds)) for card in self.world.cards]
        if self.fault_rate:
            self.threads.append(Faults(self, next(seeds)))
        for thread in self.threads:
            thread.start()

    def end(self):
        self.over = True
        self.gate.open()
        for thread in self.threads:
            thread.join(timeout=90)
        self.house.close()
        self.outside.close()

    # The days

    def live_through(self, month, days, *, at_least, at_most, last=False):
        """A month day by day; on each day people go on until nothing is left that can be done.

        The last month is lived until the one before it is paid.
        """
        self.month = month
        self.season += seasons.of_month(self, month) if month > FIRST else []
        for day in [month.first.replace(day=day) if day else month.last for day in days]:
            self.before, self.today = self.today, day
            self.dial.all_right()
            self.dial.set(day)
            self.know_contracts()
            self.gate.open()
            for one in self.workers:
                one.called.set()
            began, steps = time.monotonic(), sum(self.diary.steps.values())
            left = self.work(at_least, at_most)
            self.gate.close()
            taken = sum(self.diary.steps.values()) - steps
            print(
                f"{day}: {time.monotonic() - began:5.1f} s, {taken} steps, {left} left", flush=True
            )
            if last and looking.is_paid(self):
                return

    def work(self, at_least, at_most):
        began = time.monotonic()
        while (passed := time.monotonic() - began) < at_most:
            found = self.look()
            if passed >= at_least and not found and not looking.still_to_do(self):
                return 0
            assert not self.broken, self.broken
            self.given_back += give_back(self.outside)
            time.sleep(0.7)
        return [*self.look(), looking.still_to_do(self)]

    def look(self):
        """What there is to do beside the inboxes, put before those whose it is."""
        found = [
            Errand("check in", CLERK, village, (village, self.today))
            for village in self.villages
            if (village, self.today) not in self.sent_in
        ]
        if self.month > FIRST:
            found += looking.errands_of_pay(self)
        found += [
            Errand("enter", one.roles, one.area, (one,))
            for one in self.season
            if one.on <= self.today and one.key not in self.entered
        ]
        with self.alone:
            self.pending = found
        for errand in found:
            self.call(errand.roles, errand.area, one_of=1)
        return found

    def call(self, roles, area, *, one_of=2):
        """Ring up some people of an office near a place, so that they look at their inbox now."""
        near = [
            one
            for one in self.workers
            if one.me.role in roles and (not area or _are_near(one.me.area, area))
        ]
        for one in self.lots.sample(near, min(one_of, len(near))):
            one.called.set()

    def errand_for(self, somebody):
        now = time.monotonic()
        with self.alone:
            for errand in self.pending:
                near = not errand.area or _are_near(somebody.area, errand.area)
                mine = near and somebody.role in errand.roles
                if mine and self.claims.get(errand, 0) < now:
                    self.claims[errand] = now + CLAIMED
                    return errand
        return None

    def run_errand(self, errand, worker):
        if errands.DO[errand.name](self, worker, errand):
            with self.alone:
                self.pending = [one for one in self.pending if one != errand]
            return True
        return False

    def heard(self, task, answer):
        """Somebody was refused because what they have is out of date: the officers hear of it."""
        if task["kind"] == "pay-runs" and b"Prepare it again" in answer.body:
            self.stale.add(task["area"])
        if task["kind"] == "wage-batches" and b"draw it up again" in answer.body:
            self.redrawn.add(task["record"])

    # Who works when

    def know_contracts(self):
        about = {"first": self.before}
        rows = self.outside.rows(looking.LIVE, about)
        self.contracts = {pk: (village, first, last) for pk, village, first, last in rows}
        self.villages = sorted({village for village, _first, _last in self.contracts.values()})

    def days_since(self):
        """The days of late, today among them; what comes later than three days is doubted."""
        count = min(3, (self.today - self.before).days)
        return [self.today - timedelta(days=n) for n in range(count)]

    def works(self, contract, day):
        """The rota: some work nearly every day and some every second, while their contract runs."""
        if contract not in self.contracts:
            return False
        _village, first, last = self.contracts[contract]
        return first <= day <= last and (day.toordinal() * 7 + contract * 3) % 10 < 9 - contract % 5

    def days_of(self, contract):
        return [day for day in self.days_since() if self.works(contract, day)]

    def at_the_machine(self, village):
        return [
            pk
            for pk, (where, _first, _last) in sorted(self.contracts.items())
            if where == village and pk not in self.with_phone
        ]


def _reach(area):
    """The beginning that the codes inside an area share."""
    return area[:6] if area.endswith("000000") else area[:9] if area.endswith("000") else area


def _are_near(one, other):
    """Whether one of two areas lies in the other."""
    return other.startswith(_reach(one)) or one.startswith(_reach(other))


def dial_in(folder, moment):
    return Dial(folder / "clock", moment)
