"""An objection stops exactly what it is about: one line, one person, or a whole list."""

from datetime import date
from decimal import Decimal

import pymupdf
import pytest

import payroll.papers
from notices.models import Notice
from payroll.explain import explain
from payroll.models import BankFile, PayLine, PayRun
from posts.models import Hire, Post
from project.kernel.guards import Refused
from project.kernel.steps import do
from tests import given, given_notices

pytestmark = pytest.mark.django_db


def states(run):
    lines = run.lines.with_state().order_by("number")
    return list(lines.values_list("state", flat=True))


def approved(run, staff):
    for step, who, details in given.RUN_WALK[2:]:
        run = do(run, step, by=getattr(staff, who), **details)
    return run


@pytest.fixture
def run():
    scene = given.scene(holders=3)
    made = given.pay_run(scene, "on_notice")
    made.scene, made.staff = scene, scene.staff
    return made


def test_one_objection_among_thirty_lines_holds_one_and_pays_twenty_nine():
    scene = given.scene(holders=30)
    run = given.pay_run(scene, "on_notice")
    given_notices.objection(run.notice, line=7)

    sent = approved(run, scene.staff)

    assert states(sent) == ["sent"] * 6 + ["held"] + ["sent"] * 23
    file = BankFile.objects.get()
    assert (file.rows, file.total) == (29, Decimal("17400.00"))
    assert not file.lines.filter(line__number=7).exists()


def test_the_page_of_the_run_says_why_the_line_waits(run, page):
    objection = given_notices.objection(run.notice, line=2)
    leader = page(run.staff.township_leader)

    answer = leader.post(f"/payroll/{run.pk}/township_approve/", {})
    shown = leader.get(f"/payroll/{run.pk}/?state=held").content.decode()

    assert answer.status_code == 302
    assert PayRun.objects.get().state == "township_approved"
    assert objection.code in shown and f"/board/objections/{objection.pk}/" in shown
    assert "李四1" in shown and shown.count("office-row--held") == 1


def test_programs_see_the_line_held_and_the_others_go_on(run, program):
    given_notices.objection(run.notice, line=2)

    answer = program(run.staff.township_leader).post(f"/pay-runs/{run.pk}/township_approve")

    assert (answer.status_code, answer.json()["state"]) == (200, "township_approved")
    assert [line["state"] for line in answer.json()["lines"]] == ["payable", "held", "payable"]


def test_the_list_for_the_bank_leaves_the_line_out(run):
    given_notices.objection(run.notice, line=2)
    by = run.staff.township_officer

    pdf = payroll.papers.pdf_of("F-14", run, by)

    text = "".join(sheet.get_text() for sheet in pymupdf.open(stream=pdf))
    assert "李四0" in text and "李四2" in text and "李四1" not in text


def test_the_worker_is_told_of_the_objection_and_not_by_whom(run):
    given_notices.objection(run.notice, line=2, complainant="赵大胆", text="不在村")
    line = PayLine.objects.get(number=2)

    told = explain(line)

    assert told.state == "held"
    assert told.held[0].code == "objection"
    assert "Somebody objected to this line of the notice" in told.sentences[-2]
    assert "赵大胆" not in str(told) and "不在村" not in str(told)


def test_an_unfounded_objection_gives_the_line_back(run):
    made = given_notices.objection(run.notice, line=2)

    given_notices.answered(made, run.staff, "unfounded")

    assert states(run) == ["payable"] * 3


def test_an_upheld_objection_keeps_the_line_held_to_the_bank(run):
    made = given_notices.objection(run.notice, line=2)
    made = given_notices.answered(made, run.staff, "upheld", "当月外出务工，不予发放。")
    do(made, "close", by=run.staff.township_leader)

    sent = approved(run, run.staff)

    assert states(sent) == ["sent", "held", "sent"]
    assert "当月外出务工，不予发放。" in explain(PayLine.objects.get(number=2)).held[0].sentence


def test_an_objection_that_comes_late_still_holds_its_line(run):
    run = do(run, "township_approve", by=run.staff.township_leader)
    given_notices.objection(
        run.notice, line=1, channel="paper", by=given.user("village_clerk", at=run.area)
    )

    assert states(run) == ["held", "payable", "payable"]


