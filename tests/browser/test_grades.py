"""Assessment in the browser: scored by keyboard, read on the phone, and pay waits until then."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from attendance import assessing
from attendance.models import Assessment
from payroll import flows
from project.kernel.pages import url_of
from project.kernel.steps import do
from tests import given, given_grades
from tests.browser.hands import another_page

pytestmark = pytest.mark.django_db(transaction=True)


def at(scene):
    return reverse("attendance:assessed", args=[scene.place.villages[0].pk, scene.month])


def test_a_village_is_scored_from_the_keyboard(page, visit, shot):
    scene = given.scene(holders=30, days=[8])
    given_grades.opened(scene)

    visit(at(scene), as_=scene.staff.village_head)
    fields = page.locator("[data-score]")
    expect(fields).to_have_count(30)
    fields.nth(0).focus()
    page.keyboard.type("2 迟到；1 未穿工装")
    page.keyboard.press("Enter")
    page.keyboard.type("迟到")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("0")
    shot("assessed")
    page.locator("[data-scores-fill]").click()
    with another_page(page):
        page.locator("[data-scores-save]").click()
    expect(page.locator("[role=alert]")).to_contain_text("李四1")
    assert not Assessment.objects.exclude(village_score=None).exists()

    expect(fields.nth(0)).to_have_value("2 迟到；1 未穿工装")
    fields.nth(1).fill("3 脱岗")
    with another_page(page):
        page.locator("[data-scores-save]").click()

    scores = list(Assessment.objects.order_by("pk").values_list("village_score", flat=True))
    assert scores == [27, 27, *[30] * 28]


def test_pay_waits_until_the_worker_was_told(page, visit, handset, day):
    """S-08 in the browser: graded and not told, the run stays where it is."""
    scene = given.scene(holders=1)
    given.sheets(scene)
    given_grades.rules(scene, "grade", **{"grade.deduction": "100.00"})
    township, officer = scene.place.town.code, scene.staff.township_officer
    (one,) = assessing.open_assessments(scene.month, township, by=officer)
    do(one, "give_grade", by=scene.staff.village_head, grade="unqualified")
    (run,) = flows.prepare(scene.month, township, by=officer)
    reviewer = scene.staff.township_reviewer

    visit(url_of(run), as_=reviewer)
    expect(page.locator("main")).to_contain_text("李四0（青石村0）：当月考核还没有定论")

    phone = handset()
    day.at("2026-11-22T18:00:00")
    phone.enter(scene.contracts[0].person, scene.staff.village_clerk)
    phone.page.goto(f"{phone.site}/m/#pay")
    phone.says("2026年10月考核：不合格")
    phone.says("奖扣：−100.00")
    assert phone.fits()
    phone.page.get_by_role("button", name="看到了，没有错").click()
    phone.says("已告知本人")

    visit(at(scene), as_=reviewer)
    with another_page(page):
        page.get_by_role("button", name="能定论的全部定论").click()
    assert Assessment.objects.get().state == "final"
    flows.prepare(scene.month, township, by=officer)
    visit(reverse("payroll:payrun-step", args=[run.pk, "confirm"]))
    with another_page(page):
        page.locator("main form button[type=submit]").click()
    run.refresh_from_db()
    assert run.state == "confirmed"


def test_a_worker_appeals_on_the_phone_and_reads_the_answer(handset, day):
    scene = given.scene(holders=1)
    (one,) = given_grades.opened(scene)
    given_grades.scored(scene, one, village=given_grades.LATE)
    phone = handset()
    day.at("2026-11-22T08:00:00")
    phone.enter(scene.contracts[0].person, scene.staff.village_clerk)
    phone.page.goto(f"{phone.site}/m/#pay")
    phone.says("扣 2 分：迟到")

    phone.page.get_by_text("不对，我要申诉").click()
    phone.page.locator("[name=text]").fill("那天请过假")
    assert phone.fits()
    phone.page.get_by_role("button", name="发给村里").click()
    phone.says("您的申诉：那天请过假")

    leader = scene.staff.township_leader
    do(one, "answer", by=leader, upheld=True, reply="请假属实", waived=[1], grade="")
    phone.page.reload()
    phone.says("答复：请假属实")
    phone.says("得分：100 分")
    phone.page.get_by_role("button", name="看到了", exact=True).click()
    phone.says("已告知本人")
