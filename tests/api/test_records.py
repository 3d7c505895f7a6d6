"""Lists, records and steps, and two people at once."""

import threading
from datetime import date

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from attendance.models import Sheet
from notices.models import Notice
from payroll.models import PayRun
from posts.models import Appraisal, Hire, Post, Recruitment
from project.api.kinds import KINDS
from project.kernel.models import Event
from registry.models import Person
from tests import (
    given,
    given_applications,
    given_cases,
    given_changes,
    given_comparisons,
    given_days,
    given_disposals,
    given_doubts,
    given_exits,
    given_grades,
    given_insurance,
    given_notices,
    given_recoveries,
    given_results,
    given_visits,
)
from tests.given_roll_calls import MORNING, held
from workrelief.models import Project, WageBatch

pytestmark = pytest.mark.django_db
NAMES = [kind.name for kind in KINDS]


def everything(scene):
    """One record of every kind in the scene's township."""
    register, roll = given_disposals.on_file(scene.place), mustered(scene)
    run = given.pay_run(scene, "on_notice")
    leaving = given_exits.one_of_each(scene)
    suspension, amendment = given_changes.one_of_each(scene)
    contract = scene.contracts[0]
    month, year = given_grades.one_of_each(scene)
    correction, leave = given_days.requests(contract, scene.staff.township_officer)
    post = needed(contract)
    hire = Hire.objects.create(
        area=contract.area, post=post, person=contract.person, applied_on=date(2026, 10, 3)
    )
    call = called(post, run.notice, scene.staff.township_officer)
    return {
        "sheets": Sheet.objects.get(area=contract.area).pk,
        "pay-runs": run.pk,
        "contracts": contract.pk,
        "policy-documents": scene.place.document.pk,
        "posts": post.pk,
        "hires": hire.pk,
        **money_back(run.lines.first(), scene.staff.township_officer),
        "notices": run.notice_id,
        "objections": given_notices.objection(run.notice).pk,
        "policies": contract.person.covers.get().policy_id,
        "suspensions": suspension.pk,
        "amendments": amendment.pk,
        "day-corrections": correction.pk,
        "leaves": leave.pk,
        "assessments": month.pk,
        "year-grades": year.pk,
        "roll-calls": roll.pk,
        "claims": hurt(scene, contract).pk,
        **looked_into(contract, scene.place.county),
        "recruitments": call.pk,
        "applications": given_applications.sent(call).pk,
        "appraisals": met(contract.area, scene.staff.township_officer).pk,
        **left(leaving, register),
        **built(scene),
    } | compared(scene)


def looked_into(contract, county):
    """A doubt, a case, and a round of inspection with a visit."""
    inspector = given.user("inspector", at=county)
    begun = given_visits.plan(contract.area, inspector, steps=["draw"], first=date(2026, 10, 8))
    visit = given_visits.visit(begun.drawn.first(), inspector, at=MORNING.replace(month=10))
    case, measure, _exhibit = given_cases.one_of_each(contract, inspector)
    return {
        "cases": case.pk,
        "measures": measure.pk,
        "doubts": given_doubts.doubt(contract, inspector).pk,
        "plans": begun.pk,
        "visits": visit.pk,
    }


def left(leaving, register):
    """Somebody who left, the place that is free, a household without work; and what expired."""
    return {
        "disposals": register.pk,
        "exits": leaving.exit.pk,
        "vacancy-reports": leaving.report.pk,
        "zero-employment": leaving.household.pk,
    }


def mustered(scene):
    """A roll call before the sheet was opened: one that is confirmed takes none."""
    return held(scene, [], scene.contracts, at=MORNING.replace(month=10))


def compared(scene):
    """A list that other departments were asked about, and somebody they reported."""
    comparison, hit = given_comparisons.one_of_each(scene)
    return {"comparisons": comparison.pk, "hits": hit.pk}


def needed(contract):
    return Post.objects.create(
        area=contract.area,
        number=f"G{contract.pk}",
        title="保洁员",
        post_type="保洁保绿",
        department=contract.department,
        fund=contract.fund,
        standard=600,
        starts_on=date(2026, 1, 1),
    )


def money_back(line, by):
    """Money of a line that came back, and money that is asked back."""
    return {
        "corrections": given_results.pending(line, by).pk,
        "recoveries": given_recoveries.on_file(line, by).pk,
    }


