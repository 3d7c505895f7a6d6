"""A month is asked for at its address, done by a worker, and watched until it ends."""

from datetime import date

import pytest

from payroll.models import PayRun
from payroll.tasks import prepare
from policy.models import PolicyDocument
from project.kernel.models import Job
from project.kernel.steps import do
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=2)


def asked(scene, of, **body):
    """The answer to a program that asks for October in the scene's township."""
    return of.post("/pay-runs", {"month": "2026-10", "area": scene.place.town.code} | body)


def worked_off(job):
    """What a worker makes of the job."""
    prepare.func(job["id"], "2026-10", "990123100000")


def test_a_month_is_prepared_by_a_worker_and_the_job_says_when(scene, program):
    given.sheets(scene)
    officer = program(scene.staff.township_officer)

    answer = asked(scene, officer)
    job = answer.json()
    waiting = officer.client.get(job["address"]).json()
    worked_off(job)
    done = officer.client.get(job["address"]).json()

    assert (answer.status_code, job["address"]) == (202, f"/api/v1/jobs/{job['id']}")
    assert (waiting["state"], waiting["finished_at"], waiting["refusals"]) == ("waiting", None, [])
    assert (done["state"], done["done"], done["total"]) == ("done", 1, 1)
    assert done["finished_at"]
    (run,) = officer.get("/pay-runs", month="2026-10").json()["items"]
    assert run["id"] == PayRun.objects.get(prepared_by=scene.staff.township_officer).pk


def test_who_prepares_no_pay_may_not_ask_for_it(scene, program):
    answer = asked(scene, program(scene.staff.township_leader))

    assert answer.status_code == 403
    assert not Job.objects.exists()


def test_a_month_is_asked_for_in_the_own_area_only(scene, program):
    elsewhere = given.township("990456100000").town.code
    officer = program(scene.staff.township_officer)

    answers = [
        asked(scene, officer, area=elsewhere),
        asked(scene, officer, month="October"),
        asked(scene, officer, colour="red"),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert [set(answer.json()["fields"]) for answer in answers] == [{"area"}, {"month"}, {"colour"}]
    assert not Job.objects.exists()


def test_what_stands_in_the_way_is_said_at_once(scene, program):
    officer = program(scene.staff.township_officer)

    nobody = asked(scene, officer, month="2019-01")
    given.pay_run(scene, "confirmed")
    confirmed = asked(scene, officer)

    assert (nobody.status_code, confirmed.status_code) == (409, 409)
    assert "Nobody in this area holds a contract in 2019-01" in nobody.json()["refusals"][0]
    assert "already confirmed" in confirmed.json()["refusals"][0]
    assert not Job.objects.exists()


def test_what_a_worker_is_refused_stands_in_the_job(scene, program):
    officer = program(scene.staff.township_officer)

    job = asked(scene, officer).json()
    PolicyDocument.objects.filter(pk=scene.place.document.pk).update(valid_to=date(2026, 9, 30))
    worked_off(job)
    failed = officer.client.get(job["address"]).json()

    assert failed["state"] == "failed"
    assert "2026-10 cannot be paid until" in failed["refusals"][0]


def test_somebody_elses_job_is_not_there(scene, program):
    job = asked(scene, program(scene.staff.township_officer)).json()

    answer = program(scene.staff.township_leader).client.get(job["address"])

    assert answer.status_code == 404


def test_a_county_is_prepared_again_though_one_township_is_confirmed(scene, program):
    given.pay_run(scene)
    other = given.township("990123101000", villages=1)
    officer = given.user("township_officer", at=scene.place.county)
    given.holder(other.villages[0], officer, name="赵六")
    given.payroll.prepare(scene.month, other.town.code, by=officer)
    ours = PayRun.objects.get(area=scene.place.town)
    do(ours, "confirm", by=scene.staff.township_reviewer)

    job = asked(scene, program(officer), area=scene.place.county.code).json()
    prepare.func(job["id"], "2026-10", scene.place.county.code)

    assert (Job.objects.get().state, Job.objects.get().total) == ("done", 1)
    assert PayRun.objects.get(area=scene.place.town).state == "confirmed"
