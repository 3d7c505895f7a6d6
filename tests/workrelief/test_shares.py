"""The labour share of each fund line: planned, committed, paid, against the minimum of its day."""

from datetime import date
from decimal import Decimal

import pytest

from project.kernel.guards import Refused
from project.kernel.steps import do
from tests import given, given_relief, given_results
from workrelief.checks import shares_of

pytestmark = pytest.mark.django_db


def test_a_plan_below_the_minimum_is_refused_and_one_above_it_accepted():
    """S-15: 676 with 200 is 29.59 %, with 206 it is 30.47 %."""
    scene = given_relief.scene(
        state="plan_issued", funds=[("central_investment", "6760000", "2000000")]
    )
    with pytest.raises(Refused, match="29.59%"):
        do(scene.project, "prepare", by=scene.staff.relief_owner)

    (line,) = scene.lines
    rows = [(line.pk, "普工", 1, "day", Decimal(20600), Decimal(100))]
    given_relief.services.plan_labour(scene.project, by=scene.staff.relief_owner, rows=rows)
    made = do(scene.project, "prepare", by=scene.staff.relief_owner)

    assert made.state == "preparing"


def test_paid_is_what_the_bank_credited_to_hands_of_the_county():
    scene = given_relief.scene()
    first, second = given_relief.placed(scene, given_relief.enlist(scene, 2))
    given_relief.worked(scene, [first, second])
    given_relief.batch(scene)
    (run,) = given.payroll.prepare(
        scene.month, scene.place.town.code, by=scene.staff.township_officer
    )
    assert [line.amount for line in run.lines.all()] == [Decimal("2400.00")] * 2
    (share,) = shares_of(scene.project)
    assert (share.paid, share.committed) == (0, Decimal("4800.00"))
    run = given.walk(scene, run, "sent")
    given_results.answered(run, scene.staff.finance_officer)

    (share,) = shares_of(scene.project)
    assert (share.paid, share.committed) == (Decimal("4800.00"), 0)
    assert share.minimum == Decimal("0.30") and share.issued_on == date(2026, 8, 10)
