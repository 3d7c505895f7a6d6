"""Visits by API: sent twice they are one, pictures by their own address, every fault a sentence."""

import uuid

import pytest

from inspections.models import Doubt, Visit
from project.kernel.models import Look
from tests import given, given_visits
from tests.given_roll_calls import shot

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    made = given.scene(holders=2, days=[])
    made.first = given.user("inspector", at=made.place.county)
    made.second = given.user("inspector", at=made.place.county)
    return made


def said(scene, **fields):
    """A visit as a phone tells it."""
    return {
        "client_id": str(uuid.uuid4()),
        "contract": scene.contracts[0].pk,
        "way": "site",
        "at": "2026-11-20T01:30:00.000Z",
        "second": scene.second.pk,
        "seen": "other",
        "other": "他的儿子",
        "answer_card": "family",
        "longitude": 104.1,
        "latitude": 30.6,
        "signature_first": "M0 0L9 9",
        "signature_second": "M9 0L0 9",
    } | fields


def test_a_visit_sent_twice_is_one_and_another_under_its_number_is_a_conflict(scene, program):
    phone, body = program(scene.first), said(scene)

    answers = [phone.post("/visits", body) for _time in range(2)]
    other = phone.post("/visits", body | {"other": "他的女儿"})

    assert [answer.status_code for answer in answers] == [201, 201]
    first, again = (answer.json() for answer in answers)
    assert first == again
    assert (first["client_id"], first["state"], first["due"]) == (
        body["client_id"],
        "kept",
        "unknown",
    )
    assert (first["answers"], first["signed"]) == ({"card": "family"}, ["first", "second"])
    assert (other.status_code, Visit.objects.get().other) == (409, "他的儿子")
    assert Doubt.objects.get().pattern == "V-01.visit"
    assert phone.get("/visits").json()["items"][0]["id"] == first["id"]


def test_pictures_have_numbers_of_their_own_and_are_answered_by_them(scene, program):
    phone = program(scene.first)
    address = f"/api/v1/visits/{phone.post('/visits', said(scene)).json()['id']}/photos"
    body = {"client_id": str(uuid.uuid4()), "shows": "桥头"}

    answers = [phone.client.post(address, body | {"picture": shot("a")}) for _time in range(2)]
    other = phone.client.post(address, body | {"picture": shot("b")})
    none = phone.client.post(address, body)

    assert [answer.status_code for answer in answers] == [200, 200]
    (picture,) = answers[1].json()["pictures"]
    assert (picture["client_id"], picture["shows"]) == (body["client_id"], "桥头")
    assert (other.status_code, none.status_code) == (409, 422)
    stranger = program(scene.staff.township_reviewer)
    assert stranger.client.post(address, body | {"picture": shot("a")}).status_code == 403


def test_every_fault_of_a_visit_is_a_sentence_and_the_village_reaches_nothing(scene, program):
    phone, clerk = program(scene.first), program(scene.staff.village_clerk)
    wrong = phone.post("/visits", said(scene, contract=0, seen="asleep", second=1, at="now"))
    refused = phone.post("/visits", said(scene, signature_first="M0 0<svg>"))

    assert (wrong.status_code, refused.status_code) == (422, 409)
    assert wrong.json()["fields"].keys() == {"contract", "seen", "second", "at"}
    assert "drawn again" in refused.json()["refusals"][0]
    elsewhere = program(given.user("inspector", at=given.township("990199100000").county))
    assert "contract" in elsewhere.post("/visits", said(scene)).json()["fields"]
    assert clerk.post("/visits", said(scene)).status_code == 403
    village = scene.contracts[0].area_id
    for address in ("/field", "/field/villages", f"/field/villages/{village}"):
        assert clerk.get(address).status_code == 403
    assert not Visit.objects.exists()


def test_a_phone_takes_along_names_and_hours_and_no_numbers(scene, program):
    made = given_visits.plan(scene.place.town, scene.first, steps=["draw", "dispatch"], share="1")
    phone, village = program(scene.first), scene.contracts[0].area
    kit = phone.get("/field").json()
    taken = phone.get(f"/field/rounds/{made.pk}")
    found = phone.get("/field/villages", q=village.name).json()
    near = phone.get(f"/field/villages/{village.pk}")

    assert [who["id"] for who in kit["fellows"]].count(scene.second.pk) == 1
    assert (kit["rounds"][0]["people"], kit["id"]) == (2, scene.first.pk)
    assert {q["code"] for q in kit["questions"]} >= {"card", "returned", "book"}
    assert [one["code"] for one in found] == [village.pk]
    assert len(taken.json()["people"]) == len(near.json()["people"]) == 2
    for contract in scene.contracts:
        assert contract.person.id_tail not in taken.text + near.text
    assert [look.rows for look in Look.objects.order_by("pk")] == [2, 2]
    elsewhere = program(given.user("inspector", at=given.township("990199100000").county))
    assert elsewhere.get(f"/field/rounds/{made.pk}").status_code == 404
    assert elsewhere.get(f"/field/villages/{village.pk}").status_code == 404
