"""Rounds of inspection: drawn once by the rules of the area, kept as drawn, closed by two."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from contracts.models import Contract
from inspections import plan_flows, plans, proofs
from inspections.models import Drawn, Plan
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.steps import do, turn_of
from tests import given, given_doubts, given_visits
from tests.inspections.test_detect import inspected
from tests.trust.test_integrity import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    """Six people in two villages; one of them has doubts."""
    made = given.scene(holders=6, villages=2, days=())
    made.inspector = given.user("inspector", at=made.place.county)
    made.other = given.user("inspector", at=made.place.county)
    given_doubts.doubt(made.contracts[0], made.inspector)
    return made


@pytest.mark.parametrize(
    ("way", "level", "share"),
    [
        ("site", "county", "0.40"),
        ("phone", "county", "1.00"),
        ("photo", "county", "0.10"),
        ("photo", "town", "0.20"),
    ],
)
def test_a_round_starts_with_the_shares_and_the_quarter_of_its_rules(scene, way, level, share):
    area = getattr(scene.place, level)
    plan = plan_flows.make(by=scene.inspector, area=area, way=way, first=date(2026, 11, 22))

    assert (plan.share, plan.risk_share) == (Decimal(share), Decimal("0.50"))
    assert plan.last == date(2026, 12, 31) and area.name in plan.title
    assert turn_of(plan) == ["Draw the list"]


def test_a_county_sets_its_own_shares_and_months(scene):
    county, document = scene.place.county, scene.place.document
    given.rule(county, "inspection.photo_share", {"above": "0.05", "county": "0.3"}, document)
    given.rule(county, "inspection.every_months", 1, document)
    plan = plans.make(by=scene.inspector, area=county, way="photo", first=date(2026, 11, 22))

    assert (plan.share, plan.last) == (Decimal("0.3"), date(2026, 11, 30))


def test_everybody_at_work_may_be_drawn_and_whoever_has_a_score_is_drawn_by_risk(scene):
    gone = scene.contracts[5]
    Contract.objects.filter(pk=gone.pk).update(ends_on=date(2026, 11, 21))
    plan = given_visits.plan(scene.place.county, scene.inspector, steps=["draw"])
    risky = plan.drawn.first()

    assert plan.population == [contract.pk for contract in scene.contracts[:5]]
    assert plan.drawn.count() == 3 and gone.pk not in plan.population
    assert (risky.contract, risky.reason, risky.score) == (scene.contracts[0], "risk", 10)
    assert plan.drawn.filter(reason="risk").count() == 1
    assert all(drawn.area_id == drawn.contract.area_id for drawn in plan.drawn.all())
    assert proofs.redraw(plan).same
    assert [share.people for share in proofs.shares(plan)] == [3, 2]


def test_nobody_changes_a_list_or_its_seed_and_who_does_is_found_out(scene):
    plan = given_visits.plan(scene.place.county, scene.inspector, steps=["draw"])
    drawn = plan.drawn.last()
    tries = (
        "UPDATE inspections_plan SET seed = 'x'",
        "UPDATE inspections_plan SET population = '{1}'",
        "UPDATE inspections_plan SET share = 1",
        "DELETE FROM inspections_plan",
        f"UPDATE inspections_drawn SET contract_id = {scene.contracts[5].pk}",
        "UPDATE inspections_drawn SET score = 99",
        "DELETE FROM inspections_drawn",
    )
    for sql in tries:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

    with as_owner(lasting=True):
        taken = set(plan.drawn.values_list("contract", flat=True))
        other = next(one for one in plan.population if one not in taken)
        Drawn.objects.filter(pk=drawn.pk).update(contract=other)
    proof = proofs.redraw(Plan.objects.get(pk=plan.pk))
    assert (proof.same, proof.differing, proof.sealed) == (False, [drawn.number], False)


def test_a_round_is_finished_when_all_were_looked_at_and_closed_by_another_person(scene):
    by = scene.inspector
    plan = given_visits.plan(scene.place.county, by, steps=["draw", "dispatch"])
    first, second, third = plan.drawn.all()
    given_visits.visit(first, by)
    given_visits.visit(second, by)
    with pytest.raises(Refused, match="1 people on the list were not visited"):
        do(plan, "finish", by=by)
    with pytest.raises(Refused, match="the round is finished and reported"):
        do(plan, "cancel", by=by, note="下雨")

    plans.miss(third, by=by, why="已外出务工")
    done = do(do(plan, "finish", by=by), "tell", by=by, report="在岗两人")
    with pytest.raises(NotThisPerson):
        do(done, "close", by=by)

    assert do(done, "close", by=scene.other).state == "closed"
    assert done.report == "在岗两人"
    assert sum(share.looked_at for share in proofs.shares(plan)) == 2


def test_why_somebody_is_not_looked_at_is_written_once_and_only_where_nobody_was(scene):
    by = scene.inspector
    plan = given_visits.plan(scene.place.county, by, steps=["draw"])
    first, second, third = plan.drawn.all()
    with pytest.raises(Refused, match="only while the round is under way"):
        plans.miss(first, by=by, why="病假")
    do(plan, "dispatch", by=by)
    given_visits.visit(first, by)
    plans.miss(second, by=by, why="病假")

    for drawn, why in ((first, "病假"), (second, "再写"), (third, "  ")):
        with pytest.raises(Refused):
            plans.miss(drawn, by=by, why=why)
    with pytest.raises(PermissionDenied):
        plans.miss(third, by=scene.staff.township_officer, why="外出")


def test_only_who_inspects_an_area_plans_and_draws_there(scene):
    facts = {"area": scene.place.county, "way": "site", "first": date(2026, 11, 22)}
    leader = scene.staff.township_leader
    with pytest.raises(PermissionDenied):
        plans.make(by=leader, **facts)
    plan = given_visits.plan(scene.place.county, scene.inspector)
    with pytest.raises(PermissionDenied):
        do(plan, "draw", by=leader)

    assert plans.make(by=leader, **facts | {"area": scene.place.town}).area == scene.place.town


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"first": date(2026, 11, 23), "last": date(2026, 11, 22)}, "before the first day"),
        ({"first": date(2026, 11, 1), "last": date(2026, 11, 21)}, "These days are over"),
    ],
)
def test_days_that_cannot_be_are_refused(scene, days, said):
    with pytest.raises(Refused, match=said):
        plans.make(by=scene.inspector, area=scene.place.county, way="site", **days)


def test_where_nobody_works_nobody_is_drawn():
    scene = inspected(holders=0)
    plan = given_visits.plan(scene.place.county, scene.inspector)

    with pytest.raises(Refused, match="nobody to draw"):
        do(plan, "draw", by=scene.inspector)
    assert Plan.objects.get().state == "planned"


def test_a_score_counts_from_anywhere_in_the_county_and_in_every_county_of_a_province(scene):
    province = given.area("990000000000", "示例省")
    above = given.user("inspector", at=province)
    people = [scene.contracts[0].person_id]
    given_doubts.doubt(scene.contracts[1], scene.inspector, people=people, severity="B")
    for area, by in ((scene.place.villages[0], scene.staff.township_leader), (province, above)):
        plan = given_visits.plan(area, by, steps=["draw"], share="1")
        assert plan.drawn.get(contract=scene.contracts[0]).score == 14
    assert [share.area for share in proofs.shares(plan)] == [scene.place.county]
