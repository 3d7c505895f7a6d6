"""Whose turn it is on an application that a person sent in themselves."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from posts import applications
from posts.application_forms import AcceptForm
from posts.models import Application, ApplicationProcess
from project.kernel.forms import ReasonForm
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record


@transaction.atomic
def receive(recruitment, **sent):
    """Take an application in from anybody and put it before the village; the receipt."""
    receipt, made = applications.receive(recruitment, **sent)
    if made:
        follow(made, by=None)
    return receipt


@transaction.atomic
def accept(application, *, by, **said):
    """Take an application up; the hire that begins waits for whoever checks it."""
    application = applications.accept(application, by=by, **said)
    follow(application.hire, by=by)
    return application


@flow_for(Application)
class ApplicationFlow(flow.Flow):
    """Have an application that a person sent in taken up or declined.

    This flow says whose turn it is. What the application is, only Application.state says.
    """

    process_class = ApplicationProcess
    process_title = _("Application")

    begin = starts_at_record()
    turn = by_state({Application.State.RECEIVED: this.accept}, otherwise=this.done)
    accept = (
        Step(
            accept,
            title=_("Take the application up"),
            form=AcceptForm,
            due=lambda application: application.due_on,
        )
        .By(Permission.HIRE_APPLY)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "decline": Verb(
            applications.decline,
            _("Decline the application"),
            ReasonForm,
            permission=Permission.HIRE_APPLY,
        ),
    }
