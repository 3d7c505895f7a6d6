"""Acceptance scenarios of posts, hires and exits as people meet them on their pages."""

import re
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from contracts.models import Contract
from payroll.models import Correction, PayRun
from payroll.tasks import prepare
from posts.models import Hire, VacancyReport
from project.kernel.models import Event, Job
from project.kernel.pages import url_of
from tests import given_hires, given_results, given_scenarios
from tests.browser.hands import another_page, choose
from tests.browser.test_walk import press, take

pytestmark = pytest.mark.django_db(transaction=True)
STOP = ".office-note--stop"


def step(visit, record, name, who):
    model = type(record)
    address = f"{model._meta.label_lower.replace('.', ':')}-step"
    return visit(reverse(address, args=[record.pk, name]), as_=who)


def refused(page, *words):
    """The page says why, and has no button to press."""
    for one in words:
        expect(page.locator(STOP)).to_contain_text(one)
    expect(page.locator("main form button[type=submit]")).to_have_count(0)


def test_a_ranger_of_another_list_gets_no_second_post(visit):
    """S-02."""
    scene = given_scenarios.on_another_list()

    page = step(visit, scene.hire, "screen", scene.staff.township_officer)

    refused(page, "V-05", given_scenarios.OTHER_LIST)


def test_a_household_has_one_holder_until_the_rule_allows_two(visit):
    """S-03."""
    scene = given_scenarios.household_with_a_holder()
    county = scene.staff.department_officer

    refused(step(visit, scene.hire, "approve", county), "V-06", "王父")
    given_scenarios.two_may_hold(scene)
    take(visit, scene.hire, "approve", county)

    assert Hire.objects.get().state == "approved"


def test_nobody_is_approved_before_five_working_days_are_over(visit):
    """S-10: the notice hangs from 18 to 24 September."""
    scene = given_scenarios.on_notice_in_september()
    supervisor, county = scene.staff.village_supervisor, scene.staff.department_officer

    for day in (23, 24):
        with given_hires.on(date(2026, 9, day)):
            refused(step(visit, scene.hire, "clear", supervisor), "2026-09-24")
            refused(step(visit, scene.hire, "approve", county))
    with given_hires.on(date(2026, 9, 25)):
        take(visit, scene.hire, "clear", supervisor)
        take(visit, scene.hire, "approve", county)

    assert Hire.objects.get().state == "approved"


def test_one_objection_among_thirty_holds_one_line(visit):
    """S-11."""
    scene = given_scenarios.thirty_with_one_objection()

    take(visit, scene.run, "township_approve", scene.staff.township_leader)
    page = visit(f"{url_of(scene.run)}?state=held")

    expect(page.locator(".office-row--held")).to_have_count(1)
    expect(page.locator(".office-row--held")).to_contain_text(scene.objection.code)
    assert PayRun.objects.get().state == "township_approved"
    assert PayRun.objects.get().lines.payable().count() == 29


def test_two_failures_are_corrected_and_paid_once(visit):
    """S-12."""
    scene = given_results.two_came_back(holders=3)
    line = scene.back[0]

    page = visit(f"{url_of(scene.run)}?state=returned", as_=scene.staff.township_officer)
    expect(page.locator(".office-row--held")).to_have_count(2)
    with another_page(page):
        page.locator(".office-row--held a[href*='corrections/propose']").first.click()
    page.fill("input[name=number]", "6217333000000000088")
    page.fill("input[name=holder]", line.person.name)
    page.fill("input[name=reason]", "旧卡已注销")
    press(page)
    expect(page).to_have_url(re.compile(r"/corrections/\d+/$"))
    correction = Correction.objects.get()
    take(visit, correction, "confirm", scene.staff.township_reviewer)
    again = PayRun.objects.get(corrects=scene.run)
    take(visit, again, "send", scene.staff.finance_officer)
    given_results.answered(again, scene.staff.finance_officer)
    page = visit(f"{url_of(scene.run)}?state=reissued", as_=scene.staff.finance_officer)

    expect(page.locator("#lines ~ nav [aria-current=true]")).to_contain_text("1")
    assert again.lines.with_state().get().state == "paid"


