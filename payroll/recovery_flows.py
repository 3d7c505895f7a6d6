"""Whose turn it is when pay is asked back."""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from payroll import recovering, recovery_forms
from payroll.models import Recovery, RecoveryProcess
from project.kernel import forms
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, flow_for, follow, starts_at_record

State = Recovery.State


def _is(*states, repaid=None):
    """A condition of the switch: the record's state, and whether anything is still owed."""

    def asked(activation):
        recovery = activation.process.artifact
        return recovery.state in states and repaid in (None, recovery.balance == 0)

    return asked


def _next_payment(recovery):
    """The day of the first part of the plan that what came back does not cover."""
    covered = recovery.repaid
    for part in recovery.instalments.all():
        covered -= part.amount
        if covered < 0:
            return part.due_on
    return recovery.due_on


@flow_for(Recovery)
class RecoveryFlow(flow.Flow):
    """Take a proposal to a decision, its notice, its repayments and a second person's word.

    This flow says whose turn it is. What the recovery is, only Recovery.state says.
    """

    process_class = RecoveryProcess
    process_title = _("Recovery")
    begun = {"propose": _("Propose a recovery")}

    begin = starts_at_record()
    turn = (
        flow.Switch()
        .Case(this.decide, _is(State.PROPOSED))
        .Case(this.demand, _is(State.DECIDED))
        .Case(this.settle, _is(State.REPAYING, repaid=True))
        .Case(this.repay, _is(State.DEMANDED, State.REPAYING))
        .Default(this.done)
    )
    decide = (
        Step(recovering.decide, title=_("Decide the recovery"), form=forms.NoteForm)
        .By(Permission.RECOVERY_DECIDE)
        .Next(this.turn)
    )
    demand = (
        Step(recovering.demand, title=_("Serve the demand"), form=recovery_forms.DemandForm)
        .By(Permission.RECOVERY_PROPOSE)
        .Next(this.turn)
    )
    repay = (
        Step(
            recovering.repay,
            title=_("Enter a repayment"),
            form=recovery_forms.RepayForm,
            due=_next_payment,
        )
        .By(Permission.RECOVERY_REPAY)
        .Next(this.turn)
    )
    settle = (
        Step(recovering.settle, title=_("Confirm the settlement"), form=forms.NoteForm)
        .By(Permission.RECOVERY_SETTLE)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "undo": Verb(recovering.undo, _("Undo a repayment"), recovery_forms.UndoForm),
        "ask_offset": Verb(
            recovering.ask_offset, _("Ask for an offset"), recovery_forms.AskOffsetForm
        ),
        "approve_offset": Verb(
            recovering.approve_offset, _("Approve an offset"), recovery_forms.ApproveOffsetForm
        ),
        "cancel": Verb(recovering.cancel, _("Cancel the recovery"), forms.ReasonForm),
    }


def propose(*, by, **facts):
    """Propose a recovery and put it before the person who decides."""
    recovery = recovering.propose(by=by, **facts)
    follow(recovery, by=by)
    return recovery
