"""Data comparisons, as programs meet them."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from payroll.models import Comparison, Hit, TakenList
from tests import given, given_exits
from tests.given_comparisons import SOURCE, answered, asked, row
from tests.project.ledgers import sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=2)


def send(program, comparison, *people, **cells):
    """Answers sent as a file, with what the API said to them."""
    content = sheet(*[row(comparison, person, **cells) for person in people])
    file = SimpleUploadedFile("结果.xlsx", content)
    return program.client.post("/api/v1/comparisons/results", {"file": file})


def test_a_request_is_made_taken_out_answered_and_decided(scene, program):
    county, town = program(scene.staff.department_officer), program(scene.staff.township_officer)
    body = {
        "area": scene.place.town.pk,
        "month": "2026-10",
        "as_of": "2026-10-31",
        "departments": f"{SOURCE}、民政局",
    }

    assert town.post("/comparisons", body).status_code == 403
    made = county.post("/comparisons", body).json()
    assert (made["people"], made["departments"], made["state"]) == (2, [SOURCE, "民政局"], "asked")
    at = f"/comparisons/{made['id']}"
    assert county.post(f"{at}/take", {"format": "doc", "purpose": "比对"}).status_code == 422
    assert town.post(f"{at}/take", {"purpose": "比对"}).status_code == 403
    taken = county.post(f"{at}/take", {"format": "csv", "purpose": "送市场监管局"})
    content = b"".join(taken.streaming_content).decode("utf-8-sig")
    assert scene.contracts[0].person.id_number in content
    assert TakenList.objects.get().way == "program"

    comparison = Comparison.objects.get(number=made["number"])
    answer = send(town, comparison, scene.contracts[0].person)
    assert (answer.status_code, answer.json()["written"]) == (200, True)
    whole = town.get(at).json()
    assert (whole["state"], whole["answers"][0]) == ("doubts", {"department": SOURCE, "hits": 1})
    (hit,) = town.get("/hits", month="2026-10", state="waiting").json()["items"]
    told = {"outcome": "confirmed", "follows": "exit", "reason": "有营业执照"}
    assert town.post(f"/hits/{hit['id']}/examine", told).status_code == 409
    given_exits.proposed(scene.contracts[0], scene.staff.village_clerk)
    done = town.post(f"/hits/{hit['id']}/examine", told).json()

    assert (done["state"], done["kind"]) == ("confirmed", "法人")
    assert "too few" in done["precision"]
    assert town.get(at).json()["state"] == "decided"


def test_faults_of_a_file_are_named_and_nothing_is_written(scene, program):
    town, comparison = program(scene.staff.township_officer), asked(scene)

    wrong = send(town, comparison, scene.contracts[0].person, 比对批次="BD-1")
    dry = sheet(row(comparison, scene.contracts[0].person))
    file = SimpleUploadedFile("结果.xlsx", dry)
    tried = town.client.post("/api/v1/comparisons/results?dry_run=true", {"file": file})

    assert wrong.status_code == 422
    assert "Row 2" in wrong.json()["fields"]["file"][0]
    assert (tried.status_code, tried.json()["written"]) == (200, False)
    assert not Hit.objects.exists()


def test_the_same_file_is_refused_and_who_may_not_bring_any_is_denied(scene, program):
    town, comparison = program(scene.staff.township_officer), asked(scene)
    person = scene.contracts[0].person

    assert send(town, comparison, person).status_code == 200
    assert send(town, comparison, person).status_code == 409
    assert send(program(scene.staff.village_clerk), comparison, person).status_code == 403
    garbage = SimpleUploadedFile("结果.xlsx", b"nonsense")
    answer = town.client.post("/api/v1/comparisons/results", {"file": garbage})
    assert answer.status_code == 422


def test_precision_is_told_by_department_and_kind(scene, program):
    answered(scene, asked(scene), [contract.person for contract in scene.contracts])
    november = asked(scene, month=given.OCTOBER.next(), as_of=date(2026, 11, 1))
    answered(scene, november, [scene.contracts[0].person], 命中类型="参保")
    town = program(scene.staff.township_officer)

    table = town.get("/comparisons/precision").json()
    october = town.get("/comparisons/precision", until="2026-10").json()
    elsewhere = town.get("/comparisons/precision", area="990123101000").json()

    assert [(one["kind"], one["hits"]) for one in table["items"]] == [("参保", 1), ("法人", 2)]
    assert (table["total"]["hits"], table["total"]["fraction"]) == (3, "0/0")
    assert [one["kind"] for one in october["items"]] == ["法人"]
    assert elsewhere["items"] == []
    assert town.get("/comparisons/precision", since="2026-13").status_code == 422
