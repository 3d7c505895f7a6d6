"""One clock for every process of the year: told in a file, moved by whoever directs the year.

The file says how far the year is ahead of this machine's own steady clock, and of single
processes by how much their clocks are wrong. The database's own clock stays as it is.
"""

import os
import signal
import threading
import time
from datetime import datetime
from pathlib import Path

import time_machine

from project.kernel.months import SHANGHAI

LOOKS_EVERY = 0.1  # seconds


class Dial:
    """The hand that moves the clock of all processes, and the wrong clocks of some."""

    def __init__(self, path, moment):
        self.path, self.wrong, self.alone = Path(path), {}, threading.Lock()
        self.ahead = moment.timestamp() - time.monotonic()
        self.traveller = time_machine.travel(moment, tick=True)
        self.here = self.traveller.start()
        self._write()

    def set(self, day, hour=9, minute=0):
        """It is this hour of a day from now on."""
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)
        with self.alone:
            self.ahead = moment.timestamp() - time.monotonic()
            self.here.move_to(moment, tick=True)
            self._write()

    def put_wrong(self, pid, seconds):
        """The clock of one process jumps by so many seconds; nothing at all puts it right."""
        with self.alone:
            self.wrong.pop(pid, None)
            if seconds:
                self.wrong[pid] = seconds
            self._write()

    def all_right(self):
        with self.alone:
            self.wrong.clear()
            self._write()

    def stop(self):
        self.traveller.stop()

    def _write(self):
        lines = [
            f"{self.ahead!r} {os.getpid()}",
            *(f"{pid} {wrong}" for pid, wrong in self.wrong.items()),
        ]
        draft = self.path.with_suffix(".draft")
        draft.write_text("\n".join(lines))
        draft.replace(self.path)


def told(path):
    """How far this process's clock is ahead of the machine's steady one, and who says so."""
    first, *others = Path(path).read_text().split("\n")
    ahead, director = first.split()
    wrong = dict(line.split() for line in others)
    return float(ahead) + float(wrong.get(str(os.getpid()), 0)), int(director)


def follow(path):
    """Let this process tell the time of the file from now on, whenever it is written anew."""
    ahead, _director = told(path)
    here = time_machine.travel(ahead + time.monotonic(), tick=True).start()
    threading.Thread(target=_keep, args=[path, here, ahead], daemon=True).start()


def _keep(path, here, ahead):
    """Look at the file again and again; where nobody directs the year any more, it is over."""
    seen, director = None, os.getppid()
    while Path(f"/proc/{director}").exists():
        changed = os.stat(path).st_mtime_ns
        if changed != seen:
            seen, (now, director) = changed, told(path)
            if now != ahead:
                ahead = now
                here.move_to(now + time.monotonic(), tick=True)
        time.sleep(LOOKS_EVERY)
    os.kill(os.getpid(), signal.SIGKILL)
