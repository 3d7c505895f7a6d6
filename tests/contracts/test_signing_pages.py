"""Signing by link: who is let in, what is shown, what arrives, what the office sees of it."""

import base64
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from contracts.models import Contract, PaperVisit
from registry import tokens
from registry.models import Pass
from tests import given_signing
from tests.given_signed import handwriting

pytestmark = pytest.mark.django_db
SAID = {"accept-language": "en", "user-agent": given_signing.PHONE}


@pytest.fixture(autouse=True)
def kept_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def held():
    return given_signing.offered()


@pytest.fixture
def phone(held):
    """A phone that was let in."""
    client = Client(headers=SAID)
    client.post(held.url, {"tail": held.tail})
    return client


def drawing(held, **said):
    png = base64.b64encode(handwriting()).decode()
    return {
        "picture": f"data:image/png;base64,{png}",
        "paper_hash": held.paper.content_hash,
        "agreed": "on",
        "read": "1",
        "latitude": "30.1",
        "longitude": "110.2",
        "witness": "",
    } | said


def office(user):
    client = Client(headers=SAID)
    client.force_login(user)
    return client


def read(response):
    return response.content.decode()


def test_the_link_tells_a_stranger_no_more_than_a_surname(held):
    said = read(Client(headers=SAID).get(held.url))

    assert "This link was made for 赵**." in said
    assert held.contract.person.name not in said
    assert held.paper.content_hash not in said


def test_without_the_id_number_nothing_is_behind_the_link(held):
    client = Client(headers=SAID)

    copy = client.get(f"{held.url}contract.pdf")
    sent = client.post(f"{held.url}sign", drawing(held))

    assert (copy.status_code, copy.url) == (302, held.url)
    assert (sent.status_code, Contract.objects.get().state) == (302, "offered")
    assert not PaperVisit.objects.exists()


def test_a_wrong_id_number_is_told_and_the_fifth_closes_the_link(held):
    client = Client(headers=SAID)

    answers = [client.post(held.url, {"tail": "000000"}) for _try in range(5)]

    assert [a.status_code for a in answers] == [422, 422, 422, 422, 410]
    assert "These are not the last six characters" in read(answers[0])
    assert "This link was closed." in read(answers[4])


def test_the_paper_is_read_in_plain_words_and_whole(held, phone):
    said = read(phone.get(held.url))

    assert said.count("data-aloud") >= 3
    assert held.contract.person.name in said
    assert held.paper.content_hash in said
    assert [v.act for v in PaperVisit.objects.all()] == ["opened"]


def test_opening_twice_is_noted_once(held, phone):
    phone.get(held.url)
    phone.get(held.url)

    assert PaperVisit.objects.filter(act="opened").count() == 1


def test_reading_to_the_end_is_noted(held, phone):
    phone.get(held.url)

    answer = phone.post(f"{held.url}read")

    assert answer.status_code == 204
    assert [v.act for v in PaperVisit.objects.all()] == ["opened", "viewed"]


def test_the_drawing_signs_and_the_worker_keeps_a_copy(held, phone):
    phone.get(held.url)

    answer = phone.post(f"{held.url}sign", drawing(held), follow=True)
    copy = phone.get(f"{held.url}contract.pdf")

    assert "You have signed" in read(answer)
    assert b"".join(copy.streaming_content) == given_signing.content(held, 1)
    assert [v.act for v in PaperVisit.objects.all()] == ["opened", "viewed", "signed"]


def test_what_is_missing_is_said_and_nothing_is_signed(held, phone):
    answer = phone.post(f"{held.url}sign", {"paper_hash": held.paper.content_hash})

    assert answer.status_code == 422
    assert "Tick that you have read the contract and agree." in read(answer)
    assert "Write your name in the box first." in read(answer)


def test_a_changed_contract_is_refused_on_the_phone(held, phone):
    phone.get(held.url)
    Contract.objects.filter(pk=held.contract.pk).update(standard="700.00")

    answer = phone.post(f"{held.url}sign", drawing(held))

    assert answer.status_code == 409
    assert "it must be offered anew" in read(answer)


def test_a_no_is_taken_with_its_reason(held, phone):
    without = phone.post(f"{held.url}decline", {"reason": ""})
    answer = phone.post(f"{held.url}decline", {"reason": "要外出务工"}, follow=True)

    assert without.status_code == 422
    assert "You have declined" in read(answer)
    assert PaperVisit.objects.get(act="declined").reason == "要外出务工"


