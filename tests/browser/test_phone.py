"""Workers check in on small phones: without a network, with a wrong clock, on a bad link."""

import json
from datetime import date

import pytest
from playwright.sync_api import expect

from attendance import devices
from attendance.models import CheckIn, Device, Flag, Photo, WorkPlace
from attendance.selectors import masks
from project.kernel.months import Month
from tests import given
from tests.browser.hands import until
from tests.browser.handset import HERE
from tests.given_phones import picture

pytestmark = pytest.mark.django_db(transaction=True)
SIGNED = "**/api/v1/check-ins/signed"
TODAY = "2026-11-22T"


@pytest.fixture
def scene():
    return given.scene(holders=2, days=[])


@pytest.fixture
def phone(handset, day, scene):
    made = handset()
    day.at(f"{TODAY}07:30:00")
    return made.enter(scene.contracts[0].person, scene.staff.village_clerk)


def doubts():
    return sorted(Flag.objects.values_list("check_in__day", "code"))


def test_a_day_without_a_network_outlives_a_reload_and_a_closed_tab(phone, day, scene):
    phone.offline()
    day.at(f"{TODAY}08:00:00")
    phone.check_in("上班打卡")
    phone.says("还有 1 条没有发出")
    phone.says("12:00以后")
    day.at(f"{TODAY}12:10:00")
    phone.page.reload()
    phone.says("现在请按「还在岗」")
    phone.check_in("还在岗")
    day.at(f"{TODAY}17:30:00")
    phone.reopened()
    phone.check_in("下班打卡")
    phone.says("还有 3 条没有发出")
    assert phone.fits()
    assert not CheckIn.objects.exists()

    day.at(f"{TODAY}19:00:00")
    phone.offline(False)
    phone.says("都发出去了")

    rows = list(CheckIn.objects.order_by("sequence"))
    assert [(row.sequence, row.kind, row.level) for row in rows] == [
        (1, "in", 3),
        (2, "again", 3),
        (3, "out", 3),
    ]
    assert [json.loads(row.said)["previous"] for row in rows[1:]] == [r.hash for r in rows[:2]]
    assert (Photo.objects.count(), doubts()) == (3, [])
    contract = scene.contracts[0]
    assert masks(Month(2026, 11), contract.area_id, 3).get()["full"] == 1 << 21


def test_two_phones_write_each_for_its_own_worker(phone, handset, day, scene):
    other = handset()
    day.at(f"{TODAY}08:00:00")
    other.enter(scene.contracts[1].person, scene.staff.village_clerk)

    for one in (phone, other):
        one.check_in("上班打卡")
        one.says("都发出去了")

    rows = CheckIn.objects.order_by("pk")
    assert [row.contract for row in rows] == scene.contracts
    assert [row.phone.person for row in rows] == [one.person for one in scene.contracts]
    assert len({device.fingerprint for device in Device.objects.all()}) == 2
    assert doubts() == []


def test_a_clock_two_hours_wrong_is_a_doubt_and_no_loss(phone, day):
    day.at(f"{TODAY}08:00:00", ahead=f"{TODAY}10:00:00")

    phone.check_in("上班打卡")
    phone.says("都发出去了")

    assert Flag.objects.get().code == "clock_drift"
    assert abs(Flag.objects.get().evidence["seconds"] - 7200) < 60
    phone.says("村里要核对", "#diary")


def test_the_same_batch_five_times_is_stored_once(phone, day):
    day.at(f"{TODAY}08:00:00")
    sent = []

    def lossy(route):
        sent.append(route.request.post_data)
        answer = route.fetch()
        route.abort() if len(sent) < 5 else route.fulfill(response=answer)

    phone.page.route(SIGNED, lossy)
    phone.page.evaluate("phone.sending.wait = 5")
    phone.check_in("上班打卡", picture=False)
    expect(phone.page.locator("#not-sent")).to_be_visible()
    phone.page.get_by_role("button", name="马上发送").click()
    phone.says("都发出去了")

    assert len(sent) == 5
    assert len({body.partition("items")[2] for body in sent}) == 1
    assert CheckIn.objects.count() == 1


def test_what_is_kept_while_a_picture_is_on_its_way_goes_right_after_it(phone, day, scene):
    day.at(f"{TODAY}08:00:00")
    said = {"contract": scene.contracts[0].pk, "kind": "out", "at": f"{TODAY}08:00:00+08:00"}

    def slow(route):
        record = "said => phone.signing.record(said, null).then(() => { phone.deliver(); })"
        phone.page.evaluate(record, said)
        route.continue_()

    phone.page.route("**/phones/photos/*", slow)
    phone.check_in("上班打卡")
    phone.says("都发出去了")

    assert [row.kind for row in CheckIn.objects.order_by("sequence")] == ["in", "out"]


def test_a_place_that_moved_judges_each_day_by_its_own_fence(phone, day, scene):
    clerk, area = scene.staff.village_clerk, scene.contracts[0].area
    fence = {"area": area, "name": "村委会", "radius": 200, "added_by": clerk}
    fence |= {"longitude": "104.065735"}
    WorkPlace.objects.create(
        latitude="30.659462",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 11, 20),
        ended_by=clerk,
        **fence,
    )
    WorkPlace.objects.create(latitude="30.700000", starts_on=date(2026, 11, 21), **fence)
    phone.offline()
    for moment in ("2026-11-20T08:00:00", "2026-11-21T08:00:00"):
        day.at(moment)
        phone.page.reload()
        phone.check_in("上班打卡")
    phone.context.set_geolocation(HERE | {"latitude": 30.7})
    day.at(f"{TODAY}08:00:00")
    phone.page.reload()
    phone.check_in("上班打卡")

    phone.offline(False)
    phone.says("都发出去了")

    assert doubts() == [(date(2026, 11, 21), "outside_fence")]


