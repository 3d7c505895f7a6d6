"""Days that do not fit: what is found, and what looks like it and is honest."""

from datetime import date
from decimal import Decimal

import pytest

from attendance.models import Substitution
from project.kernel.months import Month
from tests import given, given_changes, given_days
from tests.given_detection import day, found, scene, stood

pytestmark = pytest.mark.django_db
WORKED = range(8, 23)


def ids(doubt, kind="check_in"):
    return sorted(one["id"] for one in doubt.evidence if one["kind"] == kind)


def test_who_is_recorded_while_a_substitute_works_is_doubted():
    made = scene(holders=3)
    holder, substitute, other = made.contracts
    Substitution.objects.create(
        area=holder.area,
        holder=holder,
        substitute=substitute,
        starts_on=date(2026, 10, 8),
        ends_on=date(2026, 10, 10),
        reason="探亲",
        registered_by=made.staff.village_clerk,
    )
    days = [day(holder, n) for n in (9, 10, 12)]
    day(substitute, 9)
    day(other, 9)
    (doubt,) = found(made, "V-01.substitute")

    assert doubt.contract == holder and doubt.shows == {"days": 2}
    assert set(doubt.people) == {holder.person_id, substitute.person_id}
    assert ids(doubt) == [days[0].pk, days[1].pk]


def test_the_same_time_on_the_clock_day_after_day_is_doubted_and_punctuality_is_not():
    made = scene(holders=3)
    liar, honest, called = made.contracts
    for n in WORKED:
        day(liar, n, "08:00:00")
        day(honest, n, f"07:5{n % 10}:0{n % 7}")
        day(called, n, "08:30:00", source="roll_call")
    (doubt,) = found(made, "V-02.clock")

    assert doubt.contract == liar
    assert doubt.shows == {"days": 15, "all": 15, "time": "08:00:00"}


def test_people_clocked_in_the_same_second_day_after_day_are_doubted_together():
    made = scene(holders=4)
    for n in WORKED:
        for contract in made.contracts[:2]:
            day(contract, n, f"07:4{n % 10}:{11 + n}")
        day(made.contracts[2], n, f"07:4{n % 10}:{12 + n}")
    (doubt,) = found(made, "V-02.together")

    assert set(doubt.people) == {one.person_id for one in made.contracts[:2]}
    assert doubt.shows == {"people": 2, "days": 15}


def test_who_come_as_one_whenever_both_are_there_are_doubted_though_each_misses_days():
    made = scene(holders=2)
    one, other = made.contracts
    for n in range(1, 16):
        day(one, n, f"07:4{n % 10}:{11 + n}")
    for n in range(7, 23):
        day(other, n, f"07:4{n % 10}:{11 + n}")
    (doubt,) = found(made, "V-02.together")

    assert doubt.shows == {"people": 2, "days": 9}


def test_a_bus_that_brings_many_in_one_minute_is_no_doubt():
    made = scene(holders=5)
    for n in WORKED:
        for contract in made.contracts:
            day(contract, n, f"07:{40 + n % 9}:00")

    assert not found(made, "V-02.together") and not found(made, "V-02.clock")


def test_the_same_days_for_all_who_were_there_three_months_long_are_doubted():
    made = scene(holders=6)
    *there, ill = made.contracts
    for number in (8, 9, 10):
        stood(there, WORKED, month=Month(2026, number))
        stood([ill], WORKED if number == 8 else (), month=Month(2026, number))
    (doubt,) = found(made, "V-02.village")

    assert doubt.shows == {"people": 5, "months": 3} and len(ids(doubt, "sheet")) == 3
    assert sorted(doubt.people) == sorted(one.person_id for one in there)


def test_a_village_in_which_one_was_ill_for_a_day_is_not_doubted():
    made = scene(holders=5)
    for number in (8, 9):
        stood(made.contracts, WORKED, month=Month(2026, number))
    stood(made.contracts[:4], WORKED)
    stood(made.contracts[4:], range(8, 22))

    assert not found(made, "V-02.village")


