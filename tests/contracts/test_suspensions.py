"""Days of a suspension: kept, not credited, not paid, and told in words (W-3)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from attendance import book
from attendance.grid import rows
from attendance.models import CheckIn, Sheet
from attendance.selectors import masks
from contracts.models import Contract, Suspension
from payroll.explain import explain
from project.kernel.guards import Refused
from project.kernel.steps import do
from tests import given, given_changes

pytestmark = pytest.mark.django_db
TWELFTH, SIXTEENTH = date(2026, 10, 12), date(2026, 10, 16)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    """One holder who checks in on 8 to 22 October: fifteen days."""
    return given.scene(holders=1)


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as error:
        call(*args, **kwargs)
    return " ".join(error.value.messages)


def days_shown(scene):
    found = masks(scene.month, scene.place.town.code).values_list("full", flat=True)
    return [day for mask in found for day in range(1, 32) if mask >> day - 1 & 1]


def test_a_contract_is_suspended_and_resumed(scene):
    (contract,) = scene.contracts
    leader = scene.staff.township_leader

    assert refused(do, contract, "suspend", by=leader, on=TWELFTH, note=" ") == "Say why."
    assert do(contract, "suspend", by=leader, on=TWELFTH, note="汛期").state == "suspended"
    contract = given_changes.current(contract)
    assert do(contract, "resume", by=leader, on=SIXTEENTH).state == "in_force"

    kept = Suspension.objects.get()
    assert (kept.starts_on, kept.ends_on, kept.reason) == (TWELFTH, date(2026, 10, 15), "汛期")
    assert (kept.begun_by, kept.ended_by) == (leader, leader)


def test_days_of_a_suspension_are_kept_and_not_credited(scene):
    given_changes.suspended(scene, scene.contracts[0], TWELFTH, SIXTEENTH)

    assert CheckIn.objects.count() == 15
    assert days_shown(scene) == [8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22]


def test_an_open_suspension_lasts(scene):
    given_changes.suspended(scene, scene.contracts[0], TWELFTH)

    assert days_shown(scene) == [8, 9, 10, 11]


def test_what_was_taken_back_suspended_nothing(scene):
    (contract,) = scene.contracts
    given_changes.suspended(scene, contract, TWELFTH, TWELFTH)

    assert days_shown(scene) == list(range(8, 23))
    again = given_changes.suspended(scene, given_changes.current(contract), TWELFTH)
    assert again.ends_on is None


def test_the_sheet_shows_suspended_days_as_closed_and_takes_none(scene):
    given_changes.suspended(scene, scene.contracts[0], TWELFTH, SIXTEENTH)
    (sheet,) = given.sheets(scene, "open")

    ((_line, cells, total),) = rows(sheet)
    marks = {scene.contracts[0].pk: {date(2026, 10, 13): 1}}
    said = refused(book.record, sheet, by=scene.staff.village_clerk, marks=marks)

    assert (total, cells[12].symbol) == (11, "")
    assert said.endswith("the contract is suspended on 2026-10-13.")


def test_a_suspended_day_is_not_paid_and_the_line_says_why(scene):
    given_changes.suspended(scene, scene.contracts[0], TWELFTH, SIXTEENTH)

    told = explain(given.pay_run(scene).lines.get())

    assert (told.days, told.required_days, told.amount) == ("11", 15, "440.00")
    assert told.suspensions[0].since == "2026-10-12"
    assert "Your contract was suspended from Oct. 12, 2026 to Oct. 15, 2026" in told.why[0]
    assert "汛期停工" in told.why[0]


def test_by_rule_the_days_required_fall_by_the_suspended_ones(scene):
    """October 2026 has 31 days; four are suspended, so 27 are required and 11 were worked."""
    county, document = scene.place.county, scene.place.document
    given.rule(county, "suspension.lowers_required_days", True, document)
    required = scene.place.county.rules.get(code="attendance.required_days")
    type(required).objects.filter(pk=required.pk).update(value={"mode": "calendar"})
    given_changes.suspended(scene, scene.contracts[0], TWELFTH, SIXTEENTH)

    told = explain(given.pay_run(scene).lines.get())

    assert (told.required_days, told.amount) == (27, "244.44")
    assert "27 days remain" in told.why[0]
    assert "suspension.lowers_required_days" in [rule.code for rule in told.rules]


def test_a_fixed_number_falls_only_where_the_working_days_left_cannot_meet_it(scene):
    county, document = scene.place.county, scene.place.document
    given.rule(county, "suspension.lowers_required_days", True, document)
    given_changes.suspended(scene, scene.contracts[0], date(2026, 10, 12))

    told = explain(given.pay_run(scene).lines.get())

    assert told.required_days < 15
    assert told.amount == str(
        (Decimal(600) * min(4, told.required_days) / told.required_days).quantize(Decimal("0.01"))
    )


def test_nobody_is_suspended_before_days_already_confirmed(scene):
    given.sheets(scene, "confirmed")
    (contract,) = scene.contracts
    leader = scene.staff.township_leader

    said = refused(do, contract, "suspend", by=leader, on=TWELFTH, note="汛期")

    assert said == "The sheet of 2026-10 counts days from 2026-10-12 on; send it back first."
    later = do(contract, "suspend", by=leader, on=date(2026, 10, 23), note="汛期")
    assert later.state == "suspended"


def test_nobody_is_suspended_over_days_already_paid(scene):
    given.pay_run(scene, "sent")
    (contract,) = scene.contracts

    said = refused(do, contract, "suspend", by=scene.staff.township_leader, on=TWELFTH, note="汛期")

    assert "are paid already by the sheet of 2026-10" in said


def test_work_does_not_go_on_in_a_month_confirmed_without_it(scene):
    (contract,) = scene.contracts
    given_changes.suspended(scene, contract, TWELFTH)
    given.sheets(scene, "confirmed")
    contract, leader = given_changes.current(contract), scene.staff.township_leader

    said = refused(do, contract, "resume", by=leader, on=SIXTEENTH)

    assert "is confirmed without the days from 2026-10-16 on" in said
    assert do(contract, "resume", by=leader, on=date(2026, 11, 1)).state == "in_force"


@pytest.mark.parametrize("on", [date(2025, 12, 31), date(2027, 1, 1)])
def test_a_suspension_lies_within_its_contract(scene, on):
    (contract,) = scene.contracts
    leader = scene.staff.township_leader

    assert "must lie within the contract" in refused(
        do, contract, "suspend", by=leader, on=on, note="汛期"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.create(
            area=contract.area, contract=contract, starts_on=on, reason="x", begun_by=leader
        )


def test_suspensions_do_not_overlap(scene):
    (contract,) = scene.contracts
    given_changes.suspended(scene, contract, TWELFTH, SIXTEENTH)
    contract, leader = given_changes.current(contract), scene.staff.township_leader

    said = refused(do, contract, "suspend", by=leader, on=date(2026, 10, 14), note="汛期")

    assert "was suspended until 2026-10-15 already" in said
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.create(
            area=contract.area,
            contract=contract,
            starts_on=date(2026, 10, 15),
            reason="x",
            begun_by=leader,
        )


def test_a_suspension_is_closed_once_and_never_rewritten(scene):
    kept = given_changes.suspended(scene, scene.contracts[0], TWELFTH, SIXTEENTH)

    for change in ({"reason": "改"}, {"ends_on": date(2026, 10, 20)}, {"starts_on": TWELFTH}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Suspension.objects.filter(pk=kept.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.delete()


def test_a_run_prepared_before_a_suspension_is_prepared_again(scene):
    run = given.pay_run(scene)
    (contract,) = scene.contracts
    do(
        contract,
        "suspend",
        by=scene.staff.township_leader,
        on=date(2026, 10, 24),
        note="汛期",
    )

    said = refused(do, run, "confirm", by=scene.staff.township_reviewer)

    assert "contracts have changed since the run was prepared" in said


def test_the_sheet_is_frozen_without_the_suspended_days(scene):
    given_changes.suspended(scene, scene.contracts[0], TWELFTH, SIXTEENTH)

    (sheet,) = given.sheets(scene, "confirmed")

    assert sheet.lines.get().days == 11
    assert Sheet.objects.get().state == "confirmed"


def test_a_suspended_contract_ends_by_its_exit(scene):
    (contract,) = scene.contracts
    given_changes.suspended(scene, contract, TWELFTH)

    assert Contract.objects.get().state == "suspended"
    assert days_shown(scene) == [8, 9, 10, 11]
