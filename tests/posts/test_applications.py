"""People apply on their own phone without signing in; nobody learns who is registered."""

import re
from datetime import date

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import translation

from posts import applications, public
from posts.models import Application
from project.inbox import inbox
from project.kernel.steps import do
from tests import given, given_applications, given_hires
from tests.given_applications import PHONE, browser, received, text

pytestmark = pytest.mark.django_db
RECEIPT = re.compile(r"data-receipt>(\w{10})<")


@pytest.fixture(autouse=True)
def quiet():
    """Sentences as the code writes them, and nobody counted yet."""
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_applications.scene()


@pytest.fixture
def street():
    return browser()


def filled(scene, **fields):
    sent = {"recruitment": scene.call.pk, "name": "赵六", "phone": PHONE, "agrees": "on"}
    return sent | {"id_number": scene.person.id_number, "category": "weak"} | fields


def apply(client, scene, **fields):
    return client.post(f"/notices/{scene.call.notice_id}/apply/", filled(scene, **fields))


def ask(client, code, tail):
    return text(client.post("/notices/applications/", {"code": code, "tail": tail}))


def said(response):
    """A page without the token that its forms carry."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text(response))


def receipt(response):
    return RECEIPT.search(text(response))[1]


def test_the_board_leads_to_the_application(scene, street):
    notice = text(street.get(f"/notices/{scene.call.notice_id}/"))
    calls = text(street.get("/notices/calls/"))

    at = reverse("board-apply", args=[scene.call.notice_id])
    assert at in notice and at in calls
    assert scene.post.title in text(street.get(at))


def test_what_is_sent_is_kept_sealed_and_waits_for_the_village_with_a_day(scene, street):
    answer = apply(street, scene)

    made = Application.objects.get()
    assert receipt(answer) == made.code
    assert (made.state, made.channel, made.post, made.area) == (
        "received",
        "phone",
        scene.post,
        scene.village,
    )
    (waiting,) = [one for one in inbox(scene.staff.village_clerk) if one.record == made]
    assert (waiting.step, waiting.due) == ("accept", date(2026, 11, 27))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM posts_application")
        (sealed,) = cursor.fetchall()
    assert scene.person.id_number.encode() not in bytes(sealed[0])
    assert PHONE.encode() not in bytes(sealed[1])


def test_the_reply_does_not_say_who_is_registered(scene, street):
    known = apply(street, scene)
    unknown = apply(street, scene, id_number=given.id_number())

    replies = [said(one).replace(receipt(one), "") for one in (known, unknown)]
    assert replies[0] == replies[1]
    assert receipt(known) != receipt(unknown)


def test_sending_twice_makes_one_record_and_the_same_reply(scene, street):
    first, second = apply(street, scene), apply(street, scene, name=" 赵 六 ")

    assert said(first) == said(second)
    assert Application.objects.count() == 1


def test_who_knows_only_the_id_number_learns_nothing_of_the_application(scene, street):
    """A receipt for another phone says “arrived” for ever, as that of a new application would."""
    own = receipt(apply(street, scene))
    strangers = receipt(apply(street, scene, phone="13900000000"))
    made = Application.objects.get()
    do(made, "accept", by=scene.staff.village_clerk)

    told = [ask(street, code, made.id_tail) for code in (own, strangers)]

    assert strangers != own and made.others == [strangers]
    assert "was accepted" in told[0] and "was accepted" not in told[1]
    assert "has arrived" in told[1]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"id_number": "990123197003050020"}, "The check digit of the ID number is wrong"),
        ({"id_number": "99012319700305"}, "The ID number has 14 characters; it must have 18."),
        ({"phone": "123"}, "Enter a mobile of 11 digits"),
        ({"agrees": ""}, "nobody is hired without a public notice"),
        ({"name": ""}, "This field is required"),
        ({"website": "x"}, "Leave the hidden box empty"),
    ],
)
def test_what_cannot_be_read_is_said_on_the_page(scene, street, fields, sentence):
    answer = apply(street, scene, **fields)

    assert sentence in text(answer)
    assert not Application.objects.exists()


def test_age_is_not_judged_in_the_street(scene, street):
    apply(street, scene, id_number=given.id_number(born=date(2015, 1, 1), order=7))

    assert Application.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 12, 1), "were taken until 2026-11-30"),
        (date(2026, 11, 1), "are taken from 2026-11-02"),
    ],
)
def test_before_and_after_the_days_of_the_call_nothing_is_taken(scene, street, day, sentence):
    with given_hires.on(day):
        seen = street.get(f"/notices/{scene.call.notice_id}/apply/")
        sent = apply(street, scene)

    assert sentence in text(seen) and "<form method" not in text(seen).split("office-large")[1]
    assert sentence in text(sent)
    assert not Application.objects.exists()


def test_a_call_taken_back_takes_nothing(scene, street):
    scene.call.notice.void()
    scene.call.notice.save()

    assert "was taken back" in text(apply(street, scene))
    assert scene.post.title not in text(street.get("/notices/calls/"))


def test_floods_are_stopped_by_address_and_by_call(scene, street, monkeypatch):
    monkeypatch.setattr(public, "SENT_AN_HOUR", 2)
    answers = [text(apply(street, scene, id_number=given.id_number())) for _time in range(3)]
    monkeypatch.setattr(public, "SENT_TO_A_CALL_AN_HOUR", 3)
    far = [
        text(apply(browser(REMOTE_ADDR=f"10.0.0.{n}"), scene, id_number=given.id_number()))
        for n in range(2)
    ]

    assert "Too much was sent from here" in answers[2] and "Too much" not in answers[1]
    assert "Many people apply just now" in far[1] and "Many people" not in far[0]
    assert Application.objects.count() == 3


def test_asking_is_limited_and_needs_both_halves(scene, street, monkeypatch):
    monkeypatch.setattr(public, "ASKED_AN_HOUR", 3)
    made = received(scene)

    told = [
        ask(street, made.code, made.id_tail),
        ask(street, made.code, "0000"),
        ask(street, "AAAAAAAAAA", made.id_tail),
        ask(street, made.code, made.id_tail),
    ]

    assert "has arrived" in told[0]
    assert all("There is no application with this receipt" in one for one in told[1:3])
    assert "Too much was sent from here" in told[3]
    assert not any(word in "".join(told) for word in ("赵六", PHONE, scene.post.title))


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("applied", "is being reviewed"),
        ("approved", "The township will call you to sign"),
        ("placed", "You are hired"),
    ],
)
def test_the_receipt_says_in_plain_words_how_far_it_is(scene, state, sentence):
    hire = given_hires.hire(scene, state, person=scene.person)
    made = received(scene, id_number=given.id_number())
    Application.objects.filter(pk=made.pk).update(state="accepted", hire=hire)

    assert sentence in applications.became(made.code.lower(), made.id_tail)


def test_the_database_keeps_one_application_a_person_and_call(scene):
    made = received(scene)

    made.pk, made.code = None, "AAAAAAAAAA"
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)