def test_days_outside_the_contract_or_while_suspended_are_doubted_and_others_are_not():
    made = scene(holders=3)
    late, resting, honest = made.contracts
    type(late).objects.filter(pk=late.pk).update(starts_on=date(2026, 10, 10))
    given_changes.suspended(made, resting, on=date(2026, 10, 12), until=date(2026, 10, 15))
    stood([late, resting, honest], WORKED)
    doubts = {doubt.contract_id: doubt for doubt in found(made, "V-03.dates")}

    assert set(doubts) == {late.pk, resting.pk}
    assert doubts[late.pk].shows == {"days": 2, "which": "8, 9"}
    assert doubts[resting.pk].shows["which"] == "12, 13, 14"


def test_the_thirtieth_of_february_is_doubted():
    made = scene(holders=2)
    month = Month(2026, 2)
    stood(made.contracts[:1], [27, 28, 29, 30], month=month)
    stood(made.contracts[1:], [27, 28], month=month)
    (doubt,) = found(made, "V-03.dates", month=month)

    assert doubt.contract == made.contracts[0] and doubt.shows["which"] == "29, 30"


def at_place(contract, n, at, x, y, **fields):
    place = {"longitude": Decimal(x), "latitude": Decimal(y), "accuracy": 30} | fields
    return day(contract, n, at, source="phone", **place)


def test_two_places_too_far_apart_for_the_time_between_are_doubted():
    made = scene(holders=3)
    traveller, rider, lost = made.contracts
    first = at_place(traveller, 9, "08:00", "104.10", "30.60")
    second = at_place(traveller, 9, "08:30", "105.10", "30.60", kind="out")
    at_place(rider, 9, "08:00", "104.10", "30.60")
    at_place(rider, 9, "17:00", "105.10", "30.60", kind="out")
    at_place(lost, 9, "08:00", "104.10", "30.60")
    at_place(lost, 9, "08:30", "105.10", "30.60", kind="out", accuracy=3000)
    (doubt,) = found(made, "V-03.travel")

    assert doubt.person == traveller.person and doubt.shows == {"kilometres": 96, "minutes": 30}
    assert ids(doubt) == [first.pk, second.pk]


def test_a_day_under_two_contracts_is_doubted_and_two_halves_are_one_day():
    made = scene(holders=2)
    for contract in made.contracts:
        ended = given.contract(
            contract.area,
            made.staff.township_officer,
            person=contract.person,
            starts_on=date(2025, 1, 1),
            ends_on=date(2025, 12, 31),
        )
        worth = Decimal("1") if contract == made.contracts[0] else Decimal("0.5")
        day(contract, 9, worth=worth)
        day(ended, 9, worth=worth)
    (doubt,) = found(made, "V-03.twice")

    assert doubt.person == made.contracts[0].person and len(ids(doubt)) == 2


def test_days_on_the_sheet_that_no_record_shows_are_doubted():
    made = scene(holders=3)
    for contract in made.contracts:
        for n in WORKED:
            if contract != made.contracts[1] or n > 9:
                day(contract, n)
    sheet = stood(made.contracts, WORKED)
    (doubt,) = found(made, "V-35.records")

    assert doubt.shows == {"days": 2, "people": 1} and ids(doubt, "sheet") == [sheet.pk]
    assert doubt.people == [made.contracts[1].person_id]


def test_a_sheet_whose_days_were_recorded_is_not_doubted():
    made = given.scene(holders=3)
    made.inspector = given.user("inspector", at=made.place.county)
    given.sheets(made)

    for code in ("V-35.records", "V-35.book", "V-03.dates", "V-34.signer", "V-20.changed"):
        assert not found(made, code)


def test_a_book_of_which_no_page_was_scanned_is_doubted():
    made = scene(holders=2)
    for n in WORKED:
        day(made.contracts[0], n, source="book")
        day(made.contracts[1], n, source="book")
        day(made.contracts[1], n)
    stood(made.contracts, WORKED)
    (doubt,) = found(made, "V-35.book")

    assert doubt.people == [made.contracts[0].person_id]
    assert doubt.shows == {"days": 15, "people": 1}


def test_a_book_that_was_scanned_is_not_doubted():
    made = scene(holders=1)
    for n in WORKED:
        day(made.contracts[0], n, source="book")
    sheet = stood(made.contracts, WORKED, state="open")
    given_days.scanned(sheet, made.staff.village_clerk)
    type(sheet).objects.filter(pk=sheet.pk).update(state="confirmed")

    assert not found(made, "V-35.book")
