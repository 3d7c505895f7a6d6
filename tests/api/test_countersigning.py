"""Two people of an office sign from an amount on, as programs meet it."""

import pytest

from payroll.countersigning import CODE
from tests import given

pytestmark = pytest.mark.django_db


def test_a_program_reads_who_is_lacking_and_signs_as_the_second_person(program):
    scene = given.scene(holders=3)
    given.rule(scene.place.county, CODE, {"department": "1800.00"}, scene.place.document)
    second = program(given.user("department_officer", at=scene.place.county))
    first = program(scene.staff.department_officer)
    run = given.pay_run(scene, "township_approved")
    at = f"/pay-runs/{run.pk}"

    said = first.post(f"{at}/department_approve")
    tasks = second.get("/tasks").json()["items"]
    signed = second.post(f"{at}/department_countersign", {"note": "已复核"}).json()
    done = first.post(f"{at}/department_approve").json()

    sentence = "From 1,800.00 yuan on a second person of the department signs first"
    assert (said.status_code, sentence in said.json()["refusals"][0]) == (409, True)
    assert [(task["record"], task["step"]) for task in tasks] == [
        (run.pk, "department_countersign")
    ]
    (one,) = signed["countersignatures"]
    assert (one["office"], one["by"], one["note"]) == ("department", str(second.user), "已复核")
    assert one["sha256"] == signed["sha256"] == run.sha256
    assert done["state"] == "department_approved"
    assert {event["sha256"] for event in done["events"] if event["step"] != "prepare"} == {
        run.sha256
    }


def test_where_no_rule_asks_for_two_there_is_no_second_step(program):
    run = given.pay_run(given.scene(holders=1), "township_approved")
    officer = program(given.user("department_officer", at=run.area.parent))

    steps = officer.get(f"/pay-runs/{run.pk}").json()["steps"]

    assert "department_countersign" not in {step["name"] for step in steps}
    assert officer.post(f"/pay-runs/{run.pk}/department_countersign").status_code == 403
