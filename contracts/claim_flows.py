"""Whose turn it is on an accident."""

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from contracts import claim_forms, claims
from contracts.models import Claim, ClaimProcess
from project.kernel.months import SHANGHAI
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record


def _due(claim):
    """Papers are begun within the hours in which the accident must be reported."""
    return localtime(claim.due_at, SHANGHAI).date()


@flow_for(Claim)
class ClaimFlow(flow.Flow):
    """Take a reported accident to the insurer's answer.

    This flow says whose turn it is. What the claim is, only Claim.state says.
    """

    process_class = ClaimProcess
    process_title = _("Accident")
    begun = {"report": _("Report an accident")}

    begin = starts_at_record()
    turn = by_state(
        {
            Claim.State.REPORTED: this.collect,
            Claim.State.DOCUMENTS: this.submit,
            Claim.State.SUBMITTED: this.settle,
        },
        otherwise=this.done,
    )
    collect = (
        Step(claims.collect, title=_("Collect the papers"), form=claim_forms.CollectForm, due=_due)
        .By(Permission.CLAIM_EDIT)
        .Next(this.turn)
    )
    submit = (
        Step(claims.submit, title=_("Send to the insurer"), form=claim_forms.SubmitForm)
        .By(Permission.CLAIM_EDIT)
        .Next(this.turn)
    )
    settle = (
        Step(claims.settle, title=_("Record the payment"), form=claim_forms.SettleForm)
        .By(Permission.CLAIM_DECIDE)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "reject": Verb(
            claims.reject,
            _("Close without payment"),
            claim_forms.RejectForm,
            permission=Permission.CLAIM_DECIDE,
        ),
    }


def report(*, by, **facts):
    """Report an accident and put it before whoever collects its papers."""
    claim = claims.report(by=by, **facts)
    follow(claim, by=by)
    return claim
