"""How things were done: notices, sheets, approvals, exits and files; what is a doubt, what not."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from attendance.models import Correction
from contracts.models import ContractScan, Exit
from inspections.models import Doubt
from inspections.patterns.process import OneHand
from notices.models import Notice
from payroll.models import PayLine
from posts.models import Hire
from project.kernel.guards import log
from project.kernel.months import SHANGHAI, Month, today
from project.kernel.steps import do
from registry.models import Delegation, Kinship
from tests import given, given_exits, given_notices
from tests.given_detection import day, found, scene, stood

pytestmark = pytest.mark.django_db
NOVEMBER = Month(2026, 11)
WORKED = range(8, 23)


def evidence(doubt, kind):
    return [one["id"] for one in doubt.evidence if one["kind"] == kind]


def on(number):
    return time_machine.travel(datetime(2026, 11, number, 10, tzinfo=SHANGHAI))


def hung(made, *, entered, certified):
    """A notice of the 2nd of November, entered and certified on some days."""
    leader = made.staff.township_leader
    with on(entered):
        notice = given_notices.notice(made.place.villages[0], leader, on=date(2026, 11, 2))
    with on(certified):
        Notice.objects.filter(pk=notice.pk).update(
            state="certified", certified_by=leader, certified_on=date(2026, 11, certified)
        )
        log(notice, "certify", by=leader)
    return notice


def test_a_notice_entered_when_it_was_over_and_certified_at_once_is_doubted():
    made = scene(holders=1)
    notice = hung(made, entered=14, certified=15)
    (doubt,) = found(made, "V-20.short", month=NOVEMBER)

    assert evidence(doubt, "notice") == [notice.pk]
    assert doubt.shows == {
        "posted": "2026-11-02",
        "entered": "2026-11-14",
        "certified": "2026-11-15",
        "days": 7,
    }


def test_a_notice_entered_the_day_after_is_not_doubted():
    made = scene(holders=1)
    hung(made, entered=3, certified=10)

    assert not found(made, "V-20.short", month=NOVEMBER)


def published():
    """A township whose October was on notice, and somebody who may look."""
    made = given.scene(holders=3)
    made.inspector = given.user("inspector", at=made.place.county)
    (made.sheet,) = given.sheets(made)
    return made


def test_a_sheet_that_differs_from_its_notice_is_doubted():
    made = published()
    content = made.sheet.notice.content
    content["rows"][1]["days_worked"] = "9"
    other = Notice.objects.create(
        **{
            name: getattr(made.sheet.notice, name)
            for name in ("kind", "area", "title", "sha256", "days", "unit")
        },
        content=content,
    )
    type(made.sheet).objects.filter(pk=made.sheet.pk).update(notice=other)
    (doubt,) = found(made, "V-20.changed")

    line = made.sheet.lines.get(number=2)
    assert doubt.people == [line.contract.person_id] and doubt.shows == {"lines": 1}
    assert evidence(doubt, "notice") == [other.pk]


def test_payments_that_are_as_the_notice_said_are_not_doubted():
    made = given.scene(holders=3)
    made.inspector = given.user("inspector", at=made.place.county)
    run = given.pay_run(made, "on_notice")

    assert PayLine.objects.filter(run=run).count() == 3
    assert not found(made, "V-20.changed")


def test_days_that_went_up_after_the_notice_was_taken_back_are_doubted():
    made = published()
    do(made.sheet, "send_back", by=made.staff.township_officer, note="补记")
    given.worked(made.contracts[0], made.staff.township_officer, [24, 25, 26])
    sheet = type(made.sheet).objects.get(pk=made.sheet.pk)
    do(sheet, "confirm", by=made.staff.village_head)
    (doubt,) = found(made, "V-21.raised")

    assert doubt.people == [made.contracts[0].person_id]
    assert doubt.shows == {"people": 1, "days": 3}


def test_days_that_went_up_because_somebody_objected_are_not_doubted():
    made = published()
    notice = made.sheet.notice
    type(notice).objects.filter(pk=notice.pk).update(state="posted")
    given_notices.objection(type(notice).objects.get(pk=notice.pk), text="少记了三天")
    type(notice).objects.filter(pk=notice.pk).update(state="certified")
    do(made.sheet, "send_back", by=made.staff.township_officer, note="补记")
    given.worked(made.contracts[0], made.staff.township_officer, [24, 25, 26])
    do(type(made.sheet).objects.get(pk=made.sheet.pk), "confirm", by=made.staff.village_head)

    assert not found(made, "V-21.raised")


def corrected(made, contract, days):
    """Days of a holder that stand by corrections alone."""
    asks, grants = made.staff.village_clerk, made.staff.township_reviewer
    for number in days:
        entry = day(contract, number, source="correction", received_by=grants)
        Correction.objects.create(
            state="granted",
            area=contract.area,
            contract=contract,
            day=entry.day,
            was=0,
            wanted=1,
            reason="手机坏了",
            asked_by=asks,
            decided_by=grants,
            decided_at=entry.received_at,
            check_in=entry,
        )


def test_a_month_that_is_mostly_corrections_of_one_pair_is_doubted():
    made = scene(holders=2)
    mostly, few = made.contracts
    corrected(made, mostly, range(8, 16))
    corrected(made, few, [8, 9])
    for number in range(10, 23):
        day(few, number)
    (doubt,) = found(made, "V-21.corrected")

    assert doubt.contract == mostly and doubt.shows == {"days": 8, "all": 8}
    assert len(evidence(doubt, "correction")) == 8


def test_whoever_approved_a_hire_of_the_family_is_doubted():
    made = scene(holders=3)
    leader, at = made.staff.township_leader, made.contracts[0]
    own = given.person(at.area, name="李所长", household=at.person.household)
    type(own).objects.filter(pk=own.pk).update(user=leader)
    Kinship.objects.create(
        user=leader,
        person=made.contracts[1].person,
        relation="外甥",
        declared_on=date(2026, 11, 20),
    )
    for contract in made.contracts:
        log(given_exits.placed(made, contract), "approve", by=leader)
    doubts = found(made, "V-26.kin", month=NOVEMBER)

    assert {doubt.contract_id for doubt in doubts} == {one.pk for one in made.contracts[:2]}
    assert doubts[0].shows == {"steps": 1} and len(evidence(doubts[0], "event")) == 1


def test_a_record_begun_and_approved_by_two_users_with_one_telephone_is_doubted():
    made = scene(holders=2)
    one, twin = (
        given.user("township_officer", at=made.place.town, phone="13900000001") for _n in "12"
    )
    suspect, honest = (given_exits.placed(made, contract) for contract in made.contracts)
    for hire, by in ((suspect, twin), (honest, made.staff.township_leader)):
        log(hire, "apply", by=one)
        log(hire, "approve", by=by)
    (doubt,) = found(made, "V-26.same", month=NOVEMBER)

    assert doubt.contract == made.contracts[0]
    assert doubt.shows == {"record": "posts.hire", "first": "apply", "last": "approve"}
    assert "apply" not in OneHand.why(doubt.shows)
    assert len(evidence(doubt, "event")) == 2


def test_contracts_of_the_past_that_one_clerk_took_over_are_not_doubted():
    made = scene(holders=3)

    for code in ("V-26.kin", "V-26.same", "V-37.file", "V-12.scan"):
        assert not found(made, code, month=NOVEMBER)


def test_leaving_that_was_told_weeks_later_is_doubted():
    made = scene(holders=2)
    late = given_exits.proposed(made.contracts[0], made.staff.village_clerk)
    given_exits.proposed(made.contracts[1], made.staff.village_clerk, last_day=date(2026, 11, 30))
    (doubt,) = found(made, "V-27.late")

    assert evidence(doubt, "exit") == [late.pk]
    assert doubt.shows == {"last": "2026-10-20", "days": 33}
    assert not found(made, "V-27.late", month=NOVEMBER)


def test_an_exit_that_was_dropped_is_not_late():
    made = scene(holders=1)
    exit_ = given_exits.proposed(made.contracts[0], made.staff.village_clerk)
    Exit.objects.filter(pk=exit_.pk).update(state="cancelled")

    assert not found(made, "V-27.late")


def test_a_sheet_signed_by_somebody_from_elsewhere_is_doubted():
    made = scene(holders=1)
    sheet = stood(made.contracts, WORKED)
    elsewhere = given.township("990456100000")
    log(sheet, "confirm", by=given.user("village_head", at=elsewhere.villages[0]))
    log(sheet, "review", by=made.staff.township_officer)
    (doubt,) = found(made, "V-34.signer")

    assert evidence(doubt, "sheet") == [sheet.pk] and doubt.shows == {"steps": 1}


def test_somebody_who_held_the_office_that_day_is_not_from_elsewhere():
    made = scene(holders=1)
    sheet = stood(made.contracts, WORKED)
    log(sheet, "confirm", by=made.staff.village_head)
    near = given.user("inspector", at=given.area("990123105000", "邻镇"))
    given.delegation(made.staff.village_supervisor, near, "village_supervisor")
    log(sheet, "certify", by=near)  # in somebody's place
    made.staff.village_head.appointments.update(ends_on=today())

    assert not found(made, "V-34.signer")
    Delegation.objects.update(starts_on=today() + timedelta(days=1))
    assert found(made, "V-34.signer")


def scanned(contract, by, sha256=None):
    return ContractScan.objects.create(
        contract=contract,
        file="contracts/none.pdf",
        name="合同.pdf",
        sha256=sha256 or f"{contract.pk:064d}",
        added_by=by,
    )


def test_whose_contract_is_not_in_the_file_is_doubted_where_all_others_are():
    made = scene(holders=6)
    given.rule(made.place.county, "detect.file_percent", 80, made.place.document)
    for contract in made.contracts[1:]:
        scanned(contract, made.staff.village_clerk)
    (doubt,) = found(made, "V-37.file")

    assert doubt.contract == made.contracts[0] and doubt.shows == {"papers": 1}


def test_where_every_sixth_contract_is_on_paper_alone_nobody_is_doubted():
    made = scene(holders=6)
    for contract in made.contracts[1:]:
        scanned(contract, made.staff.village_clerk)

    assert not found(made, "V-37.file")


def test_papers_of_an_application_that_others_handed_in_are_missed():
    made = scene(holders=6)
    given.rule(made.place.county, "detect.file_percent", 80, made.place.document)
    papers = ["application", "id_card", "household_register", "promise"]
    for contract in made.contracts:
        given_exits.placed(made, contract, materials=papers)
    Hire.objects.filter(contract=made.contracts[0]).update(materials=papers[:2])
    (doubt,) = found(made, "V-37.file")

    assert doubt.contract == made.contracts[0] and doubt.shows == {"papers": 2}


def test_one_scan_for_the_contracts_of_two_people_is_doubted():
    made = scene(holders=3)
    for contract in made.contracts[:2]:
        scanned(contract, made.staff.village_clerk, "5" * 64)
    scanned(made.contracts[2], made.staff.village_clerk)
    (doubt,) = found(made, "V-12.scan", month=NOVEMBER)

    assert sorted(doubt.people) == sorted(one.person_id for one in made.contracts[:2])
    assert Doubt.objects.count() == 1
