"""A worker's own phone: let in by a card, believed by its key, doubted by what it shows."""

import json
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from attendance import judging
from attendance.models import CheckIn, Flag, FlagReview, Photo, WorkPlace
from attendance.selectors import masks
from project.kernel.months import Month
from registry.models import Pass
from tests import given
from tests.given_phones import Phone, picture

pytestmark = pytest.mark.django_db
HERE = {"longitude": "104.065735", "latitude": "30.659462", "accuracy": 12}
NOW = "2026-11-22T08:00:00+08:00"


@pytest.fixture
def scene():
    return given.scene(holders=3, days=[])


@pytest.fixture
def phone(scene):
    return Phone(scene.contracts[0].person, clerk=scene.staff.village_clerk)


def codes(answer):
    """The doubts of each item of an answer."""
    return [sorted(doubt["code"] for doubt in item["doubts"]) for item in answer.json()["items"]]


def later():
    """The moment after everything that was received so far."""
    return timezone.now() + timedelta(seconds=1)


def judge_all():
    return judging.judge(timezone.now() - timedelta(days=40), later())


def fence(scene, **fields):
    fields = {
        "longitude": "104.065735",
        "latitude": "30.659462",
        "radius": 200,
        "starts_on": date(2026, 1, 1),
    } | fields
    return WorkPlace.objects.create(
        area_id=scene.contracts[0].area_id,
        name="村委会",
        added_by=scene.staff.village_clerk,
        **fields,
    )


def test_a_card_lets_one_phone_in_once(scene, phone):
    used = Pass.objects.get()

    answer = phone.client.post(
        "/api/v1/phones",
        json.dumps({"secret": "abcdefgh", "public_key": "AAAA"}),
        "application/json",
    )

    assert used.used_at is not None
    assert answer.status_code == 409
    assert "new one" in answer.json()["refusals"][0]


def test_a_phone_knows_whose_it_is_and_what_it_may_check_in_for(scene, phone):
    answer = phone.client.get("/api/v1/phones/me").json()

    assert answer["name"] == scene.contracts[0].person.name
    assert [one["id"] for one in answer["contracts"]] == [scene.contracts[0].pk]


def test_a_signed_day_with_place_and_picture_is_of_the_third_level(scene, phone):
    content = picture("well")
    record = phone.says(scene.contracts[0], NOW, photo="0" * 64, **HERE)

    answer = phone.send(record)
    kept = phone.hand_over(answer.json()["items"][0]["client_id"], content)

    assert (answer.status_code, kept.status_code) == (200, 200)
    stored = CheckIn.objects.get()
    assert (stored.level, stored.day, stored.received_by) == (3, date(2026, 11, 22), None)
    assert stored.said == record["said"]
    assert Photo.objects.get().check_in == stored


def test_a_day_counts_at_the_third_level_once_its_picture_is_there(scene, phone):
    contract, month = scene.contracts[0], Month(2026, 11)
    answer = phone.send(phone.says(contract, NOW, photo="0" * 64, **HERE))

    assert not masks(month, contract.area_id, 3)
    phone.hand_over(answer.json()["items"][0]["client_id"], picture("well"))
    # the picture is not the one that was signed for: the day waits for a look
    assert not masks(month, contract.area_id, 3)
    flag = Flag.objects.get(code="bad_signature")
    FlagReview.objects.create(
        flag=flag, decision="counts", reason="同一张照片", by=scene.staff.township_officer
    )
    assert masks(month, contract.area_id, 3).get()["full"] == 1 << 21


def test_the_same_batch_five_times_is_stored_once_and_answered_alike(scene, phone):
    records = [phone.says(scene.contracts[0], NOW, kind=kind, **HERE) for kind in ("in", "out")]

    answers = [phone.send(*records).json() for _ in range(5)]

    assert all(answer == answers[0] for answer in answers)
    assert CheckIn.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "sent", "code", "evidence"),
    [
        ({"longitude": None, "latitude": None}, {}, "no_place", {}),
        ({"latitude": "30.670000"}, {}, "outside_fence", {"place": "村委会", "radius": 200}),
        ({"accuracy": 900}, {}, "poor_accuracy", {"metres": 900, "limit": 100}),
        ({"mock": True}, {}, "mock_place", {}),
        ({"at": "2026-11-10T08:00:00+08:00"}, {}, "late", {"limit": 72}),
        ({"at": "2027-02-10T08:00:00+08:00"}, {}, "future_day", {}),
        ({"at": "2027-02-10T08:00:00+08:00"}, {}, "outside_contract", {}),
        ({}, {"sent_at": "2026-11-22T12:00:00+08:00"}, "clock_drift", {"limit": 300}),
    ],
)
def test_what_is_doubtful_is_flagged_with_what_shows_it(scene, phone, said, sent, code, evidence):
    fence(scene)

    answer = phone.send(phone.says(scene.contracts[0], **({"at": NOW} | HERE | said)), **sent)

    assert code in codes(answer)[0]
    assert CheckIn.objects.count() == 1
    shown = Flag.objects.get(code=code).evidence
    assert evidence.items() <= shown.items()


