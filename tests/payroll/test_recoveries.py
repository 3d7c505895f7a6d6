"""What was paid wrongly comes back: never more than was paid, never more than is owed."""

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pymupdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payroll import recovering, recovery_papers
from payroll.checks import committed, fund_has_the_money, restored
from payroll.models import Offset, PayLine, Recovery, RecoveryLine, Repayment
from policy.models import Allocation
from project.inbox import inbox
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.months import today
from project.kernel.steps import do
from registry.models import Kinship
from tests import given as house
from tests.given_recoveries import later, paid, recovery, repaid

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """Read sentences as the code writes them."""
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return paid()


def steps_of(user):
    return [waiting.step for waiting in inbox(user)]


def test_two_refunds_of_600_settle_1200_and_restore_the_fund(scene):
    """S-30."""
    fund, town = scene.run.fund_id, scene.place.town.pk
    made = recovery(scene, "demanded")
    assert (made.amount, committed(scene.run, town)) == (Decimal(1200), Decimal(1200))

    made = repaid(scene, made, 600, "财退2026-001")
    with pytest.raises(Refused, match="not repaid in full"):
        do(made, "settle", by=scene.second)
    made = repaid(scene, made, 600, "财退2026-002")
    assert restored(fund, town, 2026) == 0
    made = do(made, "settle", by=scene.second)

    assert (made.state, made.balance) == ("settled", 0)
    assert restored(fund, town, today().year) == Decimal(1200)
    assert committed(scene.run, town) == 0
    assert committed(scene.run, scene.place.county.pk) == 0


def test_the_task_goes_from_the_department_to_the_township_and_to_finance(scene):
    staff = scene.staff
    made = recovery(scene, "proposed")
    assert "decide" in steps_of(staff.department_officer)
    made = do(made, "decide", by=staff.department_officer)
    assert "demand" in steps_of(staff.township_officer)
    made = do(made, "demand", by=staff.township_officer, on=today(), pay_to="专户")
    assert "repay" in steps_of(staff.finance_officer)
    made = repaid(scene, made, 1200, "1")
    assert "settle" in steps_of(scene.second)
    first = made.repayments.get()
    made = do(made, "undo", by=staff.finance_officer, repayment=first.pk, note="录错")
    assert "repay" in steps_of(scene.second) and "settle" not in steps_of(scene.second)


def test_the_days_to_pay_are_a_dated_rule(scene):
    where, document = scene.place.county, scene.place.document
    house.rule(where, "case.recover_days", 15, document)

    made = recovery(scene, "demanded")

    assert made.due_on == today() + timedelta(days=15)


def test_instalments_come_to_the_amount_to_the_cent(scene):
    made = recovery(scene, "demanded", amount=Decimal("1000.00"), instalments=3)

    plan = list(made.instalments.all())
    assert [part.amount for part in plan] == [
        Decimal("333.33"),
        Decimal("333.33"),
        Decimal("333.34"),
    ]
    assert plan[0].due_on == made.due_on
    assert len({(part.due_on.year, part.due_on.month) for part in plan}) == 3


def test_no_more_is_asked_back_than_was_paid(scene):
    recovery(scene, amount=Decimal(800))

    with pytest.raises(Refused, match=r"400\.00 yuan were paid"):
        recovery(scene, amount=Decimal("400.01"))
    second = recovery(scene, amount=Decimal(400))
    with pytest.raises(Refused, match="Nothing was paid"):
        recovery(scene)
    line = PayLine.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryLine.objects.create(recovery=second, line=line, amount=1)
    assert second.lines.get().amount == Decimal(400)


def test_the_database_refuses_a_line_asked_back_twice(scene):
    first, second = recovery(scene, "proposed", amount=Decimal(1199)), None
    line = first.lines.get().line
    second = Recovery.objects.create(
        area=first.area,
        contract=first.contract,
        fund=first.fund,
        amount=2,
        reason="二",
        decision="二",
        proposed_on=today(),
        proposed_by=first.proposed_by,
    )

    with pytest.raises(IntegrityError, match="more is asked back"), transaction.atomic():
        RecoveryLine.objects.create(recovery=second, line=line, amount=2)


def test_what_the_bank_did_not_pay_cannot_be_asked_back():
    scene = house.scene(holders=1)
    scene.run = house.pay_run(scene, "sent")

    with pytest.raises(Refused, match="Nothing was paid"):
        recovery(scene)


def test_a_cancelled_recovery_frees_its_lines(scene):
    made = recovery(scene)
    do(made, "cancel", by=scene.staff.department_officer, note="查无实据")

    assert recovery(scene).amount == Decimal(1200)


