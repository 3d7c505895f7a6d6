"""Leave and registered substitutes: asked for by one, decided by another (W-5, R-39)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.corrections import hand_in, locked, may_ask, note_asked
from attendance.models import Leave, Substitution
from attendance.models.request_checks import leave_lies_in_the_contract, too_close
from contracts.models import HOLDING, Contract, Cover
from policy.selectors import rule, rulings
from project.kernel.guards import NotThisPerson, Refused, log, take
from project.kernel.roles import Permission
from registry.kinship import kin_sentences


@transaction.atomic
def ask(*, contract, kind, starts_on, ends_on, reason, by=None, phone=None, evidence=None):
    """Ask for leave from a day to a day."""
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    may_ask(contract, by, phone)
    asked = Leave(
        area_id=contract.area_id,
        contract=contract,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        asked_by=by,
        phone=phone,
    )
    if against := _against(asked):
        raise Refused(against)
    hand_in(asked, evidence)
    asked.save()
    note_asked(asked)
    return asked


def _against(asked):
    if asked.ends_on < asked.starts_on:
        return [_("The last day lies before the first.")]
    reasons = list(leave_lies_in_the_contract.failures(asked))
    if asked.asked_by:
        reasons += too_close(asked, asked.asked_by)
    if not asked.reason:
        reasons.append(_("Say why."))
    same = Leave.objects.filter(contract=asked.contract, state__in=["asked", "granted"])
    if same.filter(starts_on__lte=asked.ends_on, ends_on__gte=asked.starts_on).exists():
        reasons.append(_("Leave is asked for or granted on these days already."))
    return reasons


@transaction.atomic
def grant(leave, *, by, note=""):
    """Excuse the holder on the days asked for."""
    leave = locked(leave)
    Contract.objects.select_for_update(of=("self",)).get(pk=leave.contract_id)
    return take(leave.grant, by=by, note=note, at=timezone.now())


@transaction.atomic
def refuse(leave, *, by, note):
    """Excuse nobody, with a reason."""
    if not note.strip():
        raise Refused(_("Say why."))
    return take(locked(leave).refuse, by=by, note=note, at=timezone.now())


@transaction.atomic
def withdraw(leave, *, by, note=""):
    """Ask no more."""
    return take(locked(leave).withdraw, by=by, note=note)


@transaction.atomic
def substitute(*, holder, substitute, starts_on, ends_on, reason, by):
    """Register who works in a holder's place; the day is credited to who checks in, and only so."""
    if not by.has_perm(Permission.SHEET_REVIEW, holder.area_id):
        raise PermissionDenied(_("Registering a substitute belongs to the township."))
    if kin := kin_sentences(holder.person, by) + kin_sentences(substitute.person, by):
        raise NotThisPerson(kin)
    if against := _against_substitute(holder, substitute, starts_on, ends_on, reason):
        raise Refused(against)
    made = Substitution.objects.create(
        area_id=holder.area_id,
        holder=holder,
        substitute=substitute,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        registered_by=by,
    )
    log(made, "register", by=by, note=made.reason)
    return made


def _against_substitute(holder, substitute, first, last, reason):
    if not rule("substitute.allowed", on=first, area=holder.area_id):
        return [_("Here nobody works in another's place; the rule does not allow substitutes.")]
    if last < first:
        return [_("The last day lies before the first.")]
    reasons = [] if reason.strip() else [_("Say why.")]
    if holder.person_id == substitute.person_id:
        reasons.append(_("Holder and substitute are the same person."))
    for contract in (holder, substitute):
        within = contract.starts_on <= first and last <= contract.ends_on
        if contract.state not in HOLDING or not within:
            words = {"name": contract.person.name}
            reasons.append(_("The contract of %(name)s does not hold on these days.") % words)
    if not _insured(substitute, first, last):
        words = {"name": substitute.person.name}
        reasons.append(_("%(name)s is not insured on all of these days.") % words)
    taken = Substitution.objects.filter(Q(starts_on__lte=last, ends_on__gte=first), holder=holder)
    if taken.exists():
        reasons.append(_("A substitute is registered on these days already."))
    return reasons


def _insured(contract, first, last):
    """A substitute is insured where holders are (W-5)."""
    code, area = "insurance.mandatory", contract.area_id
    mandatory = rulings([code], on=first, areas=[area])[area].get(code)
    if not (mandatory and mandatory.value):
        return True
    covers = Cover.objects.filter(person=contract.person_id)
    return covers.filter(starts_on__lte=first, ends_on__gte=last).exists()
