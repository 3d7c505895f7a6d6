"""A month of a project in the browser: listed, placed, drawn up, signed, measured, paid, filed."""

from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from attendance.models import Sheet
from project.kernel.pages import url_of
from project.kernel.steps import do
from tests import given, given_hours, given_relief, given_results, given_wages
from tests.browser.hands import another_page, choose, fits
from tests.given_wages import PAID_BY
from workrelief.models import Member, WageBatch

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 360, "height": 720}
SCREEN = {"width": 1366, "height": 768}
STAFF = {
    "relief_owner": "陈国强",
    "relief_contractor": "刘明珠",
    "relief_engineer": "何正平",
    "ndrc_officer": "周志远",
    "township_officer": "陈晓燕",
    "township_reviewer": "刘志远",
}
PEOPLE = ("陈大山", "李春花", "阿卜杜勒·买买提江·吐尔逊")
NEW = {"trade": "瓦工", "rate": "120.00", "starts_on": "2026-09-01", "ends_on": "2026-12-20"}


@pytest.fixture
def scene():
    made = given_relief.scene()
    for role, called in STAFF.items():
        someone = getattr(made.staff, role)
        someone.name = called
        someone.save()
    village = made.place.villages[0]
    made.people = [given.person(village, name=called) for called in PEOPLE]
    for who in made.people:
        given_relief.card(who, made.staff.township_officer)
    return made


class Desk:
    """Somebody at the pages of the roster and the wages: what is opened, filled in and pressed."""

    def __init__(self, visit, scene):
        self.visit, self.scene = visit, scene

    def sits(self, who, address):
        self.page = self.visit(address, as_=getattr(self.scene.staff, who))
        return self

    def to(self, words):
        with another_page(self.page):
            self.page.get_by_role("link", name=words, exact=True).first.click()
        return self

    def fills(self, **fields):
        for name, value in fields.items():
            self.page.locator(f"input[name={name}], textarea[name={name}]").fill(value)
        return self

    def presses(self, words):
        with another_page(self.page):
            self.page.get_by_role("button", name=words, exact=True).click()
        return self

    def reads(self, *words):
        for said in words:
            expect(self.page.locator("main")).to_contain_text(said)
        return self

    def stands(self, state):
        expect(self.page.locator(".office-head .office-state")).to_have_text(state)
        return self

    def takes(self, step, state, **fields):
        """A step of the batch by its button, and the state that follows."""
        self.to(step).fills(**fields).presses(step)
        return self.stands(state)


@pytest.fixture
def desk(visit, scene):
    return Desk(visit, scene)


def at(name, *args):
    return reverse(f"workrelief:{name}", args=args)


def roster(scene):
    return f"{at('member-list')}?project={scene.project.pk}"


def test_a_month_from_the_roster_to_the_cards(desk, scene, shot):
    list_people(desk, scene, shot)
    place_people(desk, scene)
    batch = draw_up(desk, scene, shot)
    sign(desk, batch, "1-3")
    measure(desk, scene, batch, shot)
    put_right(desk, scene, batch)
    confirm(desk, batch)
    paid_and_filed(desk, scene, batch, shot)


def list_people(desk, scene, shot):
    """One by the pages, from the name to the roster; the others as other tests show."""
    first, *others = scene.people
    desk.sits("relief_contractor", roster(scene)).to("登记务工人员")
    desk.fills(words=first.name).presses("搜索").to(first.name)
    choose(desk.page, "category", value="relocated")
    shot("relief-enlist")
    desk.fills(**NEW).presses("列入名册").reads(f"{first.name} 已列入用工名册")
    for who, (basis, rate) in zip(others, PAID_BY[1:], strict=True):
        said = {"person": who, "pay_basis": basis, "rate": Decimal(rate), "trade": "普工"}
        given_relief.enlist(scene, 1, **said)


def place_people(desk, scene):
    """The township places all of them at once; the contracts are signed as always."""
    desk.sits("township_officer", roster(scene)).reads(*PEOPLE)
    unplaced = Member.objects.filter(person__in=scene.people)
    for member in unplaced:
        desk.page.locator(f"input[name=pk][value='{member.pk}']").check()
    desk.presses("签订协议上岗").presses("签订协议上岗：办理 3 条").reads("已办理 3 条")
    scene.workers = given_relief.in_force(scene, list(unplaced.order_by("pk")))


