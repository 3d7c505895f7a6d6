"""Tokens: hashed, dated, revocable, made by the person or by who may appoint them."""

import json
from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from project.kernel.guards import Refused
from project.kernel.models import Event, Token
from registry import tokens
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return given.user("village_clerk", at=given.township().villages[0])


def test_only_the_digest_is_kept(clerk):
    token, secret = tokens.issue(clerk, by=clerk, name="phone")

    kept = Token.objects.filter(pk=token.pk).values().get()

    assert kept["digest"] == tokens.digest_of(secret)
    assert secret not in json.dumps(kept, default=str)
    assert len(secret) >= 43


def test_a_token_opens_until_the_end_of_its_last_day(clerk):
    token, secret = tokens.issue(clerk, by=clerk, name="phone", days=2)

    assert token.expires_on == date(2026, 11, 23)
    with time_machine.travel("2026-11-23T23:59:00+08:00"):
        assert tokens.holder(secret) == token
    with time_machine.travel("2026-11-24T00:01:00+08:00"):
        assert tokens.holder(secret) is None


def test_a_revoked_token_opens_nothing_and_leaves_its_events(clerk):
    token, secret = tokens.issue(clerk, by=clerk, name="phone")

    tokens.revoke(token, by=clerk)

    assert tokens.holder(secret) is None
    assert [event.verb for event in Event.objects.of(token)] == ["issue", "revoke"]


def test_its_use_is_noted_without_a_write_for_every_request(clerk, program):
    its = program(clerk)
    its.get("/tasks")
    first = Token.objects.get(user=clerk).last_used

    its.get("/tasks")

    assert first is not None
    assert Token.objects.get(user=clerk).last_used == first


def test_nobody_makes_a_token_for_somebody_they_could_not_appoint(clerk):
    elsewhere = given.township("990456100000")

    for other in (given.user(), given.user("sysadmin", at=elsewhere.county)):
        with pytest.raises(PermissionDenied):
            tokens.issue(clerk, by=other, name="phone")


def test_whoever_may_appoint_somebody_may_make_and_end_their_token(clerk):
    county = given.area("990123000000", "")
    admin = given.user("sysadmin", at=county)

    token, _secret = tokens.issue(clerk, by=admin, name="phone")

    assert tokens.revoke(token, by=admin).revoked_at


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_token_does_not_live_for_ever(clerk, days):
    with pytest.raises(Refused):
        tokens.issue(clerk, by=clerk, name="phone", days=days)


@pytest.mark.parametrize("name", ["", "x" * 61])
def test_a_token_names_the_program_that_uses_it(clerk, name):
    with pytest.raises(Refused):
        tokens.issue(clerk, by=clerk, name=name)


def test_a_closed_account_gets_no_token(clerk):
    clerk.is_active = False

    with pytest.raises(Refused):
        tokens.issue(clerk, by=clerk, name="phone")


def test_the_command_prints_one_document(clerk, capsys):
    call_command("create_token", clerk.username, "--json", "--days", "30")

    made = json.loads(capsys.readouterr().out)

    assert tokens.holder(made["token"]).user == clerk
    assert (made["username"], made["expires_on"]) == (clerk.username, "2026-12-21")


def test_the_command_prints_the_secret_alone(clerk, capsys):
    call_command("create_token", clerk.username)

    assert tokens.holder(capsys.readouterr().out.strip()).user == clerk


@pytest.mark.parametrize(
    ("more", "status"),
    [(["--days", "0"], 1), (["--as", "nobody"], 2), (["--as", "stranger"], 1)],
)
def test_the_command_says_whether_it_was_refused_or_misused(clerk, more, status):
    given.user(username="stranger")

    with pytest.raises(CommandError) as refused:
        call_command("create_token", clerk.username, *more)

    assert refused.value.returncode == status
    assert Token.objects.count() == 0
