"""Work-for-relief sites: what is found, and the honest that look like it."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from registry.models import BankAccount, Fact, Person
from tests import given, given_relief, given_results
from tests.given_detection import day, found
from workrelief.models import Member, Progress, Project, Stoppage, WageLine

pytestmark = pytest.mark.django_db
WORKED = range(8, 28)


def site(people=3, days=WORKED, **listed):
    """A project under construction with its workers and their days, and somebody who looks."""
    made = given_relief.scene()
    made.inspector = given.user("inspector", at=made.place.county)
    made.workers = given_relief.placed(made, given_relief.enlist(made, people, **listed))
    given_relief.worked(made, made.workers, days)
    return made


def test_days_of_a_stoppage_and_before_the_start_are_doubted():
    made = site(people=2)
    first, _second = made.workers
    assert not found(made, "V-13.days")
    Stoppage.objects.create(
        project=made.project,
        starts_on=date(2026, 10, 26),
        ends_on=date(2026, 10, 30),
        reason="连续降雨",
    )
    day(first.contract, 28)
    doubts = {doubt.contract: doubt.shows["days"] for doubt in found(made, "V-13.days")}

    assert doubts == {made.workers[0].contract: 3, made.workers[1].contract: 2}


def test_days_before_the_works_began_are_doubted():
    made = site(people=1)
    Project.objects.filter(pk=made.project.pk).update(started_on=date(2026, 10, 12))
    (doubt,) = found(made, "V-13.days")

    assert doubt.shows == {"days": 4}


def test_workers_of_no_working_age_are_doubted_and_the_sixty_nine_year_old_is_not():
    made = site(people=3)
    child, old, older = (worker.person for worker in made.workers)
    Person.objects.filter(pk=child.pk).update(born_on=date(2012, 1, 1))
    Person.objects.filter(pk=old.pk).update(born_on=date(1957, 1, 1))
    Person.objects.filter(pk=older.pk).update(born_on=date(1956, 10, 20))
    doubts = {doubt.person: doubt.shows["days"] for doubt in found(made, "V-13.age")}

    assert doubts == {child: 20, older: 8}


def test_a_worker_who_works_away_is_doubted_once_and_not_as_a_post_holder():
    made = site(people=2)
    by = made.staff.township_officer
    given.fact(made.workers[0].person, by, Fact.Kind.AWAY, since=date(2026, 10, 10))
    (doubt,) = found(made, "V-13.away")

    assert doubt.contract == made.workers[0].contract and doubt.shows["days"] == 18
    assert not found(made, "V-04.away")


def test_every_day_of_the_month_is_doubted_and_a_day_off_a_week_is_not():
    made = site(people=1, days=[n for n in range(1, 32) if n % 7])
    assert not found(made, "V-13.every")
    given_relief.worked(made, made.workers, [7, 14])
    (doubt,) = found(made, "V-13.every")

    assert doubt.shows == {"days": 29}


def test_ten_workers_with_the_same_days_are_doubted_unless_the_days_are_few_or_one_differs():
    made = site(people=10)
    lines = WageLine.objects.filter(batch=given_relief.batch(made, "drafted"))
    lines.update(days=Decimal(4))
    assert not found(made, "V-13.same")
    lines.update(days=Decimal(20))
    lines.filter(pk=lines.last().pk).update(days=Decimal(19))
    assert not found(made, "V-13.same")
    lines.update(days=Decimal(20))
    (doubt,) = found(made, "V-13.same")

    assert doubt.shows == {"people": 10, "days": 20.0}


def test_cards_of_two_workers_in_one_name_are_doubted_and_those_of_namesakes_are_not():
    made = site(people=5)
    for worker in made.workers[:2]:
        BankAccount.objects.filter(person=worker.person).update(holder_name="王包工")
    for worker in made.workers[3:]:
        Person.objects.filter(pk=worker.person_id).update(name="张伟")
        BankAccount.objects.filter(person=worker.person).update(holder_name="张 伟")
    (doubt,) = found(made, "V-13.card")

    assert doubt.shows == {"people": 2, "holder": "王包工"}
    assert sorted(doubt.people) == sorted(one.person_id for one in made.workers[:2])


def test_a_worker_of_whom_only_lists_know_is_doubted():
    made = site(people=3, days=())
    unknown, called, at_home = made.workers
    ids = [unknown.person_id, called.person_id]
    Person.objects.filter(pk__in=ids).update(household=None, phone="")
    for worker in made.workers:
        source = "roll_call" if worker == called else "book"
        day(worker.contract, 8, source=source)
    (doubt,) = found(made, "V-13.stranger")

    assert doubt.contract == unknown.contract != at_home.contract


def test_a_share_that_pay_does_not_reach_once_the_works_are_done_is_doubted():
    made = site(people=2)
    given_relief.batch(made)
    assert not found(made, "V-28.share")
    done = {"main_done_on": date(2026, 10, 30), "state": "main_done"}
    Project.objects.filter(pk=made.project.pk).update(**done)
    (doubt,) = found(made, "V-28.share")

    assert doubt.evidence[0]["id"] == made.project.pk
    assert doubt.shows["labour"] == 0 and doubt.shows["least"] == 300000.0


def test_a_plan_short_of_the_minimum_is_doubted():
    made = given_relief.scene(
        state="plan_issued", funds=[("central_investment", "1000000", "290000")]
    )
    made.inspector = given.user("inspector", at=made.place.county)
    Project.objects.filter(pk=made.project.pk).update(state="preparing")
    (doubt,) = found(made, "V-28.share")

    assert doubt.shows["labour"] == 290000.0


@pytest.mark.parametrize(("percent", "doubts"), [(90, 1), (20, 0)])
def test_works_far_ahead_of_the_labour_paid_are_doubted(percent, doubts):
    made = site(people=1)
    Progress.objects.create(
        project=made.project,
        on=date(2026, 10, 30),
        percent=percent,
        reported_by=made.staff.relief_engineer,
    )

    assert len(found(made, "V-28.behind")) == doubts


def test_a_machine_on_the_roster_is_doubted_and_hands_beside_one_are_not():
    made = site(people=5)
    trades = [("挖掘机司机", "mass"), ("挖掘机司机", "machine"), ("砌石工", "mass")]
    trades += [("机械配合普工", "mass"), ("设备搬运工", "mass")]
    for worker, (trade, kind) in zip(made.workers, trades, strict=True):
        Member.objects.filter(pk=worker.pk).update(trade=trade, labour_class=kind)
    (doubt,) = found(made, "V-29.trade")

    assert doubt.contract == made.workers[0].contract and doubt.shows["trade"] == "挖掘机司机"


def test_a_rate_far_above_the_middle_is_doubted_and_a_masons_is_not():
    made = site(people=6)
    rates = [300, 170, 170, 120, 120, 110]
    for worker, rate in zip(made.workers, rates, strict=True):
        Member.objects.filter(pk=worker.pk).update(rate=rate)
    owner = made.workers[1]
    given.fact(owner.person, made.staff.township_officer, Fact.Kind.LEGAL_REP)
    doubts = {doubt.contract: doubt.shows["rate"] for doubt in found(made, "V-29.rate")}

    assert doubts == {made.workers[0].contract: 300.0, owner.contract: 170.0}


def paid(made, state="sent"):
    given_relief.batch(made)
    town, by = made.place.town.code, made.staff.township_officer
    (run,) = given.payroll.prepare(made.month, town, by=by)
    return given.walk(made, run, state)


def test_wages_that_did_not_arrive_in_the_cycle_are_doubted_from_the_day_after():
    made = site(people=2)
    paid(made)
    for today, doubts in (("2026-12-01", 0), ("2026-12-02", 1)):
        with time_machine.travel(f"{today}T02:00:00Z", tick=False):
            assert len(found(made, "V-30.late")) == doubts


def test_wages_that_arrived_in_time_are_no_doubt_however_late_one_looks():
    made = site(people=2)
    given_results.answered(paid(made), made.staff.finance_officer)
    with time_machine.travel("2027-02-01T02:00:00Z", tick=False):
        assert not found(made, "V-30.late")


def test_less_paid_than_the_list_says_is_doubted():
    made = site(people=2)
    paid(made, "prepared")
    assert not found(made, "V-30.short")
    contract = made.workers[0].contract
    line = contract.pay_lines.get()
    contract.pay_lines.all().delete()
    line.due = line.amount = Decimal(2000)
    line.save(force_insert=True)
    (doubt,) = found(made, "V-30.short")

    assert doubt.contract == contract and doubt.shows == {"earned": 2400.0, "paid": 2000.0}
