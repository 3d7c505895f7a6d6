"""Stopping the work of a contract for a while, and going on with it (W-3)."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import change_checks as checks
from contracts.models import Contract, Suspension
from project.kernel.guards import Refused, refusals, take


@transaction.atomic
def suspend(contract, *, by, on, note):
    """Stop the work from a day on, with a reason; the days until it goes on are not payable."""
    contract = _locked(contract)
    if not note.strip():
        raise Refused(_("Say why."))
    if not refusals(contract.suspend, by=by) and (against := _against_suspending(contract, on)):
        raise Refused(against)
    contract = take(contract.suspend, by=by, note=note)
    Suspension.objects.create(
        area_id=contract.area_id,
        contract=contract,
        starts_on=on,
        reason=note.strip(),
        begun_by=by,
    )
    return contract


def _against_suspending(contract, on):
    if not contract.starts_on <= on <= contract.ends_on:
        return [
            _("The first day of the suspension must lie within the contract: %(first)s–%(last)s.")
            % {"first": contract.starts_on, "last": contract.ends_on}
        ]
    checks.stand_still(contract, on)
    later = contract.suspensions.filter(ends_on__gte=on).filter(ends_on__gte=F("starts_on"))
    return [
        _("The contract was suspended until %(day)s already; choose a later day.")
        % {"day": other.ends_on}
        for other in later.order_by("ends_on")
    ] + checks.counted_from(contract, on)


@transaction.atomic
def resume(contract, *, by, on, note=""):
    """Go on with the work from a day; on the first day of the suspension it is taken back."""
    contract = _locked(contract)
    open_ = contract.suspensions.filter(ends_on=None).first()
    ready = open_ and not refusals(contract.resume, by=by)
    if ready and (against := _against_resuming(open_, contract, on)):
        raise Refused(against)
    contract = take(contract.resume, by=by, note=note)
    if open_:
        open_.ends_on, open_.ended_by, open_.ended_at = on - timedelta(days=1), by, timezone.now()
        open_.save(update_fields=["ends_on", "ended_by", "ended_at"])
    return contract


def _against_resuming(suspension, contract, on):
    if not suspension.starts_on <= on <= contract.ends_on:
        return [
            _("The first day of work must lie between %(first)s and the last day, %(last)s.")
            % {"first": suspension.starts_on, "last": contract.ends_on}
        ]
    checks.stand_still(contract, on)
    return checks.confirmed_from(contract, on)


def _locked(contract):
    return Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
