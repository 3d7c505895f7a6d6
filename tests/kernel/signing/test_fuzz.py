"""No altered paper passes: random bytes, and two hundred edits by people who know the format.

FUZZ=2000 sends that many random bytes through the whole analysis instead of a sample, and prints
what the analysis alone, without the stored hash, catches.
"""

import os
import random
from collections import Counter

import pytest

from project.kernel.signing.verdict import is_replaced, judged
from tests import given_signed
from tests.kernel.signing.edits import EDITS, VARIATIONS, edited

pytestmark = pytest.mark.usefixtures("english")
BYTES = 2000
EXAMINED = int(os.environ.get("FUZZ", "120"))


def altered(pdf, number):
    """The paper with one byte changed; the same one for the same number."""
    chance = random.Random(number)
    at = chance.randrange(len(pdf))
    return pdf[:at] + bytes([pdf[at] ^ chance.randrange(1, 256)]) + pdf[at + 1 :]


def judge(pdf, **known):
    house = given_signed.house()
    return judged(pdf, roots=house.roots, fields=("worker", "township"), **known)


def test_no_altered_byte_passes_the_stored_hash():
    pdf = given_signed.whole()
    stored = judge(pdf).sha256

    passed = [n for n in range(BYTES) if not is_replaced(altered(pdf, n), stored)]

    assert passed == []


def test_the_analysis_alone_names_every_altered_byte(capsys):
    pdf, kinds, passed = given_signed.whole(), Counter(), []

    for number in range(EXAMINED):
        verdict = judge(altered(pdf, number))
        kinds.update(verdict.faults[:1])
        passed += [number] if verdict.sound else []

    with capsys.disabled():
        if "FUZZ" in os.environ:
            print(f"\n{EXAMINED} altered bytes, {len(passed)} passed the analysis: {kinds}")
    assert passed == []


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_no_edit_passes_the_analysis_alone(edit):
    pdf = given_signed.whole()
    made = [edited(pdf, edit, number) for number in range(VARIATIONS)]

    passed = [number for number, file in enumerate(made) if judge(file).sound]

    assert len(EDITS) * VARIATIONS == 200
    assert passed == []


def test_a_file_that_was_exchanged_for_another_good_one_fails_by_its_hash():
    stored = judge(given_signed.whole()).sha256

    verdict = judge(given_signed.whole(2), expected_sha256=stored)

    assert [one.intact for one in verdict.signatures] == [True, True]
    assert verdict.faults == (
        "This is not the file that was stored: its SHA-256 differs from the record.",
    )
