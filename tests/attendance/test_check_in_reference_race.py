"""Of a check-in and the end of the user who sent it, at the same moment, only one is kept."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction

from attendance.models import CheckIn
from project.kernel.models import User
from tests import given
from tests.attendance.test_check_in_references import INSERT, told

pytestmark = pytest.mark.django_db(transaction=True)
WAITS = """
    SELECT EXISTS (SELECT FROM pg_locks
        WHERE NOT granted AND relation = 'attendance_checkin'::regclass)
"""
DELETE = "DELETE FROM kernel_user WHERE id = %s"


def elsewhere(*said):
    """Carry a statement out through a connection of its own; what it was refused with, if so."""
    try:
        told(*said)
    except IntegrityError as error:
        return str(error)
    finally:
        connection.close()
    return "done"


@contextmanager
def second(*said):
    """While a first transaction is open a second one starts and waits; yields what will be."""
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            began = []
            yield began
            began.append(other.submit(elsewhere, *said))
            until = time.monotonic() + 60
            while not _waits():
                assert time.monotonic() < until, "the second transaction did not wait"
                time.sleep(0.01)
        began[0].result(timeout=60)


def _waits():
    with connection.cursor() as cursor:
        cursor.execute(WAITS)
        return cursor.fetchone()[0]


@pytest.fixture
def scene():
    return given.scene(holders=1, days=[])


def test_a_user_is_not_deleted_beside_a_check_in_that_is_being_written(scene):
    sender = User.objects.create_user("sender")

    with second(DELETE, sender.pk) as end:
        told(INSERT, sender.pk, [scene.contracts[0].pk])

    assert "check-ins point at" in end[0].result()
    assert CheckIn.objects.get().received_by == sender


def test_a_check_in_is_not_written_beside_the_deletion_of_its_user(scene):
    sender = User.objects.create_user("sender")

    with second(INSERT, sender.pk, [scene.contracts[0].pk]) as end:
        told(DELETE, sender.pk)

    assert "points at a contract or a user" in end[0].result()
    assert not CheckIn.objects.exists()
    assert not User.objects.filter(pk=sender.pk).exists()
