"""What changes during a contract's life, brought about through the services."""

from datetime import date
from decimal import Decimal

from contracts import change_flows
from contracts.models import Amendment, Contract, Suspension
from project.kernel.steps import do

SIXTEENTH = date(2026, 10, 16)


def suspended(scene, contract, on=date(2026, 10, 12), until=None, note="汛期停工"):
    """A suspension from a day, and to a day where work has gone on since."""
    leader = scene.staff.township_leader
    do(contract, "suspend", by=leader, on=on, note=note)
    if until:
        do(current(contract), "resume", by=leader, on=until)
    return Suspension.objects.filter(contract=contract).latest("pk")


def proposed(scene, contract, starts_on=SIXTEENTH, standard=Decimal("700.00"), **terms):
    """New terms as the township officer proposes them."""
    return change_flows.draft(
        contract=contract,
        by=scene.staff.township_officer,
        starts_on=starts_on,
        standard=standard,
        reason="岗位调整",
        **terms,
    )


def in_force(scene, contract, starts_on=SIXTEENTH, standard=Decimal("700.00"), **terms):
    """New terms agreed by the worker and approved by the leader."""
    made = proposed(scene, contract, starts_on, standard, **terms)
    made = do(made, "agree", by=scene.staff.village_clerk, on=made.proposed_on)
    return do(made, "approve", by=scene.staff.township_leader, note="补签，纸质存档")


def current(contract):
    return Contract.objects.get(pk=contract.pk)


def one_of_each(scene):
    """A suspension and a proposal as they are kept, for walks over pages and addresses."""
    contract = scene.contracts[-1]
    suspension = Suspension.objects.create(
        area=contract.area,
        contract=contract,
        starts_on=date(2026, 10, 25),
        reason="汛期停工",
        begun_by=scene.staff.township_leader,
    )
    amendment = Amendment.objects.create(
        area=contract.area,
        contract=contract,
        starts_on=SIXTEENTH,
        standard=Decimal("700.00"),
        reason="岗位调整",
        proposed_on=SIXTEENTH,
        proposed_by=scene.staff.township_officer,
    )
    return suspension, amendment


def addresses(suspension, amendment):
    """Where the records of `one_of_each` are reached."""
    return {
        "contracts:suspension": {"pk": suspension.pk},
        "contracts:amendment": {"pk": amendment.pk},
        "contracts:amendment-step": {"pk": amendment.pk, "step": "agree"},
        "contracts:amendment-bulk": {"step": "approve"},
    }
