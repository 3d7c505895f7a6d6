"""Every line says why it comes to its amount, and why it was or was not paid."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import translation

from payroll import flows, services
from payroll.explain import explain, explain_all
from payroll.models import BankResult, PayLine, SentLine
from project.kernel.steps import do
from registry.models import BankAccount, Fact, ImportedFile
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """Read sentences as the code writes them, whatever the translations say."""
    with translation.override("en"):
        yield


def line_of(run):
    return run.lines.order_by("number")[0]


def answered(run, line, outcome, **fields):
    by = run.sent_by
    source = ImportedFile.objects.create(
        kind="bank-results", name="r.csv", sha256=str(line.pk), rows=1, imported_by=by
    )
    sent = SentLine.objects.get(line=line)
    BankResult.objects.create(
        source=source, row=2, sent=sent, outcome=outcome, amount=line.amount, **fields
    )


def test_a_short_month_is_worked_out_before_the_worker():
    scene = given.scene(holders=1, days=range(8, 22))

    told = explain(line_of(given.pay_run(scene)))

    assert (told.days, told.required_days, told.amount) == ("14", 15, "560.00")
    assert (told.dates[0], told.dates[-1], len(told.dates)) == ("2026-10-08", "2026-10-21", 14)
    assert "600.00 × 14 ÷ 15 = 560.00 yuan" in told.why[1]
    assert told.why[0].startswith("In October 2026 you worked 14 days: on the 8, 9, 10,")


def test_more_days_than_required_earn_the_whole_standard():
    scene = given.scene(holders=1, days=range(8, 25))

    told = explain(line_of(given.pay_run(scene)))

    assert told.amount == "600.00"
    assert "15 days are required" in told.why[1] and "you worked 17" in told.why[1]


def test_a_month_without_work_says_so():
    scene = given.scene(holders=1, days=())

    told = explain(line_of(given.pay_run(scene)))

    assert (told.state, told.dates) == ("excluded", [])
    assert told.sentences == [
        "No day of work is recorded for you in October 2026.",
        "The subsidy is paid for days worked, so nothing is due.",
        "Nothing is paid for this month.",
    ]


def test_pay_by_the_day_multiplies():
    scene = given.scene(holders=0)
    by = scene.staff.township_officer
    one = given.holder(scene.place.villages[0], by, pay_basis="day", standard=Decimal("80.00"))
    given.worked(one, by, [8, 9, 12])

    told = explain(line_of(given.pay_run(scene)))

    assert told.why[1] == "80.00 yuan a day × 3 days = 240.00 yuan."


def test_the_cap_names_its_document():
    scene = given.scene(holders=1)
    given.rule(scene.place.county, "subsidy.cap", "500.00", scene.place.document)

    told = explain(line_of(given.pay_run(scene)))

    assert (told.due, told.cap, told.amount) == ("600.00", "500.00", "500.00")
    assert told.why[2] == (
        "“示例县公益性岗位管理办法” allows at most 500.00 yuan a month, so 500.00 yuan are due."
    )


def test_every_rule_is_named_with_value_area_and_document():
    scene = given.scene(holders=1)

    (used,) = explain(line_of(given.pay_run(scene))).rules

    assert used.code == "attendance.required_days"
    assert used.value == {"mode": "fixed", "days": 15}
    assert (used.area, used.document) == (scene.place.county.code, "示例县公益性岗位管理办法")


@pytest.mark.parametrize("kind", sorted(set(Fact.Kind) - {Fact.Kind.DISABLED}))
def test_every_doubt_has_its_plain_words(kind):
    scene = given.scene(holders=1)
    given.fact(scene.contracts[0].person, scene.staff.township_officer, kind=kind)

    told = explain(line_of(given.pay_run(scene)))

    (hold,) = told.held
    assert (told.state, hold.code, hold.kind, hold.since) == ("held", "fact", kind, "2026-09-12")
    assert hold.sentence.startswith("数据中心 ") and hold.sentence.endswith("Sept. 12, 2026.")
    assert told.why_state == [hold.sentence, told.why_state[1]]


def test_a_disability_certificate_holds_nothing():
    scene = given.scene(holders=1)
    disabled = Fact.Kind.DISABLED
    given.fact(scene.contracts[0].person, scene.staff.township_officer, kind=disabled)

    told = explain(line_of(given.pay_run(scene)))

    assert (told.state, told.held) == ("payable", [])


def test_an_account_in_another_name_says_whose():
    scene = given.scene(holders=1)
    BankAccount.objects.update(holder_name="王五")

    (hold,) = explain(line_of(given.pay_run(scene))).held

    assert hold.code == "name" and "in the name of 王五, not of 李四0" in hold.sentence


def test_a_worker_without_insurance_or_account_hears_both():
    scene = given.scene(holders=0)
    by = scene.staff.township_officer
    given.worked(given.holder(scene.place.villages[0], by, insured=False), by, range(8, 23))
    BankAccount.objects.update(current=False)

    told = explain(line_of(given.pay_run(scene)))

    assert {hold.code for hold in told.held} == {"insurance", "account"}
    assert told.account == ""


def test_an_answered_hold_is_kept_with_its_answer():
    scene = given.scene(holders=1)
    away = Fact.Kind.AWAY
    given.fact(scene.contracts[0].person, scene.staff.township_officer, kind=away)
    run = given.pay_run(scene)
    hold = line_of(run).holds.get()
    services.release(hold, by=scene.staff.township_officer, reason="同名，系误报")

    told = explain(line_of(run))

    assert (told.state, told.held) == ("payable", [])
    assert told.holds[0].released == "同名，系误报"


def test_money_at_the_bank_is_said_to_be_there():
    run = given.pay_run(given.scene(holders=1), "sent")

    told = explain(line_of(run))

    assert told.state == "sent" and told.batch == run.files.get().number
    assert "went to the bank on Nov. 22, 2026" in told.why_state[0]


def test_money_paid_names_the_day_and_the_account():
    run = given.pay_run(given.scene(holders=1), "sent")
    line = line_of(run)
    answered(run, line, "success", credited_on=date(2026, 11, 24), serial="S1")

    told = explain(line)

    assert told.state == "paid" and told.bank.on == "2026-11-24"
    tail = line.account.number[-4:]
    assert told.why_state == [f"Paid on Nov. 24, 2026 to the account ending in {tail}."]


def test_money_that_came_back_says_why_and_what_to_do():
    run = given.pay_run(given.scene(holders=1), "sent")
    answered(run, line_of(run), "failure", reason="账户已销户")

    told = explain(line_of(run))

    assert told.state == "returned"
    assert "账户已销户. Bring your bank card" in told.why_state[0]


def test_a_run_given_back_no_longer_counts():
    scene = given.scene(holders=1)
    run = given.pay_run(scene, "confirmed")
    do(run, "send_back", by=scene.staff.township_leader, note="人数有误")

    told = explain(line_of(run))

    assert told.why_state == [
        "This calculation no longer counts: its run was given back or thrown away."
    ]


def test_days_of_an_open_sheet_are_listed_from_the_evidence():
    scene = given.scene(holders=1, days=[8, 9])
    given.sheets(scene, "open")
    (run,) = flows.prepare(scene.month, scene.place.town.code, by=scene.staff.township_officer)

    told = explain(line_of(run))

    assert told.dates == ["2026-10-08", "2026-10-09"] and told.days == "2"


def test_a_whole_run_is_explained_in_as_many_queries_as_one_line(django_assert_num_queries):
    scene = given.scene(holders=8, villages=2)
    given.fact(scene.contracts[3].person, scene.staff.township_officer)
    run = given.pay_run(scene, "sent")
    ContentType.objects.clear_cache()

    with django_assert_num_queries(8):
        explain_all(run.lines.filter(number=1))
    with django_assert_num_queries(8):
        told = explain_all(run.lines.all())

    assert [one.number for one in told] == list(range(1, 9))


def test_an_explanation_is_plain_json():
    told = explain(line_of(given.pay_run(given.scene(holders=1)))).as_dict()

    assert told["rules"][0]["code"] == "attendance.required_days"
    assert told["sentences"] == told["why"] + told["why_state"]
    assert PayLine.objects.get().pk == told["line"]
