"""Cards let phones in: one on a screen, a village's on paper, and a lost phone goes."""

import json
from datetime import date, timedelta

import pymupdf
import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from attendance import cards, phone_office
from attendance.models import Device
from registry.models import Kinship, Pass
from tests import given
from tests.given_phones import Phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=9, days=[])


@pytest.fixture
def clerk(scene):
    made = Client(headers={"accept-language": "en"})
    made.force_login(scene.staff.village_clerk)
    return made


def test_a_card_is_valid_as_long_as_the_rule_says(scene):
    made, _secret = cards.hand_out(scene.contracts[0].person, by=scene.staff.village_clerk)

    assert abs(made.valid_until - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)


def test_the_clerk_makes_a_card_from_the_page_of_a_person(scene, clerk):
    person = scene.contracts[0].person
    page = clerk.get(reverse("registry:person", args=[person.pk])).content.decode()
    card = reverse("attendance:phone-card", args=[person.pk])

    shown = clerk.post(card)

    assert card in page
    assert card in clerk.get(reverse("contracts:contract", args=[scene.contracts[0].pk])).text
    link = shown.context["link"]
    assert link in shown.text
    assert shown.context["qr"].startswith("data:image/svg")
    assert shown.headers["Cache-Control"].startswith("max-age=0")
    assert link.split("/m/in/")[1].strip("/") not in str(Pass.objects.values())


def test_a_village_gets_its_cards_in_one_pdf_eight_to_a_page(scene, clerk):
    village = scene.contracts[0].area

    answer = clerk.post(reverse("attendance:phone-cards"), {"village": village.pk})

    assert answer["Content-Type"] == "application/pdf"
    with pymupdf.open(stream=answer.content) as paper:
        names = [page.get_text().count("手机打卡登记卡") for page in paper]
        assert names == [8, 1]
        text = "".join(page.get_text() for page in paper)
    assert all(contract.person.name in text for contract in scene.contracts)
    assert Pass.objects.open().count() == 9


def test_cards_are_made_for_those_alone_who_have_no_phone_unless_asked(scene):
    clerk, village = scene.staff.village_clerk, scene.contracts[0].area
    Phone(scene.contracts[0].person, clerk=clerk)

    first = cards.hand_out_all(village, by=clerk)
    second = cards.hand_out_all(village, by=clerk, again=True)

    assert (len(first.made), len(second.made)) == (8, 9)
    assert Pass.objects.open().count() == 9


def test_kin_of_the_clerk_are_named_on_the_paper_and_get_no_card(scene):
    clerk, person = scene.staff.village_clerk, scene.contracts[0].person
    Kinship.objects.create(user=clerk, person=person, relation="兄弟", declared_on=date(2026, 1, 1))

    made = cards.hand_out_all(scene.contracts[0].area, by=clerk)

    assert [one for one, _why in made.left_out] == [person]
    with pymupdf.open(stream=phone_office.sheet(scene.contracts[0].area, made)) as paper:
        assert "没有制卡的人员" in paper[-1].get_text()


def test_cards_of_another_village_are_refused(scene):
    stranger = given.user("village_clerk", at=given.area("990199100001", "别的村"))

    with pytest.raises(PermissionDenied):
        cards.hand_out_all(scene.contracts[0].area, by=stranger)
    assert not Pass.objects.exists()


def test_a_phone_whose_answer_was_lost_is_answered_alike_and_no_other(scene):
    phone = Phone(scene.contracts[0].person, clerk=scene.staff.village_clerk)
    again = Client().post("/api/v1/phones", phone.asked, "application/json")
    stranger = Phone(scene.contracts[1].person, clerk=scene.staff.village_clerk)
    key = json.loads(stranger.asked)["public_key"]
    stolen = json.dumps(json.loads(phone.asked) | {"public_key": key})

    assert again.json()["secret"] == phone.secret
    assert Client().post("/api/v1/phones", stolen, "application/json").status_code == 409
    assert Device.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        late = Client().post("/api/v1/phones", phone.asked, "application/json")
    assert late.status_code == 409


def test_a_lost_phone_is_ended_and_lets_nobody_in(scene, clerk):
    phone = Phone(scene.contracts[0].person, clerk=scene.staff.village_clerk)
    device = Device.objects.get()
    page = reverse("attendance:device", args=[device.pk])
    end = reverse("attendance:device-end", args=[device.pk])
    assert end in clerk.get(page).text

    answer = clerk.post(end, {"note": "赶集时丢了"}, follow=True)

    assert answer.redirect_chain == [(page, 302)]
    assert end not in answer.text
    assert phone.client.get("/api/v1/phones/me").status_code == 401


def test_the_list_of_phones_shows_those_of_the_own_villages(scene, clerk):
    for contract in scene.contracts[:2]:
        Phone(contract.person, clerk=scene.staff.village_clerk)
    stranger = Client()
    stranger.force_login(given.user("village_clerk", at=given.area("990199100001", "别的村")))

    assert clerk.get(reverse("attendance:device-list")).context["count"] == 2
    assert stranger.get(reverse("attendance:device-list")).context["count"] == 0
