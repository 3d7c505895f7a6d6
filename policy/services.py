"""What may be done to policies and funds."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from policy.models import Allocation, PolicyDocument
from project.kernel.guards import Refused, log
from project.kernel.roles import Permission


@transaction.atomic
def link_successor(document, successor, *, by):
    """Say which document follows one that ends, so that the months after it can be paid."""
    document = PolicyDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if not by.has_perm(Permission.POLICY_EDIT, document.area_id):
        raise PermissionDenied(_("Linking policy documents belongs to the county department."))
    if reasons := _against(document, successor):
        raise Refused(reasons)
    document.successor = successor
    document.save(update_fields=["successor"])
    log(document, "link_successor", by=by, note=str(successor), successor=successor.pk)
    return document


def _against(document, successor):
    reasons = []
    if document.successor_id:
        reasons.append(_("This document already has a successor."))
    if document.valid_to is None:
        reasons.append(_("The document has no last day, so nothing follows it yet."))
    if successor.valid_from <= document.valid_from:
        reasons.append(_("The document that follows must begin later than this one."))
    if document.valid_to and successor.valid_to and successor.valid_to <= document.valid_to:
        reasons.append(_("The document that follows ends no later than this one."))
    if hasattr(successor, "predecessor"):
        reasons.append(_("The document that follows already follows another one."))
    return reasons


@transaction.atomic
def allocate(*, fund, area, year, amount, document, by):
    """Record money of a fund given to an area for a year; a negative amount takes some back."""
    if not by.has_perm(Permission.FUND_EDIT, area.code):
        raise PermissionDenied(_("Recording allocations belongs to the finance officer."))
    if not amount:
        raise Refused(_("The amount is zero; nothing would be recorded."))
    made = Allocation.objects.create(
        fund=fund, area=area, year=year, amount=amount, document=document, added_by=by
    )
    log(made, "allocate", by=by, note=document)
    return made
