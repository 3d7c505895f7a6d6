"""A month of a project's wages: workers by day, hour and piece, and a batch at a state."""

from decimal import Decimal
from io import BytesIO

from contracts.models import Contract
from tests import given, given_hours, given_relief
from workrelief.models import WageBatch, WageLine
from workrelief.wages import keep_signatures

PAID_BY = [("day", "120.00"), ("hour", "15.00"), ("task", "8.00")]


def scene(people=3, **said):
    """A project with so many workers in October, paid by the day, hour and piece in turn."""
    made = given_relief.scene(**said)
    made.workers = [
        given_relief.enlist(made, 1, pay_basis=basis, rate=Decimal(rate))[0]
        for basis, rate in (PAID_BY[n % 3] for n in range(people))
    ]
    return made


def at_work(made):
    """The workers placed; each worked on other days of October, as the machine at the gate says."""
    given_relief.placed(made, made.workers)
    by = made.staff.township_officer
    for n, worker in enumerate(made.workers):
        days = range(8, 14 + n % 9)
        if worker.pay_basis == "day":
            given.worked(worker.contract, by, days)
        else:
            given_hours.told(worker.contract, by, dict.fromkeys(days, "6.5"))
    return made


def drawn_up(people=3, state="drafted", **said):
    """The month drawn up over confirmed sheets and walked to a state."""
    made = at_work(scene(people, **said))
    made.batch = given_relief.batch(made, state)
    return made


def one_of_each(relief):
    """Records for the walk over every page: a worker, a line and a scan, without their history."""
    project, place, staff = relief.project, relief.place, relief.staff
    (member,) = given_relief.enlist(relief, 1)
    batch = WageBatch.objects.create(project=project, area=project.area, month=relief.month)
    contract = given.contract(
        place.villages[0],
        staff.township_officer,
        person=member.person,
        attested=True,
        fund_id=member.fund_line.fund_id,
        pay_basis=Contract.PayBasis.DAY,
        starts_on=member.starts_on,
        ends_on=member.ends_on,
    )
    facts = {"days": 3, "rate": member.rate, "amount": 3 * member.rate}
    WageLine.objects.create(batch=batch, number=1, member=member, contract=contract, **facts)
    upload = BytesIO(given_relief.PNG + b"signed list of one of each")
    upload.name = "F-27.png"
    by = staff.relief_contractor
    relief.scan = keep_signatures(batch, by=by, numbers=[1], scan=upload)
    relief.member, relief.batch = member, batch
    return relief


def addresses(relief):
    """Where the pages of the roster and of the wages are reached."""
    project, member = {"pk": relief.project.pk}, {"pk": relief.member.pk}
    batch, person = {"pk": relief.batch.pk}, {"person": relief.member.person_id}
    upon = ("member", "correct", "reclassify", "strike-off", "leave", "place")
    of_batch = ("wagebatch", "wages-again", "wages-signatures", "wages-measures")
    return {
        **{f"workrelief:{name}": member for name in upon},
        **{f"workrelief:{name}": batch for name in of_batch},
        "workrelief:find": project,
        "workrelief:enlist": project | person,
        "workrelief:lead": project | person,
        "workrelief:wagebatch-step": batch | {"step": "send_back"},
        "workrelief:wagebatch-bulk": {"step": "approve"},
        "workrelief:wagescan": {"pk": relief.scan.pk},
    }