@pytest.mark.parametrize("outcome", ["", "upheld"])
def test_an_objection_to_the_whole_list_stops_the_list(run, page, program, outcome):
    made = given_notices.objection(run.notice, line=None)
    sentence = f"Objection {made.code} is not answered yet."
    if outcome:
        given_notices.answered(made, run.staff, outcome)
        sentence = f"Objection {made.code} was upheld: send the list back and correct it."
    leader = run.staff.township_leader

    with pytest.raises(Refused) as refused:
        do(run, "township_approve", by=leader)
    shown = page(leader).get(f"/payroll/{run.pk}/township_approve/").content.decode()
    told = program(leader).post(f"/pay-runs/{run.pk}/township_approve")

    assert refused.value.messages == [sentence]
    assert sentence in shown
    assert (told.status_code, sentence in told.content.decode()) == (409, True)
    assert states(run) == ["payable"] * 3


def test_a_list_whose_objection_was_unfounded_goes_on(run):
    given_notices.answered(given_notices.objection(run.notice, line=None), run.staff)

    assert do(run, "township_approve", by=run.staff.township_leader).state == "township_approved"


@pytest.fixture
def sheet():
    scene = given.scene(holders=2)
    (made,) = given.sheets(scene, "on_notice")
    made.staff = scene.staff
    return made


def test_a_sheet_waits_for_the_answer_to_an_objection(sheet, page, program):
    made = given_notices.objection(sheet.notice, line=1)
    sentence = f"Objection {made.code} is not answered yet."
    supervisor = sheet.staff.village_supervisor

    with pytest.raises(Refused) as refused:
        do(sheet, "certify", by=supervisor)
    shown = page(supervisor).get(f"/attendance/{sheet.pk}/certify/").content.decode()
    told = program(supervisor).post(f"/sheets/{sheet.pk}/certify")
    given_notices.answered(made, sheet.staff)

    assert refused.value.messages == [sentence]
    assert sentence in shown
    assert (told.status_code, sentence in told.content.decode()) == (409, True)
    assert do(sheet, "certify", by=supervisor).state == "final"


def test_an_upheld_objection_sends_the_sheet_back(sheet):
    made = given_notices.objection(sheet.notice, line=1)
    made = given_notices.answered(made, sheet.staff, "upheld", "8 日未到岗。")

    with pytest.raises(Refused) as refused:
        do(sheet, "certify", by=sheet.staff.village_supervisor)
    with pytest.raises(Refused) as still:
        do(made, "close", by=sheet.staff.township_leader)
    do(sheet, "send_back", by=sheet.staff.township_reviewer, note="异议成立")

    assert "was upheld: send the list back and correct it." in refused.value.messages[0]
    assert "send back what the notice shows" in still.value.messages[0]
    assert Notice.objects.get(pk=sheet.notice_id).state == "void"
    assert do(made, "close", by=sheet.staff.township_leader).state == "closed"


@pytest.fixture
def hires(place, staff):
    """Two people on one notice that has hung and is certified."""
    village = place.villages[0]
    notice = given_notices.notice(village, staff.village_supervisor)
    given_notices.photo(notice, staff.village_supervisor)
    given_notices.photo(notice, staff.village_supervisor, "end")
    like = given.contract(village, staff.township_officer)
    post = Post.objects.create(
        area=village,
        number="P-1",
        title="保洁员",
        post_type="保洁保绿",
        department=like.department,
        fund=like.fund,
        standard=like.standard,
        headcount=5,
        starts_on=date(2026, 1, 1),
        state="open",
    )
    return [
        Hire.objects.create(
            area=village,
            post=post,
            person=given.person(village, name=row["name"]),
            applied_on=date(2026, 10, 1),
            starts_on=date(2026, 12, 1),
            state="on_notice",
            notice=notice,
            notice_line=row["number"],
        )
        for row in notice.content["rows"]
    ]


def test_an_objection_blocks_one_hire_and_lets_the_other_pass(hires, staff, page, program):
    made = given_notices.objection(hires[0].notice, line=1)
    sentence = f"Objection {made.code} is not answered yet."
    supervisor = staff.village_supervisor

    with pytest.raises(Refused) as refused:
        do(hires[0], "clear", by=supervisor)
    shown = page(supervisor).get(f"/posts/hires/{hires[0].pk}/clear/").content.decode()
    told = program(supervisor).post(f"/hires/{hires[0].pk}/clear")

    assert sentence in refused.value.messages
    assert sentence in shown and sentence in told.content.decode()
    assert do(hires[1], "clear", by=supervisor).state == "cleared"


def test_a_hire_whose_objection_was_upheld_is_never_cleared(hires, staff):
    made = given_notices.objection(hires[0].notice, line=1)
    given_notices.answered(made, staff, "upheld", "情况属实。")

    with pytest.raises(Refused) as refused:
        do(hires[0], "clear", by=staff.village_supervisor)
    held = do(hires[0], "hold_up", by=staff.village_supervisor)

    assert refused.value.messages == [f"Objection {made.code} was upheld."]
    assert held.state == "objected"
