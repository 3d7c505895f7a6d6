"""A policy from its plan to the insurer's paper, and what each step is refused for (W-4)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from contracts import insurance
from contracts.models import Contract, Cover, InsurancePolicy
from policy.models import Fund
from project.kernel.guards import NeedsReason, NotThisPerson, Refused
from project.kernel.models import User
from project.kernel.steps import do, open_tasks, turn_of
from tests import given, given_insurance, given_posts

pytestmark = pytest.mark.django_db
FIRST, LAST = given_posts.FIRST, given_posts.LAST


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_posts.office()


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as error:
        call(*args, **kwargs)
    return " ".join(error.value.messages)


@pytest.mark.parametrize(
    ("state", "turn", "covers"),
    [
        ("planned", "Approve the list", 0),
        ("enrolled", "Enter the insurer's policy", 0),
        ("in_force", "Nobody's", 2),
    ],
)
def test_the_flow_says_whose_turn_it_is_and_only_a_policy_covers(scene, state, turn, covers):
    policy, _made = given_insurance.insured(scene, "赵六", "钱七", state=state)

    assert (policy.state, turn_of(policy)) == (state, [turn])
    assert (Cover.objects.count(), policy.people_count) == (covers, 2)


def test_a_planned_list_starts_nobody_and_the_issued_policy_does(scene):
    policy, (first,) = given_insurance.insured(scene, "赵六", state="enrolled")
    leader = scene.staff.township_leader

    assert "No accident insurance" in refused(do, first, "start", by=leader)
    do(policy, "issue", by=scene.staff.township_officer, number="PICC-1")

    assert do(Contract.objects.get(pk=first.pk), "start", by=leader).state == "in_force"


def test_whoever_planned_the_policy_does_not_approve_it(scene):
    policy, _made = given_insurance.insured(scene, "赵六", state="planned")
    both = given.appoint(scene.staff.township_officer, "township_leader", scene.place.town)

    with pytest.raises(NotThisPerson):
        do(policy, "approve", by=both)


def test_only_the_leader_approves(scene):
    policy, _made = given_insurance.insured(scene, "赵六", state="planned")

    for who in ("township_officer", "village_clerk", "township_reviewer"):
        with pytest.raises(PermissionDenied):
            do(policy, "approve", by=getattr(scene.staff, who))


def test_an_empty_list_does_not_go_to_the_insurer(scene):
    policy = given_insurance.planned(scene, enrolled=False)

    said = refused(do, policy, "approve", by=scene.staff.township_leader)

    assert said == "Nobody is on the list yet; enrol people first."


def test_whoever_is_too_old_is_named_each(scene):
    terms = given_posts.post(scene, headcount=5)
    for name, born in (("赵六", date(1956, 12, 31)), ("钱七", date(1950, 5, 1)), ("孙八", None)):
        fields = {"born": born} if born else {}
        who = given_posts.worker(scene, name, **fields)
        given_posts.contract(scene, terms=terms, who=who)
    policy = given_insurance.planned(scene, enrolled=False, age_max=69)
    by = scene.staff.township_officer

    said = refused(insurance.enrol, policy, by=by, starts_on=FIRST, area=scene.place.town)

    assert said == (
        "赵六 is 70; this policy takes people up to 69 (R-90). "
        "钱七 is 76; this policy takes people up to 69 (R-90)."
    )


def test_the_day_of_the_seventieth_birthday_is_seventy(scene):
    who = given_posts.worker(scene, "赵六", born=date(1957, 1, 2))
    given_posts.contract(scene, who=who)
    policy = given_insurance.planned(scene, enrolled=False, age_max=69)

    insurance.enrol(policy, by=scene.staff.township_officer, starts_on=FIRST, area=scene.place.town)

    assert policy.people_count == 1


def test_a_premium_above_the_rule_is_refused(scene):
    given.rule(scene.place.county, "insurance.premium_max", "200.00", scene.place.document)

    said = refused(given_insurance.planned, scene, enrolled=False, premium=Decimal("200.01"))

    assert said == "The premium of 200.01 yuan a person is above the limit of 200.00 yuan."
    assert given_insurance.planned(scene, enrolled=False, premium=Decimal("200.00")).pk


def test_the_ranger_fund_buys_insurance_for_three_percent_and_no_fen_more(scene):
    given_posts.allocate(scene.place, scene.staff, "10000.00", fund="ranger")
    terms = given_posts.post(scene, headcount=5)
    for name in ("赵六", "钱七"):
        given_posts.contract(scene, terms=terms, who=given_posts.worker(scene, name))
    ranger = Fund.objects.get(pk="ranger")
    dear = given_insurance.planned(scene, enrolled=False, fund=ranger, premium=Decimal("150.01"))
    by = scene.staff.township_officer

    said = refused(insurance.enrol, dear, by=by, starts_on=FIRST, area=scene.place.town)

    assert "come to 300.02 yuan" in said and "at most 3 %, 300.00 yuan" in said
    fair = given_insurance.planned(scene, fund=ranger, premium=Decimal("150.00"))
    assert fair.premium_total == Decimal("300.00")
    assert do(fair, "approve", by=scene.staff.township_leader).state == "enrolled"


def test_without_an_allocation_the_share_is_approved_with_a_reason(scene):
    given_posts.contract(scene)
    policy = given_insurance.planned(scene, fund=Fund.objects.get(pk="ranger"))
    leader = scene.staff.township_leader

    with pytest.raises(NeedsReason):
        do(policy, "approve", by=leader)

    assert do(policy, "approve", by=leader, note="资金下月下达").state == "enrolled"


def test_a_list_with_the_insurer_takes_nobody_until_it_is_taken_back(scene):
    policy, made = given_insurance.insured(scene, "赵六", state="enrolled")
    late = given_posts.contract(scene, terms=made[0], who=given_posts.worker(scene, "钱七"))
    by = scene.staff.township_officer

    said = refused(insurance.enrol, policy, by=by, starts_on=FIRST, person=late.person)
    policy = do(policy, "reopen", by=by, note="漏报一人")
    insurance.enrol(policy, by=by, starts_on=FIRST, person=late.person)

    assert "its list cannot be changed now" in said
    assert policy.people_count == 2
    assert do(policy, "approve", by=scene.staff.township_leader).state == "enrolled"


def test_a_number_is_given_once(scene):
    policy, _made = given_insurance.insured(scene, "赵六", state="in_force")
    other = given_insurance.planned(
        scene, enrolled=False, starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31)
    )
    InsurancePolicy.objects.filter(pk=other.pk).update(state="enrolled")
    other = InsurancePolicy.objects.get(pk=other.pk)

    said = refused(insurance.issue, other, by=scene.staff.township_officer, number=policy.number)

    assert said == "Policy PICC-2027-9 is entered already."


def test_a_cancelled_policy_covers_nobody_after_the_day(scene):
    policy, _made = given_insurance.insured(scene, "赵六", "钱七")

    policy = do(
        policy, "cancel", by=scene.staff.township_leader, on=date(2027, 3, 31), note="改投他司"
    )

    assert policy.state == "cancelled"
    assert set(policy.covers.values_list("ends_on", flat=True)) == {date(2027, 3, 31)}
    assert policy.endorsements.filter(action="remove").count() == 1
    assert not open_tasks(policy).exists()


def test_a_policy_expires_by_its_last_day_alone(scene):
    policy, _made = given_insurance.insured(scene, "赵六")
    assert policy.standing == "In force"

    policy.ends_on = date(2026, 11, 21)

    assert (policy.standing, policy.state) == ("Expired", "in_force")


def test_nobody_edits_a_cover_or_a_line_behind_the_endorsements(scene):
    policy, _made = given_insurance.insured(scene, "赵六")

    for act in (
        lambda: Cover.objects.update(ends_on=date(2027, 6, 30)),
        lambda: Cover.objects.all().delete(),
        lambda: policy.endorsements.update(from_on=date(2027, 2, 1)),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_work_injury_cover_of_a_project_is_asked_for_where_a_rule_says_so(scene):
    terms = given_posts.post(scene, headcount=5)
    made = given_posts.contract(scene, "signed", terms=terms)
    given_posts.insured(scene, made.person)
    given.rule(scene.place.county, "insurance.kind", "work_injury", scene.place.document)
    leader = scene.staff.township_leader

    assert "No accident insurance" in refused(do, made, "start", by=leader)
    given_insurance.planned(scene, "in_force", kind="work_injury")

    assert do(Contract.objects.get(pk=made.pk), "start", by=leader).state == "in_force"


def test_three_hundred_people_take_as_many_queries_as_three(scene):
    def queries(count, first):
        village = scene.place.villages[0]
        officer = User.objects.get(pk=scene.staff.township_officer.pk)
        leader = User.objects.get(pk=scene.staff.township_leader.pk)
        Contract.objects.bulk_create(
            Contract(
                area=village,
                person=given.person(village, name=f"工{number}"),
                title="保洁员",
                fund_id="employment",
                standard=600,
                starts_on=first,
                ends_on=LAST,
            )
            for number in range(count)
        )
        policy = given_insurance.planned(scene, enrolled=False)
        with CaptureQueriesContext(connection) as seen:
            insurance.enrol(policy, by=officer, starts_on=first, area=scene.place.town)
            policy = do(policy, "approve", by=leader)
            policy = do(policy, "issue", by=officer, number=f"PICC-{count}")
        assert policy.covers.count() == count
        return len(seen)

    few, many = queries(3, FIRST), queries(300, FIRST)

    assert abs(many - few) <= 1
