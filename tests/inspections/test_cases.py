"""A case is investigated, heard and decided by several people, and its consequences are real."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from contracts.models import Contract, Exit
from inspections import case_flows, cases, measures
from inspections.models import Exhibit, Measure
from payroll import flows as payroll
from payroll import services
from payroll.models import PayLine, Recovery, Withholding
from project.inbox import inbox
from project.kernel.guards import NotThisPerson, Refused, refusals
from project.kernel.months import today
from project.kernel.steps import do, turn_of
from tests import given, given_cases, given_doubts

pytestmark = pytest.mark.django_db
WITHHOLD = {"kind": "withhold", "at_once": True}
SUSPEND = {"kind": "suspend", "at_once": True}


def refused(step, words):
    with pytest.raises(Refused) as refusal, transaction.atomic():
        step()
    assert words in " ".join(refusal.value.messages)


def test_one_click_opens_a_case_with_its_number_and_what_the_records_said():
    scene = given_cases.paid()
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector)
    case = case_flows.open_from_doubt(doubt, by=scene.inspector)
    assert case.number == f"{case.area_id[:6]}-{today():%Y}-0001"
    assert (case.person, case.contract) == (doubt.person, doubt.contract)
    assert turn_of(case) == ["开展调查"]
    records, shown = case.exhibits.all()
    assert records.data["pay"][0]["amount"] == "1200.00"
    assert len(records.data["days"]) == 15
    assert shown.data["evidence"] == doubt.evidence
    assert records.sha256 == cases.seal_of(records.data)
    refused(lambda: case_flows.open_from_doubt(doubt, by=scene.inspector), "已立案")


def test_a_village_or_a_township_opens_no_case_and_a_dismissed_doubt_none_either():
    scene = given_cases.paid()
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector)
    for who in (scene.staff.village_head, scene.staff.township_officer):
        with pytest.raises(PermissionDenied), transaction.atomic():
            case_flows.open_from_doubt(doubt, by=who)
    doubt = do(doubt, "verify", by=scene.inspector, statement="在岗", finding="查无此事")
    doubt = do(doubt, "dismiss", by=scene.other)
    refused(lambda: case_flows.open_from_doubt(doubt, by=scene.inspector), "不属实")
    assert not PayLine.objects.filter(holds__code="case").exists()


def test_nobody_is_decided_about_unheard_without_evidence_or_without_saying_what_follows():
    scene = given_cases.paid()
    case = case_flows.open_case(
        area=scene.place.town,
        violation="V-34",
        allegation="考勤表由无关人员代签",
        employer="示例劳务公司",
        first=given.OCTOBER,
        last=given.OCTOBER,
        by=scene.inspector,
    )
    said = {"decision": given_cases.DECISION, "basis": given_cases.BASIS}
    refused(lambda: do(case, "decide", by=scene.other, **said), "状态")
    case = do(case, "investigate", by=scene.inspector, finding="查看原始考勤表")
    hearing = {"statement": given_cases.SAID, "on": today()}
    refused(lambda: do(case, "hear", by=scene.inspector, **hearing), "证据")
    cases.add_exhibit(
        case, by=scene.inspector, kind=Exhibit.Kind.SAYING, title="邻居证言", text="十月未见其人"
    )
    case = do(case, "hear", by=scene.inspector, **hearing)
    refused(lambda: do(case, "decide", by=scene.other, **said), "措施")
    with pytest.raises(DatabaseError), transaction.atomic():
        type(case).objects.filter(pk=case.pk).update(state="decided")


def test_whoever_investigated_does_not_decide_and_whoever_decided_answers_no_appeal():
    scene = given_cases.paid()
    case = given_cases.case(scene, "heard", measures=[{"kind": "warn"}])
    said = {"decision": given_cases.DECISION, "basis": given_cases.BASIS}
    with pytest.raises(NotThisPerson), transaction.atomic():
        do(case, "decide", by=scene.inspector, **said)
    case = do(case, "decide", by=scene.other, **said)
    case = do(case, "object", by=scene.inspector, text="只有三天是儿子代岗", on=today())
    measure = given_cases.measure(case, "warn")
    refused(
        lambda: do(measure, "report", by=scene.staff.township_officer, outcome="已约谈"), "申诉"
    )
    for who in (scene.other, scene.inspector):
        with pytest.raises(NotThisPerson), transaction.atomic():
            do(case, "answer_appeal", by=who, answer="维持")
    case = do(case, "reopen", by=scene.third, answer="三天以外证据不足，重新调查")
    assert case.state == "investigating"
    assert given_cases.measure(case, "warn").state == "lifted"
    again = do(case, "investigate", by=scene.inspector, finding="仅三日代岗")
    assert again.finding == "仅三日代岗"


def test_kin_of_the_person_touch_neither_the_case_nor_its_measures():
    scene = given_cases.paid()
    case = given_cases.case(scene, measures=[{"kind": "recover"}])
    scene.other.kin.create(person=case.person, relation="叔侄", declared_on=today())
    with pytest.raises(Refused), transaction.atomic():
        do(case, "investigate", by=scene.other, finding="没有问题")
    with pytest.raises(Refused), transaction.atomic():
        case_flows.plan(case, kind="warn", by=scene.other)


def test_what_cannot_wait_is_done_before_the_decision_and_nothing_else():
    scene = given_cases.unpaid()
    case = given_cases.case(scene)
    refused(lambda: case_flows.plan(case, kind="remove", at_once=True, by=scene.inspector), "撤销")
    held = case_flows.plan(case, by=scene.inspector, **WITHHOLD)
    later = case_flows.plan(case, by=scene.inspector, kind="recover")
    assert (turn_of(held), turn_of(later)) == (["缓发补贴"], ["无待办人"])
    refused(lambda: do(later, "recover", by=scene.staff.township_officer), "状态")


def test_withheld_pay_is_held_until_the_case_lifts_it_and_no_word_releases_it():
    scene = given_cases.unpaid()
    case = given_cases.case(scene, measures=[WITHHOLD])
    measure = do(given_cases.measure(case, "withhold"), "withhold", by=scene.inspector)
    run = given.pay_run(scene)
    (line,) = run.lines.with_state()
    hold = line.holds.get()
    assert (line.state, hold.code, hold.detail) == ("held", "case", case.number)
    refused(lambda: services.release(hold, by=scene.staff.township_officer, reason="先发"), "案件")
    assert not refusals(given_cases.fresh(case).drop, by=scene.inspector)
    dropped = do(case, "drop", by=scene.inspector, finding="经查在岗，系误报")
    assert dropped.state == "dropped"
    assert Withholding.objects.get().lifted_by == scene.inspector
    refused(lambda: do(run, "confirm", by=scene.staff.township_reviewer), "重新")
    payroll.prepare(given.OCTOBER, scene.place.town.code, by=scene.staff.township_officer)
    (line,) = PayLine.objects.filter(standing=True).with_state()
    assert (line.state, line.holds.count()) == ("payable", 0)
    assert given_cases.measure(case, "withhold").state == "lifted"
    assert measure.record.pk == Withholding.objects.get().pk


def test_pay_withheld_after_a_run_was_approved_does_not_leave_with_it():
    scene = given_cases.unpaid(holders=2)
    run = given.pay_run(scene, "department_approved")
    case = given_cases.case(scene, measures=[WITHHOLD])
    do(given_cases.measure(case, "withhold"), "withhold", by=scene.inspector)
    run = given.walk(scene, run, "sent")
    states = dict(run.lines.with_state().values_list("contract", "state"))
    assert states == {scene.contracts[0].pk: "held", scene.contracts[1].pk: "sent"}


def test_a_confirmed_substitute_is_suspended_pays_back_leaves_and_the_case_closes():
    scene = given_cases.paid()
    kinds = [SUSPEND, WITHHOLD, {"kind": "recover"}, {"kind": "remove"}, {"kind": "warn"}]
    case = given_cases.case(scene, "opened", measures=kinds)
    staff = scene.staff
    month_end = given.OCTOBER.last
    first_of_november = month_end + timedelta(days=1)
    do(
        given_cases.measure(case, "suspend"),
        "suspend",
        by=staff.township_leader,
        on=first_of_november,
    )
    assert Contract.objects.get().state == "suspended"
    do(given_cases.measure(case, "withhold"), "withhold", by=scene.inspector)
    case = do(case, "investigate", by=scene.inspector, finding=given_cases.FINDING)
    case = do(case, "hear", by=staff.township_officer, statement=given_cases.SAID, on=today())
    case = do(
        case, "decide", by=scene.other, decision=given_cases.DECISION, basis=given_cases.BASIS
    )
    do(given_cases.measure(case, "recover"), "recover", by=staff.township_officer)
    case = given_cases.fresh(case)
    assert case.state == "recovering"
    recovery = Recovery.objects.get()
    assert (recovery.amount, recovery.decision) == (Decimal("1200.00"), case.number)
    assert turn_of(recovery) == ["作出追缴决定"]
    do(given_cases.measure(case, "remove"), "remove", by=staff.township_officer, last_day=month_end)
    exit_ = Exit.objects.get()
    assert exit_.reason == Exit.Reason.E12
    assert case.number in exit_.finding
    do(given_cases.measure(case, "warn"), "report", by=staff.township_officer, outcome="已约谈")
    refused(lambda: do(case, "rectify", by=scene.inspector), "尚欠 1200.00")
    with pytest.raises(Refused):
        do(case, "close", by=scene.third)


def test_a_measure_is_carried_out_by_whoever_may_do_such_a_thing_and_by_nobody_else():
    scene = given_cases.paid()
    case = given_cases.case(scene, "decided", measures=[{"kind": "recover"}, {"kind": "warn"}])
    recover = given_cases.measure(case, "recover")
    for who in (scene.inspector, scene.staff.village_head, scene.staff.finance_officer):
        with pytest.raises(PermissionDenied), transaction.atomic():
            do(recover, "recover", by=who)
    refused(lambda: do(recover, "report", by=scene.staff.township_officer, outcome="已办"), "措施")
    done = do(recover, "recover", by=scene.staff.township_officer)
    assert (done.state, done.record) == ("done", Recovery.objects.get())
    refused(lambda: do(done, "lift", by=scene.inspector, outcome="不追了"), "追缴")
    do(done.record, "cancel", by=scene.staff.department_officer, note="改判")
    assert do(done, "lift", by=scene.inspector, outcome="不追了").state == "lifted"


def test_pay_kept_back_for_good_stays_held_and_lets_the_case_close():
    scene = given_cases.unpaid()
    case = given_cases.case(scene, "heard", measures=[WITHHOLD])
    measure = do(given_cases.measure(case, "withhold"), "withhold", by=scene.inspector)
    refused(lambda: measures.keep_for_good(measure, by=scene.other), "决定")
    case = do(
        case, "decide", by=scene.other, decision=given_cases.DECISION, basis=given_cases.BASIS
    )
    measures.keep_for_good(measure, by=scene.other)
    case = do(case, "rectify", by=scene.inspector)
    refused(lambda: do(case, "close", by=scene.third), "可以申诉至")
    with time_machine.travel(case.appeal_until + timedelta(days=2)):
        case = do(case, "close", by=scene.third)
    assert case.state == "closed"
    given.pay_run(scene)
    assert PayLine.objects.with_state().get().state == "held"
    with pytest.raises(DatabaseError), transaction.atomic():
        type(case).objects.filter(pk=case.pk).update(answer="改")


def test_evidence_measures_and_withheld_pay_are_kept_as_they_are():
    scene = given_cases.unpaid()
    case = given_cases.case(scene, measures=[WITHHOLD])
    do(given_cases.measure(case, "withhold"), "withhold", by=scene.inspector)
    for rows, fields in [
        (Exhibit.objects.filter(case=case), {"title": "改"}),
        (Measure.objects.filter(case=case), {"kind": "warn"}),
        (Withholding.objects.all(), {"reason": "改"}),
    ]:
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**fields)
    measures.lift(given_cases.measure(case, "withhold"), by=scene.inspector, outcome="查清")
    with pytest.raises(DatabaseError), transaction.atomic():
        Withholding.objects.update(lifted_because="改")


def test_a_case_is_not_dropped_while_the_work_it_stopped_still_stands():
    scene = given_cases.paid()
    case = given_cases.case(scene, measures=[SUSPEND])
    leader, day = scene.staff.township_leader, given.OCTOBER.last + timedelta(days=1)
    do(given_cases.measure(case, "suspend"), "suspend", by=leader, on=day)
    refused(lambda: do(case, "drop", by=scene.inspector, finding="误报"), "停岗")
    do(Contract.objects.get(), "resume", by=leader, on=day)
    assert do(case, "drop", by=scene.inspector, finding="误报").state == "dropped"


def test_no_measure_waits_with_a_village():
    """Whoever may propose an exit or send a sheet back is not told of a case by their inbox."""
    scene = given_cases.paid()
    given_cases.case(scene, "decided", measures=[{"kind": "remove"}, {"kind": "recover"}])
    staff = scene.staff
    for who in (staff.village_clerk, staff.village_head, staff.township_reviewer):
        assert not list(inbox(who))
    assert {"remove", "recover"} <= {task.step for task in inbox(staff.township_officer)}
