"""Leaving in good order: told, heard, approved by another, and the contract ends that day."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from contracts.models import Contract, Exit
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.models import Event
from project.kernel.steps import do, open_tasks
from registry.models import Kinship
from tests import given, given_exits

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=2)


def waiting(exit_):
    return [task.flow_task.name for task in open_tasks(exit_)]


def said(refused):
    return " ".join(refused.value.messages)


@pytest.mark.parametrize("reason", Exit.Reason.values)
def test_everybody_can_be_proposed_for_each_of_the_nineteen_reasons(scene, reason):
    exit_ = given_exits.proposed(
        scene.contracts[0], scene.staff.village_clerk, reason=reason, explanation="说明"
    )

    assert exit_.state == "proposed"
    assert waiting(exit_) == (["approve"] if reason == "E06" else ["notify"])


def test_whoever_leaves_of_own_will_is_told_and_approved_without_a_hearing(scene):
    contract = scene.contracts[0]

    exit_ = given_exits.approved(scene, contract)

    contract = Contract.objects.get(pk=contract.pk)
    assert (exit_.state, contract.state) == ("approved", "ended")
    assert contract.ends_on == given_exits.LAST_DAY
    assert given_exits.insured_until(contract) == given_exits.LAST_DAY
    assert waiting(exit_) == ["settle"]


def test_a_disciplinary_exit_needs_its_finding_before_anybody_is_told(scene):
    exit_ = given_exits.proposed(scene.contracts[0], scene.staff.village_clerk, reason="E11")

    with pytest.raises(Refused) as refused:
        do(exit_, "notify", by=scene.staff.township_officer, on=date(2026, 11, 22))
    assert "调查结论" in said(refused) or "finding" in said(refused)

    exit_ = do(exit_, "prove", by=scene.staff.village_clerk, finding="十月旷工九天")
    exit_ = do(exit_, "notify", by=scene.staff.township_officer, on=date(2026, 11, 22))
    assert (exit_.state, exit_.finding, waiting(exit_)) == ("notified", "十月旷工九天", ["hear"])


def test_silence_is_recorded_only_when_the_days_for_a_statement_are_over(scene):
    exit_ = given_exits.proposed(
        scene.contracts[0], scene.staff.village_clerk, reason="E10", finding="考核不合格"
    )
    exit_ = do(exit_, "notify", by=scene.staff.township_officer, on=date(2026, 11, 22))

    with pytest.raises(Refused) as refused:
        do(exit_, "hear", by=scene.staff.township_officer)
    assert "2026-11-27" in said(refused)

    with time_machine.travel("2026-11-28T09:00:00+08:00"):
        exit_ = do(exit_, "hear", by=scene.staff.township_officer)
    assert (exit_.state, exit_.statement) == ("heard", "")


def test_nobody_is_dismissed_unheard(scene):
    exit_ = given_exits.proposed(
        scene.contracts[0], scene.staff.village_clerk, reason="E12", finding="他人顶岗"
    )
    exit_ = do(exit_, "notify", by=scene.staff.township_officer, on=date(2026, 11, 22))

    with pytest.raises(Refused):
        do(exit_, "approve", by=scene.staff.township_leader)

    exit_ = do(exit_, "hear", by=scene.staff.township_officer, statement="我生病了")
    assert do(exit_, "approve", by=scene.staff.township_leader).state == "approved"


def test_an_approval_without_notice_is_refused(scene):
    exit_ = given_exits.proposed(scene.contracts[0], scene.staff.village_clerk)

    with pytest.raises(Refused):
        do(exit_, "approve", by=scene.staff.township_leader)

    assert Contract.objects.get(pk=exit_.contract_id).state == "in_force"


def test_nobody_approves_an_exit_they_proposed(scene):
    leader = given.appoint(scene.staff.township_leader, "village_clerk", scene.place.town)
    exit_ = given_exits.proposed(scene.contracts[0], leader)
    exit_ = do(exit_, "notify", by=scene.staff.township_officer, on=exit_.proposed_on)

    with pytest.raises(NotThisPerson):
        do(exit_, "approve", by=leader)

    with pytest.raises(IntegrityError), transaction.atomic():
        Exit.objects.filter(pk=exit_.pk).update(approved_on=exit_.proposed_on, approved_by=leader)
    assert Event.objects.of(exit_).latest("pk").after == "refused"


def test_nobody_approves_the_exit_of_a_declared_relative(scene):
    exit_ = given_exits.proposed(scene.contracts[0], scene.staff.village_clerk)
    exit_ = do(exit_, "notify", by=scene.staff.township_officer, on=exit_.proposed_on)
    Kinship.objects.create(
        user=scene.staff.township_leader,
        person=scene.contracts[0].person,
        relation="兄弟",
        declared_on=date(2026, 1, 1),
    )

    with pytest.raises(NotThisPerson) as refused:
        do(exit_, "approve", by=scene.staff.township_leader)

    assert "V-26" in said(refused)


def test_nobody_leaves_twice_nor_a_contract_that_does_not_hold(scene):
    contract, other = scene.contracts
    given_exits.proposed(contract, scene.staff.village_clerk)

    with pytest.raises(Refused):
        given_exits.proposed(contract, scene.staff.village_clerk)

    given_exits.approved(scene, other)
    with pytest.raises(Refused):
        given_exits.proposed(other, scene.staff.village_clerk)
    with pytest.raises(Refused):
        given_exits.proposed(contract, scene.staff.village_clerk, last_day=date(2027, 1, 1))


def test_a_village_next_door_proposes_nothing_here(scene):
    stranger = given.user("village_clerk", at=given.township("990123101000").town)

    with pytest.raises(PermissionDenied):
        given_exits.proposed(scene.contracts[0], stranger)


def test_a_cancelled_exit_leaves_the_contract_and_another_may_be_proposed(scene):
    exit_ = given_exits.proposed(scene.contracts[0], scene.staff.village_clerk)

    with pytest.raises(Refused):
        do(exit_, "cancel", by=scene.staff.township_leader, note=" ")
    exit_ = do(exit_, "cancel", by=scene.staff.township_leader, note="本人决定留下")

    assert (exit_.state, waiting(exit_)) == ("cancelled", [])
    assert given_exits.proposed(scene.contracts[0], scene.staff.village_clerk).state == "proposed"


def test_nobody_ends_a_running_contract_behind_the_exits(scene):
    from_behind = scene.contracts[0]

    with pytest.raises(Refused) as refused:
        given.contracts.end(from_behind, by=scene.staff.township_officer, on=date(2026, 10, 20))

    assert Contract.objects.get(pk=from_behind.pk).state == "in_force"
    assert refused.value.messages
