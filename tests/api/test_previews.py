"""Programs look at a month and try other values; the workers do what is too much at once."""

import pytest

from payroll import previews
from payroll.models import PayRun
from payroll.tasks import look_ahead, try_out
from project.kernel.models import Job
from tests import given

pytestmark = pytest.mark.django_db
TOWN = "990123100000"


@pytest.fixture
def scene():
    made = given.scene(holders=2)
    given.sheets(made)
    return made


@pytest.fixture
def officer(scene, program):
    return program(scene.staff.township_officer)


@pytest.fixture
def large(monkeypatch):
    """One holder is as many as a request computes."""
    monkeypatch.setattr(previews, "HOLDERS_AT_ONCE", 1)


def asked(officer, **body):
    return officer.post("/pay-previews", {"month": "2026-10", "area": TOWN} | body)


def test_a_program_sees_what_a_month_would_pay(officer):
    answer = asked(officer)

    found = answer.json()["preview"]
    assert (answer.status_code, answer.json()["what_if"]) == (200, None)
    assert [(run["people"], run["sum"], run["before"]) for run in found["runs"]] == [
        (2, "1200.00", "0.00")
    ]
    assert [(line["name"], line["amount"]) for line in found["lines"]] == [
        ("李四0", "600.00"),
        ("李四1", "600.00"),
    ]
    assert not PayRun.objects.exists()


def test_a_program_tries_a_cap(officer):
    found = asked(officer, rules={"subsidy.cap": "500.00"}).json()["what_if"]

    assert [(run["before"], run["after"], run["less"]) for run in found["runs"]] == [
        ("1200.00", "1000.00", 2)
    ]
    assert (found["months"], found["year"]) == (3, "-600.00")


def test_a_value_that_cannot_be_is_named(officer):
    answer = asked(officer, rules={"subsidy.cap": "much", "age.max": 60}, percent="x")

    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"subsidy.cap", "age.max", "percent"}


def test_it_is_asked_for_in_the_own_area_and_role_only(scene, program, officer):
    given.township("990456100000")

    elsewhere = asked(officer, area="990456100000")
    leader = asked(program(scene.staff.township_leader))
    never = asked(officer, month="2026-99")

    assert [answer.status_code for answer in (elsewhere, leader, never)] == [403, 403, 422]


def test_what_stands_in_the_way_is_told_with_what_would_be_paid(officer, scene):
    (run,) = given.payroll.prepare(scene.month, TOWN, by=scene.staff.township_officer)
    given.walk(scene, run, "confirmed")

    found = asked(officer).json()["preview"]

    assert "already confirmed" in found["refusals"][0]
    assert (found["runs"], found["lines"]) == ([], [])


def test_the_workers_compute_what_is_too_much_and_keep_the_sums(officer, large):
    answer = asked(officer)
    job = answer.json()["id"]
    waiting = officer.get(f"/pay-previews/{job}")
    look_ahead.func(job, "2026-10", TOWN)

    found = officer.get(f"/pay-previews/{job}").json()["preview"]

    assert (answer.status_code, waiting.status_code) == (202, 404)
    assert Job.objects.get().state == "done"
    assert [(run["sum"], run["people"]) for run in found["runs"]] == [("1200.00", 2)]
    assert (len(found["changes"]), found["lines"]) == (2, [])
    assert not PayRun.objects.exists()


def test_the_workers_try_values_too(officer, large):
    job = asked(officer, percent="10", standards={"护林员": "650"}).json()["id"]
    try_out.func(job, "2026-10", TOWN, {"percent": "10", "standards": {"护林员": "650"}})

    found = officer.get(f"/pay-previews/{job}").json()["what_if"]

    assert [(run["before"], run["after"]) for run in found["runs"]] == [("1200.00", "1320.00")]
    assert len(found["said"]) == 2


def test_what_the_workers_found_is_for_who_asked(officer, program, scene, large):
    job = asked(officer).json()["id"]
    look_ahead.func(job, "2026-10", TOWN)

    answer = program(scene.staff.township_reviewer).get(f"/pay-previews/{job}")

    assert answer.status_code == 404
