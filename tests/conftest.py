"""What every test stands on: one fixed clock, the addresses loaded, a fresh reading of roles."""

import os
import sys

import pygal
import pytest
import time_machine
from django.db import connection
from django.test import TransactionTestCase
from django.urls import get_resolver
from django.utils import translation
from hypothesis import settings

from tests import emptied, prepared

# Playwright runs an event loop in the test's thread, where Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# pygal's import hook has no find_spec, which pytest asks of every hook when it looks for tests.
assert pygal.Bar
sys.meta_path[:] = [hook for hook in sys.meta_path if hasattr(hook, "find_spec")]
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
    """What a test committed goes; what migrations once wrote is there for the next one."""
    with pytest.MonkeyPatch.context() as ours:
        ours.setattr(TransactionTestCase, "_fixture_teardown", lambda _: emptied.after_a_commit())
        yield


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
