"""A township plans a policy and takes it into force; a village reports an accident."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from contracts.models import Claim, InsurancePolicy
from project.kernel.pages import url_of
from tests import given, given_exits, given_insurance
from tests.browser import township
from tests.browser.hands import another_page, choose

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 740}
TERMS = {
    "insurer": "示例财险",
    "starts_on": "2027-01-01",
    "ends_on": "2027-12-31",
    "premium": "100.00",
    "sum_insured": "300000.00",
    "age_max": "69",
}


@pytest.fixture
def scene():
    """A township at work whose next year nobody insures yet; one has left, one has come."""
    scene = given.scene(holders=3)
    township.named(scene.staff)
    given_exits.approved(scene, scene.contracts[0])
    leaver = scene.contracts[0]
    officer = scene.staff.township_officer
    first, last = date(2026, 11, 25), date(2026, 12, 31)
    given.contract(leaver.area, officer, name="新来的", starts_on=first, ends_on=last)
    for number in range(2):
        first, last = date(2027, 1, 1), date(2027, 12, 31)
        fields = {"name": f"工友{number}", "starts_on": first, "ends_on": last}
        given.contract(leaver.area, officer, **fields)
    return scene


def press(page):
    with another_page(page):
        page.locator("main form button[type=submit]").last.click()
    assert not page.locator("main .office-note--stop").count(), page.locator("main").inner_text()


def follow(page, words):
    with another_page(page):
        page.get_by_role("link", name=words, exact=True).click()


def fill(page, fields):
    for name, value in fields.items():
        page.locator(f"input[name={name}], textarea[name={name}]").fill(value)


def test_a_policy_goes_from_the_plan_into_force_by_the_pages(page, visit, shot, scene):
    officer, leader = scene.staff.township_officer, scene.staff.township_leader
    visit(reverse("contracts:insurancepolicy-list"), as_=officer)
    follow(page, "拟投保")
    fill(page, TERMS)
    shot("insurance-plan")
    press(page)
    follow(page, "为人员参保")
    fill(page, {"starts_on": "2027-01-01"})
    choose(page, "area", "云岭镇")
    press(page)
    policy = InsurancePolicy.objects.latest("pk")
    assert policy.people_count == 2
    visit(url_of(policy), as_=leader)
    follow(page, "审批投保清单")
    fill(page, {"note": "同意"})
    press(page)
    visit(url_of(policy), as_=officer)
    follow(page, "登记保险公司保单")
    fill(page, {"number": "PICC-2027-0001"})
    press(page)
    expect(page.locator("main")).to_contain_text("PICC-2027-0001")
    shot("insurance-policy")
    assert policy.covers.count() == 2


def test_a_leaver_is_replaced_and_an_accident_reported_at_desk_and_phone(page, visit, shot, scene):
    leaver, worker = scene.contracts[0], scene.contracts[1]
    policy = leaver.person.covers.get().policy
    InsurancePolicy.objects.filter(pk=policy.pk).update(area=scene.place.town)
    visit(reverse("contracts:insured-replace", args=[policy.pk]), as_=scene.staff.township_officer)
    shot("insurance-replace")
    page.set_viewport_size(PHONE)
    page.reload()
    shot("phone-insurance-replace")
    press(page)
    assert policy.covers.held().count() == 2
    clerk = scene.staff.village_clerk
    visit(f"{reverse('contracts:claim-report')}?contract={worker.pk}", as_=clerk)
    fill(page, {"place": "青石村村道", "account": "清运垃圾时滑倒", "injury": "左腕骨折"})
    page.locator("input[name=happened_on]").fill("2026-11-21")
    shot("phone-accident")
    press(page)
    claim = Claim.objects.get()
    shot("phone-claim")
    page.set_viewport_size({"width": 1366, "height": 768})
    visit(
        reverse("contracts:claim-step", args=[claim.pk, "collect"]),
        as_=scene.staff.township_officer,
    )
    shot("claim-papers")
    visit(url_of(claim))
    shot("claim")
    person = scene.contracts[2].person
    given_insurance.covered_until(person, date(2026, 12, 5), scene.staff.township_officer)
    visit(reverse("contracts:forecast-list"))
    expect(page.locator("main")).to_contain_text("2026-12-06")
    shot("insurance-forecast")
    visit(reverse("index"))
    expect(page.locator("main")).to_contain_text("断保")
    shot("insurance-inbox")
