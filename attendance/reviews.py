"""Looking at doubts: somebody of the township says whether the day counts, and why."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from attendance.models import CheckIn, Flag, FlagReview, Sheet
from attendance.models.sheet_checks import twice
from attendance.models.showing import shown
from project.kernel.guards import NotThisPerson, Refused, log
from project.kernel.hands import hands
from project.kernel.months import Month
from project.kernel.roles import Permission
from registry.kinship import kin_sentences
from registry.models import NATION, Person


@transaction.atomic
def decide(flag, *, by, decision, reason):
    """Say whether a doubtful day counts; it is said once, with the reason, and not taken back."""
    flag = _locked(flag)
    if not by.has_perm(Permission.SHEET_REVIEW, flag.check_in.contract.area_id):
        raise PermissionDenied(_("Looking at doubts belongs to the township."))
    if reasons := barred(flag, by):
        raise NotThisPerson(reasons)
    _hold_still(flag.check_in)
    if reasons := against(flag) + _against(flag, decision):
        raise Refused(reasons)
    if not reason.strip():
        raise Refused(_("Say why."))
    review = FlagReview.objects.create(flag=flag, decision=decision, reason=reason.strip(), by=by)
    log(flag, "decide", by=by, after=decision, note=review.reason)
    return flag


def _hold_still(entry):
    """Nobody confirms the sheet, and nobody decides about the person's other record, meanwhile."""
    sheets = Sheet.objects.filter(area=entry.contract.area_id, month=Month.of(entry.day))
    list(sheets.select_for_update(of=("self",)))
    Person.objects.select_for_update(of=("self",)).get(pk=entry.contract.person_id)


def barred(flag, by):
    """Why this person leaves the doubt to somebody else."""
    contract, reasons = flag.check_in.contract, []
    recorded = CheckIn.objects.filter(contract=contract, day=flag.check_in.day)
    if recorded.filter(received_by__in=hands(by, since=flag.check_in.day)).exists():
        reasons.append(_("You recorded this day; another person must decide."))
    return reasons + kin_sentences(contract.person, by)


def against(flag):
    """Why nothing is to be decided about the doubt."""
    if hasattr(flag, "review"):
        return [_("Somebody has decided about this doubt already.")]
    if flag.check_in.voided_by.exists():
        return [_("The record was replaced by another one; there is nothing left to decide.")]
    month, area = Month.of(flag.check_in.day), flag.check_in.contract.area_id
    if Sheet.objects.filter(area=area, month=month, state__in=Sheet.FROZEN).exists():
        return [_("The sheet is confirmed and its days do not change. Send the sheet back first.")]
    return []


def _against(flag, decision):
    """Of two records of one person on one day no more than a whole day counts (V-03, V-13)."""
    entry = flag.check_in
    if decision != FlagReview.Decision.COUNTS or flag.code != Flag.Code.TWO_PROGRAMMES:
        return []
    others = shown(Month.of(entry.day), NATION).filter(
        contract__person=entry.contract.person_id, day=entry.day
    )
    others = others.exclude(contract=entry.contract_id).order_by("contract", "worth")
    found = {
        row.contract_id: row for row in others.select_related("contract__person", "contract__area")
    }
    if entry.worth + sum(row.worth for row in found.values()) <= 1:
        return []
    return [twice([*found.values(), entry])]


def _locked(flag):
    joined = Flag.objects.select_related("check_in__contract__person", "check_in__contract__area")
    return joined.select_for_update(of=("self",)).get(pk=flag.pk)
