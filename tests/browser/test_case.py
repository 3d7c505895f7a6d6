"""A substitute from the doubt to the empty post, and a doubt that leaves no trace, by clicks."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import expect

from contracts.models import Exit
from inspections.models import Case
from payroll.checks import restored
from payroll.models import PayLine, Recovery, Withholding
from project.kernel.months import today
from project.kernel.pages import url_of
from project.kernel.steps import do
from tests import given, given_cases, given_doubts, given_exits, given_recoveries
from tests.browser.hands import another_page, choose

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = ("suspend", "withhold")
AFTERWARDS = ("recover", "remove", "warn")


class Office:
    """People of an office, each taking the steps that are theirs from the pages they stand on."""

    def __init__(self, page, visit):
        self.page, self.visit = page, visit

    def press(self, record, **fields):
        """Fill in the form of this page and send it; the record's own page follows."""
        for name, value in fields.items():
            self.page.locator(f"input[name={name}], textarea[name={name}]").fill(str(value))
        with another_page(self.page):
            self.page.locator("main button[type=submit]").click()
        expect(self.page).to_have_url(re.compile(f"{re.escape(url_of(record))}$"))
        return type(record).objects.get(pk=record.pk)

    def take(self, record, step, who, **fields):
        """One step, by its button on the record's page."""
        self.visit(url_of(record), as_=who)
        name = record._meta.label_lower.replace(".", ":")
        address = reverse(f"{name}-step", args=[record.pk, step])
        with another_page(self.page):
            self.page.locator(f".office-step--open a[href='{address}']").click()
        return self.press(record, **fields)

    def plan(self, case, kind):
        """A measure, planned on the page beside the case by whoever is signed in."""
        with another_page(self.page):
            self.page.get_by_role("link", name="拟定措施").click()
        choose(self.page, "kind", value=kind)
        if kind in AT_ONCE:
            self.page.locator("input[name=at_once]").check()
        self.press(case)

    def carry_out(self, case, kind, who, **fields):
        """A measure, from its own page."""
        step = "report" if kind == "warn" else kind
        return self.take(given_cases.measure(case, kind), step, who, **fields)


def leafed_through(office, scene, case, shot):
    """The case file stands one click from the case, on a phone as well."""
    office.visit(url_of(case), as_=scene.inspector)
    with another_page(office.page):
        office.page.get_by_role("link", name="案卷").click()
    expect(office.page.get_by_role("heading", name="使用的手机")).to_be_visible()
    shot("case-file")
    office.page.set_viewport_size({"width": 360, "height": 740})
    shot("phone-case-file")
    office.visit(url_of(case))
    shot("phone-case")
    office.page.set_viewport_size({"width": 1366, "height": 768})


@pytest.fixture
def office(page, visit):
    return Office(page, visit)


def opened(office, scene, doubt):
    """The doubt is looked into, found true by another, and becomes a case in one click."""
    said = {"statement": given_cases.SAID, "finding": given_cases.FINDING}
    office.take(doubt, "verify", scene.inspector, **said)
    office.take(doubt, "confirm", scene.other)
    office.visit(url_of(doubt), as_=scene.inspector)
    with another_page(office.page):
        office.page.get_by_role("button", name="立案").click()
    expect(office.page.locator("h1")).to_contain_text("-0001")
    case = Case.objects.get()
    for kind in AT_ONCE + AFTERWARDS:
        office.plan(case, kind)
    return case


def decided(office, scene, case):
    """Work and pay stop at once; the person is heard before somebody else decides."""
    stops = given.OCTOBER.last + timedelta(days=1)
    office.carry_out(case, "suspend", scene.staff.township_leader, on=stops)
    office.carry_out(case, "withhold", scene.inspector)
    office.take(case, "investigate", scene.inspector, finding=given_cases.FINDING)
    office.take(case, "hear", scene.staff.township_officer, statement=given_cases.SAID)
    said = {"decision": given_cases.DECISION, "basis": given_cases.BASIS}
    return office.take(case, "decide", scene.other, **said)


def paid_back(office, scene, case):
    """The money is demanded, comes back in two parts, and is the fund's again."""
    staff = scene.staff
    office.carry_out(case, "recover", staff.township_officer)
    recovery = Recovery.objects.get()
    recovery = do(recovery, "decide", by=staff.department_officer)
    demand = {"pay_to": given_recoveries.PAY_TO, "instalments": 2, "on": today()}
    recovery = do(recovery, "demand", by=staff.township_officer, **demand)
    for voucher in ("票1", "票2"):
        given_recoveries.repaid(scene, recovery, 600, voucher)
    recovery.refresh_from_db()
    do(recovery, "settle", by=scene.second)
    assert restored(recovery.fund_id, scene.place.town.pk, today().year) == Decimal(1200)


def removed(office, scene, case, post):
    """The exit is told, heard and approved, and the post is free."""
    staff = scene.staff
    office.carry_out(case, "remove", staff.township_officer, last_day=given.OCTOBER.last)
    exit_ = do(Exit.objects.get(), "notify", by=staff.township_officer, on=today())
    exit_ = do(exit_, "hear", by=staff.township_officer, statement="没有异议")
    do(exit_, "approve", by=staff.township_leader)
    office.visit(url_of(post), as_=staff.township_officer)
    vacancies = office.page.locator(".office-facts div").filter(has_text="空岗数").first
    expect(vacancies).to_contain_text("1")


def test_a_confirmed_substitute_is_followed_to_the_fund_the_exit_and_the_vacancy(office, shot):
    scene = given_cases.paid()
    contract = scene.contracts[0]
    hire = given_exits.placed(scene, contract)
    case = opened(office, scene, given_doubts.doubt(contract, scene.inspector))
    case = decided(office, scene, case)
    paid_back(office, scene, case)
    removed(office, scene, case, hire.post)
    office.carry_out(case, "warn", scene.staff.township_officer, outcome="已约谈本人及村干部")
    withhold = given_cases.measure(case, "withhold")
    office.visit(url_of(withhold), as_=scene.other)
    with another_page(office.page):
        office.page.get_by_role("link", name="决定不予发放").click()
    office.press(withhold)
    case = office.take(case, "rectify", scene.inspector)
    expect(office.page.locator("#measures ~ div tbody tr")).to_have_count(5)
    shot("case")
    leafed_through(office, scene, case, shot)
    with time_machine.travel(case.appeal_until + timedelta(days=2)):
        office.take(case, "close", scene.third)
        expect(office.page.locator(".office-head .office-state")).to_have_text("已结案")


def test_a_dismissed_doubt_leaves_no_trace_in_pay(office):
    scene = given_cases.unpaid(holders=2)
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector)
    said = {"statement": "本人一直在岗", "finding": "邻居证实在岗"}
    office.take(doubt, "verify", scene.inspector, **said)
    office.take(doubt, "dismiss", scene.other)
    expect(office.page.get_by_role("button", name="立案")).to_have_count(0)
    given.pay_run(scene)
    lines = PayLine.objects.with_state().order_by("number")
    ours, theirs = [(line.amount, line.state, line.holds.count()) for line in lines]
    assert ours == theirs == (lines[0].due, "payable", 0)
    assert not Withholding.objects.exists() and not Case.objects.exists()
