"""A scene arranged once for all tests of a page; what each test changes is taken back after it."""

from copy import deepcopy

import pytest
import time_machine
from django.db import transaction

# An hour before the tests begin: whatever they do comes after what was arranged.
EARLIER = "2026-11-22T09:00:00+08:00"


def arranged(make):
    """Two fixtures, `kept` and another: what is made for the page, and each test's copy of it."""

    @pytest.fixture(scope="module")
    def kept(django_db_setup, django_db_blocker):
        with django_db_blocker.unblock(), transaction.atomic():
            with time_machine.travel(EARLIER, tick=True):
                made = make()
            yield made
            transaction.set_rollback(True)

    @pytest.fixture
    def copied(kept):
        return deepcopy(kept)

    return kept, copied