def test_an_unknown_link_is_a_page_of_its_own_and_soon_slows_down(held):
    client = Client(headers=SAID)

    answers = [client.get("/m/sign/never-handed-out/").status_code for _try in range(31)]

    assert answers == [404] * 30 + [429]


def test_the_phone_page_is_light_and_runs_no_inline_script(held, phone):
    answer = phone.get(held.url)
    policy = answer.headers["Content-Security-Policy"]

    assert "unsafe-inline" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", read(answer))
    assert re.findall(r'(?:src|href)="(/static/[^"]+)"', read(answer)) == [
        "/static/img/icon.svg",
        "/static/css/phone.css",
        "/static/js/sign.js",
    ]


def test_without_the_token_against_forgery_nothing_is_taken(held):
    client = Client(enforce_csrf_checks=True, headers=SAID)

    assert client.post(held.url, {"tail": held.tail}).status_code == 403


def test_the_clerk_hands_out_a_link_with_a_code_to_scan(held):
    clerk = office(held.scene.staff.village_clerk)
    url = f"/contracts/{held.contract.pk}/sign-link/"

    before, after = read(clerk.get(url)), read(clerk.post(url))

    assert "Make the link" in before
    assert "data:image/svg+xml" in after
    (link,) = re.findall(r'href="[^"]*(/m/sign/[^"]+)"', after)
    assert Client(headers=SAID).get(link).status_code == 200
    assert Pass.objects.open().count() == 1


def test_who_hands_out_no_links_has_no_such_page(held):
    finance = office(held.scene.staff.finance_officer)

    answer = finance.post(f"/contracts/{held.contract.pk}/sign-link/")

    assert answer.status_code == 403


def test_the_contract_page_shows_the_way_to_sign_and_what_happened(held):
    leader = office(held.scene.staff.township_leader)
    clerk = office(held.scene.staff.village_clerk)
    given_signing.sign(held, witness="王二")

    page, other = read(leader.get(f"/contracts/{held.contract.pk}/")), clerk.get("/contracts/")

    assert "Put the township&#x27;s seal under it" in page
    assert "王二" in page
    assert "Signed by the worker on a phone" in page
    assert other.status_code == 200


def test_the_inbox_tells_of_a_no_until_the_worker_is_asked_again(held):
    clerk = office(held.scene.staff.village_clerk)
    Client(headers=SAID)
    given_signing.signing.decline(held.let_in, reason="工资太低")

    told = read(clerk.get("/"))
    given_signing.with_link(held.scene, held.contract)
    after = read(clerk.get("/"))

    assert "The worker declined" in told
    assert "工资太低" in told
    assert "工资太低" not in after


def test_the_inbox_tells_the_leader_which_paper_lacks_the_seal(held):
    leader = office(held.scene.staff.township_leader)
    given_signing.sign(held)

    told = read(leader.get("/"))
    given_signing.seal(held)
    after = read(leader.get("/"))

    assert "The worker has signed; the seal is missing" in told
    assert "the seal is missing" not in after


def test_the_leader_seals_through_the_api_and_reads_the_paper_there(held):
    given_signing.sign(held)
    leader = held.scene.staff.township_leader
    _token, secret = tokens.issue(leader, by=leader, name="tests")
    client = Client(headers={"authorization": f"Bearer {secret}"} | SAID)
    url = f"/api/v1/contracts/{held.contract.pk}"

    sealed = client.post(f"{url}/seal", {}, content_type="application/json").json()

    (paper,) = sealed["papers"]
    assert sealed["state"] == "signed"
    assert [one["side"] for one in paper["signatures"]] == ["worker", "office"]
    assert [one["number"] for one in paper["files"]] == [0, 1, 2]
    assert paper["files"][2]["sha256"] == held.paper.files.get(number=2).sha256
    assert [visit["act"] for visit in sealed["visits"]] == ["signed"]
    assert {"seal", "conclude", "sign_on_phone"} <= {e["step"] for e in sealed["events"]}


def test_many_are_sealed_from_the_list(held):
    leader = office(held.scene.staff.township_leader)
    asked = {"pk": held.contract.pk, "confirmed": "1", "note": ""}

    answer = leader.post("/contracts/bulk/seal/", asked)

    assert answer.status_code == 200
    assert held.paper.signatures.get().side == "office"
