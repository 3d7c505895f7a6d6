"""Whose turn it is in a round of inspection."""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from inspections import plan_forms, plans
from inspections.models import Plan, PlanProcess
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record


def _last(plan):
    return plan.last


@flow_for(Plan)
class PlanFlow(flow.Flow):
    """Take a round from its plan over the drawn list to a report that somebody else has read.

    This flow says whose turn it is. What the round is, only Plan.state says.
    """

    process_class = PlanProcess
    process_title = _("Inspection plan")
    begun = {"make": _("Round planned"), "miss": _("Written down why not looked at")}

    begin = starts_at_record()
    turn = by_state(
        {
            Plan.State.PLANNED: this.draw,
            Plan.State.SAMPLED: this.dispatch,
            Plan.State.DISPATCHED: this.finish,
            Plan.State.VISITED: this.tell,
            Plan.State.REPORTED: this.close,
        },
        otherwise=this.done,
    )
    draw = (
        Step(plans.draw, title=_("Draw the list"), form=NoteForm)
        .By(Permission.SAMPLE_DRAW)
        .Next(this.turn)
    )
    dispatch = (
        Step(plans.dispatch, title=_("Send inspectors out"), form=NoteForm)
        .By(Permission.SAMPLE_DRAW)
        .Next(this.turn)
    )
    finish = (
        Step(plans.finish, title=_("Everybody was looked at"), form=NoteForm, due=_last)
        .By(Permission.VISIT_RECORD)
        .Next(this.turn)
    )
    tell = (
        Step(plans.tell, title=_("Write the report"), form=plan_forms.TellForm, due=_last)
        .By(Permission.SAMPLE_DRAW)
        .Next(this.turn)
    )
    close = (
        Step(plans.close, title=_("Close the round"), form=NoteForm)
        .By(Permission.SAMPLE_DRAW)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "cancel": Verb(
            plans.cancel, _("Give the round up"), ReasonForm, permission=Permission.SAMPLE_DRAW
        ),
    }


def make(*, by, **facts):
    """Plan a round and put it before whoever draws its list."""
    plan = plans.make(by=by, **facts)
    follow(plan, by=by)
    return plan
