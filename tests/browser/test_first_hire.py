"""A newcomer takes a village's need to a person at work, by following the pages alone."""

from datetime import date

import pytest
from playwright.sync_api import expect

from contracts.models import Contract
from posts.models import Hire
from tests import given_posts
from tests.browser import hands, township
from tests.browser.hands import another_page
from tests.given_hires import on, picture

pytestmark = pytest.mark.django_db(transaction=True)

NEED = {
    "title": "乡村保洁员",
    "post_type": "保洁保绿",
    "duties": "清扫村道，清运垃圾",
    "workload": "每日清扫村道两公里",
    "place": "青石村",
    "headcount": "2",
    "hours": "60",
    "standard": "600.00",
    "starts_on": "2027-01-01",
    "ends_on": "2027-12-31",
    "manager": "王德胜",
    "manager_phone": "13900000000",
    "minutes": "11月1日村两委会议同意",
}
CHOSEN = {"area": "青石村", "fund": "就业补助资金", "department": "农业农村局"}
MEETING = {
    "held_on": "2026-11-12",
    "place": "村委会",
    "host": "王德胜",
    "recorder": "吴小芳",
    "expected": "30",
    "present": "20",
    "signatures": "赵一、钱二、孙三等二十人",
}
APPLICATION = {"applied_on": "2026-11-09"}
POLICY = {
    "number": "PICC-2027-0001",
    "insurer": "示例财险",
    "starts_on": "2027-01-01",
    "ends_on": "2027-12-31",
}
PAPERS = ("application", "id_card", "household_register", "promise")


class Desk:
    """Somebody at the pages: they sign in and follow what is written, never an address."""

    def __init__(self, visit, people, shot):
        self.visit, self.people, self.shot = visit, people, shot

    def sits(self, who):
        """Somebody else begins at the page that shows what waits for them."""
        self.page = self.visit("/", as_=getattr(self.people, who))
        return self

    def to(self, *words):
        """Follow links by what stands on them: the navigation first, then the page."""
        for text in words:
            with another_page(self.page):
                self.page.get_by_role("link", name=text, exact=True).first.click()
        return self

    def first(self):
        """Open the first row of a list."""
        with another_page(self.page):
            self.page.locator("main table a").first.click()
        return self

    def press(self):
        with another_page(self.page):
            self.page.locator("main form button[type=submit]").click()
        stops = self.page.locator("main .office-note--stop, main .office-form [aria-invalid=true]")
        assert not stops.count(), self.page.locator("main").inner_text()
        return self

    def fill(self, fields=None, choose=None, tick=()):
        for name, value in (fields or {}).items():
            self.page.locator(f"input[name={name}], textarea[name={name}]").fill(value)
        for name, label in (choose or {}).items():
            hands.choose(self.page, name, label)
        for name in tick:
            self.page.locator(f"input[name={name}]").check()
        return self

    def takes(self, who, step, fields=None):
        """What waits for somebody is opened from there and done."""
        self.sits(who)
        waiting = self.page.locator("section.office-waiting").filter(has_text=step)
        with another_page(self.page):
            waiting.locator("[data-rows] a").first.click()
        expect(self.page.locator("h1")).to_have_text(step)
        return self.fill(fields).press()

    def keep(self, name, top=True):
        """A picture of the page."""
        if top:
            self.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        self.shot(name)
        return self

    def reads(self, state):
        expect(self.page.locator(".office-head .office-state")).to_have_text(state)
        return self


@pytest.fixture
def desk(visit, shot):
    """A township with money for next year, its people, and somebody on the register."""
    scene = given_posts.office()
    scene.place.town.name, scene.place.villages[0].name = "云岭镇", "青石村"
    scene.place.town.save()
    scene.place.villages[0].save()
    given_posts.worker(scene, name="姜春兰", born=date(1980, 6, 1), capacity="weak")
    return Desk(visit, township.named(scene.staff), shot)


def test_a_newcomer_hires_a_first_person_by_following_the_pages(desk):
    for day, walked in DAYS:
        with on(day):
            walked(desk)

    assert Hire.objects.get().state == Hire.State.PLACED
    assert Contract.objects.get().state == Contract.State.IN_FORCE


def asks_for_a_post(desk):
    desk.sits("village_head").to("岗位", "申报岗位").fill(NEED, CHOSEN)
    desk.keep("hire-1-need").press()
    desk.takes("village_head", "向乡镇申报岗位")
    desk.takes("township_officer", "审核申报")
    desk.takes("department_officer", "批准岗位", {"until": "2027-12-31"})
    desk.takes("finance_officer", "落实资金并开放岗位")


def calls_for_applicants(desk):
    desk.sits("township_officer").to("岗位")
    desk.first().keep("hire-2-post").to("发布招聘公告")
    desk.fill({"closes_on": "2026-11-20"}).press()


def takes_the_application(desk):
    desk.sits("village_clerk").to("岗位")
    desk.first().to("受理申请").fill({"words": "姜春兰"}).press().to("姜春兰")
    desk.fill(APPLICATION, tick=PAPERS).keep("hire-3-application").press()
    desk.takes("township_officer", "审查材料和资格")


def holds_the_meeting(desk):
    desk.sits("village_clerk").to("岗位", "聘任", "姜春兰", "登记评议会").fill(MEETING)
    pk = Hire.objects.get().pk
    desk.fill({f"for_{pk}": "18", f"against_{pk}": "1", f"abstained_{pk}": "1"})
    desk.keep("hire-4-meeting", top=False).press()


def hangs_the_notice(desk):
    desk.takes("village_supervisor", "张榜公示")
    photographs(desk, "张贴时")


def witnesses_the_end(desk):
    desk.sits("village_supervisor").to("岗位", "聘任", "姜春兰")
    photographs(desk, "公示期满时")
    desk.keep("hire-5-notice")


def photographs(desk, moment):
    """The board, from the notice that stands on the page of the hire."""
    desk.to("查看公示", "添加公示栏照片")
    desk.fill(choose={"moment": moment})
    photo = picture()
    desk.page.set_input_files(
        "input[name=image]",
        {"name": photo.name, "mimeType": "image/png", "buffer": photo.read()},
    )
    desk.press()


def decides(desk):
    desk.takes("village_supervisor", "确认公示无异议")
    desk.takes("department_officer", "批准聘任").keep("hire-6-approved")
    desk.takes("township_officer", "登记岗前培训")
    desk.takes("township_officer", "起草合同")


def insures_and_signs(desk):
    desk.takes("township_officer", "送本人签订").keep("hire-7-contract")
    desk.to("登记保单").fill(POLICY, {"area": "云岭镇"}).press()
    desk.sits("township_officer").to("合同与保险", "姜春兰", "为此人参保")
    desk.fill(choose={"policy": POLICY["number"]}).press()
    desk.takes("township_officer", "签订合同")
    desk.takes("township_leader", "合同生效").reads("履行中").keep("hire-8-in-force")


DAYS = (
    (date(2026, 11, 2), asks_for_a_post),
    (date(2026, 11, 3), calls_for_applicants),
    (date(2026, 11, 9), takes_the_application),
    (date(2026, 11, 12), holds_the_meeting),
    (date(2026, 11, 13), hangs_the_notice),
    (date(2026, 11, 20), witnesses_the_end),
    (date(2026, 11, 23), decides),
    (date(2026, 11, 24), insures_and_signs),
)
