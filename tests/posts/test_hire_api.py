"""The whole way onto a post as programs go it, and every refusal with its sentence."""

import pytest
from django.utils import translation

from posts.models import Hire
from tests import given, given_hires
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_hires.scene()


def application(scene, **more):
    papers = dict.fromkeys(given_hires.MATERIALS, True)
    days = {"applied_on": "2026-11-05", "starts_on": "2026-12-01"}
    return {"post": scene.post.pk} | days | papers | more


def test_a_program_hires_a_first_person(scene):
    staff = scene.staff
    who = given_hires.person(scene)
    clerk, officer = Program(staff.village_clerk), Program(staff.township_officer)
    supervisor, county = Program(staff.village_supervisor), Program(staff.department_officer)
    meeting = {
        "area": scene.village.code,
        "held_on": "2026-11-08",
        "place": "村委会",
        "host": "赵",
        "recorder": "钱",
        "expected": 30,
        "present": 20,
        "signatures": "赵一、钱二",
    }

    made = clerk.post("/hires", application(scene, id_number=who.id_number))
    assert made.status_code == 201, made.json()
    at = f"/hires/{made.json()['id']}"
    number = made.json()["id"]
    assert officer.post(f"{at}/screen").status_code == 200
    assert clerk.post("/appraisals", meeting | {"votes": [f"{number}:18:1:1"]}).status_code == 201
    hung = supervisor.post("/notices", {"hires": [number], "on": "2026-11-10"})
    assert hung.status_code == 201, hung.json()
    given_hires.photograph(scene, Hire.objects.get().notice)
    assert supervisor.post(f"{at}/clear").status_code == 200
    assert county.post(f"{at}/approve").status_code == 200
    trained = officer.post(f"{at}/train", {"on": "2026-11-20", "training": "岗位职责、安全"})
    assert trained.status_code == 200, trained.json()
    placed = officer.post(f"{at}/place")

    assert placed.status_code == 200, placed.json()
    hire = Hire.objects.get()
    assert (hire.state, hire.contract.state, hire.score) == ("placed", "draft", 30)
    assert placed.json()["contract_id"] == hire.contract_id


def test_an_application_after_the_last_day_is_refused_with_the_day(scene):
    other = given_hires.post(scene.village)
    given_hires.call(scene, other, closes_on=given_hires.date(2026, 11, 10))
    who = given_hires.person(scene)

    late = application(scene, post=other.pk, person=who.pk, applied_on="2026-11-12")
    answer = Program(scene.staff.village_clerk).post("/hires", late)

    assert answer.status_code == 409
    assert answer.json()["refusals"] == [
        "Applications for this post were taken until 2026-11-10; 2026-11-12 is too late."
    ]


def test_an_applicant_of_another_township_is_not_found(scene):
    other = given.township("990456100000")
    stranger = given.person(other.villages[0])

    clerk = Program(scene.staff.village_clerk)
    answer = clerk.post("/hires", application(scene, id_number=stranger.id_number))

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["person"])


def test_only_those_who_take_applications_send_them(scene):
    who = given_hires.person(scene)

    answer = Program(scene.staff.village_head).post("/hires", application(scene, person=who.pk))

    assert answer.status_code == 403
    assert not Hire.objects.exists()


def test_a_call_and_a_meeting_are_read_where_they_were_made(scene):
    officer = Program(scene.staff.township_officer)
    other = given_hires.post(scene.village)

    body = {"post": other.pk, "places": 1, "on": "2026-11-20", "closes_on": "2026-11-30"}
    made = officer.post("/recruitments", body)
    again = officer.get(f"/recruitments/{made.json()['id']}")

    assert made.status_code == 201, made.json()
    assert again.json()["closes_on"] == "2026-11-30"
    assert officer.get("/appraisals").json()["items"] == []


@pytest.mark.parametrize("votes", ["1:2:3", "a:b:c:d", "1:2:3:-1"])
def test_votes_that_cannot_be_read_are_named(scene, votes):
    clerk = Program(scene.staff.village_clerk)

    answer = clerk.post("/appraisals", {"area": scene.village.code, "votes": [votes]})

    assert answer.status_code == 422
    assert "12:18:1:1" in answer.json()["fields"]["votes"][0]
