"""Rules are named in words wherever people read them."""

import json
from pathlib import Path

import pytest
from django.utils import translation

from policy.words import TITLES, title_of, value_in_words

DEFAULTS = json.loads(
    (Path(__file__).parents[2] / "policy" / "defaults.json").read_text(encoding="utf-8")
)
LATER = ("relief.", "retention.", "photo.", "doubt.")


def test_every_default_rule_has_a_title():
    used = {code for code in DEFAULTS["rules"] if not code.startswith(LATER)}

    assert used <= set(TITLES)


def test_a_code_nobody_named_stands_as_itself():
    assert title_of("nobody.named_it") == "nobody.named_it"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (12, "12"),
        ("2000.00", "2000.00"),
        ([90, 30], "90、30"),
        ({"mode": "fixed", "days": 15}, "counted as a fixed number；days 15"),
        ({"days": 7, "unit": "calendar"}, "days 7；counted in calendar days"),
    ],
)
def test_values_are_said_in_words(value, words):
    with translation.override("en"):
        assert value_in_words(value) == words
