"""A comparison in the browser: asked, taken out, answered, looked at, and counted."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from payroll.models import Comparison, Hit
from project.kernel.pages import url_of
from tests import given, given_comparisons
from tests.browser.hands import another_page, choose
from tests.browser.test_screens import PHONE
from tests.project.ledgers import sheet

pytestmark = pytest.mark.django_db(transaction=True)


def ask(page, visit, scene):
    """The county makes the list of a township and takes it out."""
    visit(reverse("payroll:comparison-ask"), as_=scene.staff.department_officer)
    page.fill("input[name=month]", "2026-10")
    choose(page, "area", value=scene.place.town.pk)
    page.fill("input[name=as_of]", "2026-10-31")
    page.fill("textarea[name=departments]", f"{given_comparisons.SOURCE}\n民政局")
    page.locator("button[type=submit]", has_text="生成名单").click()
    expect(page.get_by_text("名单已生成")).to_be_visible()
    comparison = Comparison.objects.get()
    visit(reverse("payroll:comparison-take", args=[comparison.pk]))
    page.fill("input[name=purpose]", "交市场监管局，专线，依据联审方案")
    with page.expect_download() as taken:
        page.locator("button[type=submit]", has_text="取出").click()
    assert Path(taken.value.path()).stat().st_size > 1000
    return comparison


def answer(page, visit, scene, comparison, folder):
    """The township takes in what the department answered about two people."""
    people = [contract.person for contract in scene.contracts[:2]]
    file = folder / "answers.xlsx"
    file.write_bytes(sheet(*[given_comparisons.row(comparison, one) for one in people]))
    visit(reverse("import-facts"), as_=scene.staff.township_officer)
    page.set_input_files("input[type=file]", file)
    with another_page(page):
        page.locator("button[type=submit]", has_text="检查文件").click()
    with another_page(page):
        page.locator("button[type=submit]", has_text="导入").click()
    expect(page.get_by_text("已导入").first).to_be_visible()


def clear(page, visit, hit):
    """The township finds that a hit is untrue."""
    visit(reverse("payroll:hit-examine", args=[hit.pk]))
    choose(page, "outcome", value="cleared")
    page.fill("textarea[name=reason]", "同名企业，法定代表人身份证号不符")
    page.locator("button[type=submit]", has_text="保存").click()
    expect(page.get_by_text("核查结论已保存")).to_be_visible()


def test_the_county_asks_and_the_township_decides(page, visit, shot, tmp_path):
    scene = given.scene(holders=3)
    run = given.pay_run(scene)

    comparison = ask(page, visit, scene)
    answer(page, visit, scene, comparison, tmp_path)
    visit(url_of(run))
    expect(page.locator(".office-row--held")).to_have_count(2)
    page.get_by_role("link", name=f"数据比对 {comparison.number}").click()
    page.wait_for_url(f"**{url_of(comparison)}")
    expect(page.get_by_text("待核查").first).to_be_visible()
    shot("comparison")
    hit = Hit.objects.order_by("pk").first()
    clear(page, visit, hit)
    shot("hit")
    visit(url_of(run))
    expect(page.locator(".office-row--held")).to_have_count(1)
    visit(reverse("payroll:precision"))
    expect(page.get_by_text("暂不能判断").first).to_be_visible()
    shot("precision")


def test_the_pages_of_a_comparison_fit_a_phone(page, visit, shot):
    scene = given.scene(holders=3)
    comparison, hit = given_comparisons.one_of_each(scene)
    page.set_viewport_size(PHONE)

    visit(url_of(comparison), as_=scene.staff.township_officer)
    expect(page.get_by_text(comparison.number).first).to_be_visible()
    shot("phone-comparison")
    for name, address in {
        "phone-hit": url_of(hit),
        "phone-hits": reverse("payroll:hit-list"),
        "phone-comparisons": reverse("payroll:comparison-list"),
        "phone-precision": reverse("payroll:precision"),
        "phone-examine": reverse("payroll:hit-examine", args=[hit.pk]),
    }.items():
        visit(address)
        shot(name)
