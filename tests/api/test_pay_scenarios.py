"""Acceptance scenarios of pay as programs meet them."""

import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from payroll.checks import committed
from payroll.models import BankResult, PayRun
from policy.models import Allocation
from project.kernel.months import today
from tests import given_recoveries, given_results, given_scenarios

pytestmark = pytest.mark.django_db


def refused(answer):
    """The sentences of a step that was refused."""
    assert answer.status_code == 409, answer.json()
    return " ".join(answer.json()["refusals"])


def line_of(reader, run, contract):
    """A line of a run, by its contract, as the API shows it."""
    lines = reader.get(f"/pay-runs/{run.pk}").json()["lines"]
    return next(line for line in lines if line["contract"] == contract.pk)


def test_pay_of_the_dead_waits_for_the_proof_and_ends_with_the_day(program):
    """S-04: the holder died on 12 March."""
    scene = given_scenarios.died_in_march()
    officer, leader = (
        program(who) for who in (scene.staff.township_officer, scene.staff.township_leader)
    )
    clerk = program(scene.staff.village_clerk)
    line = line_of(officer, scene.run, scene.dead)
    assert (line["state"], line["days_worked"]) == ("held", "13.0")
    (hold,) = officer.get(f"/pay-lines/{line['id']}/holds").json()
    assert "a death on record" in hold["sentence"]
    answer = {"hold": hold["id"], "reason": "死亡证明已核，发至12日"}
    at = f"/pay-lines/{line['id']}/release"
    assert "approve the exit with the proof of death first" in refused(officer.post(at, answer))

    leaving = {"contract": scene.dead.pk, "reason": "E06", "last_day": "2026-03-12"}
    exit_ = clerk.post("/exits", leaving).json()
    told = officer.post(f"/exits/{exit_['id']}/notify", {"on": today().isoformat()})
    assert "no notice" in refused(told)
    assert "The death must be shown" in refused(leader.post(f"/exits/{exit_['id']}/approve"))
    clerk.post(f"/exits/{exit_['id']}/prove", {"proof": "死亡医学证明 2026-118"})
    assert "send it back first" in refused(leader.post(f"/exits/{exit_['id']}/approve"))
    officer.post(f"/sheets/{scene.sheet.pk}/send_back", {"note": "12日去世"})
    done = leader.post(f"/exits/{exit_['id']}/approve").json()
    assert (done["state"], done["notified_on"]) == ("approved", None)

    run = given_scenarios.prepared_again(scene)
    line = line_of(officer, run, scene.dead)
    assert (line["state"], line["days_worked"], line["amount"]) == ("held", "11.0", "440.00")
    (hold,) = officer.get(f"/pay-lines/{line['id']}/holds").json()
    at = f"/pay-lines/{line['id']}/release"
    assert leader.post(at, answer | {"hold": hold["id"]}).status_code == 403
    assert officer.post(at, answer | {"hold": hold["id"]}).json() == []
    assert line_of(officer, run, scene.dead)["state"] == "payable"


def test_seven_days_of_ten_are_280_yuan_and_the_line_says_why(program):
    """S-07."""
    scene = given_scenarios.seven_days_of_ten()
    officer = program(scene.staff.township_officer)
    line = line_of(officer, scene.run, scene.contracts[0])

    told = officer.get(f"/pay-lines/{line['id']}/explain").json()

    assert (told["amount"], told["standard"]) == ("280.00", "400.00")
    assert (told["days"], told["required_days"]) == ("7", 10)
    assert "400.00 × 7 ÷ 10 = 280.00 yuan" in " ".join(told["why"])
    rules = {rule["code"]: rule["document"] for rule in told["rules"]}
    assert rules["attendance.required_days"] == scene.place.document.title


