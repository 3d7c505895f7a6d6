"""A month on a project's site, and its steps taken or refused, as the tests of wages need them."""

import pytest

from project.kernel.guards import Refused
from project.kernel.steps import do
from tests import given, given_relief
from workrelief.models import WageBatch


def at_work(people=2, days=range(8, 28), *, month=None, **listed):
    """A project under way with people of the village at work."""
    made = given_relief.scene()
    made.month = month or made.month
    given_relief.placed(made, given_relief.enlist(made, people, **listed))
    given_relief.worked(made, made.members[-people:], days, made.month)
    return made


def rule(made, code, value):
    return given.rule(made.place.county, code, value, made.place.document)


def step(made, batch, name, who, **details):
    return do(WageBatch.objects.get(pk=batch.pk), name, by=getattr(made.staff, who), **details)


def refused(made, batch, name, who, **details):
    with pytest.raises(Refused) as found:
        step(made, batch, name, who, **details)
    return " ".join(found.value.messages)


def prepared(made):
    by = made.staff.township_officer
    (run,) = given.payroll.prepare(made.month, made.place.town.code, by=by)
    return run


def states(run):
    return sorted(run.lines.with_state().values_list("state", flat=True))
