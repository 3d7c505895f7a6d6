"""What is posted in public shows only enough for its owner."""

import pytest

from project.kernel.masking import mask_account, mask_id, mask_phone


def test_an_id_number_keeps_area_and_tail():
    assert mask_id("990123197001010122") == "990123********0122"


def test_an_account_keeps_its_last_four_digits():
    assert mask_account("6217223017879190356") == "****0356"


def test_a_phone_keeps_three_and_four_digits():
    assert mask_phone("13921697230") == "139****7230"


@pytest.mark.parametrize("mask", [mask_id, mask_account, mask_phone])
def test_what_is_too_short_to_mask_shows_nothing(mask):
    assert mask("1234") == "****"
    assert mask("") == ""
