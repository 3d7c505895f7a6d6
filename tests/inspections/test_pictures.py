"""Pictures that are used again, turned round or missing; and those that are merely alike."""

import uuid
from datetime import date

import pytest

from attendance.models import CheckIn
from attendance.photos import keep
from project.kernel.months import Month
from tests import given_phones, given_roll_calls
from tests.given_detection import day, found, looks, mask, phone, scene

pytestmark = pytest.mark.django_db
NOVEMBER = Month(2026, 11)
SEEN = 0x0F3C_55AA_9669_1E87
OTHER = 0x1234_5678_0FED_CBA9


def shown(contract, number, look, **fields):
    """A day with a picture of some look; `mirrored` is its look in a mirror."""
    picture = {"mirrored": fields.pop("mirrored")} if "mirrored" in fields else {}
    return looks(look, check_in=day(contract, number, **fields), **picture)


def photos(doubt):
    return [one["id"] for one in doubt.evidence if one["kind"] == "photo"]


def test_one_picture_for_the_days_of_two_workers_is_doubted():
    made = scene(holders=3)
    first, second, honest = made.contracts
    taken = [shown(first, 9, SEEN), shown(second, 9, SEEN), shown(second, 12, SEEN)]
    shown(honest, 9, OTHER)
    (doubt,) = found(made, "V-01.picture")

    assert doubt.shows == {"people": 2, "pictures": 3}
    assert sorted(doubt.people) == sorted([first.person_id, second.person_id])
    assert photos(doubt) == [one.pk for one in taken]


def test_a_picture_written_anew_by_a_camera_is_known_by_its_look():
    made = scene(holders=2)
    shown(made.contracts[0], 9, SEEN)
    shown(made.contracts[1], 9, SEEN ^ 0b1000000000010000000000000000001)

    assert found(made, "V-01.picture")


def test_pictures_of_one_place_that_differ_are_no_doubt():
    made = scene(holders=2)
    shown(made.contracts[0], 9, SEEN)
    shown(made.contracts[1], 9, SEEN ^ 0xFF)

    assert not found(made, "V-01.picture")


def test_dark_pictures_look_alike_and_are_no_doubt():
    made = scene(holders=2)
    for contract in made.contracts:
        shown(contract, 9, 0)
        shown(contract, 10, 1)

    for code in ("V-01.picture", "V-32.again", "V-32.mirrored"):
        assert not found(made, code)


def test_a_holders_picture_of_an_earlier_month_is_known_again():
    made = scene(holders=2)
    holder, honest = made.contracts
    old = CheckIn.objects.create(
        client_id=uuid.uuid4(),
        contract=holder,
        day=date(2026, 9, 9),
        source="machine",
        level=2,
        received_by=made.staff.township_officer,
    )
    looks(SEEN, check_in=old)
    again = [shown(holder, n, SEEN) for n in (12, 13)]
    shown(honest, 12, OTHER)
    shown(honest, 13, OTHER ^ mask(range(2, 20)))
    (doubt,) = found(made, "V-32.again")

    assert doubt.contract == holder and doubt.shows == {"first": "2026-09-09", "days": 2}
    assert photos(doubt)[1:] == [one.pk for one in again]
    assert not found(made, "V-01.picture")


def test_two_pictures_of_one_day_may_be_alike():
    made = scene(holders=1)
    shown(made.contracts[0], 9, SEEN)
    shown(made.contracts[0], 9, SEEN, kind="out")

    assert not found(made, "V-32.again")


def test_a_picture_turned_round_is_known_again():
    made = scene(holders=1)
    shown(made.contracts[0], 9, SEEN, mirrored=OTHER)
    shown(made.contracts[0], 12, OTHER, mirrored=SEEN)
    (doubt,) = found(made, "V-32.mirrored")

    assert doubt.shows == {"first": "2026-10-09", "days": 1}
    assert not found(made, "V-32.again")


def test_real_pictures_turned_round_and_written_smaller_are_known():
    made = scene(holders=2)
    for contract, how in zip(made.contracts, ({}, {"mirror": True, "quality": 60}), strict=True):
        keep(day(contract, 9), given_phones.picture("ditch", **how))

    assert found(made, "V-01.picture")


def test_one_picture_for_the_roll_calls_of_two_days_is_doubted():
    made = scene(holders=2)
    for number, seed in ((19, "a"), (20, "a"), (18, "b")):
        given_roll_calls.held(
            made,
            made.contracts[:1],
            at=given_roll_calls.MORNING.replace(day=number),
            photos=[given_roll_calls.shot(seed)],
        )
    (doubt,) = found(made, "V-32.rolls", month=NOVEMBER)

    assert doubt.shows == {"first": "2026-11-19", "others": 1}
    assert doubt.people == [made.contracts[0].person_id]


def own_days(made, pictured):
    """Ten days from each holder's own phone; `pictured` says how many bear a picture."""
    for contract, count in zip(made.contracts, pictured, strict=True):
        device = phone(contract.person, made.staff.village_clerk)
        for n in range(5, 15):
            entry = day(contract, n, source="phone", phone=device)
            if n - 5 < count:
                looks(SEEN ^ (n * 7919 * contract.pk), check_in=entry)


def test_whose_pictures_never_arrive_while_others_do_is_doubted():
    made = scene(holders=3)
    own_days(made, (10, 7, 1))
    (doubt,) = found(made, "V-32.none")

    assert doubt.contract == made.contracts[2] and doubt.shows == {"days": 9, "all": 10}


def test_where_nobody_takes_pictures_none_is_missing():
    made = scene(holders=3)
    own_days(made, (0, 0, 1))

    assert not found(made, "V-32.none")


def test_long_days_without_a_second_picture_are_doubted():
    made = scene(holders=3)
    for contract in made.contracts:
        device = phone(contract.person, made.staff.village_clerk)
        for n in range(5, 12):
            day(contract, n, "07:30", source="phone", phone=device)
            left = day(contract, n, "16:30", source="phone", phone=device, kind="out")
            if contract != made.contracts[0]:
                looks(SEEN ^ left.pk * 7919, check_in=left)
    (doubt,) = found(made, "V-32.second")

    assert doubt.contract == made.contracts[0] and doubt.shows == {"days": 7, "all": 7}


def test_a_short_day_needs_no_second_picture():
    made = scene(holders=1)
    device = phone(made.contracts[0].person, made.staff.village_clerk)
    for n in range(5, 12):
        day(made.contracts[0], n, "07:30", source="phone", phone=device)
        day(made.contracts[0], n, "10:30", source="phone", phone=device, kind="out")

    assert not found(made, "V-32.second")
