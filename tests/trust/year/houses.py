"""The processes of the site as they are served: two web processes, two workers, a database."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections

from project.kernel.jobs import give_back_stalled
from tests import workers

SCRIPTS = Path(sys.executable).parent
WEB = (
    *("--interface", "wsgi", "--host", "127.0.0.1", "--workers", "2", "--blocking-threads", "4"),
    *("--no-access-log", "--log-level", "warning", "project.wsgi:application"),
)
# A worker that was suspended for days asks for the last minutes alone, as one started now does.
WORK = """
from procrastinate import periodic
known = periodic.PeriodicDeferrer.get_previous_tasks
def lately(self, at):
    self.last_defers = {key: was for key, was in self.last_defers.items() if at - was < 600}
    return known(self, at)
periodic.PeriodicDeferrer.get_previous_tasks = lately
import django
from django.core.management import call_command
django.setup()
call_command("procrastinate", "worker", "--delete-jobs", "never")
"""
DEAD = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'year'
    ORDER BY random() LIMIT %s
"""
SILENT = 20  # seconds without a sign of life; a worker gives one every ten
LOST = """
    SELECT count(*) FROM procrastinate_jobs j
    LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
    WHERE j.status = 'doing' AND coalesce(w.last_heartbeat < now() - interval '20 seconds', true)
"""


class House:
    """One site: started, killed, started again; what its processes say goes into files."""

    def __init__(self, folder, dial):
        self.folder, self.dial = Path(folder), dial
        self.port = _free_port()
        self.web, self.workers, self.alone = None, [], threading.RLock()
        self.env = os.environ | {
            "DATABASE_URL": workers.database_url(),
            "DJANGO_SETTINGS_MODULE": "tests.trust.year.settings",
            "GYG_DEBUG": "0",
            "GYG_HTTPS": "0",
            "GYG_ALLOWED_HOSTS": "127.0.0.1,localhost",
            "GYG_KEYS_DIR": str(settings.VAR_DIR / "keys"),
            "GYG_VAR_DIR": str(self.folder / "var"),
            "GYG_API_PACE": "6000",
            "YEAR_CLOCK": str(dial.path),
            "PYTHONUNBUFFERED": "1",
        }

    def open(self, count=2):
        self.serve()
        for _one in range(count):
            self.hire()
        self.wait_for_the_door()

    def serve(self):
        with self.alone:
            command = [str(SCRIPTS / "granian"), "--port", str(self.port), *WEB]
            self.web = self._start("web", *command)

    def hire(self):
        with self.alone:
            self.workers.append(self._start("worker", sys.executable, "-c", WORK))

    def kill_web(self):
        """The whole server dies at once, and is started again as systemd would."""
        with self.alone:
            os.killpg(self.web.pid, signal.SIGKILL)
            self.web.wait(timeout=60)
            self.serve()
        self.wait_for_the_door()

    def kill_worker(self, which):
        with self.alone:
            worker = self.workers.pop(which % len(self.workers))
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(timeout=60)
            self.hire()

    def pids(self):
        """Every process that tells the time of the year: the servers' children and the workers."""
        with self.alone:
            return [*_children(self.web.pid), *(worker.pid for worker in self.workers)]

    def wait_for_the_door(self, seconds=120):
        ends = time.monotonic() + seconds
        while not self.answers():
            assert time.monotonic() < ends, f"the server did not come up:\n{self.said('web')}"
            time.sleep(0.2)

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as page:
                return page.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def close(self):
        with self.alone:
            for process in [self.web, *self.workers]:
                if process and process.poll() is None:
                    os.killpg(process.pid, signal.SIGTERM)
            for process in [self.web, *self.workers]:
                if process:
                    _buried(process)
            self.web, self.workers = None, []

    def command(self, *words):
        """A command of the office, run on the clock of the year; how it ended and what it said."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=workers.ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=600,
        )

    def said(self, who):
        """What the servers or the workers have written so far."""
        paths = sorted(self.folder.glob(f"{who}*.said"))
        return "".join(path.read_text(errors="replace") for path in paths)

    def _start(self, who, *command):
        number = len(list(self.folder.glob(f"{who}*.said")))
        with (self.folder / f"{who}-{number:03}.said").open("w") as said:
            return subprocess.Popen(
                command,
                cwd=workers.ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )


class Outside:
    """A connection of our own beside the site, which no fault cuts: to look, and to cut others."""

    def __init__(self):
        self.url, self.alone = workers.database_url(), threading.Lock()
        self.link = self._connect()

    def _connect(self):
        return psycopg.connect(self.url, autocommit=True, application_name="year")

    def rows(self, asked, params=()):
        with self.alone:
            return self.link.execute(asked, params or None).fetchall()

    def one(self, asked, params=()):
        (row,) = self.rows(asked, params)
        return row[0]

    def cut(self, count=1):
        """Random connections of the site's processes are cut."""
        return len(self.rows(DEAD, [count]))

    def close(self):
        self.link.close()


def give_back(outside):
    """The jobs of killed workers go back into the queue, as any worker's next minute would do."""
    return workers.apart(_give_back) if outside.one(LOST) else 0


async def _give_back():
    count = await give_back_stalled(SILENT)
    await sync_to_async(connections.close_all)()
    return count


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _children(pid):
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else []


def _buried(process):
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