def draw_up(desk, scene, shot):
    """Days by the machine at the gate, the village's sheet, and the contractor's list of wages."""
    by = scene.staff.township_officer
    for worker in scene.workers:
        if worker.pay_basis == "day":
            given.worked(worker.contract, by, range(8, 14))
        else:
            given_hours.told(worker.contract, by, dict.fromkeys(range(8, 17), "6.5"))
    given.sheets(scene)
    desk.sits("relief_contractor", at("wagebatch-list")).to("编制劳务报酬清册")
    desk.fills(month="2026-10").presses("编制劳务报酬清册").stands("草拟")
    desk.reads("2,065.50", "人民币贰仟零陆拾伍元伍角")
    shot("relief-wages-drafted")
    return WageBatch.objects.get()


def sign(desk, batch, numbers):
    """The scan of the list that the workers signed, and the list handed in."""
    desk.to("上传签字名单")
    expect(desk.page.locator("input[name=numbers]")).to_have_value(numbers)
    name, content = f"F-27-{numbers}.png", given_relief.PNG + numbers.encode()
    file = {"name": name, "mimeType": "image/png", "buffer": content}
    desk.page.locator("input[type=file]").set_input_files(file)
    desk.presses("上传签字名单").reads(name)
    desk.takes("本人签字后上报", "本人已签字")


def measure(desk, scene, batch, shot):
    """The engineer counted a day more; until the sheet shows it, the owner cannot accept."""
    desk.sits("relief_engineer", url_of(batch))
    first = desk.page.locator("[data-measure]").first
    first.focus()
    for key in ("7", "Enter"):
        desk.page.keyboard.press(key)
    expect(desk.page.locator("[data-reason]").first).to_be_focused()
    desk.page.keyboard.type("20日到场浇筑，考勤漏记")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("[data-measure]").nth(1)).to_be_focused()
    desk.page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    shot("relief-measures")
    desk.presses("保存核量").reads("已保存 1 条核量")
    desk.takes("核对用工和报酬", "监理已核")
    desk.sits("relief_owner", url_of(batch)).reads("20日到场浇筑，考勤漏记")
    expect(desk.page.locator(".office-step .office-why", has_text="陈大山")).to_be_visible()
    shot("relief-wages-held")
    desk.takes("退回施工单位", "草拟", note="考勤表漏记一天，请更正")


def put_right(desk, scene, batch):
    """The village's sheet goes back and shows the day; the list is drawn up and signed anew."""
    sheet = Sheet.objects.get(area=scene.place.villages[0])
    do(sheet, "send_back", by=scene.staff.township_officer, note="漏记一天")
    given.worked(scene.workers[0].contract, scene.staff.township_officer, [20])
    sheet.refresh_from_db()
    for step, who, details in given.SHEET_WALK:
        do(sheet, step, by=getattr(scene.staff, who), **details)
        sheet.refresh_from_db()
    desk.sits("relief_contractor", url_of(batch)).to("重新编制劳务报酬清册")
    desk.presses("重新编制劳务报酬清册").reads("2,185.50")
    sign(desk, batch, "1")


def confirm(desk, batch):
    """Engineer, owner and village, each at their own desk."""
    steps = [
        ("relief_engineer", "核对用工和报酬", "监理已核"),
        ("relief_owner", "审定劳务报酬", "业主已审定"),
        ("township_reviewer", "村级核实", "村级已确认"),
    ]
    for who, step, state in steps:
        desk.sits(who, url_of(batch)).takes(step, state)


def paid_and_filed(desk, scene, batch, shot):
    """Payroll pays it as any other month; what the bank credited is seen, and the month filed."""
    town = scene.place.town.code
    (run,) = given.payroll.prepare(scene.month, town, by=scene.staff.township_officer)
    run = given.walk(scene, run, "sent")
    given_results.answered(run, scene.staff.finance_officer)
    desk.sits("ndrc_officer", url_of(batch))
    expect(desk.page.locator("[data-measures] tbody a", has_text="已发放")).to_have_count(3)
    desk.takes("台账备案", "已备案")
    shot("relief-wages-filed")


def test_roster_and_wages_are_read_on_a_narrow_screen(page, visit, shot):
    scene = given_wages.drawn_up(6, state="signed")
    page.set_viewport_size(PHONE)

    for who, address, name in (
        ("relief_contractor", roster(scene), "relief-roster-360"),
        ("relief_contractor", url_of(scene.workers[0]), "relief-member-360"),
        ("relief_engineer", url_of(scene.batch), "relief-measures-360"),
        ("relief_owner", url_of(scene.batch), "relief-wages-360"),
    ):
        visit(address, as_=getattr(scene.staff, who))
        expect(page.locator("main h1")).to_be_visible()
        fits(page)
        page.locator("main table tbody tr").first.scroll_into_view_if_needed()
        shot(name)
    page.set_viewport_size(SCREEN)
    visit(roster(scene), as_=scene.staff.relief_contractor)
    expect(page.locator("main table tbody tr")).to_have_count(7)
    shot("relief-roster")
