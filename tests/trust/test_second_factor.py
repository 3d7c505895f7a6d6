"""The second factor: who needs it, what opens with it, and that each code opens once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import now

from project.kernel import second_factor, sign_ins
from project.kernel.guards import Refused
from project.kernel.models import Authenticator, Change, Event, RecoveryCode, SignIn
from project.kernel.roles import GUARDED, ROLES
from registry import second_factors
from tests import given
from tests.given_proofs import PASSWORD, authenticator, half, person, scanned, whole

pytestmark = pytest.mark.django_db
GUARDED_ROLES = {
    "township_reviewer",
    "township_leader",
    "department_officer",
    "finance_officer",
    "ndrc_officer",
    "relief_owner",
    "inspector",
    "discipline_viewer",
    "sysadmin",
}


@pytest.fixture(autouse=True)
def on(settings):
    settings.SECOND_FACTOR = True


@pytest.fixture
def leader():
    return person("township_leader", at=given.township().town, username="leader")


def is_in(client):
    return client.get("/sessions/").status_code == 200


def code(client, said, **more):
    return client.post("/login/code/", {"code": said} | more)


def later(seconds=31):
    return time_machine.travel(now() + timedelta(seconds=seconds), tick=True)


def test_whoever_approves_pays_inspects_or_administers_needs_one():
    assert {name for name, role in ROLES.items() if role.permissions & GUARDED} == GUARDED_ROLES


def test_without_it_nothing_opens_but_the_page_that_sets_it_up(leader, settings):
    client = half(leader)
    for url in ("/", "/sessions/", "/sessions/password/", "/board/", "/payroll/"):
        asked = client.get(url)
        assert (asked.status_code, asked["Location"]) == (302, f"/login/?next={url}")
    assert client.get("/login/?next=/board/")["Location"] == "/login/code/?next=%2Fboard%2F"
    assert client.get("/login/code/")["Location"] == "/login/set-up/"
    for call in ("/api/v1/tasks", "/api/v1/contracts"):
        answer = client.get(call)
        assert answer.status_code == 403 and "second factor" in answer.json()["detail"]
    assert client.get("/notices/").status_code == 200
    client.post("/logout/")
    assert client.get("/login/set-up/")["Location"] == "/login/"

    settings.SECOND_FACTOR = False
    assert is_in(half(leader))


def test_who_needs_none_goes_in_with_a_password_until_they_set_one_up():
    clerk = person("village_clerk", at=given.township().villages[0])
    client = half(clerk)
    assert is_in(client) and client.get("/api/v1/tasks").status_code == 200
    phone, offer = scanned(client)
    assert client.post("/login/set-up/", {"offer": offer, "code": phone.code()}).status_code == 200
    assert is_in(client) and not is_in(half(clerk))


def test_it_is_set_up_with_its_first_code_and_lies_encrypted(leader):
    client = half(leader)
    phone, offer = scanned(client)
    before = client.session.session_key
    wrong = client.post("/login/set-up/", {"offer": offer, "code": "abcdef"}).content.decode()
    assert "is not right" in wrong and offer in wrong and not Authenticator.objects.exists()

    said = {"offer": offer, "code": phone.code(), "next": "/board/"}
    shown = client.post("/login/set-up/", said)
    codes = [line for line in shown.content.decode().split("<code>")[1:]]
    assert len(codes) == 10 and 'href="/board/"' in shown.content.decode()
    assert "no-store" in shown["Cache-Control"] and is_in(client)

    line = SignIn.objects.get(ended_at=None)
    assert line.second_factor and client.session.session_key != before
    assert line.digest == sign_ins.digest_of(client.session.session_key)
    assert client.get("/login/set-up/")["Location"] == "/login/"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(a), row_to_json(r)"
            " FROM kernel_authenticator a, kernel_recoverycode r"
        )
        kept = json.dumps(cursor.fetchall(), default=str)
    secret = phone.secret.encode().hex()
    assert secret not in kept and codes[0][:11] not in kept
    assert Authenticator.objects.get().secret == phone.secret
    assert Change.objects.get(table="kernel_authenticator").by == leader


def test_what_another_page_offered_is_not_confirmed_here(leader):
    other = person("township_leader", at=leader.appointments.get().area)
    mine, theirs = half(leader), half(other)
    phone, offer = scanned(theirs)
    spent = mine.post("/login/set-up/", {"offer": offer, "code": phone.code()})
    assert spent.status_code == 302 and not Authenticator.objects.exists()
    phone, offer = scanned(mine)
    with later(16 * 60):
        assert (
            mine.post("/login/set-up/", {"offer": offer, "code": phone.code()}).status_code == 302
        )
    assert not Authenticator.objects.exists()


def test_a_code_opens_once_and_so_does_none_before_it(leader):
    phone, _codes = authenticator(leader)
    first, second = half(leader), half(leader)
    key = first.session.session_key
    opened = code(first, f" {phone.code()[:3]} {phone.code()[3:]} ", next="/board/")
    assert opened["Location"] == "/board/" and is_in(first)
    assert first.session.session_key != key
    assert not SignIn.objects.filter(digest=sign_ins.digest_of(key), ended_at=None).exists()
    for again in (phone.code(), phone.code(-1), phone.code(-5), phone.code(5), "", "１２３"):
        assert code(second, again).status_code == 422
        with later(3600):
            assert not is_in(second)
        Authenticator.objects.update(throttling_failure_timestamp=None)
    assert code(second, phone.code(1)).status_code == 302


def test_wrong_codes_make_the_next_one_wait_and_count_as_wrong_passwords(leader, settings):
    settings.AXES_ENABLED = True
    phone, _codes = authenticator(leader)
    client = half(leader)
    for wait in (1, 2, 4):
        code(client, "000000")
        assert "Wait" in code(client, phone.code()).content.decode()
        with later(wait + 1):
            held = Authenticator.objects.get()
            assert held.verify_is_allowed()[0]
        Authenticator.objects.update(throttling_failure_timestamp=now() - timedelta(seconds=wait))
    Authenticator.objects.update(throttling_failure_timestamp=None)
    for _try in range(2):
        code(client, "000000")
        Authenticator.objects.update(throttling_failure_timestamp=None)
    assert "quarter of an hour" in code(client, phone.code()).content.decode()
    refused = client.post("/login/", {"username": "leader", "password": PASSWORD})
    assert refused.status_code == 429 and not is_in(client)


def test_a_recovery_code_opens_once_and_new_ones_end_the_old(leader):
    phone, codes = authenticator(leader)
    client = half(leader)
    assert code(client, codes[0].upper()).status_code == 302 and is_in(client)
    assert code(half(leader), codes[0]).status_code == 422
    assert second_factor.codes_left(leader) == 9
    Authenticator.objects.update(throttling_failure_timestamp=None)

    page = "/sessions/codes/"
    assert client.get(page).status_code == 200
    assert "wrong" in client.post(page, {"code": "000000"}).content.decode()
    Authenticator.objects.update(throttling_failure_timestamp=None)
    shown = client.post(page, {"code": phone.code()}).content.decode()
    fresh = shown.split("<code>")[1].split("<")[0]
    assert code(half(leader), codes[1]).status_code == 422
    Authenticator.objects.update(throttling_failure_timestamp=None)
    assert code(half(leader), fresh).status_code == 302
    assert RecoveryCode.objects.filter(ended_at=None).count() == 9


def test_another_phone_takes_the_place_of_this_one(leader):
    phone, _codes = authenticator(leader)
    client = whole(leader, phone)
    with later():
        client.post("/sessions/authenticator/", {"code": phone.code()})
    assert not is_in(client) and Authenticator.objects.get().secret == ""
    again = half(leader)
    page = again.get("/login/set-up/").content.decode()
    assert "ended your authenticator" not in page
    another, offer = scanned(again)
    assert again.post("/login/set-up/", {"offer": offer, "code": another.code()}).status_code == 200
    assert code(half(leader), phone.code(1)).status_code == 422


def test_an_administrator_takes_a_lost_one_away_and_the_person_is_told(leader):
    place, other = given.township(), given.township("990124100000")
    admin = person("sysadmin", at=place.county, name="Keeper")
    stranger = person("sysadmin", at=other.county)
    phone, _codes = authenticator(leader)
    desk = whole(admin, authenticator(admin)[0])
    away = whole(stranger, authenticator(stranger)[0])
    client = whole(leader, phone)
    page = f"/sessions/of/{leader.pk}/authenticator/"
    assert page in desk.get("/sessions/").content.decode()
    assert page not in away.get("/sessions/").content.decode()
    for other_desk, url in (
        (away, page),
        (client, page),
        (desk, f"/sessions/of/{admin.pk}/authenticator/"),
    ):
        assert other_desk.post(url, {"note": "x"}).status_code == 404
    for by in (stranger, leader):
        with pytest.raises(PermissionDenied):
            second_factors.take_away(leader, by=by, note="x")
    shown = desk.get(page).content.decode()
    assert phone.secret not in shown and is_in(client)

    assert desk.post(page, {"note": "phone lost"}).status_code == 302
    assert not is_in(client) and desk.get(page).status_code == 404
    event = Event.objects.get(verb="take_away")
    assert (event.by, event.note, event.record.user) == (admin, "phone lost", leader)
    with pytest.raises(Refused):
        second_factor.accepts(leader, phone.code())
    told = half(leader).get("/login/set-up/").content.decode()
    assert "Keeper ended your authenticator" in told and "phone lost" in told
    call_command("end_authenticator", admin.username, reason="the last one")
    assert not is_in(desk) and second_factor.authenticator(admin) is None


def test_a_new_password_keeps_the_second_factor_and_a_new_duty_asks_for_one(leader):
    phone, _codes = authenticator(leader)
    client = whole(leader, phone)
    words = {"new_password1": "new-words-of-2026", "new_password2": "new-words-of-2026"}
    client.post("/sessions/password/", {"old_password": PASSWORD} | words)
    assert is_in(client)

    place = given.township()
    clerk = person("village_clerk", at=place.villages[0])
    desk = half(clerk)
    assert is_in(desk)
    given.appoint(clerk, "inspector", place.county)
    assert not is_in(desk)


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_with_one_code_one_is_too_late(leader):
    phone, _codes = authenticator(leader)
    said = phone.code()

    def opens(_n):
        try:
            return second_factor.accepts(leader, said)
        except Refused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(opens, range(4))) == [False, False, False, True]


def test_the_deployment_is_warned_where_it_is_off(settings, capsys):
    call_command("check", deploy=True, tags=["gongyigang"])
    assert "second factor" not in capsys.readouterr().err
    settings.SECOND_FACTOR = False
    call_command("check", deploy=True, tags=["gongyigang"])
    assert "second factor" in capsys.readouterr().err
