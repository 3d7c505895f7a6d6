"""From items to points and from points to grades: the rules that need no database."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.grading import grade_of, items_of, left, longest_run, written, year_of

LEAST = {"excellent": 90, "qualified": 60}
POINTS = st.integers(1, 300).map(lambda tenths: Decimal(tenths) / 10)
WORDS = st.text("迟到早退未穿工装不服从安排", min_size=1, max_size=20)
ITEMS = st.lists(st.tuples(POINTS, WORDS), max_size=6)
GRADES = st.lists(st.sampled_from(["excellent", "qualified", "unqualified"]), max_size=12)


@settings(deadline=None)
@given(ITEMS)
def test_items_are_read_as_they_are_written(items):
    assert items_of(written(items) or "0") == items


@settings(deadline=None)
@given(st.integers(0, 100), ITEMS)
def test_what_is_left_and_what_was_taken_off_make_the_whole(most, items):
    assert left(most, items) + sum(points for points, _item in items) == most


@settings(deadline=None)
@given(st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10))
def test_more_points_never_make_a_worse_grade(score):
    order = ["unqualified", "qualified", "excellent"]

    more = grade_of(score + Decimal("0.1"), LEAST)

    assert order.index(more) >= order.index(grade_of(score, LEAST))


@pytest.mark.parametrize(
    ("score", "grade"),
    [("90", "excellent"), ("89.9", "qualified"), ("60", "qualified"), ("59.9", "unqualified")],
)
def test_a_grade_begins_at_its_least_points(score, grade):
    assert grade_of(Decimal(score), LEAST) == grade


@pytest.mark.parametrize("text", ["0", "无", "满分", " 0 "])
def test_nothing_is_taken_off_by_a_zero(text):
    assert items_of(text) == []


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("2 迟到", [(Decimal(2), "迟到")]),
        ("-2分：迟到；1.5 未穿工装", [(Decimal(2), "迟到"), (Decimal("1.5"), "未穿工装")]),
        ("−3 不服从安排\n1 早退", [(Decimal(3), "不服从安排"), (Decimal(1), "早退")]),
    ],
)
def test_items_are_read_the_way_people_write_them(text, items):
    assert items_of(text) == items


@pytest.mark.parametrize(
    "text", ["迟到", "2", "0 迟到", "2.55 迟到", "2 迟到；早退", "1 " + "迟" * 201]
)
def test_what_is_no_item_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="."):
        items_of(text)


@settings(deadline=None)
@given(GRADES, st.integers(1, 4))
def test_fails_in_a_row_fail_the_year(grades, limit):
    year = year_of(grades, limit)

    assert (year == "") == (not grades)
    assert longest_run(grades) < limit or year == "unqualified"


@pytest.mark.parametrize(
    ("grades", "year"),
    [
        (["excellent"] * 6 + ["qualified"] * 5, "excellent"),
        (["excellent", "qualified"], "qualified"),
        (["unqualified", "qualified"] * 3, "unqualified"),
        (["qualified"] * 9 + ["unqualified"] * 3, "unqualified"),
    ],
)
def test_the_year_is_what_most_months_are_and_the_worse_of_two(grades, year):
    assert year_of(grades, 3) == year
