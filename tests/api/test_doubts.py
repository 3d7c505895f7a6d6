"""Doubts, as programs meet them; a village's program meets none."""

import pytest

from inspections.tasks import detect
from tests import given_doubts
from tests.inspections.test_detect import inspected, shared_phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return inspected(holders=3)


def test_a_program_reads_a_doubt_with_its_evidence_and_takes_its_steps(scene, program):
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector)
    inspector = program(scene.inspector)

    whole = inspector.get(f"/doubts/{doubt.pk}").json()
    said = {"statement": "手机坏了", "finding": "入户看过"}
    after = inspector.post(f"/doubts/{doubt.pk}/verify", said)

    assert whole["why"] and whole["precision"]
    assert whole["evidence"] == [{"kind": "contract", "id": scene.contracts[0].pk}]
    assert (after.status_code, after.json()["state"]) == (200, "verifying")
    assert after.json()["finding"] == "入户看过"


def test_a_program_asks_for_a_month_to_be_looked_through(scene, program):
    shared_phone(scene)
    body = {"month": "2026-10", "area": scene.place.county.code}
    job = program(scene.inspector).post("/doubts", body)
    detect.func(job.json()["id"], "2026-10", scene.place.county.code)

    assert job.status_code == 202
    assert program(scene.inspector).get("/doubts").json()["items"][0]["pattern"] == "V-01.phone"
    assert program(scene.staff.village_clerk).post("/doubts", body).status_code == 403


@pytest.mark.parametrize("role", ["village_clerk", "village_head", "village_supervisor"])
def test_the_village_reads_no_doubt_and_takes_no_step(scene, role, program):
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector)
    village = program(getattr(scene.staff, role))

    assert village.get("/doubts").json() == {"items": [], "next": None}
    assert village.get(f"/doubts/{doubt.pk}").status_code == 404
    assert village.post(f"/doubts/{doubt.pk}/verify", {"finding": "无"}).status_code == 404
