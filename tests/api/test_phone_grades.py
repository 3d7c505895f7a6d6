"""The own grades on the worker's phone: read, found right, appealed against."""

import json

import pytest

from attendance import devices
from attendance.models import Appeal, Assessment, Device
from project.kernel.models import Event
from project.kernel.steps import do, open_tasks
from tests import given, given_grades
from tests.given_grades import LATE
from tests.given_phones import Phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=2)


@pytest.fixture
def one(scene):
    made = given_grades.opened(scene, **{"grade.bonus": "50.00"})[0]
    return given_grades.scored(scene, made, village=LATE)


@pytest.fixture
def phone(scene):
    return Phone(scene.contracts[0].person, clerk=scene.staff.village_clerk)


def read(phone):
    return phone.client.get("/api/v1/phones/grades").json()


def say(phone, one, way, **said):
    address = f"/api/v1/phones/grades/{one.pk}/{way}"
    return phone.client.post(address, json.dumps(said), "application/json")


def test_the_grade_is_read_item_by_item(phone, one):
    (told,) = read(phone)

    assert (told["grade_words"], told["points"], told["effect"]) == ("excellent", "98", "+50.00")
    assert told["items"] == ["2 points off: 迟到"]
    assert (told["seen"], told["may_appeal"]) == (False, True)
    assert Assessment.objects.get(pk=one.pk).state == "scored"


def test_seen_is_told_and_says_on_which_phone(scene, phone, one):
    answer = say(phone, one, "seen")

    kept = Assessment.objects.get(pk=one.pk)
    assert (kept.state, kept.told_how, kept.phone) == ("notified", "phone", Device.objects.get())
    assert (answer.json()["seen"], answer.json()["agreed"], kept.told_by) == (True, False, None)
    assert Event.objects.of(one).last().verb == "notify_by_phone"


def test_who_agrees_keeps_nobody_waiting(scene, phone, one):
    say(phone, one, "seen")
    say(phone, one, "seen", agrees=True)
    assert say(phone, one, "seen", agrees=True).status_code == 200

    assert do(one, "finalise", by=scene.staff.township_reviewer).state == "final"


def test_an_appeal_says_that_the_worker_was_told_and_waits_for_another(scene, phone, one):
    answer = say(phone, one, "appeal", text="那天请过假")

    assert (answer.json()["state"], answer.json()["appeal"]) == ("appealed", "那天请过假")
    assert Appeal.objects.get().phone == Device.objects.get()
    assert [task.flow_task.name for task in open_tasks(one)] == ["answer"]
    leader = scene.staff.township_leader
    do(one, "answer", by=leader, upheld=True, reply="请假属实", waived=[1], grade="")
    (told,) = read(phone)
    assert (told["points"], told["items"], told["reply"]) == ("100", [], "请假属实")
    assert (told["seen"], told["may_appeal"]) == (False, False)
    assert say(phone, one, "appeal", text="再诉").status_code == 409


def test_a_month_that_is_still_judged_is_nobodys_to_read(scene, phone):
    given_grades.opened(scene)

    assert read(phone) == []


def test_nobody_speaks_for_another(scene, one):
    other = Phone(scene.contracts[1].person, clerk=scene.staff.village_clerk)

    assert read(other) == []
    assert say(other, one, "seen").status_code == 404
    assert say(other, one, "appeal", text="不是我").status_code == 404


def test_an_ended_phone_says_nothing_more(scene, phone, one):
    devices.end(Device.objects.get(), by=scene.staff.village_clerk, note="丢失")

    assert say(phone, one, "seen").status_code == 401
    assert Assessment.objects.get(pk=one.pk).state == "scored"
