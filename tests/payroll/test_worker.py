"""A worker that dies in the middle of a run leaves nothing half done and nothing undone."""

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from payroll import flows
from payroll.models import PayLine, PayRun
from payroll.tasks import prepare
from project.kernel.jobs import ask
from project.kernel.models import Job
from tests import given
from tests.workers import apart, give_back, somebody_waits, wait_until, worker

pytestmark = pytest.mark.django_db(transaction=True)


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
        dying = worker(said, "--one-shot")
        wait_until(somebody_waits, dying)
        dying.kill()
        dying.wait()
    lines_after_the_kill = PayLine.objects.count()
    came_back = apart(give_back)
    worker(said, "--one-shot").wait(timeout=300)

    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    assert came_back == 1
    assert lines_after_the_kill == 4  # township one is whole, township two is as it was
    assert PayLine.objects.count() == 4
    assert PayRun.objects.count() == 2
    queued = ProcrastinateJob.objects.get(task_name="payroll.prepare", args__job_id=job.pk)
    assert queued.status == "succeeded"
