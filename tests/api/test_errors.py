"""Every class of error, in the one shape."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from contracts.models import Contract
from registry import tokens
from tests import given

pytestmark = pytest.mark.django_db
SHAPE = {"detail", "refusals", "fields"}


@pytest.fixture
def scene():
    return given.scene(holders=1)


def test_a_stranger_is_asked_who_they_are(client):
    answer = client.get("/api/v1/tasks")

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json().keys() == SHAPE


def test_an_address_that_holds_the_end_of_a_line_is_answered_as_any_other(client):
    answer = client.post("/api/v1/sheets/%0A/publicise")

    assert (answer.status_code, answer.json().keys()) == (401, SHAPE)


def test_half_a_sign_is_no_text_of_a_document(client, scene):
    client.force_login(scene.staff.township_officer)
    body = r'{"id_number": "\ud800"}'
    answer = client.post("/api/v1/hires", body, content_type="application/json")

    assert (answer.status_code, answer.json().keys()) == (422, SHAPE)


def test_a_wrong_token_opens_nothing_even_beside_a_signed_in_session(client):
    client.force_login(given.user())

    answer = client.get("/api/v1/tasks", headers={"authorization": "Bearer gyg_wrong"})

    assert answer.status_code == 401


def test_a_step_of_another_role_is_not_theirs_to_do(scene, program):
    (sheet,) = given.sheets(scene, "open")

    answer = program(scene.staff.village_clerk).post(f"/sheets/{sheet.pk}/confirm")

    assert answer.status_code == 403
    assert answer.json().keys() == SHAPE


def test_an_unknown_record_step_or_address_is_not_there(scene, program):
    (sheet,) = given.sheets(scene, "open")
    head = program(scene.staff.village_head)
    absent = ["/sheets/0", "/unheard-of", f"/sheets/{sheet.pk}/unheard-of", "/sheets/x"]

    answers = [head.get(path) for path in absent]

    assert [answer.status_code for answer in answers] == [404] * len(absent)
    assert all(answer.json().keys() == SHAPE for answer in answers)
    assert head.post(f"/sheets/{sheet.pk}/unheard-of").status_code == 404


def test_a_refused_step_says_every_reason(scene, program):
    (sheet,) = given.sheets(scene, "open")

    answer = program(scene.staff.township_reviewer).post(f"/sheets/{sheet.pk}/review")

    assert answer.status_code == 409
    assert "“Open”" in answer.json()["refusals"][0]


def test_a_person_who_has_acted_is_refused_and_told_why(scene, program):
    (sheet,) = given.sheets(scene, "acknowledged")
    given.appoint(scene.staff.village_head, "township_officer", scene.place.town)

    answer = program(scene.staff.village_head).post(f"/sheets/{sheet.pk}/review")

    assert answer.status_code == 409
    assert "another person" in answer.json()["refusals"][0]


def test_a_warning_asks_for_a_written_reason(scene, program):
    run = given.pay_run(scene, "department_approved")
    finance = program(scene.staff.finance_officer)

    without = finance.post(f"/pay-runs/{run.pk}/finance_approve")
    reasoned = finance.post(f"/pay-runs/{run.pk}/finance_approve", {"note": "年初预算"})

    assert without.status_code == 409
    assert without.json()["fields"]["note"]
    assert len(without.json()["refusals"]) == 2
    assert (reasoned.status_code, reasoned.json()["state"]) == (200, "finance_approved")


def test_a_form_says_which_field_is_wrong(scene, program):
    (sheet,) = given.sheets(scene, "reviewed")
    supervisor = program(scene.staff.village_supervisor)

    answer = supervisor.post(f"/sheets/{sheet.pk}/publicise", {"on": "soon", "colour": "red"})

    assert answer.status_code == 422
    assert answer.json()["fields"].keys() == {"on", "colour"}


@pytest.mark.parametrize("body", ["{", "[]", '"x"', '{"on": {"day": 1}}', "\ufffd"])
def test_a_body_that_is_no_form_is_unusable(scene, program, body):
    (sheet,) = given.sheets(scene, "reviewed")
    client = program(scene.staff.village_supervisor).client

    answer = client.post(
        f"/api/v1/sheets/{sheet.pk}/publicise", body, content_type="application/json"
    )

    assert answer.status_code == 422
    assert answer.json()["fields"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("area", "9901"),
        ("state", "asleep"),
        ("month", "2026-13"),
        ("month", "October"),
        ("after", "x"),
        ("limit", "0"),
        ("limit", "201"),
    ],
)
def test_a_filter_that_cannot_be_read_is_named(scene, program, field, value):
    answer = program(scene.staff.village_head).get("/sheets", **{field: value})

    assert answer.status_code == 422
    assert answer.json()["fields"].keys() == {field}


def test_each_token_has_its_own_pace(scene, program, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    cache.clear()
    hasty, calm = program(scene.staff.village_head), program(scene.staff.village_clerk)

    answers = [hasty.get("/tasks") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json().keys() == SHAPE
    assert 0 < int(answers[2].headers["Retry-After"]) <= 60
    assert calm.get("/tasks").status_code == 200


def test_a_signed_in_page_needs_its_csrf_token_to_change_something(scene):
    (sheet,) = given.sheets(scene, "open")
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.staff.village_head)
    path = f"/api/v1/sheets/{sheet.pk}/confirm"

    assert client.get("/api/v1/tasks").status_code == 200
    without = client.post(path, "{}", content_type="application/json")
    client.cookies["csrftoken"] = "a" * 32
    with_token = client.post(
        path, "{}", content_type="application/json", headers={"x-csrftoken": "a" * 32}
    )

    assert (without.status_code, without.json().keys()) == (403, SHAPE)
    assert with_token.status_code == 200


def test_the_document_names_every_address_and_needs_no_network(client):
    answer = client.get("/api/v1/openapi.json")
    paths = json.loads(answer.content)["paths"]

    assert "/api/v1/sheets/{number}/confirm" in paths
    assert "/api/v1/pay-runs/{number}/finance_approve" in paths
    assert "/api/v1/check-ins/batch" in paths
    assert {"get", "post"} == paths["/api/v1/pay-runs"].keys()
    assert "202" in paths["/api/v1/pay-runs"]["post"]["responses"]
    assert "/api/v1/jobs/{number}" in paths
    assert "/api/v1/reports/monthly" in paths
    assert client.get("/api/v1/docs").status_code == 401


def test_a_closed_account_opens_nothing(program):
    person = given.user()
    its = program(person)
    person.is_active = False
    person.save()

    assert its.get("/tasks").status_code == 401
    assert Contract.objects.count() == 0
    assert tokens.holder("gyg_unknown") is None
