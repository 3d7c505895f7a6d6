"""Accidents and claims: reported in time, with their papers, to the insurer and back (W-4)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import claim_checks as checks
from contracts.models import Claim, Contract
from project.kernel.guards import NeedsReason, Refused, log, take
from project.kernel.months import SHANGHAI, today
from project.kernel.roles import Permission


@transaction.atomic
def report(*, by, contract, happened_on, place, account, happened_at=None, injury="", note=""):
    """Report an accident at work; a report after claim.report_hours needs its reason."""
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if not by.has_perm(Permission.CLAIM_REPORT, contract.area_id):
        raise PermissionDenied(_("Reporting an accident belongs to the village or the township."))
    claim = Claim(
        area_id=contract.area_id,
        contract=contract,
        cover=_cover(contract, happened_on),
        happened_on=happened_on,
        happened_at=happened_at,
        place=place.strip(),
        account=account.strip(),
        injury=injury.strip(),
        reported_at=timezone.now(),
        reported_by=by,
    )
    if reasons := _against(claim):
        raise Refused(reasons)
    claim.due_at = checks.report_due(claim)
    if claim.is_late and not note.strip():
        raise NeedsReason([_late(claim), _("Write the reason for the delay.")])
    claim.save()
    log(claim, "report", by=by, after=claim.state, note=note.strip(), late=claim.is_late)
    return claim


def _against(claim):
    reasons = checks.has_happened.failures(claim) + checks.was_under_contract.failures(claim)
    if claim.contract.claims.filter(happened_on=claim.happened_on).exists():
        reasons.append(_("This accident has been reported already."))
    if not claim.account or not claim.place:
        reasons.append(_("Write where it happened, and what."))
    return reasons


def _late(claim):
    due = timezone.localtime(claim.due_at, SHANGHAI)
    return _("The accident was to be reported by %(moment)s.") % {"moment": f"{due:%Y-%m-%d %H:%M}"}


def _cover(contract, day):
    """The cover that holds on the day: accident insurance first."""
    found = contract.person.covers.covering(day, day).select_related("policy")
    return found.order_by("policy__kind", "pk").first()


@transaction.atomic
def collect(claim, *, by, note="", **received):
    """Tick the papers that have come in; those ticked before stay."""
    claim = _locked(claim)
    fresh = [paper for paper in Claim.Paper.values if received.get(paper) or paper in claim.papers]
    return take(claim.collect, by=by, note=note, papers=fresh)


@transaction.atomic
def submit(claim, *, by, on, asked=None, number="", note=""):
    """Send the claim to the insurer, once somebody covers the day and every paper is there.

    A cover that was entered after the accident was reported, for the day of it, counts.
    """
    claim = _locked(claim)
    _has_come(on)
    if claim.cover is None:
        claim.cover = _cover(claim.contract, claim.happened_on)
    return take(claim.submit, by=by, note=note, on=on, asked=asked, number=number.strip())


@transaction.atomic
def settle(claim, *, by, on, paid, note=""):
    """Close the claim with what the insurer paid."""
    claim = _locked(claim)
    _has_come(on)
    if claim.submitted_on and on < claim.submitted_on:
        raise Refused(_("The answer cannot be older than the claim."))
    return take(claim.settle, by=by, note=note, on=on, paid=paid, answer=note.strip())


@transaction.atomic
def reject(claim, *, by, note):
    """Close the claim without payment, for a written reason."""
    if not note.strip():
        raise Refused(_("Say why."))
    return take(_locked(claim).reject, by=by, note=note, on=today(), answer=note.strip())


def _has_come(day):
    if day > today():
        raise Refused(_("This day has not come yet."))


def _locked(claim):
    joined = Claim.objects.select_related("contract__person", "cover", "area")
    return joined.select_for_update(of=("self",)).get(pk=claim.pk)
