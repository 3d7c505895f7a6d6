"""What comes from outside is read once, and each mistake has its sentence."""

import base64
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from project.environment import VARIABLES, Environment, Keys, new_key

ROOT = Path(__file__).resolve().parents[2]


def test_a_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(
        ImproperlyConfigured, match="GYG_DEBGU is not known: did you mean GYG_DEBUG"
    ):
        Environment({"GYG_DEBGU": "1"}).refuse_unknown()


def test_other_programs_names_are_their_own_affair():
    Environment({"HOME": "/", "GIT_DIR": "."}).refuse_unknown()


def test_a_required_variable_says_what_it_is_for():
    with pytest.raises(ImproperlyConfigured, match="Set GYG_ALLOWED_HOSTS. Host names"):
        Environment({}).text("GYG_ALLOWED_HOSTS")


@pytest.mark.parametrize(("text", "answer"), [("1", True), ("no", False), (" ON ", True)])
def test_a_flag_is_yes_or_no(text, answer):
    assert Environment({"GYG_DEBUG": text}).flag("GYG_DEBUG", False) is answer


def test_a_flag_that_is_neither_is_refused():
    with pytest.raises(ImproperlyConfigured, match="GYG_DEBUG is “maybe”; write 1 or 0"):
        Environment({"GYG_DEBUG": "maybe"}).flag("GYG_DEBUG", False)


def test_a_word_outside_the_list_is_refused():
    with pytest.raises(ImproperlyConfigured, match="write one of INFO, ERROR"):
        Environment({"GYG_LOG_LEVEL": "loud"}).choice("GYG_LOG_LEVEL", ("INFO", "ERROR"), "INFO")


def test_a_list_is_split_at_its_commas():
    environment = Environment({"GYG_ALLOWED_HOSTS": "a.cn, b.cn,"})

    assert environment.words("GYG_ALLOWED_HOSTS") == ["a.cn", "b.cn"]


def test_development_makes_its_keys_once_and_for_nobody_else(tmp_path):
    first = Keys.of(Environment({}), made_in=tmp_path / "keys")

    assert Keys.of(Environment({}), made_in=tmp_path / "keys") == first
    modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "keys").iterdir()}
    assert modes == {"secret": 0o600, "data": 0o600, "hmac": 0o600}


def test_production_makes_no_keys():
    with pytest.raises(ImproperlyConfigured, match="Set GYG_SECRET_KEY, or GYG_KEYS_DIR"):
        Keys.of(Environment({}), made_in=None)


def test_production_names_the_key_file_that_is_missing(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="secret does not exist"):
        Keys.of(Environment({"GYG_KEYS_DIR": str(tmp_path)}), made_in=None)


def given_keys(**changed):
    keys = {"GYG_SECRET_KEY": new_key(), "GYG_DATA_KEY": new_key(), "GYG_HMAC_KEY": new_key()}
    return Environment(keys | changed)


def test_data_keys_have_names_and_the_newest_comes_first():
    new, old = new_key(), new_key()

    keys = Keys.of(given_keys(GYG_DATA_KEY=f"2027:{new},2026:{old}"), made_in=None)

    assert list(keys.data) == ["2027", "2026"]
    assert keys.data["2026"] == base64.b64decode(old)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("short", "GYG_DATA_KEY is not base64"),
        ("c2hvcnQ=", "GYG_DATA_KEY holds 5 bytes"),
        ("a:{0},a:{0}", "have the same name"),
    ],
)
def test_an_impossible_key_is_refused(text, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        Keys.of(given_keys(GYG_DATA_KEY=text.format(new_key())), made_in=None)


def test_one_key_does_not_do_two_jobs():
    key = new_key()

    with pytest.raises(ImproperlyConfigured, match="must not be the same key"):
        Keys.of(given_keys(GYG_DATA_KEY=key, GYG_HMAC_KEY=key), made_in=None)


def test_every_variable_is_described_to_developers():
    page = (ROOT / "DEVELOPERS.md").read_text()

    assert [name for name in VARIABLES if f"`{name}`" not in page] == []


def test_a_key_is_made_on_the_command_line():
    made = subprocess.run(
        [sys.executable, "-m", "project.environment"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )

    assert len(base64.b64decode(made.stdout)) == 32
