"""Pay that was credited and is asked back, walked to a state by the people whose turn it is."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from payroll import recovery_flows
from payroll.models import Recovery
from project.kernel.months import Month, today
from project.kernel.steps import do
from tests import given, given_results

REASON, DECISION = "十月顶岗，本人未到岗", "示例县乡岗案〔2026〕3号"
PAY_TO = "示例县财政局非税专户 6200 0000 0000 0001"
STATES = ["proposed", "decided", "demanded"]


def paid(holders=1, standard=1200):
    """A township whose October was credited to everybody."""
    place = given.township(villages=1)
    people = given.staff(place)
    held = [
        given.holder(
            place.villages[0],
            people.township_officer,
            name=f"李四{i}",
            standard=Decimal(standard),
        )
        for i in range(holders)
    ]
    for one in held:
        given.worked(one, people.township_officer, range(8, 23))
    scene = SimpleNamespace(place=place, staff=people, contracts=held, month=given.OCTOBER)
    scene.run = given.pay_run(scene, "sent")
    given_results.answered(scene.run, people.finance_officer)
    scene.second = given.user("finance_officer", at=place.county)
    return scene


def recovery(scene, state="decided", amount=None, contract=None, instalments=1):
    """A recovery of October's pay."""
    made = recovery_flows.propose(
        contract=contract or scene.contracts[0],
        first=given.OCTOBER,
        last=given.OCTOBER,
        amount=amount,
        reason=REASON,
        decision=DECISION,
        by=scene.staff.township_officer,
    )
    demand = {"on": today(), "pay_to": PAY_TO, "instalments": instalments}
    steps = [("decide", "department_officer", {}), ("demand", "township_officer", demand)]
    for step, who, details in steps[: STATES.index(state)]:
        made = do(made, step, by=getattr(scene.staff, who), **details)
    return made


def repaid(scene, of, amount, voucher, way="refund"):
    """Money that came back today with its voucher."""
    return do(
        of,
        "repay",
        way=way,
        amount=Decimal(amount),
        received_on=today(),
        voucher=voucher,
        by=scene.staff.finance_officer,
    )


def on_file(line, by):
    """A recovery as it stands on the pages, before it names any line."""
    return Recovery.objects.create(
        area=line.run.area,
        contract=line.contract,
        fund=line.run.fund,
        amount=line.amount,
        reason=REASON,
        decision=DECISION,
        proposed_on=given.OCTOBER.last,
        proposed_by=by,
    )


def later():
    return Month.of(today() + timedelta(days=31))
