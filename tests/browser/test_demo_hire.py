"""A newcomer signs in to the demo county and hires a first person within one day, by its pages."""

import pytest
from django.test import override_settings
from django.utils import translation

from contracts.models import Contract
from posts.models import Hire
from project.demo import people, story
from project.kernel.months import today
from tests.browser.hands import another_page
from tests.browser.test_first_hire import MEETING, PAPERS, Desk
from tests.given_hires import picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("demo")]

PERSON = "姜春兰"
NEED = {
    "title": "便民服务员",
    "post_type": "便民服务",
    "duties": "为村民代办事项",
    "workload": "每周坐班三天",
    "place": "青石村",
    "headcount": "1",
    "hours": "60",
    "standard": "600.00",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-31",
    "manager": "田永福",
    "manager_phone": "13900000000",
    "minutes": "11月1日村两委会议同意",
}
CHOSEN = {"area": "青石村", "fund": "就业补助资金", "department": "农业农村局"}
POLICY = {
    "number": "PICC-2026-0001",
    "insurer": "示例财险",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-31",
}
ACCOUNT = {"number": "6217 2230 0008 8888 888", "bank": "示例县农商行"}


class Newcomer(Desk):
    """Signs in with the names the demo prints, and knows no address but the first."""

    def sits(self, who):
        self.page.context.clear_cookies()
        self.page.goto(self.people)
        fields = {"username": who, "password": people.PASSWORD}
        with another_page(self.page):
            self.fill(fields).page.locator("main button[type=submit]").click()
        return self

    def finds(self, words, link=None):
        """Search a list for words, and open the row."""
        with another_page(self.page):
            self.fill({"q": words}).page.get_by_role("button", name="查询").click()
        row = self.page.locator("main table tbody tr").filter(has_text=words)
        with another_page(self.page):
            row.get_by_role("link", name=link).first.click() if link else row.locator("a").click()
        return self


@pytest.fixture
def newcomer(page, visit, shot, live_server, tmp_path):
    """The demo county with its people, posts, rules and money, before its October."""
    steps = story.steps(tmp_path)
    titles = [title for title, _act in steps]
    with translation.override("zh-hans"), override_settings(DEBUG=True, VAR_DIR=tmp_path):
        for title, act in steps[: titles.index("下达资金") + 1]:
            if "attendance" not in title:
                act()
    made = Newcomer(visit, live_server.url, shot)
    made.page = page
    return made


def test_the_demo_county_hires_a_person_by_its_links_alone(newcomer):
    a_post_is_opened(newcomer)
    a_person_applies(newcomer)
    a_notice_has_hung(newcomer)
    a_contract_is_in_force(newcomer)

    contract = Contract.objects.get(person__name=PERSON)
    assert contract.state == Contract.State.IN_FORCE
    assert Hire.objects.get(contract=contract).state == Hire.State.PLACED


def a_post_is_opened(desk):
    desk.sits("cunzhang").to("岗位", "申报岗位").fill(NEED, CHOSEN).press()
    desk.to("向乡镇申报岗位").press()
    desk.takes("jingban", "审核申报")
    desk.takes("renshe", "批准岗位", {"until": "2026-12-31"})
    desk.takes("caizheng", "落实资金并开放岗位")
    desk.sits("jingban").to("岗位").finds(NEED["title"])
    desk.to("发布招聘公告").fill({"on": "2026-11-02", "closes_on": "2026-11-20"}).press()


def a_person_applies(desk):
    desk.sits("wenshu").to("岗位").finds(NEED["title"])
    desk.to("受理申请").fill({"words": PERSON}).press().to(PERSON)
    desk.fill({"applied_on": "2026-11-09"}, tick=PAPERS).press()
    desk.takes("jingban", "审查材料和资格", {"note": "本村无其他申请人"})
    desk.sits("wenshu").to("岗位", "聘任").finds(PERSON, PERSON).to("登记评议会")
    pk = Hire.objects.get(person__name=PERSON).pk
    votes = {f"for_{pk}": "18", f"against_{pk}": "1", f"abstained_{pk}": "1"}
    desk.fill(MEETING | votes).press()


def a_notice_has_hung(desk):
    """Everything lies in the past, so that nobody waits a week for a demonstration."""
    desk.takes("jiandu", "张榜公示", {"on": "2026-11-13"})
    for moment, day in (("张贴时", "2026-11-13"), ("公示期满时", "2026-11-20")):
        desk.sits("jiandu").to("岗位", "聘任").finds(PERSON, PERSON)
        desk.to("查看公示", "添加公示栏照片").fill({"taken_on": day}, {"moment": moment})
        photo = picture()
        file = {"name": photo.name, "mimeType": "image/png", "buffer": photo.read()}
        desk.page.set_input_files("input[name=image]", file)
        desk.press()
    desk.takes("jiandu", "确认公示无异议")
    desk.takes("renshe", "批准聘任")


def a_contract_is_in_force(desk):
    desk.takes("jingban", "登记岗前培训")
    desk.takes("jingban", "起草合同")
    desk.sits("jingban").to("合同与保险").finds(PERSON, PERSON)
    desk.to("登记收款账户").fill(ACCOUNT).press()
    desk.takes("jingban", "送本人签订")
    desk.to("登记保单").fill(POLICY, {"area": "云岭镇"}).press()
    desk.sits("jingban").to("合同与保险").finds(PERSON, PERSON)
    desk.to("为此人参保").fill(choose={"policy": POLICY["number"]}).press()
    desk.takes("jingban", "签订合同", {"on": str(today())})
    desk.takes("fenguan", "合同生效").reads("履行中")
