"""The clock of a run: days since the month's end, stage by stage, to the bank's credit."""

from datetime import timedelta

import pytest
from django.utils import translation

from payroll.delays import clock
from payroll.models import BankResult
from project.kernel.guards import NotThisPerson
from project.kernel.months import today
from project.kernel.steps import do
from tests import given, given_results

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_each_stage_counts_from_the_end_of_the_month_and_the_next_names_whose_turn_it_is():
    scene = given.scene(holders=1)
    run = given.pay_run(scene, "confirmed")
    passed = (today() - scene.month.last).days

    prepared, confirmed, waits = clock(run)

    assert [stage.title for stage in (prepared, confirmed, waits)] == [
        "Prepared",
        "Check and confirm",
        "Put on public notice",
    ]
    assert {stage.since_month for stage in (prepared, confirmed, waits)} == {passed}
    assert (prepared.took, confirmed.took) == (passed, 0)
    assert (confirmed.on, waits.on) == (today(), None)
    assert confirmed.late == max(passed - 10, 0)
    assert waits.holder == str(scene.staff.township_officer)


def test_a_refused_step_is_no_stage():
    scene = given.scene(holders=1)
    run = given.pay_run(scene, "prepared")
    both = given.appoint(scene.staff.township_officer, "township_reviewer", scene.place.town)

    with pytest.raises(NotThisPerson):
        do(run, "confirm", by=both)

    assert [stage.title for stage in clock(run)] == ["Prepared", "Check and confirm"]


def test_the_clock_stops_when_the_money_arrived_and_not_when_it_was_sent():
    scene = given.scene(holders=2)
    run = given.pay_run(scene, "sent")
    given_results.answered(run, scene.staff.finance_officer)
    credited = BankResult.objects.latest("credited_on").credited_on

    last = clock(run)[-1]

    assert (last.title, last.on) == ("The money arrived", credited)
    assert last.since_month == (credited - scene.month.last) // timedelta(days=1)


def test_the_page_of_a_run_shows_its_clock(client):
    scene = given.scene(holders=1)
    run = given.pay_run(scene, "confirmed")
    client.force_login(scene.staff.township_officer)

    page = client.get(f"/payroll/{run.pk}/", headers={"accept-language": "en"}).content.decode()

    assert "How long it took, since the end of the month" in page
    assert "Days late" in page
