"""From the application to the drafted contract, through the services."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from contracts.models import Contract
from notices.models import Notice
from posts import hire_flows, recruitment
from posts.models import Hire
from project.inbox import inbox
from project.kernel.guards import NeedsReason, NotThisPerson, Refused
from project.kernel.models import Event
from project.kernel.steps import do
from tests import given, given_hires

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given_hires.scene()


def test_the_last_step_drafts_the_contract_on_the_terms_of_the_post(scene):
    hire = given_hires.hire(scene, "placed")

    contract = hire.contract
    assert (contract.state, contract.person, contract.area) == ("draft", hire.person, scene.village)
    assert (contract.starts_on, contract.ends_on) == (date(2026, 12, 1), date(2026, 12, 31))
    assert (contract.title, contract.standard) == (scene.post.title, scene.post.standard)


def test_each_step_waits_for_the_person_whose_turn_it_is(scene):
    hire = given_hires.hire(scene)
    seen = []
    for state in given_hires.STEPS[1:]:
        seen.append(
            [
                role
                for role in (
                    "township_officer",
                    "village_clerk",
                    "village_supervisor",
                    "department_officer",
                )
                if any(task.record == hire for task in inbox(getattr(scene.staff, role)))
            ]
        )
        given_hires.WALK[state](scene, hire)
    assert seen == [
        ["township_officer"],
        ["village_clerk"],
        ["township_officer", "village_supervisor"],
        ["village_supervisor"],
        ["department_officer"],
        ["township_officer"],
        ["township_officer"],
    ]


def test_the_clerk_who_took_the_application_may_not_check_it(scene):
    officer = scene.staff.township_officer
    hire = hire_flows.apply(
        by=officer,
        post=scene.post,
        person=given_hires.person(scene),
        starts_on=given_hires.FIRST,
        materials=list(given_hires.MATERIALS),
        applied_on=given_hires.APPLIED,
    )

    with pytest.raises(NotThisPerson):
        do(hire, "screen", by=officer)
    assert Event.objects.of(hire).filter(after="refused").count() == 1


def test_five_people_hang_on_one_notice_and_keep_their_lines(scene):
    scene.post.headcount = 5
    scene.post.save()
    hires = [given_hires.hire(scene, "appraised", name=f"王{n}") for n in range(5)]

    hung = given_hires.hang(scene, hires)

    notice = Notice.objects.get(kind="hire")
    assert {hire.notice for hire in hung} == {notice}
    assert [hire.notice_line for hire in hung] == [1, 2, 3, 4, 5]
    assert [row["name"] for row in notice.content["rows"]] == [f"王{n}" for n in range(5)]
    assert all("********" in row["id_number"] for row in notice.content["rows"])


def test_people_of_two_villages_do_not_hang_on_one_notice():
    scene = given_hires.scene(villages=2)
    here = given_hires.hire(scene, "appraised")
    scene.village, there = scene.place.villages[1], scene.place.villages[1]
    other = given_hires.post(there)
    given_hires.call(scene, other)
    elsewhere = given_hires.hire(scene, "appraised", post=other, name="赵六")

    with pytest.raises(Refused):
        given_hires.hang(scene, [here, elsewhere])
    assert not Notice.objects.filter(kind="hire").exists()


def test_applications_outside_the_days_of_the_call_are_refused(scene):
    late = given_hires.post(scene.village)
    given_hires.call(scene, late, closes_on=date(2026, 11, 10))
    uncalled = given_hires.post(scene.village)
    who = given_hires.person(scene)

    def apply(post, day):
        with pytest.raises(Refused) as refused:
            hire_flows.apply(
                by=scene.staff.village_clerk,
                post=post,
                person=who,
                starts_on=given_hires.FIRST,
                applied_on=day,
            )
        return refused.value.messages

    assert "2026-11-10" in apply(late, date(2026, 11, 11))[0]
    assert "2026-11-02" in apply(late, date(2026, 11, 1))[0]
    assert len(apply(uncalled, date(2026, 11, 5))) == 1
    assert len(apply(scene.post, date(2026, 11, 29))) == 1
    assert not Hire.objects.exists()


def test_a_person_applies_for_a_post_once(scene):
    hire = given_hires.hire(scene)

    with pytest.raises(Refused):
        given_hires.hire(scene, person=hire.person)
    assert Hire.objects.count() == 1


@pytest.mark.parametrize("fields", [{"places": 3}, {"closes_on": date(2026, 11, 5)}, {"places": 0}])
def test_a_call_names_free_places_and_lasts_as_long_as_its_notice(scene, fields):
    other = given_hires.post(scene.village)

    with pytest.raises(Refused):
        given_hires.call(scene, other, **fields)
    assert other.recruitments.count() == 0


def test_only_the_township_calls_and_only_for_open_posts(scene):
    closed = given_hires.post(scene.village, state="suspended")
    days = {"places": 1, "on": given_hires.CALLED, "closes_on": date(2026, 11, 30)}

    with pytest.raises(Refused):
        given_hires.call(scene, closed)
    with pytest.raises(PermissionDenied):
        recruitment.call(scene.post, by=scene.staff.village_clerk, **days)


def test_missing_papers_stop_the_check_until_they_are_handed_in(scene):
    hire = given_hires.hire(scene, materials=["application"])

    with pytest.raises(Refused) as refused:
        do(hire, "screen", by=scene.staff.township_officer)
    do(
        hire,
        "hand_in",
        by=scene.staff.village_clerk,
        materials=["id_card", "household_register", "promise"],
    )
    do(hire, "screen", by=scene.staff.township_officer)

    assert len(refused.value.messages) == 3
    assert Hire.objects.get().state == "checked"


def test_the_vote_counts_against_those_present(scene):
    yes, no = (given_hires.hire(scene, "checked", name=name) for name in ("甲", "乙"))

    _meeting, agreed, against = given_hires.meeting(scene, {yes.pk: (11, 5, 4), no.pk: (10, 9, 1)})

    assert agreed == [yes]
    assert [hire for hire, _why in against] == [no]
    assert "10" in against[0][1][0]
    assert Hire.objects.get(pk=no.pk).state == "checked"


@pytest.mark.parametrize(
    ("votes", "fields"),
    [
        ((11, 5, 3), {}),
        ((11, 5, 4), {"present": 31}),
        ((11, 5, 4), {"signatures": " "}),
        ((11, 5, 4), {"held_on": date(2026, 12, 24)}),
    ],
)
def test_minutes_that_do_not_add_up_are_refused(scene, votes, fields):
    hire = given_hires.hire(scene, "checked")

    with pytest.raises(Refused):
        given_hires.meeting(scene, {hire.pk: votes}, **fields)
    assert Hire.objects.get().votes_for is None


def test_nobody_is_cleared_before_the_notice_is_over_and_photographed(scene):
    hire = given_hires.hire(scene, "on_notice")
    supervisor = scene.staff.village_supervisor

    with given_hires.on(date(2026, 11, 17)), pytest.raises(Refused) as hanging:
        do(hire, "clear", by=supervisor)
    with pytest.raises(Refused) as bare:
        do(hire, "clear", by=supervisor)
    given_hires.photograph(scene, hire.notice)
    do(hire, "clear", by=supervisor)

    assert "2026-11-17" in hanging.value.messages[0]
    assert len(bare.value.messages) == 2
    assert Notice.objects.get(kind="hire").state == "certified"


def test_where_the_rule_wants_it_the_name_hangs_in_the_township_too(scene):
    given.rule(scene.place.county, "notice.township_hire", True, scene.place.document)
    hire = given_hires.hire(scene, "cleared")
    staff = scene.staff

    with pytest.raises(Refused):
        do(hire, "approve", by=staff.department_officer)
    with given_hires.on(date(2026, 11, 18)):
        do(hire, "publicise_township", by=staff.township_officer, on=date(2026, 11, 13))
    notice = Hire.objects.get().township_notice
    given_hires.photograph(scene, notice, by=staff.township_officer)
    with pytest.raises(Refused):
        do(hire, "approve", by=staff.department_officer)
    do(notice, "certify", by=staff.township_reviewer)
    do(hire, "approve", by=staff.department_officer)

    assert notice.area == scene.place.town
    assert Hire.objects.get().state == "approved"


def test_who_goes_before_a_higher_priority_needs_a_reason(scene):
    strong = given_hires.person(scene, name="强", capacity="normal")
    first = given_hires.hire(scene, "checked", name="先")
    second = given_hires.hire(scene, "cleared", person=strong)

    with pytest.raises(NeedsReason) as warned:
        do(second, "approve", by=scene.staff.department_officer)
    do(second, "approve", by=scene.staff.department_officer, note="前者自愿等待")

    assert (first.score, second.score) == (30, 0)
    assert "先" in warned.value.messages[0]


def test_the_score_is_frozen_with_its_reasons(scene):
    hire = given_hires.hire(scene, "checked", person=given_hires.person(scene, category="监测户"))
    hire.person.category = ""
    hire.person.save()

    kept = Hire.objects.get()
    assert kept.score == 50
    assert [reason["code"] for reason in kept.score_reasons] == ["weak", "monitored"]


def test_the_last_place_goes_to_one_and_the_other_waits_in_reserve():
    scene = given_hires.scene(headcount=1)
    one, two = (given_hires.hire(scene, "cleared", name=name) for name in ("甲", "乙"))
    officer = scene.staff.department_officer
    do(one, "approve", by=officer, note="同分")

    with pytest.raises(Refused):
        do(two, "approve", by=officer)
    two = do(two, "keep_in_reserve", by=scene.staff.township_officer)
    with pytest.raises(Refused):
        do(two, "call_up", by=scene.staff.township_officer)
    do(one, "withdraw", by=scene.staff.village_clerk, note="外出务工")
    two = do(two, "call_up", by=scene.staff.township_officer)

    assert two.state == "checked"
    assert Contract.objects.count() == 0


def test_a_rejection_says_why(scene):
    hire = given_hires.hire(scene)

    with pytest.raises(Refused):
        do(hire, "reject", by=scene.staff.township_officer, note=" ")
    do(hire, "reject", by=scene.staff.township_officer, note="材料不实")

    assert Event.objects.of(hire).get(verb="reject").note == "材料不实"


def test_nobody_is_placed_without_training(scene):
    hire = given_hires.hire(scene, "approved")

    with pytest.raises(Refused):
        do(hire, "place", by=scene.staff.township_officer)
    assert Hire.objects.get().contract is None
