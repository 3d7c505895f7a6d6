"""One township's month, from open sheets to a bank file."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation

from attendance.models import Sheet
from payroll import flows, services
from payroll.models import BankFile, BankResult, PayLine, PayRun, SentLine
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.models import Event
from project.kernel.steps import do, open_tasks
from registry.models import ImportedFile
from tests import given

pytestmark = pytest.mark.django_db


def test_a_month_is_paid_from_the_first_day_to_the_bank_file():
    scene = given.scene(holders=3)

    run = given.pay_run(scene, "sent")

    assert run.state == PayRun.State.SENT
    assert [line.amount for line in run.lines.all()] == [Decimal("600.00")] * 3
    assert BankFile.objects.get().total == Decimal("1800.00")
    assert set(Sheet.objects.values_list("state", flat=True)) == {"billed"}


def test_nobody_stands_twice_in_the_chain():
    scene = given.scene()
    run = given.pay_run(scene, "on_notice")
    both = given.appoint(scene.staff.township_reviewer, "township_leader", scene.place.town)

    with pytest.raises(NotThisPerson):
        do(run, "township_approve", by=both)

    assert Event.objects.of(run).latest("pk").after == "refused"


@pytest.mark.parametrize(
    ("acted", "role", "verb", "words"),
    [
        ("township_officer", "township_reviewer", "confirm", "Prepare a month"),
        ("township_reviewer", "township_leader", "township_approve", "Check and confirm"),
    ],
)
def test_the_refusal_names_the_earlier_step_in_the_words_of_the_office(acted, role, verb, words):
    scene = given.scene()
    run = given.pay_run(scene, "prepared" if verb == "confirm" else "on_notice")
    both = given.appoint(getattr(scene.staff, acted), role, scene.place.town)

    with translation.override("en"), pytest.raises(NotThisPerson) as refused:
        do(run, verb, by=both)

    assert f"“{words}”" in refused.value.messages[0]


def test_the_database_refuses_a_chain_with_one_person_twice():
    run = given.pay_run(given.scene(), "confirmed")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE payroll_payrun SET township_approved_by_id = confirmed_by_id, "
            "township_approved_at = now() WHERE id = %s",
            [run.pk],
        )


def test_somebody_of_another_township_may_do_nothing():
    run = given.pay_run(given.scene(), "prepared")
    stranger = given.user("township_reviewer", at=given.township("990123101000").town)

    with pytest.raises(PermissionDenied):
        do(run, "confirm", by=stranger)

    assert not PayRun.objects.visible_to(stranger).exists()


def test_a_run_over_unfinished_sheets_is_shown_but_not_confirmed():
    scene = given.scene()
    given.sheets(scene, "reviewed")
    (run,) = flows.prepare(scene.month, scene.place.town.code, by=scene.staff.township_officer)

    with pytest.raises(Refused) as refused:
        do(run, "confirm", by=scene.staff.township_reviewer)

    assert "青石村0" in refused.value.messages[0]
    assert run.lines.count() == 3


def test_the_dead_are_held_and_not_paid():
    scene = given.scene()
    given.fact(scene.contracts[0].person, scene.staff.township_officer)

    run = given.pay_run(scene, "sent")

    states = PayLine.objects.with_state().order_by("number").values_list("state", flat=True)
    assert list(states) == ["held", "sent", "sent"]
    assert run.files.get().rows == 2


def test_a_prepared_run_is_computed_again_without_doubles():
    scene = given.scene()
    run = given.pay_run(scene)

    (again,) = flows.prepare(scene.month, scene.place.town.code, by=scene.staff.township_officer)

    assert again.pk == run.pk
    assert PayLine.objects.count() == 3
    assert open_tasks(again).count() == 1


def test_a_run_sent_back_is_prepared_as_a_new_revision():
    scene = given.scene()
    run = given.pay_run(scene, "on_notice")

    do(run, "send_back", by=scene.staff.township_leader, note="人数有误")
    (second,) = flows.prepare(scene.month, scene.place.town.code, by=scene.staff.township_officer)

    assert (second.revision, second.revises_id) == (2, run.pk)
    assert PayRun.objects.get(pk=run.pk).notice.state == "void"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payroll_payline SET amount = 1",
        "DELETE FROM payroll_payline",
        "UPDATE attendance_sheetline SET full_days = 0",
        "UPDATE kernel_event SET note = 'x'",
        "DELETE FROM attendance_checkin",
    ],
)
def test_what_was_confirmed_cannot_be_changed_by_sql(change):
    given.pay_run(given.scene(), "confirmed")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)

    assert PayLine.objects.filter(amount=600).count() == 3


def test_a_released_hold_stays_released_when_the_run_is_prepared_again():
    scene = given.scene()
    officer = scene.staff.township_officer
    given.fact(scene.contracts[0].person, officer, kind="参保")
    run = given.pay_run(scene)

    services.release(run.lines.get(number=1).holds.get(), by=officer, reason="灵活就业参保，已核实")
    (again,) = flows.prepare(scene.month, scene.place.town.code, by=officer)

    assert again.lines.payable().count() == 3
    assert again.lines.get(number=1).holds.count() == 1


def test_a_hold_is_released_once():
    scene = given.scene()
    officer = scene.staff.township_officer
    given.fact(scene.contracts[0].person, officer, kind="参保")
    hold = given.pay_run(scene).lines.get(number=1).holds.get()
    services.release(hold, by=officer, reason="同名同姓，非本人")

    with pytest.raises(Refused):
        services.release(hold, by=officer, reason="再次")


def answered(run):
    """The bank credited every line of the run's file."""
    source = ImportedFile.objects.create(
        kind="bank-results", name="x", sha256="0" * 64, rows=3, imported_by=run.sent_by
    )
    BankResult.objects.bulk_create(
        BankResult(
            source=source,
            row=row,
            sent=sent,
            outcome="success",
            amount=sent.line.amount,
            credited_on=date(2026, 11, 20),
        )
        for row, sent in enumerate(SentLine.objects.filter(file__run=run), start=1)
    )
    return run


def test_a_run_is_not_reconciled_before_the_bank_has_answered():
    scene = given.scene()
    run = given.pay_run(scene, "sent")

    with pytest.raises(Refused) as refused:
        do(run, "reconcile", by=scene.staff.finance_officer)

    assert "3" in refused.value.messages[0]


def test_a_closed_month_is_frozen_in_the_database_itself():
    scene = given.scene()
    run = answered(given.pay_run(scene, "sent"))
    run = do(run, "reconcile", by=scene.staff.finance_officer)
    run = do(run, "close", by=scene.staff.finance_officer)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE payroll_payrun SET sha256 = 'x' WHERE id = %s", [run.pk])

    assert PayRun.objects.get(pk=run.pk).state == "closed"
