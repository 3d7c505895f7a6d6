"""Whose turn it is when money came back."""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from payroll import reissue
from payroll.models import Correction, CorrectionProcess
from project.kernel import forms
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record


def confirm(correction, *, by, note=""):
    """Confirm, and put the run that pays again before the person who sends it."""
    correction = reissue.confirm(correction, by=by, note=note)
    if correction.fresh:
        follow(correction.fresh.run, by=by)
    return correction


@flow_for(Correction)
class CorrectionFlow(flow.Flow):
    """Have a second person confirm what becomes of a payment that came back.

    This flow says whose turn it is. What the correction is, only Correction.state says.
    """

    process_class = CorrectionProcess
    process_title = _("Correction of a payment")
    begun = {"propose": _("Correct a payment")}

    begin = starts_at_record()
    turn = by_state({Correction.State.PROPOSED: this.confirm}, otherwise=this.done)
    confirm = (
        Step(confirm, title=_("Confirm the correction"), form=forms.NoteForm)
        .By(Permission.PAY_CONFIRM)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {"withdraw": Verb(reissue.withdraw, _("Withdraw"), forms.ReasonForm)}


def propose(*, line, by, **facts):
    """Propose what becomes of a payment and put it before a second person."""
    correction = reissue.propose(line=line, by=by, **facts)
    follow(correction, by=by)
    return correction
