"""Whose turn it is on an objection, and on a notice that no sheet and no run certifies."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from notices import complaints, objections, services
from notices.forms import AnswerForm, AssignForm, FindingForm
from notices.models import Notice, NoticeProcess, Objection, ObjectionProcess
from project.kernel import forms
from project.kernel.roles import Permission
from project.kernel.steps import Step, by_state, flow_for, follow, starts_at_record


def _answer_day(objection):
    """The answer is due some working days after the objection came (objection.answer_days)."""
    return objection.due_on


@flow_for(Objection)
class ObjectionFlow(flow.Flow):
    """Take an objection from its receipt to its answer: one names, one looks, another answers.

    This flow says whose turn it is. What the objection is, only Objection.state says.
    """

    process_class = ObjectionProcess
    process_title = _("Objection")

    begin = starts_at_record()
    turn = by_state(
        {
            Objection.State.RECEIVED: this.assign,
            Objection.State.ASSIGNED: this.verify,
            Objection.State.VERIFIED: this.reply,
            Objection.State.ANSWERED: this.close,
        },
        otherwise=this.done,
    )
    assign = (
        Step(objections.assign, title=_("Name who looks into it"), form=AssignForm, due=_answer_day)
        .By(Permission.OBJECTION_ASSIGN)
        .Next(this.turn)
    )
    verify = (
        Step(objections.verify, title=_("Record what was found"), form=FindingForm, due=_answer_day)
        .By(Permission.OBJECTION_VERIFY)
        .Assign(lambda activation: activation.process.artifact.assignee)
        .Next(this.turn)
    )
    reply = (
        Step(objections.reply, title=_("Answer the objection"), form=AnswerForm, due=_answer_day)
        .By(Permission.OBJECTION_ANSWER)
        .Next(this.turn)
    )
    close = (
        Step(objections.close, title=_("Close the objection"), form=forms.NoteForm)
        .By(Permission.OBJECTION_ANSWER)
        .Next(this.turn)
    )
    done = flow.End()


def _hangs_alone(activation):
    """A notice of a sheet or a run waits for nobody: their own step certifies it."""
    notice = activation.process.artifact
    return notice.state == Notice.State.POSTED and notice.kind in Notice.ALONE


@flow_for(Notice)
class NoticeFlow(flow.Flow):
    """Have a notice certified once it has hung for its length.

    This flow says whose turn it is. What the notice is, only Notice.state says.
    """

    process_class = NoticeProcess
    process_title = _("Public notice")

    begin = starts_at_record()
    turn = flow.If(_hangs_alone).Then(this.certify).Else(this.done)
    certify = (
        Step(
            services.certify,
            title=_("Certify the notice"),
            form=forms.NoteForm,
            due=lambda notice: notice.ends_on + timedelta(days=1),
        )
        .By(Permission.HIRE_CLEAR)
        .Next(this.turn)
    )
    done = flow.End()


def receive(notice, *, by=None, **said):
    """Take an objection in and put it before whoever names the person to look into it."""
    objection = objections.receive(notice, by=by, **said)
    follow(objection, by=by)
    return objection


def complain(*, by=None, **said):
    """Take a complaint in and put it before whoever names the person to look into it."""
    made = complaints.receive(by=by, **said)
    follow(made, by=by)
    return made
