"""What the pages promise whatever the record: how values read, what narrows, what comes first."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from project.kernel.months import Month
from project.kernel.pages import AreaFilter, Column, MonthFilter, Office, Section, Waiting
from project.kernel.pages.columns import readable
from project.kernel.pages.inbox import urgency
from registry.models import Area


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        ("", "—"),
        (Decimal("1234567.5"), "1,234,567.50"),
        (Decimal("0.3125"), "0.3125"),
        (date(2026, 10, 31), "2026-10-31"),
        (datetime(2026, 10, 31, 16, 5, tzinfo=UTC), "2026-11-01 00:05"),
        (Month(2026, 10), "2026-10"),
    ],
)
def test_values_read_as_the_office_writes_them(value, text):
    assert readable(value) == text


def test_a_column_follows_its_path_and_stops_at_nothing():
    column = Column("Village", "post.area.name")

    assert column.text(SimpleNamespace(post=None)) == "—"


def test_a_column_prefers_the_words_of_a_choice():
    record = SimpleNamespace(state="draft", get_state_display=lambda: "Draft")

    assert Column("State", "state").text(record) == "Draft"


def test_a_workbook_keeps_amounts_as_numbers_and_names_as_text():
    record = SimpleNamespace(amount=Decimal("800.00"), area=SimpleNamespace(name="Liushuwan"))

    cells = [Column("", source).cell(record) for source in ("amount", "area.name")]

    assert cells == [Decimal("800.00"), "Liushuwan"]


@pytest.mark.parametrize("value", ["2026-13", "October", "", "2026"])
def test_a_month_nobody_can_read_is_named(value):
    listing = SimpleNamespace(model=Area)

    with pytest.raises(ValidationError):
        MonthFilter(field="code").clean(value, listing)


@pytest.mark.parametrize(
    ("code", "first", "after"),
    [
        ("990123000000", "990123", "990124"),
        ("990123101000", "990123101", "990123102"),
        ("990123101201", "990123101201", "990123101202"),
    ],
)
def test_an_area_takes_everything_inside_it_as_one_range(code, first, after):
    asked = {}
    records = SimpleNamespace(filter=lambda **conditions: asked.update(conditions))

    AreaFilter().narrow(records, code)

    assert asked == {"area_id__gte": first, "area_id__lt": after}


def test_what_is_late_stands_before_what_is_due():
    early, later = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 9, tzinfo=UTC)
    undated, due, late = (
        Waiting("Sheet", "Review", "A", "", "", since=early),
        Waiting("Sheet", "Review", "B", "", "", since=later, due=date(2026, 10, 20)),
        Waiting("Sheet", "Review", "C", "", "", since=later, due=date(2026, 10, 8), late=True),
    )

    assert sorted([undated, due, late], key=urgency) == [late, due, undated]


def test_sections_stand_in_the_order_of_the_house_and_open_to_any_of_their_permissions():
    class Payroll(Section):
        app_name = "payroll"
        permissions = ("payroll.view", "payroll.prepare")

    class Posts(Section):
        app_name = "posts"
        permissions = ("posts.view",)

    clerk = SimpleNamespace(has_perm=lambda permission: permission == "payroll.prepare")
    sections = Office(viewsets=[Payroll(), Posts()]).menu_items()

    assert [s.app_name for s in sections] == ["posts", "payroll"]
    assert [s.app_name for s in sections if s.has_view_permission(clerk)] == ["payroll"]
