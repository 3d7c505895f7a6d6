"""Changing the terms of a running contract: both sides agree and a leader approves (W-3)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import change_checks as checks
from contracts.models import Amendment, Contract
from contracts.scans import keep_scan
from project.kernel.guards import Refused, log, take
from project.kernel.months import today
from project.kernel.roles import Permission

DRAFTED_UNDER = (
    checks.contract_runs,
    checks.starts_within_the_contract,
    checks.changes_something,
    checks.shortens_the_term,
    checks.policy_holds_then,
    checks.follows_no_other_of_the_day,
    checks.nothing_is_paid_under_the_old_terms,
)


@transaction.atomic
def draft(*, contract, by, starts_on, reason, standard=None, title="", duties="", ends_on=None):
    """Propose new terms from a day on: an amount, a post, duties, or an earlier last day."""
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if not by.has_perm(Permission.CONTRACT_OFFER, contract.area_id):
        raise PermissionDenied(_("Proposing an amendment belongs to the township officer."))
    amendment = Amendment(
        area_id=contract.area_id,
        contract=contract,
        starts_on=starts_on,
        standard=standard,
        title=title.strip(),
        duties=duties.strip(),
        ends_on=ends_on,
        reason=reason.strip(),
        proposed_on=today(),
        proposed_by=by,
    )
    if against := _against(amendment):
        raise Refused(against)
    amendment.save()
    log(amendment, "draft", by=by, after=amendment.state, note=amendment.reason)
    return amendment


def _against(amendment):
    reasons = [why for asked in DRAFTED_UNDER for why in asked.failures(amendment)]
    if not amendment.reason:
        reasons.append(_("Say why."))
    return reasons


@transaction.atomic
def agree(amendment, *, by, on, scan=None, note=""):
    """Record the day on which the worker signed, with the scan where there is one."""
    amendment = _locked(amendment)
    if amendment.state == Amendment.State.DRAFTED and (against := _wrong_day(amendment, on)):
        raise Refused(against)
    kept = keep_scan(amendment.contract, scan, by=by) if scan else None
    return take(amendment.agree, by=by, note=note, on=on, scan=kept)


def _wrong_day(amendment, on):
    if on > today():
        return [_("The day of signing has not come yet.")]
    if on < amendment.proposed_on:
        return [
            _("The amendment was only proposed on %(day)s; nobody could sign it earlier.")
            % {"day": amendment.proposed_on}
        ]
    return []


@transaction.atomic
def approve(amendment, *, by, note=""):
    """Put the new terms in force from their first day; an earlier last day ends the contract."""
    amendment = _locked(amendment)
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=amendment.contract_id)
    checks.stand_still(contract, amendment.starts_on)
    amendment.contract = contract
    if amendment.ends_on:
        amendment.ended_before = contract.ends_on
    take(amendment.approve, by=by, note=note, at=timezone.now())
    if amendment.ends_on:
        contract.ends_on = amendment.ends_on
        contract.save(update_fields=["ends_on"])
    log(contract, "amend", by=by, note=amendment.reason, amendment=amendment.pk)
    return amendment


@transaction.atomic
def void(amendment, *, by, note):
    """Drop a proposal, with a reason."""
    if not note.strip():
        raise Refused(_("Say why."))
    return take(_locked(amendment).void, by=by, note=note)


def _locked(amendment):
    joined = Amendment.objects.select_related("contract__person", "area")
    return joined.select_for_update(of=("self",)).get(pk=amendment.pk)
