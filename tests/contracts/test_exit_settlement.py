"""The last days are paid, no day after them is, and only then the file is settled."""

from datetime import date
from decimal import Decimal

import pytest

from attendance.book import record
from attendance.models import Sheet
from contracts.models import Contract, Exit
from payroll import services as payroll
from payroll.models import Hold, PayLine
from project.kernel.guards import Refused
from project.kernel.steps import do, open_tasks
from tests import given, given_exits

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=2)


def waiting(exit_):
    return [task.flow_task.name for task in open_tasks(exit_)]


def test_the_run_that_pays_the_last_days_settles_the_exit(scene):
    contract = scene.contracts[0]
    exit_ = given_exits.approved(scene, contract, last_day=date(2026, 10, 14))

    given_exits.month_paid(scene)

    exit_ = Exit.objects.get(pk=exit_.pk)
    line = PayLine.objects.get(contract=contract)
    # Seven of fifteen days, 8 to 14 October; those after the last one are not counted.
    assert (line.days_worked, line.amount) == (Decimal("7.0"), Decimal("280.00"))
    assert (exit_.state, exit_.settled_by) == ("settled", scene.staff.finance_officer)
    assert "280.00" in exit_.settlement
    assert waiting(exit_) == ["close"]


def test_an_exit_with_unpaid_days_is_not_settled_by_hand(scene):
    exit_ = given_exits.approved(scene, scene.contracts[0])

    with pytest.raises(Refused) as refused:
        do(exit_, "settle", by=scene.staff.township_officer, note="没有要发的")

    assert "2026-10" in refused.value.messages[0]
    assert Exit.objects.get(pk=exit_.pk).state == "approved"


def test_an_exit_without_any_day_due_is_settled_by_hand_with_a_reason(scene):
    idle = given.holder(scene.place.villages[0], scene.staff.township_officer, name="王五")
    exit_ = given_exits.approved(scene, idle)

    with pytest.raises(Refused):
        do(exit_, "settle", by=scene.staff.township_officer, note=" ")
    exit_ = do(exit_, "settle", by=scene.staff.township_officer, note="十月没有出勤")

    assert (exit_.state, exit_.settlement) == ("settled", "十月没有出勤")
    with pytest.raises(Refused):
        do(exit_, "close", by=scene.staff.township_officer)
    exit_ = do(exit_, "close", by=scene.staff.township_officer, follow_up="县工业园缝纫工")
    assert (exit_.state, exit_.follow_up, waiting(exit_)) == ("closed", "县工业园缝纫工", [])


def test_no_day_after_the_last_one_is_recorded(scene):
    contract = scene.contracts[0]
    given_exits.approved(scene, contract, last_day=date(2026, 10, 14))
    (sheet,) = given.sheets(scene, "open")

    with pytest.raises(Refused) as refused:
        record(
            sheet,
            by=scene.staff.village_clerk,
            marks={contract.pk: {date(2026, 10, 15): 1}},
        )

    assert "2026-10-15" in refused.value.messages[0]


def test_a_confirmed_sheet_with_later_days_goes_back_before_the_exit_is_approved(scene):
    contract = scene.contracts[0]
    (sheet,) = given.sheets(scene, "confirmed")
    with pytest.raises(Refused) as refused:
        given_exits.approved(scene, contract, last_day=date(2026, 10, 14))
    assert "2026-10" in refused.value.messages[0]

    do(sheet, "send_back", by=scene.staff.township_officer, note="李四14日后未上岗")
    exit_ = do(Exit.objects.get(), "approve", by=scene.staff.township_leader)
    assert exit_.state == "approved"
    sheet = do(Sheet.objects.get(), "confirm", by=scene.staff.village_head)
    assert sheet.lines.get(contract=contract).days == Decimal("7.0")


def test_a_death_is_paid_up_to_its_day_after_the_proof_and_without_any_notice(scene):
    """S-04, with October for March: the holder died on the 12th."""
    contract, officer = scene.contracts[0], scene.staff.township_officer
    given.fact(contract.person, officer, since=date(2026, 10, 12))
    run = given.pay_run(scene)
    hold = Hold.objects.get(line__contract=contract)

    with pytest.raises(Refused) as refused:
        payroll.release(hold, by=officer, reason="家属已领取")
    assert len(refused.value.messages) == 1

    with pytest.raises(Refused):
        given_exits.proposed(contract, scene.staff.village_clerk, reason="E06")
    exit_ = given_exits.proposed(
        contract, scene.staff.village_clerk, reason="E06", last_day=date(2026, 10, 12)
    )
    assert waiting(exit_) == ["approve"]
    with pytest.raises(Refused):
        do(exit_, "notify", by=officer, on=exit_.proposed_on)
    with pytest.raises(Refused):
        do(exit_, "approve", by=scene.staff.township_leader)

    exit_ = do(exit_, "prove", by=scene.staff.village_clerk, proof="死亡医学证明 2026-118")
    do(Sheet.objects.get(), "send_back", by=officer, note="12日去世")
    exit_ = do(exit_, "approve", by=scene.staff.township_leader)
    assert (exit_.state, exit_.notified_on) == ("approved", None)
    assert Contract.objects.get(pk=contract.pk).ends_on == date(2026, 10, 12)

    for step, who, details in given.SHEET_WALK:
        do(Sheet.objects.get(), step, by=getattr(scene.staff, who), **details)
    (run,) = given.payroll.prepare(scene.month, scene.place.town.code, by=officer)
    line = run.lines.with_state().get(contract=contract)
    assert (line.state, line.days_worked, line.amount) == ("held", Decimal(5), Decimal("200.00"))

    payroll.release(line.holds.get(), by=officer, reason="死亡证明已核，发至12日")
    assert run.lines.with_state().get(contract=contract).state == "payable"