def test_a_place_reported_on_the_eighteenth_is_late(visit):
    """S-18."""
    scene = given_scenarios.left_on_the_tenth()
    with given_hires.on(date(2026, 11, 18)):
        address = f"{reverse('posts:vacancy-report')}?hire={scene.hire.pk}"
        page = visit(address, as_=scene.staff.township_officer)
        press(page)
        expect(page.locator("main")).to_contain_text("V-27")
        assert not VacancyReport.objects.exists()
        page.locator("textarea[name=note]").fill("村里报送不及时")
        press(page)

    expect(page.locator("main")).to_contain_text("村里报送不及时")
    assert VacancyReport.objects.get().is_late


def test_an_approver_of_the_household_is_refused_and_another_approves(visit):
    """S-20."""
    scene = given_scenarios.approver_of_the_household()

    refused(step(visit, scene.hire, "approve", scene.staff.department_officer), "V-26")
    take(visit, scene.hire, "approve", scene.another)

    assert Hire.objects.get().state == "approved"
    assert Event.objects.of(scene.hire).latest("pk").by == scene.another


def asked(visit, scene, month):
    """What the page of preparing answers to a month."""
    page = visit(reverse("payroll:prepare"), as_=scene.staff.township_officer)
    page.locator("input[name=month]").fill(str(month))
    choose(page, "area", value=scene.place.town.code)
    press(page)
    return page


def prepared(visit, scene, month):
    """The month asked for on its page and done by a worker; the page of the job."""
    asked(visit, scene, month)
    job = Job.objects.latest("pk")
    prepare.func(job.pk, str(month), scene.place.town.code)
    return visit(reverse("job", args=[job.pk]))


def test_a_month_after_the_policy_waits_for_the_successor(visit):
    """S-24: ten days were asked for in 2025, fifteen are in 2026; five were worked in each."""
    scene = given_scenarios.policy_of_last_year()
    january = given_scenarios.JANUARY

    page = asked(visit, scene, january)
    expect(page.locator("main")).to_contain_text("示例县公益性岗位管理办法")
    expect(page.locator("main")).to_contain_text("2025-12-31")
    assert not Job.objects.exists() and not PayRun.objects.exists()
    address = reverse("policy:successor", args=[scene.old.pk])
    page = visit(address, as_=scene.staff.department_officer)
    choose(page, "successor", value=scene.new.pk)
    press(page)
    given_scenarios.fifteen_days_in_2026(scene)

    for month, amount in ((given_scenarios.DECEMBER, "300.00"), (january, "200.00")):
        prepared(visit, scene, month)
        page = visit(url_of(PayRun.objects.get(month=month)))
        expect(page.locator("tbody tr").first).to_contain_text(amount)


def test_a_merged_villages_sheet_keeps_its_name_and_reports_count_both(visit):
    """S-26."""
    scene = given_scenarios.merged_village()

    page = visit(url_of(scene.sheet), as_=scene.staff.township_officer)
    expect(page.locator("main")).to_contain_text("双桥村")
    page = visit(f"{reverse('reports:index')}?month=2026-07")

    row = page.locator("tbody tr", has_text=scene.place.town.name)
    expect(row).to_have_count(1)
    with another_page(page):
        row.locator("a").first.click()
    expect(page.locator("tbody tr")).to_have_count(2)


def test_past_the_limit_only_the_man_near_retirement_is_renewed(visit):
    """S-27."""
    scene = given_scenarios.two_past_the_limit()

    page = visit(reverse("posts:renewals"), as_=scene.staff.township_officer)
    blocked = page.locator("tbody tr", has_text="赵六")
    expect(blocked).to_contain_text("R-46")
    expect(blocked.locator("input[name=pk]")).to_have_count(0)
    with another_page(page):
        page.locator(".office-bulk button").click()

    drafted = Contract.objects.filter(state="draft").values_list("person__name", flat=True)
    assert list(drafted) == ["钱七"]
