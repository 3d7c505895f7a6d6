"""Agreements, signatures and decisions of many at once; a meeting of villagers is none."""

from datetime import datetime

import pytest
import time_machine

from attendance.models import Acknowledgement, FlagReview
from contracts.models import ContractPaper, ContractTemplate, Signature
from project.kernel.months import SHANGHAI, Month
from registry import passes
from registry.models import Pass
from tests import given_days
from tests.given_detection import day, found, moments, phone, scene, stood

pytestmark = pytest.mark.django_db
NOVEMBER = Month(2026, 11)
MOMENT = datetime(2026, 11, 3, 9, 0, tzinfo=SHANGHAI)


def agreed(made, seconds, hardware=""):
    """Every worker says that the days are right, one after another."""
    sheet = stood(made.contracts, range(8, 23))
    lines = sheet.lines.select_related("contract__person").order_by("number")
    for line, at in zip(lines, moments(MOMENT, len(made.contracts), seconds), strict=True):
        own = phone(line.contract.person, made.staff.village_clerk, fingerprint=hardware)
        with time_machine.travel(at, tick=False):
            Acknowledgement.objects.create(
                line=line, phone=own, agrees=True, full_days=line.full_days, half_days=0
            )


def test_one_phone_that_agrees_for_three_workers_is_doubted():
    made = scene(holders=3)
    agreed(made, 600, hardware="ab" * 32)
    (doubt,) = found(made, "V-12.phone")

    assert sorted(doubt.people) == sorted(one.person_id for one in made.contracts)
    assert doubt.shows == {"people": 3} and len(doubt.evidence) == 3
    assert not found(made, "V-38.agreed")


def test_two_of_a_family_may_agree_on_one_phone():
    made = scene(holders=2)
    agreed(made, 600, hardware="ab" * 32)

    assert not found(made, "V-12.phone")


def test_a_village_that_agrees_within_seconds_is_doubted():
    made = scene(holders=6)
    agreed(made, 2)
    (doubt,) = found(made, "V-38.agreed")

    assert doubt.shows == {"people": 6, "records": 6, "seconds": 10}
    assert not found(made, "V-12.phone")


def test_a_village_that_agrees_at_a_meeting_is_not_doubted():
    made = scene(holders=6)
    agreed(made, 25)

    assert not found(made, "V-38.agreed")


def signed(made, seconds):
    """Every worker signs the contract on the clerk's tablet, one after another."""
    times = moments(MOMENT, len(made.contracts), seconds)
    for contract, at in zip(made.contracts, times, strict=True):
        paper = ContractPaper.objects.create(
            contract=contract,
            template=ContractTemplate.objects.first(),
            code=f"C{contract.pk}",
            terms={},
            content_hash="0" * 64,
            made_by=made.staff.village_clerk,
        )
        let_in, _link = passes.issue(
            contract.person, by=made.staff.village_clerk, purpose=Pass.Purpose.SIGN, hours=1
        )
        Signature.objects.create(
            paper=paper,
            side="worker",
            means="phone",
            signed_at=at,
            let_in_by=let_in,
            device="Tablet",
            certificate="1",
        )


def test_signatures_of_several_workers_in_a_minute_are_doubted():
    made = scene(holders=4)
    signed(made, 12)
    (doubt,) = found(made, "V-12.signed", month=NOVEMBER)

    assert doubt.shows == {"people": 4, "records": 4, "seconds": 36}
    assert sorted(doubt.people) == sorted(one.person_id for one in made.contracts)


def test_workers_who_read_before_they_sign_on_one_tablet_are_not_doubted():
    made = scene(holders=4)
    signed(made, 90)

    assert not found(made, "V-12.signed", month=NOVEMBER)


def reviewed(made, seconds, count=16):
    """Somebody says of doubtful days, one after another, that they count."""
    by = made.staff.township_reviewer
    for n, at in enumerate(moments(MOMENT, count, seconds)):
        flag = given_days.doubt(day(made.contracts[n % 2], 1 + n))
        with time_machine.travel(at, tick=False):
            FlagReview.objects.create(flag=flag, decision="counts", reason="属实", by=by)


def test_many_decisions_within_a_minute_are_doubted():
    made = scene(holders=2)
    reviewed(made, 3)
    (doubt,) = found(made, "V-38.decided")

    assert doubt.shows == {"people": 2, "records": 16, "seconds": 45}


def test_a_mornings_work_of_looking_is_not_doubted():
    made = scene(holders=2)
    reviewed(made, 20)

    assert not found(made, "V-38.decided")
