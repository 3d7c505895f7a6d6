"""What every test stands on: one fixed clock, the addresses loaded, a fresh reading of roles."""

import os
import sys

import pygal
import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.db.models.signals import post_migrate
from django.urls import get_resolver
from django.utils import translation
from hypothesis import settings

from tests import given, prepared

# Playwright runs an event loop in the test's thread, where Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# pygal's import hook has no find_spec, which pytest asks of every hook when it looks for tests.
assert pygal.Bar
sys.meta_path[:] = [hook for hook in sys.meta_path if hasattr(hook, "find_spec")]
NO_JOBS = "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers"
TODAY = "2026-11-22T10:00:00+08:00"
# A test says what is true, never how long it took: machines differ.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def clock():
    """It is a Sunday in November: October is over and its notices may have hung."""
    with time_machine.travel(TODAY, tick=True):
        yield


@pytest.fixture(autouse=True, scope="session")
def defaults():
    """A test that commits flushes every table; what migrations once wrote is written again.

    The tables of the workers are not Django's to flush: jobs that nobody took go here.
    """

    def refill(**_said):
        with connection.cursor() as cursor:
            cursor.execute(NO_JOBS)
        given.country()

    post_migrate.connect(refill, sender=apps.get_app_config("payroll"), dispatch_uid="defaults")
    yield
    post_migrate.disconnect(sender=apps.get_app_config("payroll"), dispatch_uid="defaults")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Each worker's database is a copy of one that was migrated once."""
    prepared.settings_of_the_copy()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A thread that still answers somebody must not keep the database of a finished run."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def language():
    """What a client was answered in is not spoken in the next test."""
    before = translation.get_language()
    yield
    translation.activate(before) if before else translation.deactivate_all()


@pytest.fixture(autouse=True, scope="session")
def urls():
    """Load the URLconf once: flows and pages have no address until then."""
    assert get_resolver().url_patterns is not None
