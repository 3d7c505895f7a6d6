"""People on their way out of a contract, brought there through the services."""

from datetime import date

from contracts import exit_flows
from contracts.models import Cover, Exit
from project.kernel.steps import do
from tests import given

LAST_DAY = date(2026, 10, 20)


def proposed(contract, by, reason=Exit.Reason.E02, last_day=LAST_DAY, **facts):
    """An exit as the village proposes it."""
    return exit_flows.propose(contract=contract, by=by, reason=reason, last_day=last_day, **facts)


def approved(scene, contract, by="village_clerk", **facts):
    """An exit told, heard where it must be, and approved by the township leader."""
    exit_ = proposed(contract, getattr(scene.staff, by), **facts)
    if not exit_.is_death:
        exit_ = do(exit_, "notify", by=scene.staff.township_officer, on=exit_.proposed_on)
    if exit_.is_disciplinary:
        exit_ = do(exit_, "hear", by=scene.staff.township_officer, statement="没有异议")
    return do(exit_, "approve", by=scene.staff.township_leader)


def insured_until(contract):
    """The last day on which any policy covers the worker."""
    return max(Cover.objects.filter(person=contract.person).values_list("ends_on", flat=True))


def scene(**kwargs):
    return given.scene(**kwargs)