def test_two_failures_go_out_in_a_new_batch_and_nothing_is_paid_twice(program, tmp_path):
    """S-12."""
    scene = given_results.two_came_back(holders=4)
    officer, second = (
        program(who) for who in (scene.staff.township_officer, scene.staff.township_reviewer)
    )
    for line in scene.back:
        body = {
            "line": line.pk,
            "way": "account",
            "number": f"621733300000{line.pk:07d}",
            "holder": line.person.name,
            "reason": "旧卡已注销",
        }
        made = officer.post("/corrections", body).json()
        assert officer.post(f"/corrections/{made['id']}/confirm").status_code == 403
        done = second.post(f"/corrections/{made['id']}/confirm").json()
        assert (done["state"], done["line_id"]) == ("confirmed", line.pk)
        assert officer.post("/corrections", body).status_code in (409, 422)
    again, finance = PayRun.objects.get(corrects=scene.run), program(scene.staff.finance_officer)
    assert {line.pk for line in again.lines.all()} == {
        officer.get(f"/corrections/{one}").json()["fresh_id"]
        for one in scene.run.lines.filter(corrections__isnull=False).values_list(
            "corrections", flat=True
        )
    }
    assert finance.post(f"/pay-runs/{again.pk}/send").json()["corrects_id"] == scene.run.pk
    assert finance.post(f"/pay-runs/{again.pk}/send").status_code == 409
    file = given_scenarios.bank_answers(again, tmp_path)
    take_in(file, scene.staff.finance_officer)
    for run in (again, scene.run):
        finance.post(f"/pay-runs/{run.pk}/reconcile")
        done = finance.post(f"/pay-runs/{run.pk}/close").json()

    assert again.files.get().number != scene.run.files.get().number
    assert [line["state"] for line in done["lines"]] == ["reissued", "reissued", "paid", "paid"]
    assert done["state"] == "closed" and given_scenarios.adds_up(scene.run)


def take_in(file, by):
    """The bank's answer, as the command takes it in; the API has no address for files."""
    call_command("import_file", "bank-results", str(file), f"--as={by.username}", "--json")


def test_the_same_answer_of_the_bank_goes_in_once(tmp_path, capsys):
    """S-13: the content counts and not the name of the file."""
    scene = given_scenarios.sent()
    file = given_scenarios.bank_answers(scene.run, tmp_path)
    again = tmp_path / "回盘（二）.xlsx"
    again.write_bytes(file.read_bytes())
    take_in(file, scene.staff.finance_officer)
    first = json.loads(capsys.readouterr().out)

    with pytest.raises(CommandError) as refused:
        take_in(again, scene.staff.finance_officer)

    second = json.loads(capsys.readouterr().out)
    assert (refused.value.returncode, first["written"], second["written"]) == (1, True, False)
    assert "taken in" in str(refused.value) and len(second["refusals"]) == 1
    assert BankResult.objects.count() == 3


def test_1200_yuan_come_back_in_two_refunds_and_the_fund_has_them_again(program):
    """S-30."""
    scene = given_recoveries.paid()
    given_scenarios.allocated(scene, "1200.00")
    town, county = program(scene.staff.township_officer), program(scene.staff.department_officer)
    money, second = program(scene.staff.finance_officer), program(scene.second)
    asked = {"contract": scene.contracts[0].pk, "first": "2026-10", "last": "2026-10"}
    asked |= {"reason": given_recoveries.REASON, "decision": given_recoveries.DECISION}
    day = today().isoformat()
    assert given_scenarios.left_in_the_fund(scene) == Decimal("0.00")

    made = town.post("/recoveries", asked).json()
    at = f"/recoveries/{made['id']}"
    county.post(f"{at}/decide")
    town.post(f"{at}/demand", {"on": day, "pay_to": given_recoveries.PAY_TO, "instalments": 2})
    refund = {"way": "refund", "amount": "600.00", "received_on": day}
    assert money.post(f"{at}/repay", refund).status_code == 422
    money.post(f"{at}/repay", refund | {"voucher": "财退2026-001"})
    assert "not repaid in full" in refused(second.post(f"{at}/settle"))
    money.post(f"{at}/repay", refund | {"voucher": "财退2026-002"})
    done = second.post(f"{at}/settle").json()

    assert (done["state"], done["balance"]) == ("settled", "0.00")
    assert [row["voucher"] for row in done["repayments"]] == ["财退2026-001", "财退2026-002"]
    assert given_scenarios.left_in_the_fund(scene) == Decimal("1200.00")
    assert committed(scene.run, scene.place.town.pk) == 0
    assert Allocation.objects.get().amount == Decimal("1200.00")