def built(scene):
    """A project on the reserve list, and an empty month of wages."""
    project = Project.objects.create(
        area=scene.place.town,
        number="YGDZ-1",
        name="石桥以工代赈项目",
        field="transport",
        mode="villagers",
        year=2026,
        content="修石桥",
        investment=100000,
    )
    batch = WageBatch.objects.create(project=project, area=project.area, month=given.OCTOBER)
    return {"relief-projects": project.pk, "wage-batches": batch.pk}


def hurt(scene, contract):
    clerk, day = scene.staff.village_clerk, date(2026, 10, 9)
    return given_insurance.accident(contract, clerk, happened_on=day, note="补报")


def called(post, notice, by):
    return Recruitment.objects.create(
        area=post.area,
        post=post,
        notice=notice,
        places=1,
        opens_on=date(2026, 10, 1),
        closes_on=date(2026, 10, 9),
        called_by=by,
    )


def met(area, by):
    return Appraisal.objects.create(
        area=area,
        held_on=date(2026, 10, 8),
        place="村委会",
        host="张三",
        recorder="李四",
        expected=9,
        present=9,
        signatures="张三",
        recorded_by=by,
    )


@pytest.fixture
def scene():
    return given.scene(holders=2)


def test_an_area_that_is_not_theirs_holds_nothing_for_them(scene, program):
    records = everything(scene)
    outsider = given.user(at=None)
    for role in ("township_officer", "township_reviewer", "village_head"):
        given.appoint(outsider, role, given.township("990456100000").town)
    stranger = program(outsider)
    # Documents of their own county and of the nation bind them and are read by them.
    documents = records.pop("policy-documents")
    seen = stranger.get("/policy-documents").json()["items"]
    assert {one["area"] for one in seen} == {"0" * 12, "990456000000"}
    assert stranger.get(f"/policy-documents/{documents}").status_code == 404

    for kind, pk in records.items():
        assert stranger.get(f"/{kind}").json() == {"items": [], "next": None}
        assert stranger.get(f"/{kind}", area=scene.place.town.code).json()["items"] == []
        assert stranger.get(f"/{kind}/{pk}").status_code == 404
    assert stranger.get("/tasks").json()["items"] == []
    assert stranger.post(f"/sheets/{records['sheets']}/confirm").status_code == 404
    assert stranger.post(f"/pay-runs/{records['pay-runs']}/confirm").status_code == 404


def test_a_line_of_another_area_is_not_explained(scene, program):
    run = given.pay_run(scene)
    line = run.lines.first()
    elsewhere = given.user("township_officer", at=given.township("990456100000").town)

    mine = program(scene.staff.township_officer).get(f"/pay-lines/{line.pk}/explain")

    assert (mine.status_code, mine.json()["amount"]) == (200, f"{line.amount:.2f}")
    assert program(elsewhere).get(f"/pay-lines/{line.pk}/explain").status_code == 404


def reader(scene, program):
    """The township's leader, who is trusted with the county's doubts and registers too."""
    leader = scene.staff.township_leader
    return program(given.appoint(leader, "discipline_viewer", scene.place.county))


def test_every_kind_is_listed_and_read_by_who_may_see_it(scene, program):
    records = everything(scene)
    leader = reader(scene, program)
    numbers = [one.id_number for one in Person.objects.exclude(id_tail="")]

    for kind, pk in records.items():
        assert pk in [item["id"] for item in leader.get(f"/{kind}").json()["items"]]
        whole = leader.get(f"/{kind}/{pk}")
        assert whole.status_code == 200
        assert not [one for one in numbers if one in whole.content.decode()]  # masked everywhere
        assert {"id", "name", "area", "steps", "events"} <= whole.json().keys()


def test_lists_are_narrowed_by_area_state_and_month(scene, program):
    records = everything(scene)
    leader = reader(scene, program)
    inside = {"area": scene.place.villages[0].code}

    def listed(kind, **asked):
        return [item["id"] for item in leader.get(f"/{kind}", **asked).json()["items"]]

    this_month = {"notices", "objections", "zero-employment", "disposals"}
    for kind in set(NAMES) - this_month:
        assert records[kind] in listed(kind, month="2026-10")
        assert records[kind] not in listed(kind, month="2019-01")
    for kind in this_month:
        assert records[kind] in listed(kind, month="2026-11")
    assert listed("sheets", **inside, state="final") == [records["sheets"]]
    assert listed("sheets", **inside, state="open") == []
    assert listed("pay-runs", **inside) == []


