"""The forecast of labour at completion: a point between its bounds, exact at the end."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies

from workrelief.forecast import forecast

FIRST = date(2026, 9, 1)


def on(day):
    return FIRST + timedelta(days=day)


def test_labour_grows_with_the_works():
    """186 of 370 are planned; at half of the works 93 were paid in two even halves."""
    made = forecast([(on(30), 25), (on(60), 50)], [(on(20), Decimal(465)), (on(50), Decimal(465))])

    assert (made.low, made.point, made.high) == (1860, 1860, 1860)


def test_the_range_is_that_of_the_dearest_and_the_cheapest_interval():
    """10 points for 100 yuan, then 30 points for 600: 10 and 20 a point; 60 points are left."""
    made = forecast([(on(10), 10), (on(20), 40)], [(on(5), Decimal(100)), (on(15), Decimal(600))])

    assert (made.low, made.point, made.high) == (1300, 1750, 1900)


def test_money_on_its_way_and_credited_late_belongs_to_the_last_interval():
    reports = [(on(10), 10), (on(20), 40)]
    late = forecast(reports, [(on(5), Decimal(100)), (on(90), Decimal(400))], Decimal(200))

    assert (late.low, late.point, late.high) == (1300, 1750, 1900)


def test_one_interval_shows_no_spread():
    made = forecast([(on(10), 40)], [(on(5), Decimal(400))])

    assert (made.low, made.point, made.high) == (400, 1000, 1600)


def test_at_completion_nothing_is_left_to_guess():
    made = forecast([(on(10), 40), (on(20), 100)], [(on(5), Decimal(300)), (on(30), Decimal(500))])

    assert made.low == made.point == made.high == 800


@pytest.mark.parametrize(
    ("reports", "payments"),
    [([], [(on(1), Decimal(5))]), ([(on(1), 0)], [(on(1), Decimal(5))]), ([(on(1), 20)], [])],
)
def test_nothing_is_said_before_a_report_or_a_payment(reports, payments):
    assert forecast(reports, payments) is None


DAYS = strategies.integers(0, 200)
CENTS = strategies.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100)
REPORTS = strategies.lists(strategies.tuples(DAYS, strategies.integers(1, 100)), min_size=1)


@given(REPORTS, strategies.lists(strategies.tuples(DAYS, CENTS), min_size=1, max_size=20))
def test_the_point_lies_in_the_range_and_never_below_what_is_paid(reports, payments):
    percents = sorted(done for _day, done in reports)
    days = sorted(day for day, _done in reports)
    told = [(on(day), Decimal(done)) for day, done in zip(days, percents, strict=True)]
    paid = sorted((on(day), amount) for day, amount in payments)

    made = forecast(told, paid)

    assert made.low <= made.point <= made.high
    assert made.point >= sum(amount for _on, amount in paid)
