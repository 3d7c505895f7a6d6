"""A month on a project's site, and its steps taken or refused, as the tests of wages need them."""

from datetime import date
from decimal import Decimal

import pytest

from project.kernel.guards import Refused
from project.kernel.months import Month
from project.kernel.steps import do
from tests import given, given_relief, given_results
from workrelief import records
from workrelief.models import Project, ProjectPaper, WageBatch


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


def built(funds=None, people=((120, "mass"), (120, "mass")), **described):
    """Main works done, everybody trained and paid 20 days of October, every paper there.

    `people` are (rate, labour class); the fund asks for 30 % of 16,000 yuan: 4,800.
    """
    made = given_relief.scene(funds=funds or [("central_investment", "16000", "8000")], **described)
    for rate, class_ in people:
        listed = {"rate": Decimal(rate), "labour_class": class_}
        given_relief.placed(made, given_relief.enlist(made, 1, **listed))
    given_relief.worked(made, made.members[1:])
    trained(made)
    made.batch = paid(made)
    site = made.staff.relief_contractor
    records.report_progress(made.project, by=site, on=date(2026, 11, 20), percent=Decimal(100))
    finish = {"on": date(2026, 11, 20), "note": "劳务报酬已结清"}
    made.project = do(reread(made), "finish", by=made.staff.relief_owner, **finish)
    for kind in ProjectPaper.Kind.values:
        given_relief.paper(made, kind)
    return made


def reread(made):
    return Project.objects.get(pk=made.project.pk)


def trained(made, people=None):
    course = made.project.trainings.get()
    named = people or [member.person for member in made.members]
    by = made.staff.relief_contractor
    return records.hold_training(course, by=by, on=date(2026, 9, 2), people=named)


def paid(made):
    """The month's wages credited by the bank and filed."""
    batch = given_relief.batch(made, "verified")
    run = given.walk(made, prepared(made), "sent")
    given_results.answered(run, made.staff.finance_officer)
    return do(batch, "file", by=made.staff.ndrc_officer)


def june():
    """S-17: wages of June, their batch confirmed, and the run at the bank."""
    made = given_relief.scene()
    made.month = Month(2026, 6)
    Project.objects.update(started_on=date(2026, 6, 1))
    who = given.person(made.place.villages[0], name="六月工")
    given_relief.card(who, made.staff.township_officer, on=date(2026, 5, 20))
    members = given_relief.enlist(made, 1, person=who, starts_on=date(2026, 6, 1))
    given_relief.placed(made, members)
    given_relief.worked(made, members, range(1, 21), made.month)
    batch = given_relief.batch(made, "checked")
    batch = step(made, batch, "approve", "relief_owner", note="补录")
    made.batch = given_relief.walk_wages(made, batch, "verified")
    return made


def credited(run, by, on):
    rows = [given_results.answer(line, 入账日期=on) for line in given_results.sent_lines(run)]
    given_results.taken_in("bank-results", *rows, by=by)
