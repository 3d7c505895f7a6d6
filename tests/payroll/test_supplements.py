"""What waited when a month was sent, and who was missed, is paid by a supplementary run."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation

from contracts.models import Contract, Cover, InsurancePolicy
from payroll import flows, services, supplements
from payroll.explain import explain
from payroll.models import PayLine, PayRun
from project.kernel.guards import Refused
from project.kernel.steps import do, open_tasks
from registry import tokens
from registry.models import Fact
from tests import given, given_insurance, given_notices, given_results

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    """October was sent; one of three lines waits for what another department says."""
    made = given.scene(holders=3)
    given.fact(made.contracts[0].person, made.staff.township_officer, Fact.Kind.AWAY)
    made.run = given.pay_run(made, "sent")
    return made


def supplement(scene):
    return flows.supplement(scene.run, by=scene.staff.township_officer)


def test_a_held_line_is_carried_over_with_its_figures(scene):
    run = supplement(scene)

    (line,) = run.lines.with_state()
    assert (line.amount, line.state, run.supplements) == (Decimal(600), "held", scene.run)
    (before,) = scene.run.lines.with_state().filter(carried_to=line)
    assert (before.state, before.standing) == ("carried", False)
    assert "a supplementary run of the month takes it up" in " ".join(explain(before).why_state)
    assert [task.flow_task.name for task in open_tasks(run)] == ["confirm"]


def test_released_it_goes_the_whole_way_to_the_bank(scene):
    run = supplement(scene)
    services.release(
        run.lines.get().holds.get(), by=scene.staff.township_officer, reason="已返乡，村委会证明"
    )

    run = given.walk(scene, run, "sent")

    assert run.files.get().total == Decimal(600)
    assert run.notice.content["rows"][0]["amount"] == "600.00"
    given_results.answered(run, scene.staff.finance_officer)
    assert run.lines.with_state().get().state == "paid"


@pytest.mark.parametrize(("outcome", "carried"), [("unfounded", 1), ("upheld", 0)])
def test_an_objected_line_waits_for_its_answer_and_upheld_is_never_paid(outcome, carried):
    made = given.scene(holders=2)
    run = given.pay_run(made, "on_notice")
    said = given_notices.objection(run.notice, line=1)
    made.run = given.walk(made, run, "sent")
    with pytest.raises(Refused, match="nobody was missed"):
        supplement(made)

    given_notices.answered(said, made.staff, outcome)

    assert supplements.waiting(made.run).count() == carried


def test_who_was_missed_is_computed_in_it(scene):
    late = given.holder(scene.place.villages[0], scene.staff.township_officer, name="赵六")

    run = supplement(scene)

    names = dict(run.lines.values_list("person__name", "amount"))
    assert names == {"李四0": Decimal(600), late.person.name: Decimal(0)}
    assert sorted(run.lines.values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize("basis", ["hour", "task"])
def test_who_is_paid_by_hours_or_pieces_is_missed_as_well(basis):
    made = given.scene(holders=1)
    made.run = given.pay_run(made, "sent")
    by, village = made.staff.township_officer, made.place.villages[0]
    late = given.holder(village, by, name="赵六", pay_basis=basis, standard=Decimal("22.00"))

    run = supplement(made)

    assert run.lines.values_list("contract", "quantity", "amount").get() == (late.pk, 0, 0)


def test_whose_money_went_back_to_the_fund_was_not_missed():
    made = given_results.two_came_back()
    given_results.confirmed(made, made.back[0], way="write_back", voucher="财20261120-1")
    assert made.back[0].contract in Contract.objects.filter(pay_lines__run=made.run)

    assert not supplements.missed(made.run).exists()
    with pytest.raises(Refused, match="nobody was missed"):
        supplement(made)


def test_prepared_again_it_carries_the_same_line_once(scene):
    first = supplement(scene)

    again = supplement(scene)

    assert again.pk == first.pk
    assert PayLine.objects.exclude(carried_from=None).count() == 1


def test_thrown_away_what_it_carried_waits_again(scene):
    run = do(supplement(scene), "void", by=scene.staff.department_officer, note="重新编制")
    (waits,) = supplements.waiting(scene.run)
    assert waits.run == run

    again = supplement(scene)

    assert (again.pk != run.pk, again.revision) == (True, 2)
    assert again.lines.get().carried_from == waits
    assert scene.run.lines.with_state().filter(state="carried").count() == 1


def test_nothing_is_paid_twice_by_it(scene):
    supplement(scene)
    line = scene.run.lines.filter(standing=True).first()
    values = {f.attname: getattr(line, f.attname) for f in PayLine._meta.concrete_fields}
    run = PayRun.objects.get(supplements=scene.run)
    values |= {"id": None, "run_id": run.pk, "number": 9}

    with pytest.raises(IntegrityError, match="one_standing_line"), transaction.atomic():
        PayLine.objects.create(**values)
    values |= {"carried_from_id": line.pk, "standing": False}
    with pytest.raises(DatabaseError, match="does not bear it out"), transaction.atomic():
        PayLine.objects.create(**values)


@pytest.mark.parametrize("state", ["prepared", "finance_approved"])
def test_before_the_run_is_sent_there_is_no_supplement(state):
    made = given.scene(holders=1)
    made.run = given.pay_run(made, state)

    with pytest.raises(Refused, match="can still be released in it"):
        supplement(made)


def test_where_nothing_waits_there_is_no_supplement():
    made = given.scene(holders=1)
    made.run = given.pay_run(made, "sent")

    with pytest.raises(Refused, match="nobody was missed"):
        supplement(made)


def test_a_supplement_has_no_supplement_and_only_who_prepares_asks(scene):
    run = supplement(scene)

    with pytest.raises(Refused, match="Prepare the supplement of that one"):
        flows.supplement(run, by=scene.staff.township_officer)
    with pytest.raises(PermissionDenied):
        flows.supplement(scene.run, by=scene.staff.village_clerk)


def test_the_month_is_not_prepared_anew_beside_it(scene):
    supplement(scene)

    with pytest.raises(Refused, match="already confirmed"):
        services.prepare(scene.month, scene.place.town.code, by=scene.staff.township_officer)


def test_an_endorsement_recorded_later_frees_the_days_it_covers():
    """S-28, after the month was sent: the days 16 to 22 are paid once they are covered."""
    made = given.scene(holders=1)
    (contract,) = made.contracts
    by = made.staff.township_officer
    given_insurance.covered_until(contract.person, date(2026, 10, 15), by)
    made.run = given.pay_run(made, "sent")
    assert made.run.files.get().total == Decimal("320.00")

    days = {"starts_on": date(2026, 10, 16), "ends_on": date(2026, 12, 31)}
    policy = InsurancePolicy.objects.create(
        area=made.place.town, number="PICC-2", state=InsurancePolicy.State.IN_FORCE, **days
    )
    Cover.objects.create(policy=policy, person=contract.person, **days)
    run = supplement(made)

    line = run.lines.with_state().get()
    assert (line.item, line.amount, line.state) == ("uninsured_days", 280, "payable")


def test_the_page_says_what_waits_and_prepares_the_run(scene, client):
    client.force_login(scene.staff.township_officer)
    page = client.get(f"/payroll/{scene.run.pk}/")
    address = f"/payroll/{scene.run.pk}/supplement/"
    assert address in page.content.decode()
    shown = dict(client.get(address).context["summary"])
    assert list(shown.values()) == [1, "600.00", 0]

    answer = client.post(address)

    run = PayRun.objects.get(supplements=scene.run)
    assert answer.url == f"/payroll/{run.pk}/"
    assert address not in client.get(f"/payroll/{scene.run.pk}/").content.decode()


def test_programs_ask_for_it_too(scene, client):
    _token, secret = tokens.issue(
        scene.staff.township_officer, by=scene.staff.township_officer, name="tests"
    )

    told = client.post(
        f"/api/v1/pay-runs/{scene.run.pk}/supplement",
        content_type="application/json",
        headers={"authorization": f"Bearer {secret}"},
    )

    run = PayRun.objects.get(supplements=scene.run)
    assert told.json()["supplementary"] == [run.pk]
