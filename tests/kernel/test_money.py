"""Amounts are exact, and their capitals read as payment papers require."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from project.kernel.money import AmountField, capitals, half_up, yuan

pytestmark = pytest.mark.usefixtures("english")

amounts = st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1409.50", "人民币壹仟肆佰零玖元伍角"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("1680.32", "人民币壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "人民币壹拾万柒仟元零伍角叁分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("0.00", "人民币零元整"),
        ("300", "人民币叁佰元整"),
        ("100000", "人民币壹拾万元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角"),
        ("100001000", "人民币壹亿零壹仟元整"),
        ("100010000.10", "人民币壹亿零壹万元零壹角"),
    ],
)
def test_capitals_follow_the_payment_rules(amount, text):
    assert capitals(Decimal(amount)) == text


def value_of(text):
    """Read capitals back as an amount."""
    total = section = digit = Decimal(0)
    for sign in text.removeprefix("人民币").removesuffix("整"):
        if sign in "零壹贰叁肆伍陆柒捌玖":
            digit = Decimal("零壹贰叁肆伍陆柒捌玖".index(sign))
        elif sign in "拾佰仟":
            section, digit = section + digit * {"拾": 10, "佰": 100, "仟": 1000}[sign], Decimal(0)
        elif sign in "元万亿":
            total += (section + digit) * {"元": 1, "万": 10**4, "亿": 10**8}[sign]
            section = digit = Decimal(0)
        else:
            total, digit = total + digit / {"角": 10, "分": 100}[sign], Decimal(0)
    return total


@settings(max_examples=500)
@given(amounts)
def test_capitals_read_back_as_the_same_amount(amount):
    assert value_of(capitals(amount)) == amount


@settings(max_examples=500)
@given(amounts)
def test_capitals_never_stack_or_misplace_zeros(amount):
    text = capitals(amount).removeprefix("人民币")

    assert "零零" not in text
    assert not re.search("零[拾佰仟万亿角分]|亿万", text)
    assert amount == 0 or not text.startswith("零")
    assert text.endswith("整") == (amount == int(amount))


@given(st.integers(0, 9999), st.integers(0, 99))
def test_a_gap_inside_a_section_reads_as_one_zero(whole, cents):
    digits = f"{whole:04}"
    written = "".join(
        "零" if digit == "0" else "零壹贰叁肆伍陆柒捌玖"[int(digit)] + place
        for digit, place in zip(digits, ["仟", "佰", "拾", ""], strict=True)
    )
    expected = re.sub("零+", "零", written).strip("零")

    text = capitals(Decimal(whole * 100 + cents) / 100)

    assert text.removeprefix("人民币").startswith(f"{expected}元" if whole else "")


@pytest.mark.parametrize("amount", ["-0.01", "1000000000000"])
def test_only_amounts_that_papers_know_have_capitals(amount):
    with pytest.raises(ValueError, match=r"1,000,000,000,000"):
        capitals(Decimal(amount))


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("545.454545", "545.45"), ("0.005", "0.01"), ("2.675", "2.68"), ("-0.005", "-0.01"), (3, "3")],
)
def test_halves_round_away_from_zero(value, rounded):
    assert half_up(Decimal(value)) == Decimal(rounded)


def test_a_float_is_no_amount():
    with pytest.raises(TypeError):
        half_up(0.1)


def test_people_read_amounts_with_separators():
    assert yuan(Decimal("1234.5")) == "1,234.50"


def test_the_field_refuses_what_is_not_rounded_or_not_exact():
    field = AmountField()

    with pytest.raises(ValueError, match=r"1\.005"):
        field.get_db_prep_save(Decimal("1.005"), connection)
    with pytest.raises(TypeError):
        field.get_db_prep_save(1.5, connection)
    assert str(field.get_db_prep_save("1.50", connection)) == "1.50"
    assert field.get_db_prep_save(None, connection) is None


def test_the_field_comes_back_from_a_migration_unchanged():
    _, path, args, kwargs = AmountField(null=True).deconstruct()

    assert path == "project.kernel.money.AmountField"
    assert args == []
    assert kwargs == {"null": True, "max_digits": 14, "decimal_places": 2}