def test_a_good_day_raises_no_doubt(scene, phone):
    fence(scene)

    answer = phone.send(
        phone.says(scene.contracts[0], NOW, **HERE), sent_at="2026-11-22T10:00:05+08:00"
    )

    assert codes(answer) == [[]]


def test_a_place_that_moved_judges_each_day_by_its_own_fence(scene, phone):
    old = fence(scene)
    WorkPlace.objects.filter(pk=old.pk).update(
        ends_on=date(2026, 11, 20), ended_by=scene.staff.village_clerk
    )
    fence(scene, latitude="30.700000", starts_on=date(2026, 11, 21))

    answer = phone.send(
        phone.says(scene.contracts[0], "2026-11-20T08:00:00+08:00", **HERE),
        phone.says(scene.contracts[0], "2026-11-21T08:00:00+08:00", **HERE),
    )

    assert codes(answer) == [[], ["outside_fence"]]


def test_a_record_that_the_key_did_not_sign_is_kept_and_waits(scene, phone):
    record = phone.says(scene.contracts[0], NOW, **HERE)

    answer = phone.send(record | {"signature": phone.sign("another text")})

    assert codes(answer) == [["bad_signature"]]
    assert Flag.objects.get().waits
    assert not masks(Month(2026, 11), scene.contracts[0].area_id)


def test_a_phone_writes_for_its_worker_alone(scene, phone):
    answer = phone.send(phone.says(scene.contracts[1], NOW, **HERE))

    assert answer.json()["items"][0]["status"] == 404
    assert not CheckIn.objects.exists()


def test_the_same_picture_is_seen_again_smaller_and_in_a_mirror(scene, phone):
    other = Phone(scene.contracts[1].person, clerk=scene.staff.village_clerk)
    shown = [picture("canal"), picture("canal", size=(200, 150), quality=40), picture("road")]
    mirrored = picture("canal", mirror=True)
    for contract, device, content in [
        (scene.contracts[0], phone, shown[0]),
        (scene.contracts[0], phone, shown[2]),
        (scene.contracts[1], other, shown[1]),
        (scene.contracts[1], other, mirrored),
    ]:
        item = device.send(device.says(contract, NOW, **HERE)).json()["items"][0]
        device.hand_over(item["client_id"], content)

    raised, again = judge_all(), judge_all()

    assert raised["same_photo"] == 2
    assert again["same_photo"] == 0
    flags = Flag.objects.filter(code="same_photo").order_by("pk")
    assert {flag.check_in.contract_id for flag in flags} == {scene.contracts[1].pk}
    assert sorted(flag.evidence["mirrored"] for flag in flags) == [False, True]
    assert all(flag.waits for flag in flags)


def test_one_phone_for_several_workers_is_a_doubt_about_all(scene):
    clerk = scene.staff.village_clerk
    for contract in scene.contracts[:2]:
        device = Phone(contract.person, clerk=clerk, fingerprint="ab" * 16)
        device.send(device.says(contract, NOW, **HERE))

    assert judge_all()["shared_device"] == 2
    assert {flag.evidence["workers"] for flag in Flag.objects.all()} == {2}


def test_a_record_missing_from_the_chain_is_noticed_after_an_hour(scene, phone):
    phone.says(scene.contracts[0], NOW, **HERE)  # never arrives
    phone.send(phone.says(scene.contracts[0], NOW, kind="out", **HERE))

    assert judge_all()["broken_chain"] == 0
    with time_machine.travel("2026-11-22T12:00:00+08:00"):
        assert judge_all()["broken_chain"] == 1


def test_a_whole_chain_that_arrives_late_and_in_disorder_raises_no_doubt(scene, phone):
    records = [phone.says(scene.contracts[0], NOW, kind=kind, **HERE) for kind in ("in", "out")]
    for record in reversed(records):
        phone.send(record)

    with time_machine.travel("2026-11-22T12:00:00+08:00"):
        assert judge_all()["broken_chain"] == 0


@pytest.mark.parametrize(("left", "missed"), [("12:01", 1), ("11:59", 0)])
def test_a_second_picture_is_missed_after_the_hours_of_the_rule(scene, phone, left, missed):
    contract, day = scene.contracts[0], "2026-11-22T"
    with time_machine.travel("2026-11-22T13:00:00+08:00"):
        phone.send(
            phone.says(contract, f"{day}08:00:00+08:00", **HERE),
            phone.says(contract, f"{day}{left}:00+08:00", kind="out", **HERE),
        )
    with time_machine.travel("2026-11-22T15:00:00+08:00"):
        assert judge_all()["no_second_photo"] == missed


def test_a_day_on_two_programmes_is_a_doubt_that_shows_both(scene, phone):
    mine = scene.contracts[0]
    other = given.contract(
        mine.area,
        scene.staff.township_officer,
        person=mine.person,
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31),
    )
    phone.send(phone.says(mine, NOW, **HERE))
    given.worked(other, scene.staff.village_clerk, [22], month=Month(2026, 11))

    assert judge_all()["two_programmes"] == 2
    flag = Flag.objects.get(code="two_programmes", check_in__contract=mine)
    assert (flag.waits, flag.evidence["contract"]) == (True, other.pk)
