"""Signing in by the province's identity provider: what holds opens, the rest is refused."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from project.kernel.guards import Refused
from project.kernel.models import Event, Identity, SignIn, User
from registry import identities, provider
from tests import given
from tests.trust import provider as providers

pytestmark = pytest.mark.django_db
BACK = "/login/provider/back/"


@pytest.fixture
def province(settings):
    with providers.provider() as found:
        settings.OIDC_ISSUER, settings.OIDC_CLAIM = found.issuer, "preferred_username"
        settings.OIDC_CLIENT, settings.OIDC_SECRET = providers.CLIENT, providers.SECRET
        yield found


@pytest.fixture
def clerk():
    return given.user("village_clerk", at=given.township().villages[0], username="zhang")


@pytest.fixture
def bound(province, clerk):
    return Identity.objects.create(user=clerk, issuer=province.issuer, subject="person-1")


def browser():
    return Client(headers={"accept-language": "en"})


def sent(client, onward=""):
    answer = client.get(f"/login/provider/{onward}")
    assert answer.status_code == 302
    return answer["Location"]


def is_in(client):
    return client.get("/sessions/").status_code == 200


def told(client):
    return client.get("/login/").content.decode()


def signed_in(province, client, **changed):
    return client.get(BACK, province.sign_in(sent(client)) | changed)


def test_whoever_is_bound_comes_in_by_code_and_proof_key(province, bound, clerk):
    client = browser()
    assert (
        'href="/login/provider/?next=/board/"'
        in client.get("/login/?next=/board/").content.decode()
    )
    url = sent(client, "?next=/board/")
    said = province.sign_in(url)
    asked = province.asked[0]
    assert url.startswith(f"{province.issuer}/authorize?")
    assert asked["redirect_uri"] == f"http://testserver{BACK}" and "openid" in asked["scope"]
    came = client.get(BACK, said)
    assert (came.status_code, came["Location"]) == (302, "/board/") and is_in(client)
    bound.refresh_from_db()
    assert bound.used_at and not SignIn.objects.get().second_factor
    assert sent(browser(), "?next=https://evil.example/") and client.get(BACK).status_code == 302

    other = browser()
    assert other.get(BACK, said).status_code == 302 and not is_in(other)
    client.post("/logout/")
    assert client.get(BACK, said)["Location"] == "/login/" and not is_in(client)
    assert province.tokens == 1


LIES = {
    "another audience": {"aud": "somebody-else"},
    "an audience of two without azp": {"aud": ["somebody-else", providers.CLIENT]},
    "for another party": {"aud": [providers.CLIENT], "azp": "somebody-else"},
    "another issuer": {"iss": "http://127.0.0.1:1"},
    "expired": {"exp": 1_700_000_000},
    "never ends": {"exp": None},
    "from tomorrow": {"iat": 4_000_000_000},
    "not yet": {"nbf": 4_000_000_000},
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "nobody": {"sub": None},
    "an empty subject": {"sub": ""},
    "a number as subject": {"sub": 1},
    "of another access": {"at_hash": "AAAA"},
    "methods as one word": {"amr": "otp"},
}
FORGED = {
    "unsigned": providers.unsigned,
    "signed with the public key": providers.with_the_public_key,
    "signed by a stranger": providers.by_a_stranger,
    "no token": lambda claims: "x",
}


def test_no_lie_about_the_person_opens_anything(province, bound):
    client, opened = browser(), []
    for name, claims in LIES.items():
        province.claims = claims
        assert signed_in(province, client)["Location"] == "/login/", name
        assert "does not hold" in told(client), name
        opened += [name] if is_in(client) else []
    province.claims = {}
    for name, province.sign in FORGED.items():
        assert signed_in(province, client)["Location"] == "/login/", name
        opened += [name] if is_in(client) else []
    province.sign, province.head = None, {"kid": "another"}
    signed_in(province, client)
    assert not opened and not is_in(client) and province.tokens == len(LIES) + len(FORGED) + 1
    province.head = {}
    signed_in(province, client)
    assert is_in(client)


def test_no_errand_of_somebody_else_and_no_other_code_opens_anything(province, bound):
    victim, client = browser(), browser()
    theirs = province.sign_in(sent(client))
    sent(victim)
    assert victim.get(BACK, theirs)["Location"] == "/login/"
    for changed in (
        {"state": ""},
        {"state": "x"},
        {"code": ""},
        {"code": "x"},
        {"iss": "https://evil.example"},
        {"code": theirs["code"]},
    ):
        assert signed_in(province, victim, **changed)["Location"] == "/login/", changed
        assert not is_in(victim)
    assert victim.get(BACK, {"error": "access_denied"})["Location"] == "/login/"


def test_only_the_issuer_is_asked(province, bound):
    client = browser()
    for name in ("token_endpoint", "jwks_uri", "authorization_endpoint"):
        province.described = {name: "http://127.0.0.1:9/evil"}
        assert client.get("/login/provider/")["Location"] == "/login/"
        assert "sends us elsewhere" in told(client)
    province.described = {"issuer": "http://127.0.0.1:9"}
    assert client.get("/login/provider/")["Location"] == "/login/"
    province.described = {}
    url = sent(client)
    provider._known.clear()
    province.described = {"token_endpoint": "http://127.0.0.1:9/evil"}
    assert client.get(BACK, province.sign_in(url))["Location"] == "/login/" and not is_in(client)


def test_a_provider_that_is_away_or_none_is_said_so(settings, province):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    client = browser()
    assert client.get("/login/provider/")["Location"] == "/login/"
    assert "does not answer" in told(client)
    settings.OIDC_ISSUER = ""
    assert client.get("/login/provider/").status_code == client.get(BACK).status_code == 404
    assert "/login/provider/" not in told(client)


def test_the_agreed_claim_binds_a_login_once_and_makes_nobody(province, clerk, settings):
    people, client = User.objects.count(), browser()
    for name in ("nobody", "", None, ["zhang"], "ZHANG"):
        province.claims = {"preferred_username": name}
        signed_in(province, client)
        assert "No login is bound" in told(client) and not is_in(client)
    province.claims = {"preferred_username": "zhang"}
    settings.OIDC_CLAIM = ""
    signed_in(province, client)
    assert not is_in(client)
    settings.OIDC_CLAIM = "preferred_username"
    signed_in(province, client)
    assert is_in(client) and Event.objects.get(verb="bind").data == {"subject": "person-1"}

    another = browser()
    province.claims = {"preferred_username": "zhang", "sub": "person-2"}
    signed_in(province, another)
    assert not is_in(another) and User.objects.count() == people
    identities.unbind(Identity.objects.get(), by=clerk)
    signed_in(province, another, **{})
    assert not is_in(another)

    Identity.objects.update(ended_at=None)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    province.claims = {}
    signed_in(province, another)
    assert "closed" in told(another) and not is_in(another)


def test_its_second_factor_counts_only_in_the_words_agreed(province, bound, settings):
    settings.SECOND_FACTOR = True
    given.appoint(bound.user, "finance_officer", given.township().county)
    for acr, claims, whole in (
        ([], {"acr": "2", "amr": ["otp"]}, False),
        (["2"], {"acr": "1", "amr": ["pwd"]}, False),
        (["2"], {"acr": ["2"]}, False),
        (["2"], {"acr": "2"}, True),
        (["otp"], {"amr": ["pwd", "otp"]}, True),
    ):
        settings.OIDC_ACR, province.claims = acr, claims
        client = browser()
        signed_in(province, client)
        assert is_in(client) is whole, (acr, claims)
        onward = client.get("/login/")["Location"]
        assert onward == ("/" if whole else "/login/code/")
    assert province.asked[-1]["acr_values"] == "otp"
    assert SignIn.objects.filter(second_factor=True, ended_at=None).count() == 2


def test_an_administrator_binds_and_unbinds_their_own_people(province, clerk):
    admin = given.user("sysadmin", at=given.township().county)
    far = given.user("sysadmin", at=given.township("990124100000").county)
    desk, away = browser(), browser()
    desk.force_login(admin)
    away.force_login(far)
    said = {"user_name": "zhang", "subject": " person-1 "}
    assert "appoint nobody" in away.post("/sessions/identities/new/", said).content.decode()
    for by in (far, clerk):
        with pytest.raises(PermissionDenied):
            identities.bind(clerk, "person-1", by=by)
    assert desk.post("/sessions/identities/new/", said).status_code == 302
    assert "bound" in desk.post("/sessions/identities/new/", said).content.decode()
    other = given.user("village_clerk", at=given.township().villages[1])
    with pytest.raises(Refused):
        identities.bind(other, "person-1", by=admin)

    made = Identity.objects.get()
    assert (made.user, made.subject) == (clerk, "person-1")
    client = browser()
    signed_in(province, client)
    assert is_in(client) and "person-1" in client.get("/sessions/identities/").content.decode()
    page = f"/sessions/identities/{made.pk}/unbind/"
    assert away.post(page).status_code == 404
    assert "person-1" not in away.get("/sessions/identities/").content.decode()
    assert desk.post(page).status_code == 302 and desk.post(page).status_code == 404
    another = browser()
    signed_in(province, another)
    assert not is_in(another)
    desk.post("/sessions/identities/new/", said)
    signed_in(province, another)
    assert is_in(another)


def test_a_provider_without_https_stops_the_start(settings):
    settings.OIDC_ISSUER = "http://id.example.cn"
    with pytest.raises(SystemCheckError):
        call_command("check", tags=["gongyigang"])