def test_nothing_that_a_phone_lacks_keeps_its_worker_from_checking_in(handset, day, scene):
    bare = handset(permissions=[], geolocation=None)
    broken = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('none'))"
    bare.context.add_init_script(broken)
    day.at(f"{TODAY}08:00:00")
    bare.enter(scene.contracts[0].person, scene.staff.village_clerk)

    bare.check_in("上班打卡", picture=False)
    bare.says("没有照片，也算打了卡")
    bare.press("下班打卡")
    bare.says("相机打不开")
    shot = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture("x", size=(1600, 1200))}
    bare.page.set_input_files("input[type=file]", shot)
    bare.says("下班打卡：08:00 已记下")
    bare.says("都发出去了")

    assert [row.longitude for row in CheckIn.objects.all()] == [None, None]
    assert Photo.objects.get().check_in.kind == "out"
    assert {code for _day, code in doubts()} == {"no_place"}


def test_what_was_kept_out_stays_on_the_phone_with_the_reason(phone, day, scene):
    day.at(f"{TODAY}08:00:00")
    stray = {"contract": scene.contracts[1].pk, "kind": "in", "at": f"{TODAY}08:00:00+08:00"}

    phone.page.evaluate("said => phone.signing.record(said, null).then(phone.deliver)", stray)

    phone.says("没有收下的（1 条）")
    assert phone.left() == {"record": 0, "photo": 0, "refused": 1}
    phone.page.reload()
    phone.says("没有您的合同", "#kept-out .why")
    answers = []
    phone.page.on("response", lambda got: answers.append(got.status) if "signed" in got.url else 0)
    again = phone.page.get_by_role("button", name="再发一次")
    until(phone.page, lambda: again.click() or answers, "nothing is sent again")
    phone.says("没有收下的（1 条）")
    assert not CheckIn.objects.exists()


def test_a_phone_that_was_ended_keeps_its_records_for_the_next_card(phone, day, scene):
    clerk, person = scene.staff.village_clerk, scene.contracts[0].person
    phone.offline()
    day.at(f"{TODAY}08:00:00")
    phone.check_in("上班打卡")
    devices.end(Device.objects.get(), by=clerk, note="手机丢了")

    phone.offline(False)
    phone.says("这部手机已停用")
    phone.says("还有 1 条没有发出")
    phone.enter(person, clerk)
    phone.says("都发出去了")

    # signed by the key before, so that somebody looks at it; nothing is lost
    assert CheckIn.objects.get().phone.ended_at is None
    assert [code for _day, code in doubts()] == ["bad_signature"]


def test_a_card_is_not_lost_when_its_answer_is(handset, day, scene):
    mine, asked = handset(), []
    day.at(f"{TODAY}08:00:00")

    def lossy(route):
        asked.append(route.request.post_data)
        answer = route.fetch()
        route.abort() if len(asked) == 1 else route.fulfill(response=answer)

    mine.page.route("**/api/v1/phones", lossy)
    mine.enter(scene.contracts[0].person, scene.staff.village_clerk)

    assert len(asked) == 2
    assert Device.objects.get().person == scene.contracts[0].person


def test_a_card_opens_once_and_by_the_page_alone(phone, handset, day, scene):
    clerk, person = scene.staff.village_clerk, scene.contracts[1].person
    other = handset()
    day.at(f"{TODAY}08:00:00")
    other.enter(person, clerk)
    card = f"{phone.site}/m/in/{'x' * 22}/"

    other.page.goto(card)
    expect(other.page.locator("h1")).to_have_text(f"这部手机已经登记给 {person.name}")
    other.page.get_by_role("button", name="改用这张新卡").click()
    other.says("没有登记成功")

    other.page.goto(f"{phone.site}/m/")
    other.says(f"{person.name}，您好")


def test_the_worker_reads_days_pay_and_contract_also_without_a_network(phone, day, scene):
    day.at(f"{TODAY}08:00:00")
    phone.check_in("上班打卡")
    phone.says("都发出去了")
    for name, words in {"出勤": "算一天", "补贴": "公示和异议", "合同": "保洁员"}.items():
        phone.page.locator("nav a", has_text=name).click()
        phone.says(words)
        assert phone.fits()
    phone.page.get_by_role("link", name="谁看过我的资料").click()
    phone.says("还没有人看过。")
    assert phone.fits()
    phone.offline()
    for name, words in {"出勤": "算一天", "补贴": "公示和异议", "合同": "保洁员"}.items():
        phone.page.locator("nav a", has_text=name).click()
        phone.says("没有网。这是 11月22日 08:00 看到的。")
        phone.says(words)


def test_the_browser_sends_when_no_page_is_open(phone, day):
    phone.offline()
    day.at(f"{TODAY}08:00:00")
    phone.check_in("上班打卡")
    phone.says("还有 1 条没有发出")
    blank = phone.context.new_page()
    phone.page.close()
    phone.offline(False)

    browser, known = phone.context.new_cdp_session(blank), []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated", lambda e: known.extend(e["registrations"])
    )
    browser.send("ServiceWorker.enable")
    until(blank, lambda: known, "the browser does not tell of its worker")
    asked = {"origin": phone.site, "registrationId": known[0]["registrationId"]}
    browser.send("ServiceWorker.dispatchSyncEvent", asked | {"tag": "send", "lastChance": False})

    until(blank, Photo.objects.exists, "the worker did not send")
    assert CheckIn.objects.get() == Photo.objects.get().check_in
