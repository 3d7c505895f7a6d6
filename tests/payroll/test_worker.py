"""A worker that dies in the middle of a run leaves nothing half done and nothing undone."""

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from payroll import flows
from payroll.models import PayLine, PayRun
from payroll.tasks import prepare
from project.kernel.jobs import ask, give_back_stalled
from project.kernel.models import Job
from tests import given

ROOT = Path(__file__).resolve().parent.parent.parent
WAITING = """SELECT EXISTS (SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"""

pytestmark = pytest.mark.django_db(transaction=True)


def database_url():
    where = connection.settings_dict
    host = quote(str(where["HOST"]), safe="")
    return f"postgresql://{where['USER']}@/{where['NAME']}?host={host}"


def worker(said):
    """A worker that does what is in the queue and then stops; what it says goes into a file."""
    command = [sys.executable, "manage.py", "procrastinate", "worker", "--one-shot"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=said,
        stderr=subprocess.STDOUT,
    )


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


def two_townships():
    """Two townships whose October is final; the second has a run prepared already."""
    first = given.scene(holders=2)
    place = given.township("990123101000")
    officer = given.appoint(first.staff.township_officer, "township_officer", place.county)
    for _count in range(2):
        given.worked(given.holder(place.villages[0], officer), officer, range(8, 20))
    flows.prepare(given.OCTOBER, place.town.code, by=officer)
    return first.place, place, officer


@pytest.fixture
def said(tmp_path):
    with (tmp_path / "said").open("w+") as file:
        yield file


def test_the_next_worker_finishes_what_a_killed_one_began(said):

    _first, second, officer = two_townships()
    job = ask(prepare, title="十月", by=officer, month="2026-10", area=second.county.code)

    with transaction.atomic():
        PayRun.objects.select_for_update().get(area=second.town)
        dying = worker(said)
        wait_until(somebody_waits, dying)
        dying.kill()
        dying.wait()
    lines_after_the_kill = PayLine.objects.count()
    came_back = apart(give_back)
    worker(said).wait(timeout=300)

    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    assert came_back == 1
    assert lines_after_the_kill == 4  # township one is whole, township two is as it was
    assert PayLine.objects.count() == 4
    assert PayRun.objects.count() == 2
    queued = ProcrastinateJob.objects.get(task_name="payroll.prepare", args__job_id=job.pk)
    assert queued.status == "succeeded"
