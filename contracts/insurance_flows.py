"""Whose turn it is on a policy before it covers anybody."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from contracts import insurance, insurance_forms
from contracts.models import InsurancePolicy, InsuranceProcess
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record

State = InsurancePolicy.State


def _eve(policy):
    """A policy is in force on its first day, so everything is done the day before."""
    return policy.starts_on - timedelta(days=1)


@flow_for(InsurancePolicy)
class InsuranceFlow(flow.Flow):
    """Take a planned policy to the insurer and into force.

    This flow says whose turn it is. What the policy is, only InsurancePolicy.state says.
    """

    process_class = InsuranceProcess
    process_title = _("Insurance policy")
    begun = {"plan": _("Plan a policy"), "add": _("Enter a policy")}

    begin = starts_at_record()
    turn = by_state({State.PLANNED: this.approve, State.ENROLLED: this.issue}, otherwise=this.done)
    approve = (
        Step(insurance.approve, title=_("Approve the list"), form=NoteForm, due=_eve)
        .By(Permission.INSURANCE_APPROVE)
        .Next(this.turn)
    )
    issue = (
        Step(
            insurance.issue,
            title=_("Enter the insurer's policy"),
            form=insurance_forms.IssueForm,
            due=_eve,
        )
        .By(Permission.INSURANCE_EDIT)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "reopen": Verb(
            insurance.reopen,
            _("Take the list back"),
            ReasonForm,
            permission=Permission.INSURANCE_EDIT,
        ),
        "cancel": Verb(
            insurance.cancel,
            _("Give the policy up"),
            insurance_forms.CancelForm,
            permission=Permission.INSURANCE_APPROVE,
        ),
    }


def plan(*, by, **terms):
    """Plan a policy and put its list before whoever approves it."""
    policy = insurance.plan(by=by, **terms)
    follow(policy, by=by)
    return policy
