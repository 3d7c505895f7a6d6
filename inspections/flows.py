"""Whose turn it is on a doubt."""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from inspections import forms, services
from inspections.models import Doubt, DoubtProcess
from inspections.patterns import ALL
from project.kernel.beginnings import begin_together
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, starts_at_record


def _due(doubt):
    return doubt.due_on


@flow_for(Doubt)
class DoubtFlow(flow.Flow):
    """Take a doubt from what a pattern saw to what people found.

    This flow says whose turn it is. What the doubt is, only Doubt.state says.
    """

    process_class = DoubtProcess
    process_title = _("Doubt")

    begin = starts_at_record()
    turn = by_state(
        {Doubt.State.OPEN: this.verify, Doubt.State.VERIFYING: this.confirm},
        otherwise=this.done,
    )
    verify = (
        Step(services.verify, title=_("Look into it"), form=forms.VerifyForm, due=_due)
        .By(Permission.DOUBT_VERIFY)
        .Next(this.turn)
    )
    confirm = (
        Step(services.confirm, title=_("Find it true"), form=NoteForm, due=_due)
        .By(Permission.DOUBT_DECIDE)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "dismiss": Verb(
            services.dismiss, _("Find it untrue"), NoteForm, permission=Permission.DOUBT_DECIDE
        ),
        "reopen": Verb(
            services.reopen, _("Look into it again"), ReasonForm, permission=Permission.DOUBT_DECIDE
        ),
    }


def detect(month, area, *, by, patterns=ALL):
    """Look for every pattern, and leave each new doubt with whoever looks into it."""
    made = services.detect(month, area, by=by, patterns=patterns)
    begin_together(Doubt.objects.filter(found_in__in=made), by=by)
    return made
