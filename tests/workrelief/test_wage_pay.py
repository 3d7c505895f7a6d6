"""What payroll makes of a month's wages, and how late they are."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from contracts.models import Attestation
from payroll.models import BankResult, PayRun
from project.kernel.guards import NeedsReason
from project.kernel.steps import do
from tests import given, given_changes, given_insurance, given_relief, given_results
from tests.workrelief.months import at_work, credited, june, prepared, refused, states, step
from workrelief import wages
from workrelief.checks import shares_of
from workrelief.lateness import lateness, stages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


class TestPay:
    def test_sent_back_what_was_attested_no_longer_is(self):
        made = at_work()
        batch = given_relief.batch(made, "verified")
        assert states(prepared(made)) == ["payable", "payable"]

        step(made, batch, "send_back", "township_reviewer", note="有人未到场")

        said = Attestation.objects.filter(contract=made.contracts[-1]).order_by("pk")
        assert list(said.values_list("days", flat=True)) == [20, None]
        assert states(prepared(made)) == ["held", "held"]

    def test_what_payroll_has_confirmed_is_not_taken_from_under_it(self):
        made = at_work()
        batch = given_relief.batch(made, "verified")
        given.walk(made, prepared(made), "confirmed")

        told = refused(made, batch, "send_back", "township_reviewer", note="有人未到场")

        assert "in a pay run already; give that back first" in told

    def test_held_for_want_of_it_in_a_confirmed_run_the_batch_may_still_go_back(self):
        made = at_work()
        batch = given_relief.batch(made, "approved")
        run = given.walk(made, prepared(made), "confirmed")
        batch = step(made, batch, "verify", "township_reviewer")

        assert states(run) == ["held", "held"]
        assert step(made, batch, "send_back", "township_reviewer", note="有误").state == "drafted"

    def test_what_came_back_from_the_bank_is_not_in_the_paid_share_until_paid_again(self):
        made = at_work()
        batch = given_relief.batch(made, "verified")
        run = given.walk(made, prepared(made), "sent")
        given_results.answered(run, made.staff.finance_officer, back=(1,))

        (share,) = shares_of(made.project)
        assert (share.paid, share.committed) == (2400, 0)
        told = refused(made, batch, "file", "ndrc_officer")
        assert "The wages of 1 workers have not arrived" in told

        made.run, line = run, run.lines.order_by("number").first()
        again = given_results.confirmed(made, line)
        assert shares_of(made.project)[0].committed == 2400
        again = do(again, "send", by=made.staff.finance_officer)
        given_results.answered(PayRun.objects.get(pk=again.pk), made.staff.finance_officer)

        assert shares_of(made.project)[0].paid == 4800
        assert step(made, batch, "file", "ndrc_officer").state == "filed"

    def test_days_without_insurance_keep_the_batch_open_until_they_are_paid(self):
        made = at_work(people=1)
        batch = given_relief.batch(made, "verified")
        person = made.members[-1].person
        until = date(2026, 10, 20)
        given_insurance.covered_until(person, until, made.staff.township_officer)
        run = given.walk(made, prepared(made), "sent")
        given_results.answered(run, made.staff.finance_officer)

        assert states(run) == ["held", "paid"]
        told = refused(made, batch, "file", "ndrc_officer")
        assert f"The wages of 1 workers have not arrived: {person.name}." in told


@pytest.mark.parametrize(
    ("on", "days"), [(date(2026, 8, 5), 5), (date(2026, 7, 31), 0), (date(2026, 7, 20), 0)]
)
def test_wages_of_june_are_due_on_the_last_of_july(on, days):
    """S-17: credited on 5 August they are five days over the cycle of 31 days."""
    made = june()
    run = given.walk(made, prepared(made), "sent")
    before = lateness(made.batch)
    credited(run, made.staff.finance_officer, on)

    found = lateness(made.batch)

    assert (before.arrived_on, before.missing) == (None, 1)
    assert before.days == (date(2026, 11, 22) - date(2026, 7, 31)).days
    assert (found.due_on, found.arrived_on, found.days) == (date(2026, 7, 31), on, days)
    assert BankResult.objects.count() == 1


def test_who_held_the_wages_how_long_is_told_stage_by_stage():
    made = june()
    run = given.walk(made, prepared(made), "sent")
    credited(run, made.staff.finance_officer, date(2026, 8, 5))

    told = [(stage.title, stage.holder) for stage in stages(made.batch)]

    staff = made.staff
    assert told[:5] == [
        ("Draw the wages up", str(staff.relief_contractor)),
        ("Hand in with the workers' signatures", str(staff.relief_contractor)),
        ("Check labour and wages", str(staff.relief_engineer)),
        ("Accept the wages", str(staff.relief_owner)),
        ("Confirm for the village", str(staff.township_reviewer)),
    ]
    assert told[5:8] == [
        ("Prepared", str(staff.township_officer)),
        ("Check and confirm", str(staff.township_reviewer)),
        ("Put on public notice", str(staff.township_officer)),
    ]
    last = stages(made.batch)[-1]
    assert (last.title, last.since_month) == ("The money arrived", 36)


def test_the_side_whose_turn_it_is_holds_the_wages():
    made = at_work()
    batch = given_relief.batch(made, "signed")

    last = stages(batch)[-1]

    assert (last.title, last.on, last.holder) == (
        "Check labour and wages",
        None,
        str(made.staff.relief_engineer),
    )
    assert last.since_month == (date(2026, 11, 22) - date(2026, 10, 31)) // timedelta(days=1)


def test_late_wages_are_accepted_with_a_reason_only():
    made = june()
    batch = step(made, made.batch, "send_back", "township_reviewer", note="重报")
    batch = given_relief.walk_wages(made, batch, "checked")

    with pytest.raises(NeedsReason, match="due by 2026-07-31 and are 114 days late"):
        step(made, batch, "approve", "relief_owner")


def test_a_rate_amended_in_the_month_is_on_the_list_as_payroll_pays_it():
    made = at_work(people=1)
    batch = given_relief.batch(made, "drafted")
    given_relief.sign_all(made, batch)
    on = date(2026, 10, 18)
    given_changes.in_force(made, made.contracts[-1], starts_on=on, standard=Decimal(150))

    told = refused(made, batch, "sign", "relief_contractor")
    wages.draw_up_again(batch, by=made.staff.relief_contractor)
    batch = given_relief.walk_wages(made, batch, "verified")

    assert "draw it up again" in told
    (line,), (paid,) = batch.lines.all(), prepared(made).lines.all()
    assert (line.rate, line.amount, line.days) == (150, 10 * 120 + 10 * 150, 20)
    assert (paid.amount, states(paid.run)) == (line.amount, ["payable"])
