"""What is added to a month's subsidy and taken off it, and the lines of other subsidies."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from attendance.models import CheckIn
from contracts.models import Contract
from payroll.explain import explain
from payroll.models import Hold, PayLine, PayPart
from payroll.papers import pay_notice, pay_slip
from project.kernel.steps import do
from tests import given, given_changes, given_grades, given_insurance, given_recoveries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    """One worker of 600 yuan who came on fifteen days of October; twenty are required."""
    return at_work(range(8, 23))


def at_work(days, required=20):
    made = given.scene(holders=1, days=days)
    (made.contract,) = made.contracts
    rule(made, "attendance.required_days", {"mode": "fixed", "days": required})
    return made


def rule(scene, code, value):
    """A rule of the township, which goes before those of the county."""
    return given.rule(scene.place.town, code, value, scene.place.document)


def insured_until(scene, day):
    """The insurance of the one worker ends early."""
    given_insurance.covered_until(scene.contract.person, day, scene.staff.township_officer)


def lines(scene):
    """The prepared lines by their item."""
    given.sheets(scene)
    by = scene.staff.township_officer
    (run,) = given.payroll.prepare(scene.month, scene.place.town.code, by=by)
    return {line.item: line for line in run.lines.with_state()}


def told(line):
    return " ".join(explain(line).why)


def test_days_of_absence_are_taken_off_the_whole_standard_where_a_rule_says_so(scene):
    rule(scene, "absence.deduct_per_day", "100.00")

    line = lines(scene)["post_subsidy"]

    assert (line.due, line.adjusted, line.amount) == (600, -500, 100)
    (part,) = line.parts.all()
    assert (part.kind, part.amount, part.quantity) == ("absence", -500, 5)
    assert "5 of the days required were not worked: 500.00 yuan are taken off" in told(line)


def test_more_is_never_taken_off_than_is_due(scene):
    rule(scene, "absence.deduct_per_day", "200.00")

    line = lines(scene)["post_subsidy"]

    assert (line.due, line.adjusted, line.amount, line.state) == (600, -1000, 0, "excluded")
    assert "More would be taken off than is due, so nothing is paid." in told(line)


def test_nothing_is_due_of_the_standard_where_no_day_was_worked():
    scene = at_work([])
    rule(scene, "absence.deduct_per_day", "10.00")

    line = lines(scene)["post_subsidy"]

    assert (line.due, line.adjusted, line.amount) == (0, 0, 0)


def half_a_day(scene, place):
    CheckIn.objects.create(
        client_id=uuid.uuid4(),
        contract=scene.contract,
        day=date(2026, 10, place),
        worth=Decimal("0.5"),
        source=CheckIn.Source.MACHINE,
        level=CheckIn.Level.CLERK,
        received_by=scene.staff.township_officer,
    )


def test_half_a_day_is_enough_for_the_whole_standard_less_what_was_missed():
    scene = at_work([])
    rule(scene, "absence.deduct_per_day", "10.00")
    half_a_day(scene, 8)

    line = lines(scene)["post_subsidy"]

    assert (line.due, line.adjusted, line.amount) == (600, -195, 405)


def test_what_is_taken_off_for_half_a_day_is_rounded_to_the_cent(scene):
    """33.33 x 4.5 = 149.985 is half a cent, which the database would not let a line add up with."""
    rule(scene, "absence.deduct_per_day", "33.33")
    half_a_day(scene, 24)

    line = lines(scene)["post_subsidy"]

    assert (line.adjusted, line.amount) == (Decimal("-149.99"), Decimal("450.01"))


def test_who_began_within_the_month_is_paid_by_days_and_fined_for_none_before(scene):
    rule(scene, "absence.deduct_per_day", "100.00")
    by, village = scene.staff.township_officer, scene.place.villages[0]
    late = given.holder(village, by, name="赵六", starts_on=date(2026, 10, 8))
    given.worked(late, by, range(8, 23))
    given.sheets(scene)
    (run,) = given.payroll.prepare(scene.month, scene.place.town.code, by=by)

    line = run.lines.get(contract=late)

    assert (line.due, line.adjusted, line.amount) == (450, 0, 450)


def test_what_covered_days_cannot_bear_is_borne_by_the_others(scene):
    """Two of fifteen days are insured: 600 x 2 / 15 = 80 and 520; five days of absence at 100."""
    rule(scene, "absence.deduct_per_day", "100.00")
    insured_until(scene, date(2026, 10, 9))

    found = lines(scene)

    covered, bare = found["post_subsidy"], found["uninsured_days"]
    assert (covered.due, covered.adjusted, covered.amount) == (80, -500, 0)
    assert (bare.due, bare.adjusted, bare.amount) == (520, -420, 100)
    assert "They bear 420.00 yuan of what is taken off" in told(bare)


def test_a_labour_contract_is_paid_by_its_days_and_fined_for_none(scene):
    rule(scene, "absence.deduct_per_day", "100.00")
    Contract.objects.update(kind=Contract.Kind.LABOUR)

    line = lines(scene)["post_subsidy"]

    assert (line.due, line.adjusted, line.amount) == (450, 0, 450)


def test_a_whole_month_comes_to_no_less_than_the_floor():
    scene = at_work(range(8, 23), required=15)
    rule(scene, "subsidy.floor", "712.00")

    line = lines(scene)["post_subsidy"]

    assert (line.due, line.adjusted, line.amount) == (600, 112, 712)
    assert "pays no less than 712.00 yuan: 112.00 yuan are added" in told(line)


def test_part_of_a_month_is_not_raised_to_the_floor(scene):
    rule(scene, "subsidy.floor", "712.00")

    line = lines(scene)["post_subsidy"]

    assert (line.due, line.adjusted, line.amount) == (450, 0, 450)


def test_a_subsidy_for_social_insurance_is_a_line_of_its_own(scene):
    rule(scene, "subsidy.social_insurance", {"labour": "210.50"})
    Contract.objects.update(kind=Contract.Kind.LABOUR)

    found = lines(scene)

    assert set(found) == {"post_subsidy", "social_insurance"}
    assert found["social_insurance"].amount == Decimal("210.50")
    assert "pays 210.50 yuan a month for your social insurance" in told(found["social_insurance"])


def test_service_agreements_have_no_social_insurance_where_only_labour_contracts_do(scene):
    rule(scene, "subsidy.social_insurance", {"labour": "210.50"})

    assert set(lines(scene)) == {"post_subsidy"}


def test_fewer_days_than_the_rule_wants_wait_for_the_township(scene):
    rule(scene, "attendance.min_days", 16)

    line = lines(scene)["post_subsidy"]

    assert (line.amount, line.state) == (450, "held")
    assert "Fewer than 16 days were worked" in explain(line).held[0].sentence


def test_days_without_insurance_bear_what_the_covered_days_leave(scene):
    """600 x 15 / 20 = 450: seven of the fifteen days were insured, 210 and 240."""
    insured_until(scene, date(2026, 10, 14))

    found = lines(scene)

    covered, bare = found["post_subsidy"], found["uninsured_days"]
    assert (covered.days_worked, covered.amount, covered.state) == (7, 210, "payable")
    assert (bare.days_worked, bare.amount, bare.state) == (8, 240, "held")
    assert Hold.objects.get().detail == "15,16,17,18,19,20,21,22"
    assert "8 days come to 240.00 yuan" in told(bare)
    assert "600.00 × 7 ÷ 20 = 210.00 yuan" in told(covered)


def test_days_without_insurance_are_paid_under_the_standard_that_holds_on_them(scene):
    """Seven covered days of 600; then one of 600 and seven of 800, by twenty."""
    insured_until(scene, date(2026, 10, 14))
    given_changes.in_force(scene, scene.contract, standard=Decimal("800.00"))

    found = lines(scene)

    assert (found["post_subsidy"].amount, found["uninsured_days"].amount) == (210, 310)


def test_who_stands_on_two_rows_is_one_person_on_paper(scene):
    insured_until(scene, date(2026, 10, 14))
    run = lines(scene)["post_subsidy"].run

    listed = pay_notice(run, scene.staff.township_officer)

    assert (len(listed.rows), listed.foot["people"], listed.foot["amount"]) == (2, 1, 450)


def test_who_was_insured_on_no_day_worked_has_one_line_that_waits(scene):
    insured_until(scene, date(2026, 10, 7))

    (line,) = lines(scene).values()

    assert (line.item, line.amount, line.state) == ("post_subsidy", 450, "held")


def test_the_cap_is_shared_by_covered_and_uncovered_days(scene):
    rule(scene, "subsidy.cap", "300.00")
    insured_until(scene, date(2026, 10, 14))

    found = lines(scene)

    assert (found["post_subsidy"].amount, found["uninsured_days"].amount) == (210, 90)


class TestOffsets:
    @pytest.fixture
    def paid(self):
        """October was paid and is asked back; an offset of November is approved."""
        scene = given_recoveries.paid()
        made = given_recoveries.recovery(scene, "demanded")
        scene.recovery = do(
            made,
            "ask_offset",
            amount=Decimal(240),
            by=scene.staff.township_officer,
            month=given.OCTOBER.next(),
        )
        scene.recovery = do(
            scene.recovery,
            "approve_offset",
            by=scene.staff.department_officer,
            month=given.OCTOBER.next(),
        )
        scene.month = given.OCTOBER.next()
        return scene

    def prepared(self, scene, days):
        (contract,) = scene.contracts
        given.worked(contract, scene.staff.township_officer, days, month=scene.month)
        by = scene.staff.township_officer
        given.attendance.open_month(scene.month, scene.place.town.code, by=by)
        (run,) = given.payroll.prepare(scene.month, scene.place.town.code, by=by)
        return run.lines.get()

    def test_what_is_kept_back_is_taken_off_the_line_and_said(self, paid):
        line = self.prepared(paid, range(1, 31))

        assert (line.due, line.offset, line.amount) == (1200, 240, 960)
        assert line.parts.get().source == paid.recovery.offsets.get().pk
        assert "240.00 yuan of it are kept back" in told(line)
        assert pay_slip(line, paid.staff.township_officer).rows[1]["amount"] == -240

    def test_no_more_than_the_share_of_what_is_due_is_kept_back(self, paid):
        line = self.prepared(paid, range(1, 3))

        assert line.offset == (line.due * Decimal("0.2")).quantize(Decimal("0.01"))
        assert line.amount == line.due - line.offset


class TestGrades:
    """R-35: what a final grade of the month does to the pay."""

    @pytest.fixture(autouse=True)
    def graded(self, scene):
        rule(scene, "assessment.mode", "grade")

    def lines(self, scene, grade):
        given.sheets(scene)
        given_grades.month_graded(scene.contract, scene.month, grade, scene.staff)
        by = scene.staff.township_officer
        (run,) = given.payroll.prepare(scene.month, scene.place.town.code, by=by)
        return run.lines.with_state().get()

    def test_the_best_grade_adds_its_bonus(self, scene):
        rule(scene, "grade.bonus", "80.00")

        line = self.lines(scene, "excellent")

        assert (line.due, line.adjusted, line.amount) == (450, 80, 530)
        assert "Your assessment of the month adds 80.00 yuan" in told(line)

    def test_the_worst_takes_its_deduction_off_a_service_agreement_only(self, scene):
        rule(scene, "grade.deduction", "100.00")

        line = self.lines(scene, "unqualified")

        assert (line.adjusted, line.amount) == (-100, 350)
        assert "takes 100.00 yuan off" in told(line)

    def test_a_factor_pays_a_share(self, scene):
        rule(scene, "grade.factor", {"unqualified": "0.8"})

        line = self.lines(scene, "unqualified")

        assert (line.due, line.adjusted, line.amount) == (450, -90, 360)
        assert "only a share is paid: 90.00 yuan are taken off" in told(line)

    def test_a_bonus_stays_under_the_cap(self, scene):
        rule(scene, "grade.bonus", "80.00")
        rule(scene, "subsidy.cap", "500.00")

        assert self.lines(scene, "excellent").amount == 500

    def test_who_is_fined_for_nothing_has_a_labour_contract(self, scene):
        rule(scene, "grade.deduction", "100.00")
        Contract.objects.update(kind=Contract.Kind.LABOUR)

        assert self.lines(scene, "unqualified").amount == 450


def test_the_database_refuses_a_line_that_does_not_add_up(scene):
    line = lines(scene)["post_subsidy"]
    values = {f.attname: getattr(line, f.attname) for f in PayLine._meta.concrete_fields}
    values |= {"id": None, "number": 99, "standing": False, "amount": line.amount + 1}

    with pytest.raises(IntegrityError, match="line_adds_up"), transaction.atomic():
        PayLine.objects.create(**values)


def test_the_database_refuses_a_part_without_a_reason(scene):
    line = lines(scene)["post_subsidy"]

    with pytest.raises(IntegrityError, match="part_says_its_reason"), transaction.atomic():
        PayPart.objects.create(line=line, kind="grade", amount=5)
