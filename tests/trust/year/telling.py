"""What is told of the year: each request, step and fault, and what nobody can explain."""

import threading
import time
from collections import Counter
from contextlib import contextmanager

LOST = 0  # the connection ended before an answer came
FINE = range(200, 500)
BEFORE, AFTER = 3.0, 4.0  # seconds around a fault in which it explains what went wrong


class Diary:
    """Counts from two hundred threads, and the moments of the faults."""

    def __init__(self):
        self.alone = threading.Lock()
        self.answers, self.steps, self.refused, self.faults = (Counter() for _one in range(4))
        self.wordless, self.spans, self.strange = [], [], []
        self.retries = self.double = self.dropped = 0
        self.people = set()

    def fault(self, kind):
        with self.alone:
            self.faults[kind] += 1
            self.spans.append([time.monotonic(), time.monotonic(), kind])

    @contextmanager
    def lasting(self, kind):
        """A fault that lasts, such as a server that is down until it has started again."""
        span = [time.monotonic(), float("inf"), kind]
        with self.alone:
            self.faults[kind] += 1
            self.spans.append(span)
        try:
            yield
        finally:
            span[1] = time.monotonic()

    def answered(self, who, what, answer, began):
        """Count an answer; a 500 or a lost connection waits for the fault that explains it."""
        with self.alone:
            self.people.add(who)
            self.answers[answer.status] += 1
            if answer.status not in FINE:
                self.strange.append((began, time.monotonic(), who, what, answer.told()))
            elif answer.status >= 400 and not answer.says_why():
                self.wordless.append(f"{what}: {answer.status} {answer.told()}")

    def took(self, name, done):
        with self.alone:
            (self.steps if done else self.refused)[name] += 1

    def unexplained(self):
        """Every 500 and every lost connection that no fault explains."""
        with self.alone:
            spans = list(self.spans)
            return [
                f"{who}: {what}: {told}"
                for began, ended, who, what, told in self.strange
                if not any(a - BEFORE <= ended and began <= b + AFTER for a, b, _kind in spans)
            ]
