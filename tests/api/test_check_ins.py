"""Check-ins by API: stored once, answered alike, doubted but never lost."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import CheckIn, Flag
from project.kernel.months import today
from registry.delegations import end
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=2, days=[])


def report(contract, **more):
    return {"client_id": str(uuid.uuid4()), "contract": contract.pk, "day": "2026-10-08"} | more


def test_a_check_in_sent_twice_is_stored_once_and_answered_alike(scene, program):
    clerk = program(scene.staff.village_clerk)
    sent = report(scene.contracts[0], in_at="08:00", out_at="17:30", source="machine", device="M1")

    first, second = (clerk.post("/check-ins", sent) for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert first.json()["doubts"] == []
    stored = CheckIn.objects.get()
    assert (stored.level, stored.source, stored.device) == (CheckIn.Level.CLERK, "machine", "M1")
    assert stored.received_by == scene.staff.village_clerk


def test_workers_report_for_themselves_by_phone_and_for_nobody_else(scene, program):
    mine, other = scene.contracts
    mine.person.user = given.user()
    mine.person.save()
    worker = program(mine.person.user)
    place = {"longitude": "104.065735", "latitude": "30.659462"}

    assert worker.post("/check-ins", report(mine, **place)).status_code == 200
    assert worker.post("/check-ins", report(mine, source="machine")).status_code == 403
    assert worker.post("/check-ins", report(other)).status_code == 404
    assert str(CheckIn.objects.get().longitude) == "104.065735"


def test_who_only_sees_the_contract_may_not_report_on_it(scene, program):
    answer = program(scene.staff.village_head).post("/check-ins", report(scene.contracts[0]))

    assert answer.status_code == 403
    assert CheckIn.objects.count() == 0


def test_a_substitute_reports_as_long_as_the_substitution_holds(scene, program):
    absent, near = scene.staff.village_clerk, scene.staff.village_head
    made = given.delegation(absent, near, "village_clerk")

    assert program(near).post("/check-ins", report(scene.contracts[0])).status_code == 200
    absent.appointments.update(ends_on=today() - timedelta(days=1))  # nothing is left to lend
    assert program(near).post("/check-ins", report(scene.contracts[0])).status_code == 403
    absent.appointments.update(ends_on=None)
    end(made, by=absent, reason="提前返岗")
    assert program(near).post("/check-ins", report(scene.contracts[0])).status_code == 403
    assert CheckIn.objects.get().received_by == near


def test_another_areas_clerk_finds_no_such_contract(scene, program):
    elsewhere = given.user("village_clerk", at=given.township("990456100000").town)

    answer = program(elsewhere).post("/check-ins", report(scene.contracts[0]))

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({"day": "2027-03-01"}, ["future_day", "no_place", "outside_contract"]),
        ({"day": "2025-12-31"}, ["no_place", "outside_contract"]),
        ({"in_at": "17:00", "out_at": "08:00"}, ["left_before", "no_place"]),
        ({"source": "machine"}, []),
    ],
)
def test_a_doubtful_check_in_is_stored_and_flagged(scene, program, more, codes):
    clerk = program(scene.staff.village_clerk)

    answer = clerk.post("/check-ins", report(scene.contracts[0], **more)).json()

    assert CheckIn.objects.get().pk == answer["id"]
    assert [doubt["code"] for doubt in answer["doubts"]] == codes
    assert all(doubt["words"] for doubt in answer["doubts"])
    assert list(Flag.objects.order_by("code").values_list("code", flat=True)) == codes


def test_a_number_used_by_another_contract_is_refused(scene, program):
    clerk, sent = program(scene.staff.village_clerk), report(scene.contracts[0])
    clerk.post("/check-ins", sent)

    answer = clerk.post("/check-ins", sent | {"contract": scene.contracts[1].pk})

    assert answer.status_code == 409
    assert CheckIn.objects.count() == 1


def test_a_number_sent_again_with_another_content_is_kept_as_evidence(scene, program):
    clerk, sent = program(scene.staff.village_clerk), report(scene.contracts[0])
    clerk.post("/check-ins", sent)

    answers = [clerk.post("/check-ins", sent | {"day": "2026-10-09"}).json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert "replay" in {doubt["code"] for doubt in answers[0]["doubts"]}
    assert CheckIn.objects.get().day == date(2026, 10, 8)
    flag = Flag.objects.get(code="replay")
    assert flag.waits
    assert flag.evidence["day"] == "2026-10-09"


def test_a_batch_answers_for_each_and_one_bad_report_keeps_no_other_out(scene, program):
    clerk, good = program(scene.staff.village_clerk), report(scene.contracts[0])
    absent = good | {"client_id": str(uuid.uuid4()), "contract": 2**62}
    taken = good | {"contract": scene.contracts[1].pk}

    answer = clerk.post("/check-ins/batch", {"items": [good, absent, taken, good]})

    items = answer.json()["items"]
    assert items[0] == items[3]
    assert [item.get("status") for item in items] == [None, 404, 409, None]
    assert CheckIn.objects.count() == 1


def test_a_batch_names_the_permission_that_is_missing(scene, program):
    head = program(scene.staff.village_head)

    answer = head.post("/check-ins/batch", {"items": [report(scene.contracts[0])]})

    assert answer.json()["items"][0]["status"] == 403


def test_a_batch_takes_two_hundred_in_as_many_queries_as_one(scene, program):
    clerk, contract = program(scene.staff.village_clerk), scene.contracts[0]
    clerk.post("/check-ins/batch", {"items": [report(contract)]})  # prepares the connection

    with CaptureQueriesContext(connection) as one:
        clerk.post("/check-ins/batch", {"items": [report(contract)]})
    with CaptureQueriesContext(connection) as many:
        answer = clerk.post("/check-ins/batch", {"items": [report(contract) for _ in range(200)]})

    assert answer.status_code == 200
    assert len(one) == len(many)
    assert CheckIn.objects.count() == 202


@pytest.mark.parametrize("size", [0, 201])
def test_a_batch_has_its_limits(scene, program, size):
    reports = [report(scene.contracts[0]) for _ in range(size)]

    answer = program(scene.staff.village_clerk).post("/check-ins/batch", {"items": reports})

    assert (answer.status_code, answer.json()["fields"].keys()) == (422, {"items"})


def test_a_report_says_which_of_its_fields_is_wrong(scene, program):
    sent = {"contract": "x", "day": "2026-02-30", "device": "\u0000", "source": "rumour"}
    clerk = program(scene.staff.village_clerk)

    answer = clerk.post("/check-ins", sent)
    batch = clerk.post("/check-ins/batch", {"items": [report(scene.contracts[0]), sent]})

    assert answer.status_code == batch.status_code == 422
    assert answer.json()["fields"].keys() == {"client_id", *sent}
    assert "items.1.day" in batch.json()["fields"]
