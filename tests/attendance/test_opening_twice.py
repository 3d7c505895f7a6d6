"""Two people open a month at the same moment."""

from functools import partial

import pytest

from attendance import flows
from attendance.models import Sheet, SheetLine
from tests import given
from tests.payroll.test_crowd import while_another_waits

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_open_a_month_at_once_open_it_once():
    scene = given.scene(holders=2, villages=2)
    another = given.user("township_officer", at=scene.place.town)
    opened = partial(flows.open_month, scene.month, scene.place.town.code)

    (second,) = while_another_waits(
        partial(opened, by=scene.staff.township_officer), partial(opened, by=another)
    )

    assert second == []
    assert (Sheet.objects.count(), SheetLine.objects.count()) == (2, 2)
