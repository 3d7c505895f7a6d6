"""A project is walked from the reserve list to the first day of work, by clicks alone (S-15)."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import given_relief
from tests.browser.hands import another_page, choose, fits

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 360, "height": 780}
NAME = (
    "云岭镇青石村至柳河村通组道路硬化及沿线挡土墙、排水沟、便民桥配套建设"
    "中央预算内投资以工代赈示范工程（二期）"
)
SAID = {
    "number": "YGDZ-2026-676",
    "name": NAME,
    "year": "2026",
    "content": "硬化通组道路 6.8 公里，新建挡土墙 1,200 立方米、排水沟 4.5 公里、便民桥 2 座",
    "scale": "道路 6.8 公里、便民桥 2 座",
    "investment": "8000000.00",
    "beneficiaries": "2140",
    "contractor": "云岭镇青石村、柳河村村民自建项目理事会",
    "engineer": "示例县恒正工程建设监理咨询有限责任公司",
    "designer": "示例县交通规划设计院",
    "legal_person": "王建国",
    "responsible": "李志明",
    "hotline": "0990-12345",
    "planned_start": "2026-11-20",
    "planned_end": "2027-06-30",
}
CHOSEN = {"field": "交通", "mode": "村民自建", "owner": "云岭镇人民政府"}
FUND = {"year": "2026", "amount": "6760000.00", "issued_on": "2026-11-10"}
COURSE = {
    "on": "2026-11-18",
    "topic": "混凝土施工与安全",
    "hours": "8",
    "teacher": "陈老师",
    "planned_people": "60",
}
PLAN = {"document": "示例县发改〔2026〕31号", "received_on": "2026-11-09", "on": "2026-11-10"}


@pytest.fixture
def scene():
    """A township whose people have names, with a policy over its sites."""
    made = given_relief.scene(state="reserve")
    for role, called in {
        "relief_owner": "陈国强",
        "relief_contractor": "刘明珠",
        "relief_engineer": "何正平",
        "ndrc_officer": "周志远",
    }.items():
        someone = getattr(made.staff, role)
        someone.name = called
        someone.save()
    return made


class Site:
    """Somebody at the pages of the project: what is opened, filled in and pressed."""

    def __init__(self, visit, scene, shot):
        self.visit, self.scene, self.shot = visit, scene, shot

    def sits(self, who):
        self.page = self.visit("/", as_=getattr(self.scene.staff, who))
        return self.to("以工代赈")

    def to(self, *words):
        for text in words:
            with another_page(self.page):
                self.page.get_by_role("link", name=text, exact=True).first.click()
        return self

    def fills(self, fields, chosen=None, ticked=()):
        for name, value in fields.items():
            self.page.locator(f"input[name={name}], textarea[name={name}]").fill(value)
        for name, words in (chosen or {}).items():
            choose(self.page, name, words)
        for name in ticked:
            self.page.locator(f"input[name={name}]").check()
        return self

    def presses(self, words):
        with another_page(self.page):
            self.page.get_by_role("button", name=words, exact=True).click()
        return self

    def enters(self, link, button, fields, chosen=None, done=""):
        """Open an entry from the project's page, fill it in, and come back to the project."""
        self.to(link).fills(fields, chosen).presses(button)
        expect(self.page.locator("h1")).to_have_text(NAME)
        if done:
            expect(self.page.locator("main")).to_contain_text(done)
        return self

    def plans(self, people):
        """One trade in the grid of the labour plan."""
        self.to("编制劳务用工计划")
        row = {"trade": "普工", "headcount": people, "units": "100", "rate": "200"}
        for name, value in row.items():
            self.page.locator(f"input[name=form-0-{name}]").fill(value)
        return self

    def reads(self, state):
        expect(self.page.locator(".office-head .office-state")).to_have_text(state)
        return self


@pytest.fixture
def site(visit, scene, shot):
    return Site(visit, scene, shot)


