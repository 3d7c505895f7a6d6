"""Whose turn it is on a pay run."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from contracts.exit_flows import follow_settled
from payroll import countersigning, services, supplements
from payroll.models import PayRun, PayRunProcess
from policy.selectors import rule
from project.kernel import forms
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record

State = PayRun.State


def _stage(step):
    """Each stage has its days after the month's end (payroll.stage_days, P-02)."""

    def due(run):
        days = rule("payroll.stage_days", on=run.month.first, area=run.area_id)
        return run.month.last + timedelta(days=days[step])

    return due


def _two_sign(office):
    """Whether the office's second person is still to sign before it approves."""
    return lambda activation: bool(countersigning.lacking(activation.process.artifact, office))


def close(run, *, by, note=""):
    """Close the run, and move on the files of the exits that it settled."""
    run = services.close(run, by=by, note=note)
    follow_settled(run.lines.values("contract"), by=by)
    return run


@flow_for(PayRun)
class PayRunFlow(flow.Flow):
    """Take a prepared run through four approvals to the bank and back.

    This flow says whose turn it is. What the run is, only PayRun.state says.
    """

    process_class = PayRunProcess
    process_title = _("Pay run")
    begun = {"prepare": _("Prepare a month")}

    begin = starts_at_record()
    turn = by_state(
        {
            State.PREPARED: this.confirm,
            State.CONFIRMED: this.publicise,
            State.ON_NOTICE: this.township,
            State.TOWNSHIP_APPROVED: this.department,
            State.DEPARTMENT_APPROVED: this.finance,
            State.FINANCE_APPROVED: this.send,
            State.SENT: this.reconcile,
            State.RECONCILED: this.close,
        },
        otherwise=this.done,
    )
    confirm = (
        Step(
            services.confirm,
            title=_("Check and confirm"),
            form=forms.NoteForm,
            due=_stage("confirm"),
        )
        .By(Permission.PAY_CONFIRM)
        .Next(this.turn)
    )
    publicise = (
        Step(
            services.publicise,
            title=_("Put on public notice"),
            form=forms.PostForm,
            due=_stage("publicise"),
        )
        .By(Permission.PAY_PUBLICISE)
        .Next(this.turn)
    )
    township = (
        flow.If(_two_sign("township")).Then(this.township_countersign).Else(this.township_approve)
    )
    township_countersign = (
        Step(
            services.township_countersign,
            title=_("Countersign for the township"),
            form=forms.NoteForm,
            due=_stage("township_approve"),
        )
        .By(Permission.PAY_TOWNSHIP)
        .Next(this.turn)
    )
    township_approve = (
        Step(
            services.township_approve,
            title=_("Approve for the township"),
            form=forms.NoteForm,
            due=_stage("township_approve"),
        )
        .By(Permission.PAY_TOWNSHIP)
        .Next(this.turn)
    )
    department = (
        flow.If(_two_sign("department"))
        .Then(this.department_countersign)
        .Else(this.department_approve)
    )
    department_countersign = (
        Step(
            services.department_countersign,
            title=_("Countersign for the department"),
            form=forms.NoteForm,
            due=_stage("department_approve"),
        )
        .By(Permission.PAY_DEPARTMENT)
        .Next(this.turn)
    )
    department_approve = (
        Step(
            services.department_approve,
            title=_("Approve for the department"),
            form=forms.NoteForm,
            due=_stage("department_approve"),
        )
        .By(Permission.PAY_DEPARTMENT)
        .Next(this.turn)
    )
    finance = (
        flow.If(_two_sign("finance")).Then(this.finance_countersign).Else(this.finance_approve)
    )
    finance_countersign = (
        Step(
            services.finance_countersign,
            title=_("Countersign for finance"),
            form=forms.NoteForm,
            due=_stage("finance_approve"),
        )
        .By(Permission.PAY_FINANCE)
        .Next(this.turn)
    )
    finance_approve = (
        Step(
            services.finance_approve,
            title=_("Release the money"),
            form=forms.NoteForm,
            due=_stage("finance_approve"),
        )
        .By(Permission.PAY_FINANCE)
        .Next(this.turn)
    )
    send = (
        Step(
            services.send,
            title=_("Send to the bank"),
            form=forms.NoteForm,
            due=_stage("send"),
        )
        .By(Permission.PAY_SEND)
        .Next(this.turn)
    )
    reconcile = (
        Step(
            services.reconcile,
            title=_("Reconcile with the bank"),
            form=forms.NoteForm,
            due=_stage("reconcile"),
        )
        .By(Permission.PAY_RECONCILE)
        .Next(this.turn)
    )
    close = (
        Step(
            close,
            title=_("Close the run"),
            form=forms.NoteForm,
            due=_stage("close"),
        )
        .By(Permission.PAY_RECONCILE)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "send_back": Verb(services.send_back, _("Send back"), forms.ReasonForm),
        "void": Verb(services.void, _("Throw away"), forms.ReasonForm),
    }


def prepare(month, area, *, by):
    """Prepare a month's runs and put each before the person whose turn it is."""
    runs = services.prepare(month, area, by=by)
    for run in runs:
        follow(run, by=by)
    return runs


def supplement(run, *, by):
    """Prepare the supplementary run of a sent run and put it before whose turn it is."""
    fresh = supplements.prepare(run, by=by)
    follow(fresh, by=by)
    return fresh
