"""Cases through the API: the forms and the limits of the pages."""

import pytest

from inspections.models import Case
from tests import given, given_cases, given_notices

pytestmark = pytest.mark.django_db
ASKED = {
    "violation": "V-01",
    "first": "2026-10",
    "last": "2026-10",
    "allegation": "有人反映其子代岗",
}


@pytest.fixture
def scene():
    return given_cases.with_inspectors(given.scene(holders=2))


def test_a_case_is_opened_planned_for_shown_and_carried_on(scene, program):
    inspector = program(scene.inspector)
    contract = scene.contracts[0]
    made = inspector.post("/cases", ASKED | {"contract": contract.pk})
    assert made.status_code == 201
    case = made.json()
    assert (case["contract_id"], case["waits_for"], case["measures"]) == (
        *(contract.pk, "Investigate"),
        [],
    )
    at = f"/cases/{case['id']}"
    planned = inspector.post(f"{at}/measures", {"kind": "withhold", "at_once": True})
    assert planned.json()["measures"][0]["kind"] == "withhold"
    again = inspector.post(f"{at}/measures", {"kind": "withhold", "at_once": True})
    assert again.status_code == 409
    sent = {"kind": "photo", "title": "现场照片", "file": given_notices.picture()}
    shown = inspector.client.post(f"/api/v1{at}/exhibits", sent)
    assert [one["kind"] for one in shown.json()["exhibits"]] == ["data", "photo"]
    measure = planned.json()["measures"][0]["id"]
    done = inspector.post(f"/measures/{measure}/withhold").json()
    assert (done["state"], done["record_type"]) == ("done", "withholding")
    moved = inspector.post(f"{at}/investigate", {"finding": "邻居证实"})
    assert (moved.status_code, moved.json()["state"]) == (200, "investigating")
    listed = inspector.get("/cases", month="2026-10", state="investigating").json()["items"]
    assert [one["id"] for one in listed] == [case["id"]]
    assert inspector.get("/cases", month="2026-09").json()["items"] == []


def test_an_employer_needs_its_area_and_a_contract_lies_in_ones_own(scene, program):
    inspector = program(scene.inspector)
    for wrong in ({"employer": "示例劳务公司"}, {"contract": 10**9}):
        assert inspector.post("/cases", ASKED | wrong).status_code == 422
    assert not Case.objects.exists()


def test_discipline_finance_and_the_township_read_and_the_village_sees_none(scene, program):
    case = given_cases.case(scene)
    county = scene.place.county
    discipline = given.user("discipline_viewer", at=county)
    for who in (discipline, scene.staff.finance_officer, scene.staff.township_officer):
        caller = program(who)
        assert caller.get(f"/cases/{case.pk}").json()["number"] == case.number
        assert caller.post(f"/cases/{case.pk}/measures", {"kind": "warn"}).status_code == 403
        assert caller.post("/cases", ASKED).status_code == 403
    village = program(scene.staff.village_head)
    assert village.get("/cases").json()["items"] == []
    assert village.get(f"/cases/{case.pk}").status_code == 404
