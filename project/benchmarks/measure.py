"""One measurement: seconds, queries, the memory of this process, and the floor beside it."""

import resource
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.db import connection

RESET_PEAK = Path("/proc/self/clear_refs")
STATUS = Path("/proc/self/status")


@dataclass
class Figure:
    """One row of the table: `seconds` for `n` things, or for `done` things among `n`."""

    name: str
    n: int
    seconds: float
    floor_seconds: float
    peak_mb: float
    queries: int | None = None
    done: int | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    server_mb: float | None = None
    found: int | None = None

    @property
    def ratio(self):
        return self.seconds / self.floor_seconds

    def as_json(self):
        """The promised keys, and the number of queries where it was counted."""
        rounded = {k: _rounded(v) if isinstance(v, float) else v for k, v in asdict(self).items()}
        done = rounded.pop("done") or self.n
        speed = {"ratio": round(self.ratio, 3), "per_second": round(done / self.seconds, 1)}
        return {k: v for k, v in (rounded | speed).items() if v is not None}


def _rounded(number):
    return round(number, 4 if number < 10 else 1)


@dataclass
class Watch:
    """What a stretch of work took."""

    seconds: float = 0.0
    queries: int = 0
    peak_mb: float = 0.0
    _began: float = field(default=0.0, repr=False)

    def count(self, execute, sql, params, many, context):
        self.queries += 1
        return execute(sql, params, many, context)


@contextmanager
def watch():
    """Time what runs inside, count its queries and note the largest size of this process."""
    seen = Watch()
    if RESET_PEAK.exists():
        RESET_PEAK.write_text("5")
    began = time.perf_counter()
    with connection.execute_wrapper(seen.count):
        yield seen
    seen.seconds = time.perf_counter() - began
    seen.peak_mb = _peak_mb()


def _peak_mb():
    if not STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return _largest_mb(STATUS)


def _largest_mb(status):
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


def watch_server():
    """Begin to note the largest size of the process that serves us; the answer tells it in MB.

    The memory it shares with the others is in it. Where the server is on another machine, or the
    system tells no sizes, the answer tells nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), inet_server_addr() IS NULL")
        pid, here = cursor.fetchone()
    status = Path(f"/proc/{pid}/status")
    if not (here and status.exists()):
        return lambda: None
    status.with_name("clear_refs").write_text("5")
    return lambda: _largest_mb(status)


def settle():
    """Let the server write what is behind before the clock starts, so that no one pays for it."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
