"""Acceptance scenarios of pay as people meet them on their pages."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from contracts.models import Exit
from payroll.models import BankResult, Correction, PayRun, Recovery
from project.inbox import inbox
from project.kernel.months import today
from project.kernel.pages import url_of
from tests import given_exits, given_recoveries, given_results, given_scenarios
from tests.browser.hands import another_page
from tests.browser.test_scenarios import refused, step
from tests.browser.test_walk import press, take

pytestmark = pytest.mark.django_db(transaction=True)
HELD = ".office-row--held"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def release(visit, run, who, reason):
    """Answer what holds the only held line of a run, from the run's own page."""
    page = visit(f"{url_of(run)}?state=held", as_=who)
    expect(page.locator(HELD)).to_have_count(1)
    with another_page(page):
        page.locator(f"{HELD} a[href*='/holds/']").click()
    page.locator("textarea[name=reason]").fill(reason)
    press(page)
    return page


def test_pay_of_the_dead_waits_for_the_proof_and_ends_with_the_day(visit):
    """S-04: the holder died on 12 March."""
    scene = given_scenarios.died_in_march()
    officer, leader = scene.staff.township_officer, scene.staff.township_leader

    page = release(visit, scene.run, officer, "家属已领取")
    expect(page.locator("main")).to_contain_text("请先凭死亡证明批准退岗")
    exit_ = given_exits.proposed(
        scene.dead, scene.staff.village_clerk, reason="E06", last_day=given_scenarios.MARCH_12
    )
    refused(step(visit, exit_, "notify", officer), "无须告知")
    refused(step(visit, exit_, "approve", leader), "请填写死亡证明")
    take(visit, exit_, "prove", scene.staff.village_clerk, proof="死亡医学证明 2026-118")
    take(visit, scene.sheet, "send_back", officer, note="12日去世")
    page = take(visit, exit_, "approve", leader)
    expect(page).to_have_url(re.compile(f"{url_of(exit_)}$"))
    assert Exit.objects.get(state="approved").notified_on is None

    run = given_scenarios.prepared_again(scene)
    page = visit(f"{url_of(run)}?state=held", as_=officer)
    expect(page.locator(HELD)).to_contain_text("440.00")
    expect(page.locator(HELD)).to_contain_text("11.0")
    release(visit, run, officer, "死亡证明已核，发至12日")
    expect(page.locator(".office-sums a", has_text="可发放")).to_contain_text("2")
    assert run.lines.payable().filter(contract=scene.dead).exists()


def test_seven_days_of_ten_are_280_yuan_and_the_line_says_why(visit):
    """S-07."""
    scene = given_scenarios.seven_days_of_ten()

    page = visit(url_of(scene.run), as_=scene.staff.township_officer)
    with another_page(page):
        page.locator("tbody a[href*='/lines/']").first.click()

    expect(page.locator(".office-said-list").first).to_contain_text("400.00×7÷10＝280.00")
    expect(page.locator("main dl").first).to_contain_text("280.00")
    rule = page.locator("tbody tr", has_text=scene.place.document.title)
    expect(rule.first).to_be_visible()


def corrected(visit, scene, line, number):
    """One person enters another account for a line that came back, a second one confirms it."""
    page = visit(f"{url_of(scene.run)}?state=returned", as_=scene.staff.township_officer)
    with another_page(page):
        page.locator(f"{HELD} a[href$='?line={line.pk}']").click()
    page.fill("input[name=number]", number)
    page.fill("input[name=holder]", line.person.name)
    page.fill("input[name=reason]", "旧卡已注销")
    press(page)
    expect(page).to_have_url(re.compile(r"/corrections/\d+/$"))
    correction = Correction.objects.get(line=line)
    take(visit, correction, "confirm", scene.staff.township_reviewer)


def uploaded(visit, file, who, name=""):
    """A file of the bank's results, chosen on its page."""
    page = visit(reverse("import-bank-results"), as_=who)
    chosen = {"name": name or file.name, "mimeType": SHEET, "buffer": file.read_bytes()}
    page.set_input_files("input[type=file]", chosen)
    press(page)
    return page


def test_two_failures_go_out_in_a_new_batch_and_nothing_is_paid_twice(visit, tmp_path):
    """S-12."""
    scene = given_results.two_came_back(holders=4)
    finance = scene.staff.finance_officer

    for place, line in enumerate(scene.back):
        corrected(visit, scene, line, f"621733300000000008{place}")
    again = PayRun.objects.get(corrects=scene.run)
    page = take(visit, again, "send", finance)
    expect(page.locator("main")).to_contain_text(again.files.get().number)
    press(uploaded(visit, given_scenarios.bank_answers(again, tmp_path), finance))
    for run in (again, scene.run):
        take(visit, run, "reconcile", finance)
        page = take(visit, run, "close", finance)
        expect(page).to_have_url(re.compile(f"{url_of(run)}$"))
    page = visit(f"{url_of(scene.run)}?state=reissued")

    expect(page.locator(".office-sums a[aria-current=true]")).to_contain_text("2")
    expect(page.locator(f"a[href='{url_of(again)}']").first).to_be_visible()
    assert again.files.get().number != scene.run.files.get().number
    assert set(PayRun.objects.values_list("state", flat=True)) == {"closed"}
    assert given_scenarios.adds_up(scene.run)


def test_the_same_answer_of_the_bank_goes_in_once(visit, tmp_path):
    """S-13: the content counts and not the name of the file."""
    scene = given_scenarios.sent()
    finance = scene.staff.finance_officer
    file = given_scenarios.bank_answers(scene.run, tmp_path)
    page = uploaded(visit, file, finance)
    press(page)
    expect(page.locator("main [role=status]")).to_be_visible()

    page = uploaded(visit, file, finance, name="回盘（二）.xlsx")

    expect(page.locator("main")).to_contain_text("未重复写入")
    expect(page).to_have_url(re.compile(reverse("import-bank-results") + "$"))
    assert BankResult.objects.count() == 3


def test_1200_yuan_come_back_in_two_refunds_and_the_fund_has_them_again(visit):
    """S-30."""
    scene = given_recoveries.paid()
    given_scenarios.allocated(scene, "1200.00")
    assert given_scenarios.left_in_the_fund(scene) == Decimal("0.00")
    made = given_recoveries.recovery(scene, "proposed")
    pay = {"amount": "600.00", "received_on": today().isoformat()}
    finance = scene.staff.finance_officer

    take(visit, made, "decide", scene.staff.department_officer)
    served = {"on": today().isoformat(), "pay_to": given_recoveries.PAY_TO, "instalments": 2}
    take(visit, made, "demand", scene.staff.township_officer, **served)
    take(visit, made, "repay", finance, **pay, voucher="财退2026-001")
    refused(step(visit, made, "settle", scene.second), "款项尚未缴清")
    take(visit, made, "repay", finance, **pay, voucher="财退2026-002")
    assert "settle" in [waiting.step for waiting in inbox(scene.second)]
    page = take(visit, made, "settle", scene.second)

    expect(page).to_have_url(re.compile(f"{url_of(made)}$"))
    for voucher in ("财退2026-001", "财退2026-002"):
        expect(page.locator("tbody tr", has_text=voucher)).to_have_count(1)
    assert Recovery.objects.get().state == "settled"
    assert given_scenarios.left_in_the_fund(scene) == Decimal("1200.00")
