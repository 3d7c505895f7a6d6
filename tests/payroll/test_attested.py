"""Wages that are paid only once whoever directs the work has attested the days."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from attendance import assessing
from attendance.models import Assessment
from contracts.models import Attestation
from payroll import services, supplements
from payroll.explain import explain
from payroll.models import Hold, PayRun, Release
from payroll.previews import preview
from project.kernel.guards import Refused
from project.kernel.steps import do
from tests import given, given_grades, given_hours, given_insurance

pytestmark = pytest.mark.django_db
FUND = "central_investment"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    """A holder of a post and somebody who earns 120 yuan a day from another fund, both at work."""
    made = given.scene(holders=1)
    made.wages = earner(made)
    given.sheets(made)
    return made


def earner(made, days=range(8, 23), **fields):
    terms = {"pay_basis": "day", "standard": Decimal(120), "fund_id": FUND, "attested": True}
    by = made.staff.township_officer
    held = given.holder(made.place.villages[0], by, name="王务工", **(terms | fields))
    given.worked(held, by, days)
    made.contracts.append(held)
    return held


def attest(made, days=Decimal(15), quantity=None):
    return Attestation.objects.create(
        contract=made.wages,
        month=made.month,
        days=days,
        quantity=quantity,
        basis="十月",
        by=made.staff.township_reviewer,
    )


def prepared(made):
    """The lines of the month's runs by their contract."""
    runs = services.prepare(made.month, made.place.town.code, by=made.staff.township_officer)
    lines = [line for run in runs for line in run.lines.with_state()]
    return {line.contract_id: line for line in lines if line.item == "post_subsidy"}


def rule(made, code, value):
    return given.rule(made.place.town, code, value, made.place.document)


def codes(line):
    return sorted(line.holds.values_list("code", flat=True))


def test_what_nobody_attested_is_held_and_nobody_releases_it(scene):
    lines = prepared(scene)

    line = lines[scene.wages.pk]
    assert (line.amount, line.state, codes(line)) == (1800, "held", ["attest"])
    assert lines[scene.contracts[0].pk].state == "payable"
    told = " ".join(explain(line).why_state)
    assert "Whoever directs the work has not attested these days of October 2026 yet." in told
    with pytest.raises(Refused, match="Nobody releases this by a word"):
        services.release(line.holds.get(), by=scene.staff.township_officer, reason="都干了")
    with pytest.raises(IntegrityError, match="release_attests_nothing"), transaction.atomic():
        Release.objects.create(
            run=line.run,
            contract=scene.wages,
            code=Hold.Code.ATTEST,
            reason="都干了",
            released_by=scene.staff.township_officer,
        )


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ([Decimal(15)], "payable"),
        ([Decimal(14)], "held"),
        ([Decimal("15.5")], "held"),
        ([Decimal(14), Decimal(15)], "payable"),
        ([Decimal(15), None], "held"),
        ([Decimal(15), None, Decimal(15)], "payable"),
    ],
)
def test_the_last_word_counts_and_must_be_what_the_line_shows(scene, said, state):
    for days in said:
        attest(scene, days)

    assert prepared(scene)[scene.wages.pk].state == state


def test_an_attested_quantity_must_agree_as_well():
    made = given.scene(holders=0)
    made.wages = earner(made, days=(), pay_basis="task", standard=Decimal(30))
    given_hours.told(made.wages, made.staff.township_officer, {8: 4, 9: 6})
    given.sheets(made)

    attest(made, Decimal(2), Decimal(9))
    assert prepared(made)[made.wages.pk].state == "held"
    attest(made, Decimal(2), Decimal(10))
    line = prepared(made)[made.wages.pk]
    assert (line.state, line.quantity, line.amount) == ("payable", 10, 300)


def test_a_run_prepared_before_the_attestation_is_prepared_again_and_free(scene):
    run = prepared(scene)[scene.wages.pk].run
    attest(scene)

    with pytest.raises(Refused, match="Prepare it again"):
        do(run, "confirm", by=scene.staff.township_reviewer)

    line = prepared(scene)[scene.wages.pk]
    assert (line.run, line.state) == (run, "payable")
    confirmed = do(PayRun.objects.get(pk=run.pk), "confirm", by=scene.staff.township_reviewer)
    assert confirmed.state == "confirmed"


def test_an_attestation_that_was_taken_back_makes_the_run_stale(scene):
    attest(scene)
    run = prepared(scene)[scene.wages.pk].run
    attest(scene, None)

    with pytest.raises(Refused, match="Prepare it again"):
        do(run, "confirm", by=scene.staff.township_reviewer)


def test_what_was_attested_late_is_paid_by_a_supplementary_run():
    made = given.scene(holders=0)
    made.wages, other = earner(made), earner(made)
    given.sheets(made)
    made.wages, late = other, made.wages
    attest(made)
    run = prepared(made)[other.pk].run
    run = given.walk(made, PayRun.objects.get(pk=run.pk), "sent")
    assert run.files.get().total == 1800

    first = supplements.prepare(run, by=made.staff.township_officer).lines.with_state().get()
    made.wages = late
    attest(made)
    again = supplements.prepare(run, by=made.staff.township_officer).lines.with_state().get()

    assert (first.contract, first.state) == (late, "held")
    assert (again.contract, again.state, again.amount) == (late, "payable", 1800)


