"""What may be done to contracts, and to the insurance that stands behind them."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contracts import checks
from contracts.documents import issue
from contracts.models import Contract, Cover, InsurancePolicy
from contracts.scans import keep_scan
from policy.selectors import governing_documents
from project.kernel.guards import Refused, log, take
from project.kernel.models import Event
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import prefix_of

DRAFTED_UNDER = (
    checks.lasts_at_least_a_day,
    checks.term_is_allowed,
    checks.holds_no_other,
    checks.policy_holds,
)


@transaction.atomic
def draft(terms, *, by, person, starts_on, ends_on, renews=None, note=""):
    """Write up a contract on the terms of a post, or of the contract that it renews.

    `terms` has area, title, post_type, department, fund, standard, pay_basis, kind and attested;
    from the retirement age on the kind is a service agreement whatever they say.
    """
    if not by.has_perm(Permission.CONTRACT_OFFER, terms.area_id):
        raise PermissionDenied(_("Drafting contracts belongs to the township officer."))
    contract = Contract(
        area_id=terms.area_id,
        person=person,
        starts_on=starts_on,
        ends_on=ends_on,
        renews=renews,
        **{name: getattr(terms, name) for name in COPIED},
    )
    if reasons := [why for asked in DRAFTED_UNDER for why in asked.failures(contract)]:
        raise Refused(reasons)
    contract.document = _document_in_force(contract)
    if checks.is_of_retirement_age(contract):
        contract.kind = Contract.Kind.SERVICE
    contract.save()
    log(contract, "draft", by=by, after=contract.state, note=note)
    return contract


COPIED = (
    *("title", "post_type", "department_id", "fund_id", "standard", "pay_basis", "kind"),
    "attested",
)


def _document_in_force(contract):
    """The policy that binds the village on the first day: the nearest one, then the latest."""
    found = []
    for document in governing_documents(contract.area_id, on=contract.starts_on):
        if document.covers(contract.starts_on):
            while document.valid_to and document.valid_to < contract.starts_on:
                document = document.successor
            found.append(document)
    return max(found, key=lambda one: (len(prefix_of(one.area_id)), one.valid_from), default=None)


@transaction.atomic
def offer(contract, *, by, note=""):
    """Put the terms before the worker, frozen in a paper that both sides can sign."""
    contract = take(_locked(contract).offer, by=by, note=note)
    issue(contract, by=by)
    return contract


@transaction.atomic
def sign(contract, *, by, on, scan=None, note=""):
    """Record the day on which both sides signed on paper, with the scan where there is one."""
    contract = _locked(contract)
    if on > today():
        raise Refused(_("The day of signing has not come yet."))
    contract = alone(contract, lambda: take(contract.sign, by=by, note=note, on=on))
    if scan:
        keep_scan(contract, scan, by=by)
    return contract


def alone(contract, act):
    """Do what makes a contract hold; of two at the same moment the database lets one pass."""
    try:
        with transaction.atomic():
            return act()
    except IntegrityError as clash:
        if "one_contract_a_person_at_a_time" not in str(clash):
            raise
        others = checks.holds_no_other.failures(contract)
        raise Refused(others or [str(checks.holds_no_other.reason)]) from clash


@transaction.atomic
def start(contract, *, by, note=""):
    """Put the contract in force."""
    return take(_locked(contract).start, by=by, note=note)


@transaction.atomic
def void(contract, *, by, note):
    """Throw away a contract under which nobody has worked, with a reason."""
    return _with_reason(_locked(contract).void, by=by, note=note)


def _with_reason(step, *, by, note):
    if not note.strip():
        raise Refused(_("Say why."))
    return take(step, by=by, note=note)


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


__all__ = [
    "draft",
    "end",
    "enrol_all",
    "offer",
    "sign",
    "start",
    "take_over",
    "take_over_all",
    "void",
]
