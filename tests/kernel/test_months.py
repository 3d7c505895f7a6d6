"""A month is a value: it orders, steps, prints and is stored as its first day."""

import pickle
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.urls import path
from django.urls.resolvers import RegexPattern, URLResolver
from hypothesis import given
from hypothesis import strategies as st

from project.kernel.months import Month, MonthField, MonthFormField, as_month, today

pytestmark = pytest.mark.usefixtures("english")

months = st.builds(Month, st.integers(1000, 9000), st.integers(1, 12))


@given(months)
def test_a_month_survives_being_written(month):
    assert Month.parse(str(month)) == month == pickle.loads(pickle.dumps(month))


@given(months, st.integers(-5000, 5000))
def test_steps_forward_and_back_meet(month, count):
    moved = month.plus(count)

    assert moved.plus(-count) == month
    assert (moved > month) == (count > 0)
    assert month.next().previous() == month


@given(st.dates(date(1000, 1, 1), date(9000, 1, 1)))
def test_a_month_holds_exactly_its_days(day):
    month = Month.of(day)

    assert day in month
    assert day in month.dates()
    assert len(month.dates()) == month.days
    assert month.last not in month.next()
    assert month.next().first not in month


def test_a_month_is_written_three_ways():
    month = Month.parse(" 2026-10 ")

    assert (str(month), month.compact, month.chinese) == ("2026-10", "202610", "2026年10月")
    assert (month.first, month.last, month.days) == (date(2026, 10, 1), date(2026, 10, 31), 31)


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "202610", "", "0000-01", "x", "２０２６-10"])
def test_what_is_not_a_month_is_said_to_be_none(text):
    with pytest.raises(ValueError, match="2026-10"):
        Month.parse(text)


def test_a_moment_and_an_impossible_month_are_refused():
    with pytest.raises(TypeError):
        Month.of(datetime(2026, 10, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="13"):
        Month(2026, 13)


@time_machine.travel(datetime(2026, 10, 31, 16, 30, tzinfo=UTC), tick=False)
def test_today_is_the_day_in_shanghai():
    assert today() == date(2026, 11, 1)


def test_the_field_turns_months_into_first_days_and_back():
    field = MonthField()

    assert field.get_db_prep_value(Month(2026, 10), connection) == date(2026, 10, 1)
    assert field.get_db_prep_value("2026-10", connection) == date(2026, 10, 1)
    assert field.get_prep_value(date(2026, 10, 22)) == date(2026, 10, 1)
    assert field.get_prep_value(None) is None
    assert field.from_db_value(date(2026, 10, 1), None, connection) == Month(2026, 10)
    assert field.from_db_value(None, None, connection) is None
    assert as_month("2026-10-01") == Month(2026, 10)


def test_the_field_comes_back_from_a_migration_unchanged():
    _, path_, args, kwargs = MonthField("month", null=True).deconstruct()

    assert path_ == "project.kernel.months.MonthField"
    assert (args, kwargs) == ([], {"verbose_name": "month", "null": True})


def test_a_bad_month_is_a_fault_of_the_form_and_not_a_crash():
    for field in (MonthField(), MonthFormField()):
        with pytest.raises(ValidationError, match="2026-10"):
            field.clean("soon", None) if isinstance(field, models.Field) else field.clean("soon")


def test_the_form_shows_a_month_picker_with_the_stored_month():
    field = MonthField().formfield()

    assert field.clean("2026-10") == Month(2026, 10)
    assert 'type="month"' in field.widget.render("month", Month(2026, 10))
    assert 'value="2026-10"' in field.widget.render("month", Month(2026, 10))
    assert not field.has_changed(Month(2026, 10), "2026-10")
    assert field.has_changed(None, "2026-10")


def test_addresses_carry_months():
    site = URLResolver(
        RegexPattern(r"^/"), [path("sheets/<month:month>/", lambda request: None, name="sheet")]
    )

    assert site.resolve("/sheets/2026-10/").kwargs == {"month": Month(2026, 10)}
    assert site.reverse("sheet", month=Month(2026, 10)) == "sheets/2026-10/"


def test_a_month_is_exported_as_it_is_written():
    class Kept:
        month = Month(2026, 10)

    field = MonthField()
    field.attname = "month"

    assert field.value_to_string(Kept()) == "2026-10"
    assert field.clean(Month(2026, 10), None) == Month(2026, 10)
