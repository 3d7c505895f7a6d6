"""What nobody needs any more goes every night, so that the tables stay small for years."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from project.kernel.tasks import look_after_the_dead, tidy

ENDED = """
    UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %(job)s;
    UPDATE procrastinate_jobs SET status = '{state}' WHERE id = %(job)s;
    UPDATE procrastinate_events SET at = now() - interval '{days} days' WHERE job_id = %(job)s;
"""


def ended(state, days):
    job = look_after_the_dead.configure(queueing_lock=f"{state}-{days}").defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute(ENDED.format(state=state, days=days), {"job": job})
    return job


def by_the_clock():
    """What the worker does at night, with a connection of its own."""
    try:
        async_to_sync(tidy.func)(timestamp=0)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_old_jobs_that_ended_well_and_sessions_that_ran_out_go():
    ended("succeeded", 31)
    kept = [ended("succeeded", 29), ended("failed", 31)]
    for key, days in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, expire_date=timezone.now() + timedelta(days=days))

    # A browser of another test may keep a loop of its own in this thread.
    with ThreadPoolExecutor(1) as hands:
        hands.submit(by_the_clock).result()

    assert sorted(ProcrastinateJob.objects.values_list("pk", flat=True)) == kept
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
