"""Workers in processes of their own, as the office starts them, and what dead ones left behind."""

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.db import connection, connections

from project.kernel.jobs import give_back_stalled

ROOT = Path(__file__).resolve().parent.parent
WAITING = """SELECT EXISTS (SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"""

ON_THIS_CLOCK = """
import time
import django
import time_machine
from django.core.management import call_command
django.setup()
with time_machine.travel({ahead!r} + time.monotonic(), tick=True):
    call_command("procrastinate", "worker")
"""


def database_url():
    where = connection.settings_dict
    host = quote(str(where["HOST"]), safe="")
    password = f":{quote(where['PASSWORD'], safe='')}" if where["PASSWORD"] else ""
    port = f"&port={where['PORT']}" if where["PORT"] else ""
    return f"postgresql://{where['USER']}{password}@/{where['NAME']}?host={host}{port}"


def process(*command, said, **pipes):
    """A Python process of the house on this test's database; what it says goes into a file."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stderr=said,
        **({"stdout": said} | pipes),
    )


def worker(said, *options):
    """A worker that takes jobs until it is stopped, or with `--one-shot` until none waits."""
    return process("manage.py", "procrastinate", "worker", *options, said=said)


def worker_of_today(said):
    """A worker whose clock shows what this test's clock shows, however long it takes to start."""
    ahead = time.time() - time.monotonic()
    return process("-c", ON_THIS_CLOCK.format(ahead=ahead), said=said)


def wait_until(true, alive, seconds=300):
    """Wait for something the worker brings about, as long as it lives."""
    ends = time.monotonic() + seconds
    while not true():
        assert alive.poll() is None, "the worker stopped too early"
        assert time.monotonic() < ends, "the worker did not get there in time"
        time.sleep(0.1)


def somebody_waits():
    """Whether somebody has come to what this connection holds locked, and not to another lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WAITING)
        return cursor.fetchone()[0]


async def give_back():
    """Give the dead worker's jobs back, and leave no connection behind in the thread used."""
    count = await give_back_stalled(seconds=0)
    await sync_to_async(connections.close_all)()
    return count


def apart(work):
    """Run async work in a thread of its own: a browser test may have left its loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()
