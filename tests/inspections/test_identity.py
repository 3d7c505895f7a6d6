"""One person under two ID numbers: what is found, and namesakes, brothers and twins."""

from datetime import date

import pytest

from registry.models import Person
from registry.names import sort_key
from tests import given
from tests.given_detection import found, scene

pytestmark = pytest.mark.django_db
BORN = date(1975, 4, 12)


def holder(made, name, born=BORN, serial=None, village=0, **fields):
    """A holder whose name has its pinyin, and whose ID number its serial where one is given."""
    at = made.place.villages[village]
    if serial:
        fields["id_number"] = given.id_number(born, serial)
    who = given.person(at, name=name, born=born, name_key=sort_key(name), **fields)
    return given.holder(at, made.staff.township_officer, person=who)


def people(doubt):
    return set(Person.objects.filter(pk__in=doubt.people).values_list("name", flat=True))


def test_one_name_and_birthday_with_two_numbers_is_doubted_once():
    made = scene(villages=2)
    holder(made, "欧阳春花"), holder(made, "欧阳春花", village=1)
    (doubt,) = found(made, "V-33.name")

    assert doubt.shows == {"people": 2, "names": "欧阳春花"} and len(doubt.evidence) == 2


def test_a_name_that_sounds_alike_counts_within_a_village_only():
    made = scene(villages=2)
    holder(made, "王晓英"), holder(made, "王小音")
    holder(made, "赵建国", date(1970, 1, 1)), holder(made, "赵健国", date(1970, 1, 1), village=1)
    (doubt,) = found(made, "V-33.name")

    assert people(doubt) == {"王晓英", "王小音"}


def test_namesakes_with_other_birthdays_and_twins_are_no_doubt():
    made = scene()
    holder(made, "李伟", date(1970, 1, 1)), holder(made, "李伟", date(1981, 6, 9))
    holder(made, "钱大强", serial=311), holder(made, "钱小强", serial=312)

    for code in ("V-33.name", "V-33.number", "V-33.phone"):
        assert not found(made, code)


def test_a_birthday_one_digit_apart_with_the_same_serial_is_doubted():
    made = scene()
    holder(made, "孙桂英", date(1965, 3, 8), serial=421)
    holder(made, "孙桂英", date(1966, 3, 8), serial=421)
    holder(made, "孙桂英", date(1978, 11, 25), serial=421)
    (doubt,) = found(made, "V-33.number")

    assert doubt.shows["people"] == 2


def test_one_name_and_telephone_with_two_numbers_is_doubted_and_brothers_are_not():
    made = scene()
    phone = "19900000001"
    holder(made, "周福贵", date(1968, 2, 3), phone=phone)
    holder(made, "周福贵", date(1971, 9, 20), phone=phone)
    holder(made, "吴建国", date(1970, 1, 1), phone="19900000002")
    holder(made, "吴建军", date(1973, 1, 1), phone="19900000002")
    (doubt,) = found(made, "V-33.phone")

    assert people(doubt) == {"周福贵"}


def test_one_name_twice_in_a_household_is_doubted_even_if_one_of_them_has_left():
    made = scene()
    first = holder(made, "郑秀兰", date(1968, 2, 3))
    home = first.person.household
    at, by = made.place.villages[0], made.staff.township_officer
    again = given.person(at, "郑秀兰", date(1979, 7, 7), household=home)
    terms = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31)}
    given.holder(at, by, person=again, **terms)
    (doubt,) = found(made, "V-33.phone")

    assert sorted(doubt.people) == sorted([first.person_id, again.pk])
