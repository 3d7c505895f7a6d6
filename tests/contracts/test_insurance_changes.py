"""People come on and off a policy by endorsements that stay (批改, W-4)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from contracts import insurance, insurance_changes
from contracts.models import Contract, Cover, Endorsement, InsuredLine
from contracts.selectors import without_cover
from project.kernel.guards import Refused
from project.kernel.steps import do
from tests import given, given_exits, given_insurance, given_posts

pytestmark = pytest.mark.django_db
FIRST, LAST = given_posts.FIRST, given_posts.LAST
JUNE = date(2027, 6, 30)


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


def test_who_is_removed_is_covered_until_the_day_and_the_old_end_is_kept(scene):
    policy, (first, _second) = given_insurance.insured(scene, "赵六", "钱七")
    by = scene.staff.township_officer

    made = insurance_changes.remove(policy, by=by, people=[first.person], on=JUNE, note="退岗")

    line = made.lines.get()
    assert (made.action, made.from_on, made.number) == ("remove", date(2027, 7, 1), "")
    assert (line.was_until, line.covered_until) == (LAST, JUNE)
    assert sorted(policy.covers.values_list("ends_on", flat=True)) == [JUNE, LAST]


def test_who_is_not_covered_any_more_is_named(scene):
    policy, (first, _second) = given_insurance.insured(scene, "赵六", "钱七")
    by = scene.staff.township_officer
    insurance_changes.remove(policy, by=by, people=[first.person], on=JUNE, note="退岗")

    said = refused(
        insurance_changes.remove, policy, by=by, people=[first.person], on=JUNE, note="退岗"
    )

    assert said == "赵六 is not covered by PICC-2027-9 after 2027-06-30."


def test_who_comes_off_a_planned_list_is_never_covered(scene):
    policy, (first, second) = given_insurance.insured(scene, "赵六", "钱七", state="planned")
    by = scene.staff.township_officer

    insurance_changes.remove(policy, by=by, people=[first.person], on=FIRST, note="放弃")
    do(policy, "approve", by=scene.staff.township_leader)
    do(policy, "issue", by=by, number="PICC-5")

    assert Cover.objects.get().person == second.person


def test_changes_belong_to_the_township_officer(scene):
    policy, (first,) = given_insurance.insured(scene, "赵六")

    for who in ("village_clerk", "township_leader"):
        with pytest.raises(PermissionDenied):
            insurance_changes.remove(
                policy, by=getattr(scene.staff, who), people=[first.person], on=JUNE, note="退岗"
            )


def left(scene):
    """A worker in force who left by an exit, and the newcomer on the same post."""
    scene = given.scene(holders=2)
    leaver = scene.contracts[0]
    given_exits.approved(scene, leaver)
    newcomer = given.contract(
        leaver.area,
        scene.staff.township_officer,
        name="新来的",
        starts_on=date(2026, 11, 25),
        ends_on=date(2026, 12, 31),
    )
    policy = leaver.person.covers.get().policy
    return scene, policy, leaver, newcomer


def test_leaving_in_order_takes_the_person_off_by_an_endorsement(scene):
    scene, policy, leaver, _newcomer = left(scene)

    made = policy.endorsements.get()

    assert (made.action, made.entered_by) == ("remove", scene.staff.township_leader)
    assert leaver.person.covers.get().ends_on == given_exits.LAST_DAY
    assert Endorsement.objects.unanswered().get() == made


def test_a_leaver_is_replaced_by_the_newcomer_of_the_post_in_one_go(scene):
    scene, policy, leaver, newcomer = left(scene)
    (pair,) = insurance_changes.replacements(policy)
    assert (pair.out.person, pair.into, pair.day) == (
        leaver.person,
        newcomer.person,
        date(2026, 11, 25),
    )

    made = insurance_changes.replace(
        policy, by=scene.staff.township_officer, pairs=[(leaver.person, newcomer.person)]
    )

    line = made.lines.get()
    assert (line.person_out, line.person_in) == (leaver.person, newcomer.person)
    cover = newcomer.person.covers.get()
    assert (cover.starts_on, cover.ends_on, cover.entry) == (
        date(2026, 11, 25),
        policy.ends_on,
        line,
    )
    assert insurance_changes.replacements(policy) == []
    assert not without_cover(leaver.area_id, date(2026, 11, 25)).filter(pk=newcomer.pk).exists()


def test_the_same_place_is_given_away_once(scene):
    scene, policy, leaver, newcomer = left(scene)
    pairs, by = [(leaver.person, newcomer.person)], scene.staff.township_officer
    insurance_changes.replace(policy, by=by, pairs=pairs)

    said = refused(insurance_changes.replace, policy, by=by, pairs=pairs)

    assert said.startswith("Somebody has been replaced")


def test_somebody_of_another_post_replaces_nobody(scene):
    scene, policy, _leaver, newcomer = left(scene)
    Contract.objects.filter(pk=newcomer.pk).update(title="护路员")

    assert insurance_changes.replacements(policy) == []


def test_the_number_of_the_insurer_is_entered_once(scene):
    policy, (first, _second) = given_insurance.insured(scene, "赵六", "钱七")
    by = scene.staff.township_officer
    made = insurance_changes.remove(policy, by=by, people=[first.person], on=JUNE, note="退岗")

    insurance_changes.number(made, by=by, number="PD-1")

    said = refused(insurance_changes.number, made, by=by, number="PD-2")
    assert said == "This change already has the number PD-1."
    assert str(Endorsement.objects.get(pk=made.pk)) == "PD-1"


def test_a_newcomer_on_a_policy_in_force_is_an_endorsement_of_their_own(scene):
    policy, made = given_insurance.insured(scene, "赵六")
    late = given_posts.contract(scene, terms=made[0], who=given_posts.worker(scene, "钱七"))

    insurance.enrol(policy, by=scene.staff.township_officer, starts_on=FIRST, person=late.person)

    line = InsuredLine.objects.latest("pk")
    assert (line.endorsement.action, line.person_in) == ("add", late.person)
    assert line.cover.policy == policy
