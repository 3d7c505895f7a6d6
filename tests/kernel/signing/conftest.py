"""What the tests of signatures share."""

import pytest
import time_machine

from tests.kernel.conftest import english

__all__ = ["english"]


@pytest.fixture
def clock_at():
    """Set the clock for the rest of a test."""
    travels = []

    def go(to):
        travels.append(time_machine.travel(to, tick=True))
        travels[-1].start()

    yield go
    for travel in reversed(travels):
        travel.stop()
