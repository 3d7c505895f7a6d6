"""Correcting a day: asked for by the worker or the clerk, decided by somebody else (W-5)."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import CheckIn, Correction, Sheet
from attendance.models.measuring import most_of_a_day, quantities_in
from attendance.models.request_checks import day_may_be_worked, level_of, too_close
from attendance.models.showing import shown
from contracts.models import Contract
from project.kernel.guards import Refused, log, refusals, take
from project.kernel.months import Month
from project.kernel.roles import Permission
from project.kernel.uploads import handed_in


@transaction.atomic
def ask(*, contract, day, wanted, reason, by=None, phone=None, evidence=None, quantity=None):
    """Ask for a day to be worth more or less, with the reason and what shows it.

    Where hours or pieces are paid, `quantity` says how many of them the day should have.
    """
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    may_ask(contract, by, phone)
    asked = Correction(
        area_id=contract.area_id,
        contract=contract,
        day=day,
        was=counted(contract, day),
        wanted=wanted,
        was_quantity=measured_on(contract, day),
        wanted_quantity=quantity,
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


def may_ask(contract, by, phone):
    """A phone asks for its own worker, a person of the office where days are recorded."""
    if phone is not None:
        allowed = phone.person_id == contract.person_id and phone.ended_at is None
    else:
        allowed = by.has_perm(Permission.SHEET_RECORD, contract.area_id)
    if not allowed:
        raise PermissionDenied(_("Workers ask for their own days; the clerk asks for the village."))


def hand_in(request, evidence):
    """Keep the evidence of a request with its hash."""
    if evidence:
        handed = handed_in(evidence)
        request.sha256 = handed.sha256
        request.evidence.save(handed.stored_as, handed.file, save=False)


def note_asked(request):
    """The log knows who asked; of a phone it names who let it in."""
    if request.asked_by:
        return log(request, "ask", by=request.asked_by, after=request.state, note=request.reason)
    by = request.phone.let_in_by.issued_by
    return log(request, "ask_by_phone", by=by, after=request.state, note=request.reason)


def counted(contract, day):
    """What a day of a contract counts now: 0, a half or a whole."""
    rows = shown(Month.of(day), contract.area_id).filter(contract=contract, day=day)
    return max(rows.values_list("worth", flat=True), default=0)


def measured_on(contract, day):
    """The hours or pieces that a day counts now; None where these are not paid or not known."""
    if not contract.is_measured:
        return None
    found = quantities_in(Month.of(day), contract.area_id).get(contract.pk)
    return found[day.day - 1] if found else None


def _against(asked):
    reasons = [*day_may_be_worked.failures(asked), *_against_quantity(asked)]
    if asked.asked_by:
        reasons += too_close(asked, asked.asked_by)
    same = (asked.was, asked.was_quantity) == (asked.wanted, asked.wanted_quantity)
    if same or (asked.was == asked.wanted and not (asked.wanted and asked.contract.is_measured)):
        reasons.append(_("The day counts like that already."))
    if not asked.reason:
        reasons.append(_("Say why."))
    if Correction.objects.filter(contract=asked.contract, day=asked.day, state="asked").exists():
        reasons.append(_("A correction of this day is asked for already."))
    billed = Sheet.objects.filter(area=asked.area_id, month=Month.of(asked.day), state="billed")
    if billed.exists():
        reasons.append(_("The month is paid already; ask for a correction of the payment."))
    return reasons


def _against_quantity(asked):
    """Hours or pieces are said where they are paid, of a whole day, and nowhere else."""
    said, contract = asked.wanted_quantity, asked.contract
    if not contract.is_measured or not asked.wanted:
        return [] if said is None else [_("Hours or pieces are not paid here. Leave them empty.")]
    if said is None or not 0 < said <= most_of_a_day(contract):
        words = {"most": most_of_a_day(contract)}
        return [_("Say how much was done on the day: a number up to %(most)s.") % words]
    if asked.wanted != 1:
        return [_("Where hours or pieces are paid, the day itself counts whole or not at all.")]
    return []


@transaction.atomic
def hand_over(correction, content):
    """Keep the picture or the page that a phone sends after it asked; the first one stays."""
    correction = locked(correction)
    if correction.state != Correction.State.ASKED or correction.evidence:
        raise Refused(_("The correction has its evidence, or is decided; nothing more is taken."))
    hand_in(correction, content)
    correction.save()
    return correction


@transaction.atomic
def grant(correction, *, by, note=""):
    """Let the day be worth what was asked for: what was there stays, with counter-entries."""
    correction = locked(correction)
    _hold_still(correction)
    made, level = None, level_of(correction)
    if correction.wanted and level and not refusals(correction.grant, by=by):
        made = CheckIn.objects.create(
            client_id=uuid.uuid4(),
            contract=correction.contract,
            day=correction.day,
            worth=correction.wanted,
            quantity=correction.wanted_quantity,
            source=CheckIn.Source.CORRECTION,
            level=level,
            received_by=by,
        )
    correction = take(correction.grant, by=by, note=note, at=timezone.now(), check_in=made)
    _void_others(correction, by)
    return correction


def _hold_still(correction):
    """Nobody confirms the sheet or records the day in the meantime."""
    Contract.objects.select_for_update(of=("self",)).get(pk=correction.contract_id)
    sheets = Sheet.objects.filter(area=correction.area_id, month=Month.of(correction.day))
    list(sheets.select_for_update(of=("self",)))


def _void_others(correction, by):
    """Take back whatever was recorded for the day, each by its own counter-entry."""
    rows = CheckIn.objects.filter(
        contract=correction.contract, day=correction.day, voids=None, voided_by=None
    )
    CheckIn.objects.bulk_create(
        CheckIn(
            client_id=uuid.uuid4(),
            contract=row.contract,
            kind=row.kind,
            day=row.day,
            worth=row.worth,
            quantity=row.quantity,
            source=row.source,
            level=row.level,
            voids=row,
            received_by=by,
        )
        for row in rows.exclude(pk=correction.check_in_id)
    )


@transaction.atomic
def refuse(correction, *, by, note):
    """Leave the day as it was, with a reason."""
    if not note.strip():
        raise Refused(_("Say why."))
    return take(locked(correction).refuse, by=by, note=note, at=timezone.now())


@transaction.atomic
def withdraw(correction, *, by, note=""):
    """Ask no more."""
    return take(locked(correction).withdraw, by=by, note=note)


def locked(request):
    """The request as it stands now, held until it is decided."""
    joined = type(request).objects.select_related("contract__person", "area")
    return joined.select_for_update(of=("self",)).get(pk=request.pk)
