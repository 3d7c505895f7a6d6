"""What may be done to contracts, and to the insurance that stands behind them."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import Contract, Cover, InsurancePolicy
from project.kernel.guards import Refused, take
from project.kernel.models import Event
from project.kernel.months import today


@transaction.atomic
def take_over(contract, *, by, signed_on, note=""):
    """Put in force a contract that was signed on paper before the system came."""
    return take(_locked(contract).take_over, by=by, note=note, signed_on=signed_on)


@transaction.atomic
def end(contract, *, by, on, note=""):
    """Close a contract on its last working day; days after it are never payable."""
    contract = _locked(contract)
    if not contract.starts_on <= on <= contract.ends_on:
        raise Refused(_("The last working day must lie within the contract."))
    return take(contract.end, by=by, note=note, on=on)


@transaction.atomic
def take_over_all(contracts, *, by, note):
    """Put a ledger's contracts in force in one statement each; one event per contract."""
    held = Contract.State.IN_FORCE
    made = Contract.objects.bulk_create(contracts)
    for contract in made:
        assert contract.state == held and contract.signed_on, contract
    record_type = ContentType.objects.get_for_model(Contract)
    Event.objects.bulk_create(
        Event(
            record_type=record_type,
            record_id=contract.pk,
            verb="take_over",
            by=by,
            before=Contract.State.DRAFT,
            after=held,
            note=note,
        )
        for contract in made
    )
    return made


def enrol_all(covers, *, by):
    """Enter the policies and covers a ledger names; a policy already known is used again."""
    numbers = {policy.number: policy for policy, _cover in covers}
    known = InsurancePolicy.objects.in_bulk(list(numbers), field_name="number")
    fresh = [policy for number, policy in numbers.items() if number not in known]
    for policy in InsurancePolicy.objects.bulk_create(fresh):
        known[policy.number] = policy
    for policy, cover in covers:
        cover.policy = known[policy.number]
    return Cover.objects.bulk_create([cover for _policy, cover in covers])


def _locked(contract):
    return Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)


__all__ = ["end", "enrol_all", "take_over", "take_over_all", "today"]
