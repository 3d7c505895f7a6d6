"""Two inspectors in a field without a network: they take a list along and send it all later."""

import pytest
from playwright.sync_api import expect

from inspections.models import Doubt, Visit, VisitPhoto
from project.kernel.models import Look
from project.kernel.months import today
from project.kernel.sealing import seal_file
from registry.models import Portrait
from tests import given, given_days, given_field, given_visits
from tests.browser.hands import fits, until
from tests.conftest import TODAY
from tests.given_phones import picture

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = {"width": 360, "height": 740}
CONTROLLED = "Boolean(navigator.serviceWorker.controller)"
SIGNED = "field.store.visits('draft').then((all) => Boolean(all[0].said.signature_first))"
# A page that is closed sends through its worker, which no test can take off the network.
NO_BACKGROUND = "delete self.SyncManager;"


@pytest.fixture
def scene():
    """A round whose list is drawn, two inspectors, and a face on one file."""
    made = given.scene(holders=3, days=[])
    made.first = given.user("inspector", at=made.place.county, name="督查甲")
    made.second = given.user("inspector", at=made.place.county, name="督查乙")
    steps = ["draw", "dispatch"]
    made.round = given_visits.plan(made.place.town, made.first, steps=steps, share="1")
    face = given_days.shot("face")
    known = made.contracts[0].person
    file = Portrait(person=known, taken_on=today(), added_by=made.staff.township_officer)
    file.sha256 = seal_file(face.read())
    face.seek(0)
    file.file.save("face.jpg", face, save=True)
    return made


@pytest.fixture
def phone(page):
    page.set_viewport_size(SMALL)
    page.add_init_script(NO_BACKGROUND)
    page.clock.set_system_time(TODAY)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 104.1, "latitude": 30.6, "accuracy": 12})
    return page


def sign(page, words):
    """Draw two strokes into the field under these words."""
    canvas = page.get_by_label(words)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for down in (0.3, 0.6):
        page.mouse.move(box["x"] + 30, box["y"] + box["height"] * down)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 40, box["y"] + box["height"] * (1 - down))
        page.mouse.up()


def opened(page, name):
    page.locator(".person").filter(has_text=name).click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def taken_along(page):
    """The list of the round is on the phone, and the phone keeps the page."""
    page.get_by_role("button", name="带上名单").click()
    expect(page.locator(".person")).to_have_count(3)
    until(page, lambda: page.evaluate(CONTROLLED), "the phone does not keep the page")


def begun(page, name, seen):
    """A visit to somebody on the list, with its second inspector and what was seen."""
    opened(page, name)
    page.get_by_label("第二位检查人", exact=True).select_option(label="督查乙")
    page.get_by_label(seen).check()
    expect(page.get_by_text("位置已记下")).to_be_visible()


def kept(page, waiting):
    """The visit is finished; so many of the list wait for the network."""
    page.get_by_role("button", name="记好了").click()
    expect(page.locator(".person").filter(has_text="待发送")).to_have_count(waiting)


def substitute_seen(phone, name, shot):
    """Somebody else works in their place; the phone is switched off in between."""
    begun(phone, name, "他人代岗")
    expect(phone.locator("img.face")).to_be_visible()
    phone.get_by_label("实际是谁在干活").fill("他的儿子")
    phone.get_by_label("银行卡由谁保管").select_option("family")
    camera = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture("a", size=(3000, 2250))}
    phone.locator("input[type=file]").set_input_files(camera)
    expect(phone.locator(".shots img")).to_have_count(1)
    phone.get_by_role("button", name="记好了").click()
    expect(phone.locator("#trouble")).to_contain_text("检查人签名、第二位检查人签名")
    sign(phone, "检查人签名：督查甲")
    until(phone, lambda: phone.evaluate(SIGNED), "the signature is not kept")
    phone.reload()
    expect(phone.get_by_label("实际是谁在干活")).to_have_value("他的儿子")
    expect(phone.locator(".shots img")).to_have_count(1)
    shot("field-visit")
    sign(phone, "第二位检查人签名")
    shot("field-signatures")


def test_visits_without_a_network_outlive_a_reload_and_are_sent_once(phone, visit, shot, scene):
    one, two = (contract.person.name for contract in scene.contracts[:2])
    visit("/field/", as_=scene.first)
    expect(phone.get_by_role("heading", name="督查甲，您好")).to_be_visible()
    shot("field-home")
    taken_along(phone)
    looked = Look.objects.get(what=Look.What.PHOTO)
    assert (looked.by, looked.rows, len(looked.people)) == (scene.first, 3, 3)

    phone.context.set_offline(True)
    phone.reload()
    substitute_seen(phone, one, shot)
    kept(phone, 1)
    begun(phone, two, "在岗工作")
    for words in ("检查人签名：督查甲", "第二位检查人签名", f"{two} 签名"):
        sign(phone, words)
    kept(phone, 2)
    phone.goto(phone.url.split("#")[0] + "#queue")
    phone.reload()
    expect(phone.locator("#waiting li")).to_have_count(2)
    shot("field-queue")
    assert not Visit.objects.exists()

    phone.context.set_offline(False)
    expect(phone.locator("#received li")).to_have_count(2)
    expect(phone.locator("#unsent")).to_be_hidden()
    was_kept(scene)
    people = phone.evaluate("field.store.lists()")[0]["people"]
    gone = [who["portrait"] for who in people if who["contract"] == scene.contracts[0].pk]
    assert gone == [""]


def was_kept(scene):
    """Both visits came once, with the round, the place, the answers and the picture."""
    seen = {row.contract: row for row in Visit.objects.select_related("contract")}
    assert seen.keys() == set(scene.contracts[:2])
    visited = seen[scene.contracts[0]]
    assert (visited.seen, visited.other, visited.second) == ("other", "他的儿子", scene.second)
    assert (visited.plan, visited.drawn.plan) == (scene.round, scene.round)
    assert (visited.accuracy, visited.answers) == (12, {"card": "family"})
    assert set(seen[scene.contracts[1]].signatures) == {"first", "second", "person"}
    assert VisitPhoto.objects.get().visit == visited
    assert Doubt.objects.get().pattern == "V-01.visit"


def test_what_the_server_keeps_out_stays_on_the_phone_with_its_reason(phone, visit, scene):
    one = scene.contracts[0].person.name
    visit("/field/", as_=scene.first)
    taken_along(phone)
    begun(phone, one, "联系不上")
    sign(phone, "检查人签名：督查甲")
    sign(phone, "第二位检查人签名")
    scene.second.is_active = False
    scene.second.save()
    phone.get_by_role("button", name="记好了").click()
    expect(phone.locator(".person").filter(has_text="待发送")).to_have_count(1)
    phone.locator("nav a").filter(has_text="待发送").click()

    expect(phone.locator("#kept-out .why")).to_contain_text("选择一个有效的选项")
    fits(phone)
    phone.get_by_role("link", name="改一改").click()
    expect(phone.locator(".note.stop").first).to_contain_text("选择一个有效的选项")
    assert not Visit.objects.exists()


def test_what_was_seen_reads_well_at_the_desk(page, visit, shot, scene):
    made = given_field.seen(scene.contracts[0], scene.place.county)
    for address, name, words in (
        ("/inspections/visits/", "visits", "检查记录"),
        (f"/inspections/visits/{made.pk}/", "visit", made.contract.person.name),
        ("/inspections/visits/new/", "visit-new", "补录检查记录"),
    ):
        visit(address, as_=scene.first)
        expect(page.locator("main h1")).to_contain_text(words)
        shot(name)