def test_both_parts_of_a_month_stand_under_one_attestation():
    made = given.scene(holders=0)
    made.wages = earner(made)
    person, until = made.wages.person, date(2026, 10, 15)
    given_insurance.covered_until(person, until, made.staff.township_officer)
    given.sheets(made)
    attest(made)

    run = prepared(made)[made.wages.pk].run
    found = {line.item: (line.amount, codes(line)) for line in run.lines.all()}
    assert found == {"post_subsidy": (960, []), "uninsured_days": (840, ["insurance"])}

    run = given.walk(made, PayRun.objects.get(pk=run.pk), "sent")
    later = supplements.prepare(run, by=made.staff.township_officer).lines.get()
    assert (later.item, codes(later)) == ("uninsured_days", ["insurance"])


SUBSIDIES = {
    "subsidy.cap": "800.00",
    "subsidy.floor": "5000.00",
    "absence.deduct_per_day": "50.00",
    "attendance.min_days": 28,
    "subsidy.social_insurance": {"service": "99.00", "labour": "99.00"},
    "grade.bonus": "70.00",
    "grade.factor": {"qualified": 0.5},
}


def test_no_rule_of_subsidies_touches_wages(scene):
    for code, value in SUBSIDIES.items():
        rule(scene, code, value)
    attest(scene)

    lines = prepared(scene)

    line = lines[scene.wages.pk]
    assert (line.due, line.adjusted, line.cap, line.amount) == (1800, 0, None, 1800)
    assert (line.state, codes(line), line.rules) == ("payable", [], [])
    assert not line.run.lines.filter(item="social_insurance").exists()
    subsidy = lines[scene.contracts[0].pk]
    assert (subsidy.cap, codes(subsidy)) == (800, ["few_days"])
    assert subsidy.run.lines.filter(item="social_insurance").count() == 1
    assert "120.00 yuan a day × 15 days = 1,800.00 yuan." in " ".join(explain(line).why)


def test_no_rule_of_subsidies_limits_the_hours_of_wages():
    made = given.scene(holders=0)
    made.wages = earner(made, days=(), pay_basis="hour", standard=Decimal(20))
    given_hours.told(made.wages, made.staff.township_officer, {8: 8, 9: 8, 10: 8})
    rule(made, "attendance.max_hours_day", 4)
    rule(made, "attendance.max_days", 2)
    given.sheets(made)
    attest(made, Decimal(3), Decimal(24))

    line = prepared(made)[made.wages.pk]

    assert (line.quantity, line.amount, line.state) == (24, 480, "payable")
    assert explain(line).recorded_words == explain(line).quantity_words


def test_wages_are_not_assessed_and_do_not_wait_for_it(scene):
    given_grades.rules(scene)
    by = scene.staff.township_officer
    assessing.open_assessments(scene.month, scene.place.town.code, by=by)
    attest(scene)

    assert [row.contract for row in Assessment.objects.all()] == [scene.contracts[0]]
    lines = prepared(scene)
    run = do(lines[scene.wages.pk].run, "confirm", by=scene.staff.township_reviewer)
    assert run.state == "confirmed"
    with pytest.raises(Refused, match="assessment is not final"):
        do(lines[scene.contracts[0].pk].run, "confirm", by=scene.staff.township_reviewer)


def test_the_notice_of_wages_hangs_as_long_as_the_longer_rule(scene):
    rule(scene, "publicity.pay", {"days": 3, "unit": "calendar"})
    attest(scene)
    lines = prepared(scene)
    found = {}
    for name, contract in (("subsidy", scene.contracts[0]), ("wages", scene.wages)):
        run = do(lines[contract.pk].run, "confirm", by=scene.staff.township_reviewer)
        by, on = scene.staff.township_officer, date(2026, 11, 6)
        found[name] = do(run, "publicise", by=by, on=on).notice

    assert found["subsidy"].ends_on == date(2026, 11, 9)
    assert found["wages"].ends_on == date(2026, 11, 13)
    assert (found["wages"].days, found["wages"].unit) == (7, "calendar")
    assert "劳务报酬发放公示" in found["wages"].title
    assert "公益性岗位补贴" in found["subsidy"].title


def test_a_longer_notice_of_payments_holds_for_wages_too(scene):
    rule(scene, "publicity.pay", {"days": 7, "unit": "working"})
    attest(scene)
    run = do(prepared(scene)[scene.wages.pk].run, "confirm", by=scene.staff.township_reviewer)

    run = do(run, "publicise", by=scene.staff.township_officer, on=date(2026, 11, 6))

    assert (run.notice.ends_on, run.notice.unit) == (date(2026, 11, 17), "working")


def test_a_preview_holds_what_preparing_would_hold(scene):
    rule(scene, "subsidy.cap", "800.00")
    town, by = scene.place.town.code, scene.staff.township_officer

    for days in (None, Decimal(15)):
        attest(scene, days)
        seen = preview(scene.month, town, by=by).lines
        stands = prepared(scene)
        assert {(line.contract, line.amount, line.state) for line in seen} == {
            (pk, line.amount, line.state) for pk, line in stands.items()
        }


def test_nothing_is_asked_of_attestations_where_nobody_earns_wages():
    made = given.scene(holders=2)
    given.sheets(made)

    with CaptureQueriesContext(connection) as asked:
        prepared(made)

    told = [query["sql"] for query in asked if "attested" in query["sql"]]
    assert len(told) == 1 and "LIMIT 1" in told[0]
