"""Sessions are written down, shown to whom they belong, and die when they are ended."""

from datetime import timedelta

import pytest
from django.conf import settings as site
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from project.kernel import origin, sign_ins
from project.kernel.guards import Refused
from project.kernel.models import Event, SignIn
from registry import sessions
from tests import given

pytestmark = pytest.mark.django_db
OLD, NEW = "old-words-of-2026", "new-words-of-2026"


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def is_in(client):
    return client.get("/sessions/").status_code == 200


def with_password(**fields):
    made = given.user(**fields)
    made.set_password(OLD)
    made.save()
    return made


def test_a_sign_in_is_written_down_and_signing_out_ends_it_for_every_copy():
    user = with_password()
    client, said = Client(), {"username": user.username, "password": OLD}
    head = {"HTTP_USER_AGENT": "甲" * 300, "REMOTE_ADDR": "10.1.2.3"}
    assert client.post("/login/", said, **head).status_code == 302
    noted = SignIn.objects.get()
    key = client.cookies[site.SESSION_COOKIE_NAME].value
    assert (noted.user, noted.address, len(noted.agent)) == (user, "10.1.2.3", 200)
    assert noted.digest == sign_ins.digest_of(key) and key not in noted.digest
    shown = client.get("/sessions/").content.decode()
    assert "10.1.2.3" in shown and "本次登录" in shown

    client.post("/logout/")
    noted.refresh_from_db()
    assert noted.ended_at and not is_in(client)


def test_an_ended_session_and_one_that_nobody_wrote_down_die_at_the_next_request(settings):
    user = given.user()
    first, second, third = (browser(user) for _ in range(3))
    one, two, three = SignIn.objects.order_by("pk")
    assert first.post(f"/sessions/{two.pk}/end/").status_code == 302
    assert is_in(first) and not is_in(second)
    assert second.get("/api/v1/inbox").status_code == 401
    assert first.post(f"/sessions/{two.pk}/end/").status_code == 404
    with pytest.raises(Refused):
        sessions.end(two, by=user)
    assert Event.objects.of(two).get().verb == "end"

    SignIn.objects.filter(pk=one.pk).update(digest="0" * 64)
    assert not is_in(first)

    settings.IDLE_MINUTES = 60
    SignIn.objects.filter(pk=three.pk).update(seen_at=three.seen_at - timedelta(minutes=50))
    assert is_in(third)
    three.refresh_from_db()
    idle = three.seen_at - timedelta(minutes=61)
    SignIn.objects.filter(pk=three.pk).update(seen_at=idle)
    assert not sign_ins.open_ones().filter(pk=three.pk).exists()
    assert not is_in(third)
    three.refresh_from_db()
    assert three.ended_at


def test_a_new_password_ends_every_other_session_and_keeps_this_one():
    user = with_password()
    here, there = browser(user), browser(user)
    page = "/sessions/password/"
    wrong = {"old_password": "x", "new_password1": NEW, "new_password2": NEW}
    assert here.post(page, wrong).status_code == 422 and is_in(there)
    assert here.post(page, wrong | {"old_password": OLD}).status_code == 302
    assert is_in(here) and not is_in(there)
    assert [one.user for one in sign_ins.open_ones()] == [user]
    assert Event.objects.of(user).get().verb == "change_password"

    # Set by hand on the machine: Django closes the session, and its line closes with it.
    user.refresh_from_db()
    user.set_password(OLD)
    user.save()
    assert not is_in(here) and not sign_ins.open_ones().exists()


def test_an_administrator_ends_sessions_of_their_own_people_and_of_nobody_elses():
    place, other = given.township(), given.township("990124100000")
    admin = given.user("sysadmin", at=place.county, name="管理员甲")
    clerk = given.user("village_clerk", at=place.town, name="文书乙")
    both = given.appoint(given.user("village_clerk", at=place.town), "village_clerk", other.town)
    far = given.user("village_clerk", at=other.town, name="外人丙")
    people = {user: browser(user) for user in (clerk, both, far)}
    again, office = browser(clerk), browser(admin)
    shown = office.get("/sessions/").content.decode()
    assert "文书乙" in shown and "外人丙" not in shown
    assert "文书乙" not in office.get("/sessions/?q=无").content.decode()
    assert "文书乙" not in people[far].get("/sessions/").content.decode()
    for user in (both, far):
        line = SignIn.objects.get(user=user)
        assert office.post(f"/sessions/{line.pk}/end/").status_code == 404
        assert office.post(f"/sessions/of/{user.pk}/end/").status_code == 404
        with pytest.raises(PermissionDenied):
            sessions.end(line, by=admin)
        assert is_in(people[user])
    with pytest.raises(PermissionDenied):
        sessions.end_all(admin, by=clerk)

    assert office.post(f"/sessions/of/{clerk.pk}/end/").status_code == 302
    assert not is_in(people[clerk]) and not is_in(again) and is_in(office)
    assert Event.objects.filter(verb="end", by=admin).count() == 2
    nation = given.user("sysadmin", at=given.country())
    assert sessions.end_all(far, by=nation) == 1


def test_only_what_our_own_proxies_saw_is_believed(settings):
    cases = [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 2.2.2.2", "2.2.2.2"),
        (1, "2001:db8::1", "2001:db8::1"),
        (2, "6.6.6.6, 2.2.2.2, 3.3.3.3", "2.2.2.2"),
        (2, "6.6.6.6", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "<script>", "10.0.0.1"),
    ]
    for proxies, forwarded, wanted in cases:
        settings.PROXIES = proxies
        head = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}
        assert origin.address(RequestFactory().get("/", **head)) == wanted, forwarded
    assert origin.address(RequestFactory().get("/", REMOTE_ADDR="")) is None


def test_behind_a_proxy_who_guesses_is_locked_out_and_not_everybody(settings):
    settings.AXES_ENABLED, settings.PROXIES = True, 1
    user = with_password()

    def sign_in(password, whence):
        said = {"username": user.username, "password": password}
        return Client().post("/login/", said, HTTP_X_FORWARDED_FOR=whence).status_code

    for n in range(site.AXES_FAILURE_LIMIT):
        sign_in("wrong", f"6.6.6.{n}, 2.2.2.2")
    assert sign_in(OLD, "6.6.6.9, 2.2.2.2") == 429
    assert sign_in(OLD, "3.3.3.3") == 302
    assert SignIn.objects.get().address == "3.3.3.3"


def test_signing_in_twice_in_one_session_is_one_line():
    user, request = with_password(), RequestFactory().post("/login/")
    request.session = SessionStore()
    for _click in range(2):
        login(request, user, backend=site.AUTHENTICATION_BACKENDS[-1])
    assert SignIn.objects.get().user == user
