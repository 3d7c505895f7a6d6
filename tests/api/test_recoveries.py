"""Pay that is asked back, as programs meet it."""

import pytest

from project.kernel.months import today
from tests.given_recoveries import DECISION, PAY_TO, REASON, paid

pytestmark = pytest.mark.django_db


def test_1200_yuan_come_back_in_two_refunds_and_the_recovery_is_settled(program):
    """S-30."""
    scene = paid()
    town, county = program(scene.staff.township_officer), program(scene.staff.department_officer)
    money, second = program(scene.staff.finance_officer), program(scene.second)
    asked = {
        "contract": scene.contracts[0].pk,
        "first": "2026-10",
        "last": "2026-10",
        "reason": REASON,
        "decision": DECISION,
    }
    day = today().isoformat()

    made = town.post("/recoveries", asked).json()
    at = f"/recoveries/{made['id']}"
    assert (made["amount"], made["state"]) == ("1200.00", "proposed")
    assert county.post(f"{at}/decide").json()["state"] == "decided"
    notice = {"on": day, "pay_to": PAY_TO, "instalments": 2}
    assert town.post(f"{at}/demand", notice).json()["state"] == "demanded"
    refund = {"way": "refund", "amount": "600.00", "received_on": day}
    once = money.post(f"{at}/repay", refund | {"voucher": "财退1"}).json()
    assert (once["balance"], once["state"]) == ("600.00", "repaying")
    early = second.post(f"{at}/settle")
    assert (early.status_code, "not repaid in full" in str(early.json())) == (409, True)
    assert money.post(f"{at}/repay", refund).status_code == 422
    assert money.post(f"{at}/repay", refund | {"voucher": "财退1"}).status_code == 409
    money.post(f"{at}/repay", refund | {"voucher": "财退2"})
    assert county.post(f"{at}/settle").status_code == 409

    done = second.post(f"{at}/settle").json()

    assert (done["state"], done["balance"], done["repaid"]) == ("settled", "0.00", "1200.00")
    assert [row["voucher"] for row in done["repayments"]] == ["财退1", "财退2"]
    assert [row["amount"] for row in done["recovered"]] == ["1200.00"]
