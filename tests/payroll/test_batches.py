"""A batch is cut to what the bank takes at once: in order, the same every time, nothing lost."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from payroll.bankfiles import cut
from payroll.formats import X06, X07T
from project.kernel.guards import Refused
from tests.payroll.test_formats import batch, payment

AMOUNTS = st.decimals(min_value="0.01", max_value="3000.00", places=2)


@settings(deadline=None)
@given(
    amounts=st.lists(AMOUNTS, max_size=60),
    rows=st.none() | st.integers(min_value=1, max_value=12),
    total=st.none() | st.decimals(min_value="3000.00", max_value="20000.00", places=2),
)
def test_any_batch_is_cut_the_same_every_time_loses_nothing_and_keeps_every_limit(
    amounts, rows, total
):
    form = replace(X07T, most_rows=rows, most_total=total)
    payments = [payment(n, amount=amount) for n, amount in enumerate(amounts, 1)]

    parts = list(cut(payments, form))

    assert [one for part in parts for one in part] == payments
    assert parts == list(cut(payments, form))
    assert all(parts) or not payments
    assert all(len(part) <= (rows or len(part)) for part in parts)
    sums = [sum(one.amount for one in part) for part in parts]
    assert all(sum_ <= (total or sum_) for sum_ in sums)
    assert sum(sums) == sum(amounts)
    for part, following in zip(parts, parts[1:], strict=False):
        fuller = sum(one.amount for one in part) + following[0].amount
        assert len(part) == rows or (total and fuller > total), "cut though there was room"


@settings(deadline=None, max_examples=30)
@given(amounts=st.lists(AMOUNTS, min_size=1, max_size=30))
def test_the_parts_as_bytes_hold_every_row_once(amounts):
    form = replace(X07T, most_rows=7, most_total=Decimal("9000.00"))
    whole = batch(*(payment(n, amount=amount) for n, amount in enumerate(amounts, 1)))

    files = [form.written(replace(whole, payments=part)) for part in cut(whole.payments, form)]

    lines = [line for file in files for line in file.decode("gb18030").splitlines()]
    rows = [line.split("|") for line in lines if line.startswith("D|")]
    assert [(int(row[1]), Decimal(row[4])) for row in rows] == list(enumerate(amounts, 1))
    assert files == [form.written(replace(whole, payments=p)) for p in cut(whole.payments, form)]


def test_a_format_without_limits_is_never_cut():
    payments = [payment(n) for n in range(1, 6)]

    assert list(cut(payments, X06)) == [payments]


def test_a_row_above_the_limit_of_a_file_is_refused():
    form = replace(X07T, most_total=Decimal("500.00"))

    with translation.override("en"), pytest.raises(Refused) as refused:
        list(cut([payment(1, amount=Decimal("500.00")), payment(2)], form))

    (sentence,) = refused.value.messages
    assert sentence.startswith(
        "Row 2 (张三): 600.00 yuan is more than a whole file of format X-07T"
    )
