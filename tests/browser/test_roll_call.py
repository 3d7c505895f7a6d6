"""A hundred people called on a small phone: by thumb, without a network, after a closed tab."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from attendance.models import CheckIn, Flag, Photo, RollCall
from project.kernel.pages import url_of
from tests import given, given_days
from tests.conftest import TODAY
from tests.given_phones import picture
from tests.given_roll_calls import held

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "买买提·阿卜杜热合曼·艾合麦提江·吐尔逊"
KEPT = re.compile(r"/roll-calls/\d+/$")
SMALL = {"width": 360, "height": 740}


def village(holders):
    """A village whose last holder has a name that fills the screen."""
    found = given.scene(holders=holders, days=[])
    place, officer = found.place.villages[0], found.staff.township_officer
    given.holder(place, officer, name=LONG, title="乡村道路养护及河道保洁员")
    given_days.fenced(place, officer)
    return found


@pytest.fixture
def scene():
    return village(3)


@pytest.fixture
def phone(page):
    page.set_viewport_size(SMALL)
    page.clock.set_system_time(TODAY)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 104.1, "latitude": 30.6, "accuracy": 12})
    return page


def row(page, name):
    return page.locator("[data-contract]").filter(has_text=name)


def mark(page, name, value):
    row(page, name).first.locator(f"button[value={value}]").click()


def shoot(page, seed="square"):
    shot = {"name": "group.jpg", "mimeType": "image/jpeg"}
    shot["buffer"] = picture(seed, size=(3000, 2250))
    page.locator("[data-camera]").set_input_files([shot])
    expect(page.locator("[data-shots] img")).not_to_have_count(0)


def test_a_hundred_are_called_on_a_small_phone(phone, visit, shot):
    scene = village(99)
    visit(reverse("attendance:roll-call"), as_=scene.staff.village_clerk)
    expect(phone.locator("[data-contract]")).to_have_count(100)
    expect(phone.locator("[data-place]")).to_contain_text("12")
    mark(phone, LONG, "present")
    shot("roll-call-list")
    for contract in scene.contracts[:60]:
        phone.locator(f"[data-contract='{contract.pk}'] button[value=present]").click()
    phone.locator("[data-rest]").click()
    shoot(phone)
    expect(phone.locator("[data-count]")).to_have_text("到 61 · 未到 39 · 未点 0 · 照片 1")
    phone.locator("[data-shots]").scroll_into_view_if_needed()
    shot("roll-call-send")
    small = phone.evaluate(
        "[...document.querySelectorAll('.roll-list button')]"
        ".filter((b) => b.offsetHeight < 44 || b.offsetWidth < 44).length"
    )

    phone.locator("form[data-roll] button[type=submit]").click()
    phone.wait_for_url(KEPT)
    shot("roll-call")

    assert small == 0
    call = RollCall.objects.get()
    assert call.lines.filter(present=True).count() == CheckIn.objects.count() == 61
    assert (str(call.longitude), call.accuracy, call.pictures.count()) == ("104.100000", 12, 1)
    assert not Flag.objects.exists()
    assert phone.evaluate("localStorage.length") == 0


def test_without_a_network_marks_and_pictures_outlive_the_closed_tab(phone, visit, shot, scene):
    visit(reverse("attendance:roll-call"), as_=scene.staff.village_clerk)
    first = scene.contracts[0].pk
    phone.locator(f"[data-contract='{first}'] button[value=present]").click()
    shoot(phone)
    phone.context.set_offline(True)
    phone.locator("form[data-roll] button[type=submit]").click()
    expect(phone.locator("[data-reasons]")).to_contain_text("没有网络")
    shot("roll-call-offline")
    assert not RollCall.objects.exists()

    phone.context.set_offline(False)
    phone.goto("about:blank")
    visit(reverse("attendance:roll-call"))
    expect(phone.locator("[data-draft]")).to_be_visible()
    expect(phone.locator("[data-count]")).to_contain_text("到 1")
    expect(phone.locator("[data-shots] img")).to_have_count(1)
    phone.locator("form[data-roll] button[type=submit]").click()
    phone.wait_for_url(KEPT)

    assert CheckIn.objects.get().contract_id == first


def test_an_answer_lost_on_the_way_keeps_the_roll_call_once(phone, visit, scene):
    visit(reverse("attendance:roll-call"), as_=scene.staff.village_clerk)
    phone.locator("[data-contract] button[value=present]").first.click()
    shoot(phone)
    lost = []

    def lose(route):
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    phone.route("**/roll-calls/new/", lose)
    phone.locator("form[data-roll] button[type=submit]").click()
    expect(phone.locator("[data-reasons]")).to_contain_text("没有网络")
    phone.locator("form[data-roll] button[type=submit]").click()
    phone.wait_for_url(KEPT)

    assert lost == [201]
    assert (RollCall.objects.count(), CheckIn.objects.count(), Photo.objects.count()) == (1, 1, 1)


def test_what_is_refused_is_said_and_the_marks_stay(phone, visit, scene):
    visit(reverse("attendance:roll-call"), as_=scene.staff.village_clerk)
    phone.locator("[data-contract] button[value=present]").first.click()
    phone.locator("form[data-roll] button[type=submit]").click()

    expect(phone.locator("[data-reasons]")).to_contain_text("签到簿")
    expect(phone.locator("[data-count]")).to_contain_text("到 1")


def test_a_correction_changes_only_what_was_tapped(page, visit, shot, scene):
    call = held(scene, scene.contracts[:2], scene.contracts[2:])
    visit(url_of(call), as_=scene.staff.village_clerk)
    page.locator(".office-links a", has_text="更正点名").click()
    page.wait_for_url("**/correct/")
    page.locator(f"[data-contract='{scene.contracts[0].pk}'] button[value=absent]").click()
    page.locator("input[name=reason]").fill("替别人答到")
    shot("roll-call-correct")
    page.locator("form[data-roll] button[type=submit]").click()
    page.wait_for_url(KEPT)
    shot("roll-call-corrected")

    made = RollCall.objects.get(corrects=call)
    assert made.lines.filter(present=True).count() == 1
    assert CheckIn.objects.get(voids__isnull=False).voids.contract == scene.contracts[0]
