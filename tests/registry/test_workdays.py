"""Days off and days worked in 2026, and when a notice ends."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project.kernel.months import Month
from registry.workdays import Unit, end_of_notice, is_published, is_workday, workdays_in

pytestmark = pytest.mark.usefixtures("english")


def days(first, last):
    return [
        date(2026, *first) + timedelta(n)
        for n in range((date(2026, *last) - date(2026, *first)).days + 1)
    ]


OFF = [
    *days((1, 1), (1, 3)),
    *days((2, 15), (2, 23)),
    *days((4, 4), (4, 6)),
    *days((5, 1), (5, 5)),
    *days((6, 19), (6, 21)),
    *days((9, 25), (9, 27)),
    *days((10, 1), (10, 7)),
]
ON = [date(2026, *day) for day in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]]
YEAR = {day: False for day in OFF} | {day: True for day in ON}


def test_2026_has_248_workdays():
    counts = [len(workdays_in(Month(2026, month), YEAR)) for month in range(1, 13)]

    assert counts == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert sum(counts) == 248


@pytest.mark.parametrize(
    ("posted_on", "ends_on"),
    [
        (date(2026, 9, 18), date(2026, 9, 24)),
        (date(2026, 9, 30), date(2026, 10, 13)),
        (date(2026, 2, 12), date(2026, 2, 26)),
    ],
)
def test_five_working_days_skip_holidays_and_count_make_up_days(posted_on, ends_on):
    assert end_of_notice(posted_on, 5, Unit.WORKING, YEAR) == ends_on


def test_calendar_days_count_every_day_after_posting():
    assert end_of_notice(date(2026, 9, 30), 7, "calendar", YEAR) == date(2026, 10, 7)


@given(st.dates(date(2025, 12, 1), date(2026, 12, 1)), st.integers(1, 30))
def test_a_notice_hangs_for_as_many_workdays_as_were_asked(posted_on, count):
    ends_on = end_of_notice(posted_on, count, Unit.WORKING, YEAR)
    hung = [posted_on + timedelta(n) for n in range(1, (ends_on - posted_on).days + 1)]

    assert sum(is_workday(day, YEAR) for day in hung) == count
    assert is_workday(ends_on, YEAR)


def test_a_notice_of_no_days_is_refused():
    with pytest.raises(ValueError, match="at least one day"):
        end_of_notice(date(2026, 9, 30), 0, Unit.WORKING, YEAR)


def test_a_year_without_holidays_is_not_published():
    assert is_published(2026, YEAR)
    assert not is_published(2027, YEAR)
