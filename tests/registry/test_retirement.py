"""The retirement age rises by months from 2025 on."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project.kernel.months import Month
from registry.retirement import STEPS, Track, retirement_age, retirement_month


@pytest.mark.parametrize(
    ("track", "year", "month", "age"),
    [
        (Track.MAN_60, 1964, 12, (60, 0)),
        (Track.MAN_60, 1965, 1, (60, 1)),
        (Track.MAN_60, 1965, 4, (60, 1)),
        (Track.MAN_60, 1965, 5, (60, 2)),
        (Track.MAN_60, 1970, 6, (61, 5)),
        (Track.MAN_60, 1976, 8, (62, 11)),
        (Track.MAN_60, 1976, 9, (63, 0)),
        (Track.MAN_60, 2000, 1, (63, 0)),
        (Track.WOMAN_55, 1969, 12, (55, 0)),
        (Track.WOMAN_55, 1981, 9, (58, 0)),
        (Track.WOMAN_50, 1974, 12, (50, 0)),
        (Track.WOMAN_50, 1984, 11, (55, 0)),
    ],
)
def test_the_age_follows_the_month_of_birth(track, year, month, age):
    assert retirement_age(date(year, month, 15), track) == age


def test_the_month_of_retirement_follows_from_the_age():
    assert retirement_month(date(1965, 1, 31), Track.MAN_60) == Month(2025, 2)


@given(st.sampled_from(Track), st.dates(date(1950, 1, 1), date(2010, 1, 1)))
def test_nobody_retires_before_someone_older(track, birth):
    earlier = Month.of(birth).previous().first

    assert retirement_month(earlier, track) <= retirement_month(birth, track)
    assert STEPS[track].age <= retirement_age(birth, track)[0] <= STEPS[track].age + 5
