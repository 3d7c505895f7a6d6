"""An ID number is read as people type it, and every fault in it is named."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.idnumber import (
    age_on,
    birth_on,
    birthday,
    check,
    check_digit,
    is_synthetic,
    normalise,
    problems,
    sex,
)

pytestmark = pytest.mark.usefixtures("english")

TODAY = date(2026, 11, 22)
VALID = [
    "990000196002290010",
    "990000195904150020",
    "990123197001010122",
    "990000200802290034",
    "99000019620808006X",
    "360426199101010071",
]


@st.composite
def numbers(draw):
    born = draw(st.dates(date(1900, 1, 1), TODAY))
    start = f"990123{born:%Y%m%d}{draw(st.integers(1, 999)):03}"
    return start + check_digit(start)


@pytest.mark.parametrize("number", VALID)
def test_known_numbers_are_good(number):
    assert problems(number, on=TODAY) == []


@given(numbers())
def test_every_number_with_its_check_digit_is_good(number):
    assert check(number, on=TODAY) == number


@given(numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_caught(number, place, sign):
    assume(number[place] != sign)

    assert problems(number[:place] + sign + number[place + 1 :], on=TODAY)


@given(numbers(), st.integers(0, 16))
def test_two_swapped_neighbours_are_always_caught(number, place):
    assume(number[place] != number[place + 1])
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert problems(swapped, on=TODAY)


@pytest.mark.parametrize(
    "typed",
    [
        "９９０００019620808006x",
        " 990000 19620808 006X ",
        "'99000019620808006x",
        "99000019620808006Ｘ\u200b",
    ],
)
def test_typing_habits_are_undone(typed):
    assert normalise(typed) == "99000019620808006X"


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (9.90123197001010e17, "Format the column as text"),
        (990123197001010122, "Format the column as text"),
        ("9.90123E+17", "Format the column as text"),
        ("", "missing"),
        ("990123700101012", "15 digits"),
        ("99012319700101012", "17 characters"),
        ("99012319700101X122", "only digits"),
        ("990123197002300126", "does not exist"),
        ("990123202612010121", "future"),
        ("990123189912310121", "before 1900"),
        ("990123197001010002", "cannot be 000"),
        ("990123197001010123", "check digit"),
    ],
)
def test_each_fault_has_its_sentence(number, word):
    assert any(word in sentence for sentence in problems(number, on=TODAY))


def test_all_faults_are_named_together():
    assert len(problems("990123197002300001", on=TODAY)) == 3


def test_the_area_is_checked_only_against_given_areas():
    real = "360426199101010071"

    assert problems(real, on=TODAY, areas={"360426"}) == []
    assert "360426" in problems(real, on=TODAY, areas={"360427"})[0]
    assert problems("990123197001010122", on=TODAY, areas={"360427"}) == []


def test_a_bad_number_is_refused_with_its_sentences():
    with pytest.raises(ValueError, match="check digit"):
        check("990123197001010123", on=TODAY)


def test_a_number_tells_birth_and_sex():
    assert birth_on("99000019620808006X") == date(1962, 8, 8)
    assert (sex("99000019620808006X"), sex("990000196002290010")) == ("f", "m")
    assert is_synthetic("990000196002290010")
    assert not is_synthetic("360426199101010071")


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(1960, 2, 29), date(2026, 2, 28), 65),
        (date(1960, 2, 29), date(2026, 3, 1), 66),
        (date(1960, 2, 29), date(2024, 2, 29), 64),
        (date(1961, 5, 10), date(2026, 5, 9), 64),
        (date(1961, 5, 10), date(2026, 5, 10), 65),
    ],
)
def test_age_counts_from_the_birthday(birth, day, age):
    assert age_on(birth, day) == age


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 120))
def test_a_birthday_is_the_first_day_of_an_age(birth, age):
    day = birthday(birth, age)

    assert age_on(birth, day) == age
    assert age_on(birth, date.fromordinal(day.toordinal() - 1)) == age - 1
