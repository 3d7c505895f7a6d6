"""Regional profiles become dated rules of an area."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from policy.selectors import rule
from project.management.commands.load_profile import PROFILES
from tests import given

pytestmark = pytest.mark.django_db
NAMES = [row["profile"] for row in json.loads(PROFILES.read_text("utf-8"))]


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_binds_the_area_it_is_loaded_into(name):
    place = given.township()
    officer = given.user("department_officer", at=given.country())
    out = StringIO()

    call_command(
        "load_profile", name, "--area", place.town.code, "--as", officer.username, stdout=out
    )

    profile = next(row for row in json.loads(PROFILES.read_text("utf-8")) if row["profile"] == name)
    day = date.fromisoformat(profile["valid"][0])
    for code, value in profile["rules"].items():
        assert rule(code, on=day, area=place.town.code) == value


def test_the_rule_of_the_profile_ends_with_its_policy():
    place = given.township()
    officer = given.user("department_officer", at=given.country())

    call_command(
        "load_profile",
        "JX-2021",
        "--area",
        place.town.code,
        "--as",
        officer.username,
        stdout=StringIO(),
    )

    assert rule("insurance.mandatory", on=date(2025, 12, 31), area=place.town.code) is False
    assert rule("insurance.mandatory", on=date(2026, 1, 1), area=place.town.code) is True


def test_an_unknown_profile_is_named():
    with pytest.raises(CommandError) as refused:
        call_command("load_profile", "XX-1", stdout=StringIO())

    assert "XX-1" in str(refused.value)
    assert refused.value.returncode == 2
