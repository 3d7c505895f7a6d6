"""What came back is paid again once, by a new line that two people have corrected."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Sum

from payroll.models import BankResult, Correction, PayLine, PayRun, SentLine
from payroll.reissue import propose
from payroll.services import prepare
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.steps import do
from registry.models import BankAccount, Fact
from tests import given, given_results

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given_results.two_came_back()


def states(run):
    return list(run.lines.with_state().order_by("number").values_list("state", flat=True))


def test_two_failures_are_corrected_resent_and_everything_adds_up(scene):
    """S-12."""
    finance = scene.staff.finance_officer
    again = given_results.confirmed(scene, *scene.back)
    again = do(again, "send", by=finance)
    given_results.answered(again, finance)
    for run in (again, scene.run):
        do(do(PayRun.objects.get(pk=run.pk), "reconcile", by=finance), "close", by=finance)

    assert states(scene.run) == ["reissued", "reissued", "paid", "paid"]
    assert states(again) == ["paid", "paid"]
    old = Correction.objects.order_by("pk").values_list("line", "fresh")
    assert [line for line, _fresh in old] == [line.pk for line in scene.back]
    assert {fresh for _line, fresh in old} == set(again.lines.values_list("pk", flat=True))
    credited = BankResult.objects.filter(outcome="success").aggregate(sum=Sum("amount"))["sum"]
    assert credited == scene.run.lines.aggregate(sum=Sum("amount"))["sum"] == Decimal("2400.00")
    assert {run.state for run in PayRun.objects.all()} == {"closed"}


def test_the_new_line_goes_to_the_corrected_account(scene):
    (line, _other) = scene.back
    old = line.account

    again = given_results.confirmed(scene, line, number="6217333000000000099")

    fresh = again.lines.get()
    assert (fresh.account.number, fresh.amount) == ("6217333000000000099", line.amount)
    assert BankAccount.objects.get(person=line.person, current=True) == fresh.account != old


def test_all_that_is_corrected_before_sending_goes_in_one_run(scene):
    again = given_results.confirmed(scene, *scene.back)

    assert PayRun.objects.filter(corrects=scene.run).get() == again
    assert again.lines.count() == 2


def test_who_proposes_does_not_confirm(scene):
    both = given.appoint(scene.staff.township_officer, "township_reviewer", scene.place.town)
    correction = given_results.proposed(scene, scene.back[0])

    with pytest.raises(NotThisPerson):
        do(correction, "confirm", by=both)
    facts = {"way": "write_back", "account": None, "voucher": "1", "confirmed_by": both}
    with pytest.raises(IntegrityError, match="confirmed_by_another"), transaction.atomic():
        Correction.objects.filter(pk=correction.pk).update(state="confirmed", **facts)
    assert not PayRun.objects.filter(corrects=scene.run).exists()


def test_only_who_corrects_proposes(scene):
    with pytest.raises(PermissionDenied):
        propose(line=scene.back[0], way="account", by=scene.staff.finance_officer)


def test_a_payment_that_arrived_is_not_corrected(scene):
    with pytest.raises(Refused):
        given_results.proposed(scene, scene.run.lines.get(number=3))


def test_nothing_is_corrected_twice(scene):
    line = scene.back[0]
    given_results.proposed(scene, line)
    with pytest.raises(Refused):
        given_results.proposed(scene, line)

    do(Correction.objects.get(), "confirm", by=scene.staff.township_reviewer)
    with pytest.raises(Refused):
        given_results.proposed(scene, line)
    assert PayLine.objects.filter(contract=line.contract, standing=True).count() == 1


def test_the_account_of_another_person_is_refused(scene):
    other = scene.run.lines.get(number=3).account.number
    correction = given_results.proposed(scene, scene.back[0], number=other)

    with pytest.raises(Refused, match="another person|其他人|他人"):
        do(correction, "confirm", by=scene.staff.township_reviewer)


def test_an_account_in_another_name_is_refused(scene):
    with pytest.raises(Refused):
        given_results.proposed(scene, scene.back[0], holder="王五")


def test_the_same_account_may_be_tried_again(scene):
    line = scene.back[0]

    again = given_results.confirmed(scene, line, number=line.account.number)

    assert again.lines.get().account == line.account


def test_the_dead_are_not_paid_again(scene):
    line = scene.back[0]
    correction = given_results.proposed(scene, line)
    given.fact(line.person, scene.staff.township_officer, kind=Fact.Kind.DECEASED)

    with pytest.raises(Refused):
        do(correction, "confirm", by=scene.staff.township_reviewer)


def test_money_goes_back_to_the_fund_with_its_voucher(scene):
    finance = scene.staff.finance_officer
    for line in scene.back:
        correction = given_results.proposed(scene, line, way="write_back", voucher="财20261120-3")
        do(correction, "confirm", by=scene.staff.township_reviewer)

    run = do(do(scene.run, "reconcile", by=finance), "close", by=finance)

    assert run.state == "closed"
    assert states(run) == ["written_back", "written_back", "paid", "paid"]


def test_a_run_with_an_unsettled_payment_does_not_close(scene):
    finance = scene.staff.finance_officer
    given_results.confirmed(scene, scene.back[0])
    run = do(scene.run, "reconcile", by=finance)

    with pytest.raises(Refused) as refused:
        do(run, "close", by=finance)

    assert "1" in refused.value.messages[0]


def test_a_correction_sent_back_leaves_the_payment_open(scene):
    again = given_results.confirmed(scene, scene.back[0])
    do(again, "send_back", by=scene.staff.finance_officer, note="账号看不清")

    assert states(scene.run)[0] == "returned"
    assert given_results.confirmed(scene, scene.back[0]).state == "finance_approved"


def test_what_comes_back_twice_is_corrected_twice(scene):
    finance = scene.staff.finance_officer
    again = do(given_results.confirmed(scene, scene.back[0]), "send", by=finance)
    given_results.answered(again, finance, back=(1,))
    correction = given_results.proposed(scene, again.lines.get())
    third = do(correction, "confirm", by=scene.staff.township_reviewer).fresh.run

    assert third.corrects == again
    assert (states(again), states(scene.run)[0]) == (["reissued"], "reissued")


def test_a_withdrawn_correction_may_be_proposed_anew(scene):
    correction = given_results.proposed(scene, scene.back[0])
    do(correction, "withdraw", by=scene.staff.township_officer, note="写错")

    assert given_results.proposed(scene, scene.back[0]).state == "proposed"


def test_preparing_the_month_again_leaves_corrections_alone(scene):
    given_results.confirmed(scene, scene.back[0])

    with pytest.raises(Refused):
        prepare(scene.month, scene.place.town.code, by=scene.staff.township_officer)
    assert PayRun.objects.count() == 2


class TestTheDatabase:
    def test_does_not_let_a_paid_line_fall(self, scene):
        with pytest.raises(IntegrityError, match="has not come back"), transaction.atomic():
            scene.run.lines.filter(number=3).update(standing=False)

    def test_does_not_let_a_line_fall_that_the_bank_has_not_answered(self):
        other = given.scene(holders=1)
        run = given.pay_run(other, "sent")

        with pytest.raises(IntegrityError, match="has not come back"), transaction.atomic():
            run.lines.update(standing=False)

    def test_sends_no_correction_run_with_a_line_nobody_corrected(self, scene):
        again = given_results.confirmed(scene, scene.back[0])
        old = scene.back[1]
        PayLine.objects.filter(pk=old.pk).update(standing=False)
        PayLine.objects.filter(pk=old.pk).get()
        fields = {f.attname: getattr(old, f.attname) for f in PayLine._meta.concrete_fields}
        PayLine.objects.create(
            **fields | {"id": None, "run_id": again.pk, "number": 2, "standing": True}
        )

        with pytest.raises(IntegrityError, match="corrected by two"), transaction.atomic():
            PayRun.objects.filter(pk=again.pk).update(
                state="sent", sent_by=scene.staff.finance_officer, sent_at=again.prepared_at
            )

    def test_pays_no_other_amount(self, scene):
        correction = given_results.proposed(scene, scene.back[0])
        wrong = scene.run.lines.get(number=3)

        with pytest.raises(IntegrityError, match="only for what came back"), transaction.atomic():
            Correction.objects.filter(pk=correction.pk).update(fresh=wrong)

    def test_takes_no_result_of_another_amount(self, scene):
        again = given_results.confirmed(scene, scene.back[0])
        again = do(again, "send", by=scene.staff.finance_officer)
        sent = SentLine.objects.get(line__run=again)

        with pytest.raises(IntegrityError, match="was not sent"), transaction.atomic():
            BankResult.objects.create(
                source=BankResult.objects.first().source,
                row=99,
                sent=sent,
                outcome="failure",
                amount=sent.amount + 1,
            )
