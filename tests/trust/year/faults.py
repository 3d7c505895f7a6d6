"""What goes wrong all through the year, at random from a stated seed and at a stated rate."""

import random
import threading
import time

# Every so many seconds, at rate 1, one of these; how often each, against the others.
EVERY = 6.0
WEIGHTS = {"cut": 8, "clock": 6, "kill worker": 4, "kill web": 1}
# Minutes ahead, an hour back, over midnight and back over it (and over the end of a month).
JUMPS = [180, 900, -3600, 16 * 3600, -10 * 3600]


class Faults(threading.Thread):
    """Kills, cuts and moves clocks until the year is over; only while people are at work."""

    def __init__(self, year, seed):
        super().__init__(name="faults", daemon=True)
        self.year, self.chance, self.wrong = year, random.Random(seed), []
        self.owed = list(WEIGHTS)  # each kind comes once, however short the year is

    def run(self):
        while not self.year.over:
            time.sleep(self.chance.expovariate(1.0) * EVERY / max(self.year.fault_rate, 0.01))
            self.year.gate.enter()
            try:
                if not self.year.over:
                    self.strike(self.next())
            except Exception as error:
                self.year.broken.append(f"faults: {type(error).__name__}: {error}")
                raise
            finally:
                self.year.gate.leave()

    def next(self):
        if self.owed:
            return self.owed.pop(0)
        return self.chance.choices(list(WEIGHTS), WEIGHTS.values())[0]

    def strike(self, kind):
        house, diary = self.year.house, self.year.diary
        if kind == "cut":
            count = self.year.outside.cut(self.chance.randint(1, 3))
            for _one in range(count):
                diary.fault("database connection cut")
        elif kind == "clock":
            self.jump()
        elif kind == "kill worker":
            with diary.lasting("worker killed"):
                house.kill_worker(self.chance.randrange(8))
        else:
            with diary.lasting("web server killed"):
                house.kill_web()

    def jump(self):
        """One process's clock is wrong for some seconds, and then right again."""
        pid, by = self.chance.choice(self.year.house.pids()), self.chance.choice(JUMPS)
        self.year.diary.faults[f"clock {by:+} seconds"] += 1
        self.year.house.dial.put_wrong(pid, by)
        time.sleep(self.chance.uniform(1, 4))
        self.year.house.dial.put_wrong(pid, 0)