def test_pages_follow_area_and_number_without_gap_or_repeat(program):
    scene = given.scene(holders=7, villages=3)
    leader, seen, after = program(scene.staff.township_leader), [], {}

    while after is not None:
        page = leader.get("/contracts", limit=2, **after).json()
        seen += [(item["area"], item["id"]) for item in page["items"]]
        after = {"after": page["next"]} if page["next"] else None

    assert seen == sorted((c.area_id, c.pk) for c in scene.contracts)


@pytest.mark.parametrize("kind", ["contracts", "sheets"])
def test_a_long_list_costs_as_many_queries_as_a_short_one(program, kind):
    scene = given.scene(holders=6, villages=6)
    given.sheets(scene, "open")
    leader = program(scene.staff.township_leader)
    leader.get(f"/{kind}")

    with CaptureQueriesContext(connection) as short:
        leader.get(f"/{kind}", limit=1)
    with CaptureQueriesContext(connection) as long:
        answer = leader.get(f"/{kind}", limit=200)

    assert len(answer.json()["items"]) == 6
    assert len(short) == len(long)


def test_a_record_shows_the_persons_steps_and_why_they_must_wait(scene, program):
    (sheet,) = given.sheets(scene, "open")

    record = program(scene.staff.township_officer).get(f"/sheets/{sheet.pk}").json()

    steps = {step["name"]: step for step in record["steps"]}
    assert steps.keys() == {"review", "publicise", "send_back"}
    assert not steps["review"]["allowed"]
    assert "“Open”" in steps["review"]["refusals"][0]
    assert [field["name"] for field in steps["publicise"]["fields"]] == ["on", "note"]
    assert [event["step"] for event in record["events"]] == ["open"]
    assert record["lines"][0]["days"] == "15.0"


def test_amounts_are_texts_with_two_places(scene, program):
    run = given.pay_run(scene)

    record = program(scene.staff.township_officer).get(f"/pay-runs/{run.pk}").json()

    assert [line["amount"] for line in record["lines"]] == ["600.00", "600.00"]


def test_a_step_with_its_fields_moves_the_record_and_its_flow(scene, program):
    (sheet,) = given.sheets(scene, "reviewed")
    supervisor = program(scene.staff.village_supervisor)

    answer = supervisor.post(f"/sheets/{sheet.pk}/publicise", {"on": "2026-11-01", "note": None})

    assert (answer.status_code, answer.json()["state"]) == (200, "on_notice")
    assert Notice.objects.get(pk=answer.json()["notice_id"]).posted_on == date(2026, 11, 1)
    assert [task["step"] for task in supervisor.get("/tasks").json()["items"]] == ["certify"]


def test_a_step_that_must_say_why_wants_its_reason(scene, program):
    (sheet,) = given.sheets(scene, "confirmed")
    reviewer = program(scene.staff.township_reviewer)

    without = reviewer.post(f"/sheets/{sheet.pk}/send_back")
    reasoned = reviewer.post(f"/sheets/{sheet.pk}/send_back", {"note": "两天无记录"})

    assert (without.status_code, without.json()["fields"].keys()) == (422, {"note"})
    assert reasoned.json()["events"][0]["note"] == "两天无记录"


def test_a_second_click_is_refused(scene, program):
    (sheet,) = given.sheets(scene, "open")
    head = program(scene.staff.village_head)

    first = head.post(f"/sheets/{sheet.pk}/confirm")
    second = head.post(f"/sheets/{sheet.pk}/confirm")

    assert (first.status_code, second.status_code) == (200, 409)


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_make_one_approval(program):
    scene = given.scene(holders=1)
    run = given.pay_run(scene, "on_notice")
    second = given.user("township_leader", at=scene.place.town)
    programs = [program(scene.staff.township_leader), program(second)]
    together, answers = threading.Barrier(2), []

    def approve(one):
        together.wait(timeout=20)
        answers.append(one.post(f"/pay-runs/{run.pk}/township_approve").status_code)
        connections.close_all()

    threads = [threading.Thread(target=approve, args=[one]) for one in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(answers) == [200, 409]
    assert PayRun.objects.get(pk=run.pk).state == "township_approved"
    approvals = Event.objects.of(run).filter(verb="township_approve", after="township_approved")
    assert approvals.count() == 1