def test_who_proposed_does_not_decide_and_who_decided_does_not_settle(scene):
    staff, county = scene.staff, scene.place.county
    both = house.appoint(staff.township_officer, "department_officer", county)
    made = recovery(scene, "proposed")
    with pytest.raises(NotThisPerson):
        do(made, "decide", by=both)
    made = do(made, "decide", by=staff.department_officer)
    made = do(made, "demand", by=both, on=today(), pay_to="专户")
    made = repaid(scene, made, 1200, "1")

    for somebody in (staff.department_officer, staff.finance_officer, both):
        with pytest.raises(NotThisPerson):
            do(made, "settle", by=somebody)
    with pytest.raises(IntegrityError, match="settled_by_another"), transaction.atomic():
        Recovery.objects.filter(pk=made.pk).update(
            state="settled", settled_by=staff.department_officer
        )


def test_kin_do_not_decide(scene):
    department = scene.staff.department_officer
    person = scene.contracts[0].person
    made = recovery(scene, "proposed")
    Kinship.objects.create(user=department, person=person, relation="sibling", declared_on=today())

    with pytest.raises(NotThisPerson, match="relative"):
        do(made, "decide", by=department)


def test_each_step_belongs_to_its_office(scene):
    staff = scene.staff
    made = recovery(scene, "proposed")

    with pytest.raises(PermissionDenied):
        do(made, "decide", by=staff.township_leader)
    elsewhere = house.user("department_officer", at=house.township("990456100000").county)
    with pytest.raises(PermissionDenied):
        do(made, "decide", by=elsewhere)
    made = do(made, "decide", by=staff.department_officer)
    made = do(made, "demand", by=staff.township_officer, on=today(), pay_to="专户")
    with pytest.raises(PermissionDenied):
        do(
            made,
            "repay",
            by=staff.township_officer,
            way="refund",
            amount=Decimal(1),
            received_on=today(),
            voucher="1",
        )


def test_a_voucher_number_stands_for_one_repayment_until_it_is_undone(scene):
    made = repaid(scene, recovery(scene, "demanded"), 500, "财退1")
    with pytest.raises(Refused, match="another repayment"):
        repaid(scene, made, 100, "财退1")
    with pytest.raises(IntegrityError, match="voucher"), transaction.atomic():
        Repayment.objects.create(
            recovery=made,
            way="refund",
            amount=1,
            voucher="财退1",
            received_on=today(),
            recorded_by=scene.second,
        )
    first = made.repayments.get()
    made = do(made, "undo", by=scene.second, repayment=first.pk, note="金额录错")

    made = repaid(scene, made, 600, "财退1")

    assert made.repaid == Decimal(600)
    assert made.repayments.count() == 3
    with pytest.raises(Refused, match="undone already"):
        do(made, "undo", by=scene.second, repayment=first.pk, note="再冲一次")


def test_repayments_are_never_changed_or_removed(scene):
    repaid(scene, recovery(scene, "demanded"), 500, "1")

    for change in (lambda rows: rows.update(amount=1), lambda rows: rows.delete()):
        with pytest.raises(Exception, match="pgtrigger"), transaction.atomic():
            change(Repayment.objects.all())


def test_an_offset_is_asked_for_within_the_share_and_approved_by_another(scene):
    staff, month = scene.staff, later()
    made = recovery(scene, "demanded")
    ask = {"by": staff.township_officer, "month": month}

    with pytest.raises(Refused, match=r"At most 240\.00"):
        do(made, "ask_offset", amount=Decimal("240.01"), **ask)
    made = do(made, "ask_offset", amount=Decimal(240), **ask)
    assert not recovering.offsets_due(month, scene.place.county.code)
    both = house.appoint(staff.township_officer, "department_officer", scene.place.county)
    with pytest.raises(NotThisPerson, match="another person"):
        do(made, "approve_offset", by=both, month=month)
    facts = {"approved_by": both, "approved_on": today()}
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        Offset.objects.filter(recovery=made).update(**facts)
    made = do(made, "approve_offset", by=staff.department_officer, month=month)

    (due,) = recovering.offsets_due(month, scene.place.county.code)
    assert (due.contract_id, due.amount) == (made.contract_id, Decimal(240))
    assert made.balance == Decimal(1200)


def test_an_offset_repays_nothing_while_the_line_is_paid_in_full(scene):
    made = recovery(scene, "demanded")
    facts = {"way": "offset", "amount": Decimal(240), "received_on": today()}

    with pytest.raises(Refused, match="paid less"):
        do(made, "repay", by=scene.second, month=scene.month, **facts)
    with pytest.raises(IntegrityError, match="paid less"), transaction.atomic():
        line = PayLine.objects.get()
        Repayment.objects.create(recovery=made, line=line, recorded_by=scene.second, **facts)


