"""Leaving a contract in good order: from the proposal to the settled file (W-8)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from contracts import exit_checks as checks
from contracts.insurance_changes import leave
from contracts.models import Contract, Exit
from project.kernel.guards import Refused, log, take
from project.kernel.months import today
from project.kernel.roles import Permission

OPEN = [Exit.State.PROPOSED, Exit.State.NOTIFIED, Exit.State.HEARD]


@transaction.atomic
def propose(*, contract, by, reason, last_day, explanation="", proof="", finding=""):
    """Put forward that a person leaves, with one of the nineteen reasons and a last working day."""
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if not by.has_perm(Permission.EXIT_PROPOSE, contract.area_id):
        raise PermissionDenied(_("Proposing an exit belongs to the village or the township."))
    exit_ = Exit(
        area_id=contract.area_id,
        contract=contract,
        reason=reason,
        last_day=last_day,
        explanation=explanation.strip(),
        proof=proof.strip(),
        finding=finding.strip(),
        proposed_on=today(),
        proposed_by=by,
    )
    if against := _against(exit_):
        raise Refused(against)
    exit_.save()
    log(exit_, "propose", by=by, after=exit_.state, note=exit_.explanation)
    return exit_


def _against(exit_):
    reasons = checks.contract_holds.failures(exit_) + checks.last_day_fits.failures(exit_)
    reasons += checks.died_after_the_last_day.failures(exit_)
    if exit_.reason == Exit.Reason.E19 and not exit_.explanation:
        reasons.append(_("Explain the reason “Other” in words."))
    open_ = exit_.contract.exits.exclude(state=Exit.State.CANCELLED).first()
    if open_ is not None:
        reasons.append(
            _("An exit of this contract is already under way; it is “%(state)s”.")
            % {"state": open_.get_state_display()}
        )
    return reasons


@transaction.atomic
def prove(exit_, *, by, proof="", finding="", note=""):
    """Add the proof or the finding that came after the proposal; what was written is kept."""
    exit_ = _locked(exit_)
    if not proof.strip() and not finding.strip():
        raise Refused(_("Enter the proof or the finding."))
    written = {
        "proof": "\n".join(filter(None, [exit_.proof, proof.strip()])),
        "finding": "\n".join(filter(None, [exit_.finding, finding.strip()])),
    }
    return take(exit_.prove, by=by, note=note, **written)


@transaction.atomic
def notify(exit_, *, by, on, note=""):
    """The person was told on a day, from which the days for a statement run."""
    exit_ = _locked(exit_)
    _not_ahead(exit_, on)
    return take(exit_.notify, by=by, note=note, on=on)


def _not_ahead(exit_, on):
    if on > today():
        raise Refused(_("This day has not come yet."))
    if on < exit_.proposed_on:
        raise Refused(
            _("The exit was only proposed on %(day)s; nobody could be told earlier.")
            % {"day": exit_.proposed_on}
        )


@transaction.atomic
def hear(exit_, *, by, statement="", note=""):
    """Record the person's statement, or their silence once the days for it have passed."""
    exit_ = _locked(exit_)
    statement = statement.strip()
    told = exit_.state == Exit.State.NOTIFIED
    if told and not statement and (reasons := checks.silence_is_over(exit_)):
        raise Refused(reasons)
    return take(exit_.hear, by=by, note=note, on=today(), statement=statement)


@transaction.atomic
def approve(exit_, *, by, note=""):
    """Decide the exit: contract and insurance end on the last working day, whatever comes after."""
    exit_ = take(_locked(exit_).approve, by=by, note=note, on=today())
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=exit_.contract_id)
    leave(contract, exit_.last_day, by=by)
    take(contract.end, by=by, note=note, on=exit_.last_day)
    return exit_


@transaction.atomic
def settle(exit_, *, by, note):
    """Record by hand, with a written reason, that nothing is due any more."""
    if not note.strip():
        raise Refused(_("Write why nothing is due any more."))
    return take(_locked(exit_).settle, by=by, note=note, on=today(), settlement=note.strip())


@transaction.atomic
def settle_paid(paid, month, *, by, note=""):
    """Settle the exits whose last month a run has paid: `paid` is {contract: amount}."""
    waiting = Exit.objects.select_for_update(of=("self",)).select_related("contract")
    waiting = waiting.filter(
        state=Exit.State.APPROVED,
        contract__in=list(paid),
        last_day__range=(month.first, month.last),
    )
    settled = []
    for exit_ in waiting.order_by("pk"):
        if not checks.everything_is_paid.failures(exit_) and not exit_.barred(by):
            words = _("%(amount)s yuan were paid for %(month)s.") % {
                "amount": paid[exit_.contract_id],
                "month": month,
            }
            settled.append(
                take(exit_.settle, by=by, note=note or words, on=today(), settlement=words)
            )
    return settled


@transaction.atomic
def close(exit_, *, by, follow_up="", note=""):
    """Note what became of the person, and close the file."""
    exit_ = _locked(exit_)
    if not exit_.is_death and not follow_up.strip():
        raise Refused(_("Enter where the person works now, or what was done to find work."))
    return take(exit_.close, by=by, note=note, on=today(), follow_up=follow_up.strip())


@transaction.atomic
def cancel(exit_, *, by, note):
    """The person stays after all, for a written reason."""
    if not note.strip():
        raise Refused(_("Write why the person stays."))
    return take(_locked(exit_).cancel, by=by, note=note)


def death_is_proved(contract):
    """Whether the death of a contract's worker is shown by an approved exit."""
    deaths = contract.exits.filter(reason=Exit.Reason.E06, approved_on__isnull=False)
    return deaths.exclude(state=Exit.State.CANCELLED).exists()


def _locked(exit_):
    joined = Exit.objects.select_related("contract__person", "area")
    return joined.select_for_update(of=("self",)).get(pk=exit_.pk)