def described(site):
    """The owner enters the project; the county its money and who acts for whom."""
    number = site.scene.project.insurance.number
    site.sits("relief_owner").to("录入项目")
    site.fills(
        SAID, CHOSEN | {"insurance": number}, ["budget_lists_labour", "contract_has_clauses"]
    )
    site.shot("relief-entry")
    site.presses("保存项目").reads("储备")

    site.sits("ndrc_officer").to(NAME)
    site.enters("录入资金", "保存资金", FUND, {"fund": "中央预算内投资"}, "资金已保存")
    for part, who in (("业主", "陈国强"), ("施工", "刘明珠"), ("监理", "何正平")):
        chosen = {"part": part, "user": who}
        site.enters("指定各方经办人", "指定此人", {}, chosen, "经办人已指定")


def planned(site):
    """Two million of 6.76 million is too little, sixty thousand more is enough."""
    site.sits("relief_owner").to(NAME)
    site.plans("100").shot("relief-labour-plan")
    site.presses("保存用工计划")
    site.enters("计划培训", "保存培训", COURSE, done="培训计划已保存")
    site.to("申报资金").presses("申报资金").reads("已申报")
    site.sits("ndrc_officer").to(NAME, "下达计划").fills(PLAN).presses("下达计划")
    site.reads("计划已下达")

    site.sits("relief_owner").to(NAME)
    held = site.page.locator(".office-step").filter(has_text="确定用工计划")
    expect(held).to_contain_text("29.59%")
    expect(held).to_contain_text("28,000.00")
    expect(site.page.locator(".office-share")).to_contain_text("计划还差劳务报酬28,000.00元")
    site.shot("relief-project-short")
    site.plans("103").presses("保存用工计划")
    expect(site.page.locator(".office-share")).to_contain_text("计划 30.47%")
    site.to("确定用工计划").presses("确定用工计划").reads("前期准备")


def begun(site):
    """The roster is opened, the signboard stands, and the work begins."""
    project = given_relief.Project.objects.get(number=SAID["number"])
    listed = {"line": project.fund_lines.get(), "starts_on": date(2026, 11, 20)}
    site.scene.project = project
    given_relief.enlist(site.scene, 3, ends_on=date(2027, 6, 30), **listed)
    site.sits("relief_owner").to(NAME, "添加材料")
    choose(site.page, "kind", "公示牌照片")
    board = {"name": "公示牌.png", "mimeType": "image/png", "buffer": given_relief.PNG + b"board"}
    site.page.set_input_files("input[name=upload]", board)
    site.presses("保存材料")
    site.to("开工").fills({"on": "2026-11-20"}).presses("开工").reads("施工中")


def test_a_project_goes_from_the_reserve_list_to_its_first_day_of_work(site):
    for walked in (described, planned, begun):
        walked(site)

    page = site.page
    expect(page.locator(".office-note").first).to_contain_text("花名册3人")
    site.shot("relief-project")
    page.locator("table").first.scroll_into_view_if_needed()
    site.shot("relief-project-money")
    page.set_viewport_size(PHONE)
    page.reload()
    expect(page.locator(".office-share svg")).to_be_visible()
    site.shot("relief-project-phone")
    page.locator(".office-share").scroll_into_view_if_needed()
    site.shot("relief-project-phone-share")
    site.visit(reverse("workrelief:project-list"))
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    site.shot("relief-projects-phone")


def test_the_grid_of_the_plan_and_a_course_fit_a_phone(visit, scene, page, shot):
    page.set_viewport_size(PHONE)
    visit(reverse("workrelief:labour-plan", args=[scene.project.pk]), as_=scene.staff.relief_owner)
    expect(page.locator("input[name=form-0-trade]")).to_have_value("普工")
    with another_page(page):
        page.get_by_role("button", name="再加几行").click()
    expect(page.locator("input[name=form-6-trade]")).to_be_visible()
    fits(page)
    expect(page.locator(".office-wrong")).to_have_count(0)
    shot("relief-plan-phone")
    course = scene.project.trainings.get()
    visit(reverse("workrelief:training", args=[course.pk]))
    expect(page.get_by_role("heading", name=course.topic)).to_be_visible()
    fits(page)
