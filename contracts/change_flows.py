"""Whose turn it is when the terms of a contract change."""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from contracts import amendments, change_forms
from contracts.models import Amendment, AmendmentProcess
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record


def _first_day(amendment):
    """New terms are agreed and approved before their first day."""
    return amendment.starts_on


@flow_for(Amendment)
class AmendmentFlow(flow.Flow):
    """Take proposed terms to the day from which they hold.

    This flow says whose turn it is. What the amendment is, only Amendment.state says.
    """

    process_class = AmendmentProcess
    process_title = _("Amendment")
    begun = {"draft": _("Propose an amendment")}

    begin = starts_at_record()
    turn = by_state(
        {Amendment.State.DRAFTED: this.agree, Amendment.State.AGREED: this.approve},
        otherwise=this.done,
    )
    agree = (
        Step(
            amendments.agree,
            title=_("Record the worker's agreement"),
            form=change_forms.AgreeForm,
            due=_first_day,
        )
        .By(Permission.CONTRACT_SIGN)
        .Next(this.turn)
    )
    approve = (
        Step(amendments.approve, title=_("Approve the amendment"), form=NoteForm, due=_first_day)
        .By(Permission.CONTRACT_START)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {"void": Verb(amendments.void, _("Drop the proposal"), ReasonForm)}


def draft(*, contract, by, **terms):
    """Propose an amendment and put it before whoever sees the worker sign it."""
    amendment = amendments.draft(contract=contract, by=by, **terms)
    follow(amendment, by=by)
    return amendment