def test_the_demand_says_the_sum_in_capitals_and_the_ledger_its_vouchers(scene):
    made = repaid(scene, recovery(scene, "demanded"), 600, "财退2026-001")
    made = do(made, "undo", by=scene.second, repayment=made.repayments.get().pk, note="录错")

    pdf = recovery_papers.pdf_of("F-22", made, scene.second)
    sheet = openpyxl.load_workbook(
        io.BytesIO(recovery_papers.workbook_of("F-22", made, scene.second))
    ).active

    words = "".join("".join(page.get_text() for page in pymupdf.open(stream=pdf)).split())
    for said in (
        "追缴通知书",
        "人民币壹仟贰佰元整",
        "财退2026-001",
        "冲销",
        "2026年10月已发1200.00",
    ):
        assert said in words
    ledger = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert [float(row[-1]) for row in ledger[1:]] == [1200.0, 600.0, 1200.0]
    assert {"案件（决定）编号", "应追金额（大写）", "计算明细", "缴款账户", "期限"} <= set(
        ledger[0]
    )
    assert {row[1] for row in ledger[1:]} == {made.decision}


def test_s30_in_the_browser(scene, client):
    staff = scene.staff

    def press(user, step, pk, **fields):
        client.force_login(user)
        return client.post(reverse("payroll:recovery-step", args=[pk, step]), fields)

    client.force_login(staff.township_officer)
    facts = {
        "contract": scene.contracts[0].pk,
        "first": "2026-10",
        "last": "2026-10",
        "reason": "顶岗",
        "decision": "案3",
    }
    answer = client.post(reverse("payroll:recovery-propose"), facts)
    made = Recovery.objects.get()
    assert answer.url == reverse("payroll:recovery", args=[made.pk])
    press(staff.department_officer, "decide", made.pk)
    day = today().isoformat()
    press(staff.township_officer, "demand", made.pk, on=day, pay_to="专户", instalments=2)
    for voucher in ("财1", "财2"):
        money = {"way": "refund", "amount": "600", "received_on": day, "voucher": voucher}
        press(staff.finance_officer, "repay", made.pk, **money)
    press(scene.second, "settle", made.pk)

    made = Recovery.objects.get()
    assert (made.state, made.balance) == ("settled", 0)
    page = client.get(answer.url).content.decode()
    assert "财1" in page and "财2" in page
    ledger = client.get(reverse("payroll:recovery-list")).content.decode()
    assert "1,200.00" in ledger
    assert client.get(reverse("paper", args=["recovery", made.pk, "F-22"])).status_code == 200


def test_what_came_back_makes_room_in_the_fund(scene):
    Allocation.objects.create(
        fund=scene.run.fund,
        area=scene.place.town,
        year=2026,
        amount=1000,
        document="财〔2026〕1号",
        added_by=scene.second,
    )
    assert "1,200.00 yuan would be committed" in fund_has_the_money.failures(scene.run)[0]
    made = repaid(scene, recovery(scene, "demanded"), 1200, "1", way="instalment")
    do(made, "settle", by=scene.second)

    assert fund_has_the_money.failures(scene.run) == []
    assert restored(scene.run.fund_id, scene.place.town.pk, today().year - 1) == 0


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("repay"), st.integers(1, 150_000)),
        st.tuples(st.just("undo"), st.integers(0, 9)),
    ),
    max_size=8,
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=MOVES)
def test_whatever_is_repaid_and_undone_the_balance_stays_between_nothing_and_all(demanded, moves):
    """The database alone, without the service in front of it, against a plain list of sums."""
    made, by = demanded
    live, entries = {}, []
    with transaction.atomic():
        for number, (move, value) in enumerate(moves):
            facts = {"recovery": made, "way": "refund", "received_on": today(), "recorded_by": by}
            if move == "repay":
                amount = Decimal(value) / 100
                allowed = sum(live.values()) + amount <= made.amount
                facts |= {"amount": amount, "voucher": f"票{number}"}
            elif entries:
                old = entries[value % len(entries)]
                allowed = old.pk in live
                facts |= {"amount": -old.amount, "voucher": old.voucher, "undoes": old}
            else:
                continue
            try:
                with transaction.atomic():
                    entry = Repayment.objects.create(**facts)
            except IntegrityError:
                assert not allowed
            else:
                assert allowed
                if move == "repay":
                    live[entry.pk] = entry.amount
                    entries.append(entry)
                else:
                    del live[old.pk]
            assert made.repaid == sum(live.values())
            assert 0 <= made.balance <= made.amount
        transaction.set_rollback(True)


@pytest.fixture
def demanded(scene):
    return recovery(scene, "demanded"), scene.second
