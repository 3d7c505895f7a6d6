"""Roll calls by API: with pictures as a form, or that nobody came as JSON."""

import json
import uuid

import pytest

from attendance.models import CheckIn, RollCall
from tests import given
from tests.given_roll_calls import held, shot

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=3, days=[])


def said(scene, **fields):
    """A roll call as a program tells it."""
    first, second, third = (one.pk for one in scene.contracts)
    return {
        "client_id": str(uuid.uuid4()),
        "area": scene.contracts[0].area_id,
        "kind": "in",
        "at": "2026-11-22T08:30:00+08:00",
        "present": [first, second],
        "absent": [third],
    } | fields


def as_form(clerk, body, *photos, path="/roll-calls"):
    return clerk.client.post(f"/api/v1{path}", body | {"photos": photos})


def test_a_roll_call_with_its_pictures_is_a_form_and_sent_twice_is_one(scene, program):
    clerk, body = (
        program(scene.staff.village_clerk),
        said(scene, longitude="104.1", latitude="30.6"),
    )

    answers = [as_form(clerk, body, shot("a"), shot("b")) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    first, again = (answer.json() for answer in answers)
    assert first == again
    assert (first["state"], first["day"], len(first["pictures"])) == ("kept", "2026-11-22", 2)
    assert [line["present"] for line in first["lines"]] == [True, True, False]
    assert first["lines"][0]["check_in"] == CheckIn.objects.order_by("contract").first().pk
    assert CheckIn.objects.count() == 2


def test_that_nobody_came_needs_no_form(scene, program):
    clerk = program(scene.staff.village_clerk)
    everybody = [one.pk for one in scene.contracts]

    answer = clerk.post("/roll-calls", said(scene, present=[], absent=everybody))

    assert answer.status_code == 201
    assert clerk.post("/roll-calls", said(scene)).status_code == 409


def test_it_is_corrected_by_its_address(scene, program):
    clerk, call = program(scene.staff.village_clerk), held(scene, scene.contracts)
    body = {"client_id": str(uuid.uuid4()), "absent": [scene.contracts[0].pk], "reason": "不在"}

    answer = clerk.post(f"/roll-calls/{call.pk}/correct", body)

    assert (answer.status_code, answer.json()["state"]) == (200, "corrected")
    newest = clerk.get(f"/roll-calls/{RollCall.objects.get(corrects=call).pk}").json()
    assert [line["present"] for line in newest["lines"]].count(False) == 1
    assert clerk.post(f"/roll-calls/{call.pk}/correct", body).status_code == 200
    body["client_id"] = str(uuid.uuid4())
    assert clerk.post(f"/roll-calls/{call.pk}/correct", body).status_code == 409


@pytest.mark.parametrize(
    "fields",
    [
        {"client_id": "one"},
        {"area": "990124100200"},
        {"kind": "noon"},
        {"present": ["x"]},
        {"present": [-1]},
        {"latitude": "30.6"},
        {"longitude": "200", "latitude": "0"},
        {"place": 12345},
        {"accuracy": -1},
        {"mood": "good"},
    ],
)
def test_what_cannot_be_used_is_named_by_its_field(scene, program, fields):
    answer = program(scene.staff.village_clerk).post("/roll-calls", said(scene, **fields))

    assert answer.status_code == 422
    assert answer.json()["fields"].keys() <= {*fields, "latitude"}
    assert not RollCall.objects.exists()


def test_only_who_records_days_calls_the_roll(scene, program):
    assert program(scene.staff.village_head).post("/roll-calls", said(scene)).status_code == 403
    stranger = program(given.user("village_clerk", at=given.township("990124100000").town))
    assert stranger.post("/roll-calls", said(scene)).status_code == 422
    call = held(scene, scene.contracts)
    assert stranger.post(f"/roll-calls/{call.pk}/correct", {}).status_code == 404


def test_the_description_names_the_form_with_files(client):
    described = json.loads(client.get("/api/v1/openapi.json").content)

    body = described["paths"]["/api/v1/roll-calls"]["post"]["requestBody"]["content"]
    assert {"application/json", "multipart/form-data"} == body.keys()
