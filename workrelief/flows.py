"""Whose turn it is on a project and on a month's wages."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record
from workrelief import forms, roster, services, wages
from workrelief.archive import close
from workrelief.models import Project, ProjectProcess, WageBatch, WageBatchProcess
from workrelief.wage_checks import due_on

OWN, PLAN = Permission.RELIEF_OWN, Permission.RELIEF_PLAN


def _planned_end(project):
    return project.planned_end


@flow_for(Project)
class ProjectFlow(flow.Flow):
    """Take a project from the reserve list to its archive.

    This flow says whose turn it is. What the project is, only Project.state says.
    """

    process_class = ProjectProcess
    process_title = _("Work-for-relief project")
    begun = {"draft": _("Enter on the reserve list")}

    begin = starts_at_record()
    turn = by_state(
        {
            Project.State.RESERVE: this.apply,
            Project.State.APPLIED: this.issue_plan,
            Project.State.PLAN_ISSUED: this.prepare,
            Project.State.PREPARING: this.start,
            Project.State.STARTED: this.finish,
            Project.State.SUSPENDED: this.resume,
            Project.State.MAIN_DONE: this.accept,
            Project.State.RECTIFYING: this.put_right,
            Project.State.ACCEPTED: this.put_in_use,
            Project.State.IN_USE: this.hand_over,
            Project.State.HANDED_OVER: this.archive,
        },
        otherwise=this.done,
    )
    apply = (
        Step(services.apply, title=_("Apply for the money"), form=NoteForm).By(OWN).Next(this.turn)
    )
    issue_plan = (
        Step(services.issue_plan, title=_("Hand the plan on"), form=forms.IssuePlanForm)
        .By(PLAN)
        .Next(this.turn)
    )
    prepare = (
        Step(services.prepare, title=_("Settle the labour plan"), form=NoteForm)
        .By(OWN)
        .Next(this.turn)
    )
    start = (
        Step(services.start, title=_("Begin the work"), form=forms.OnForm).By(OWN).Next(this.turn)
    )
    finish = (
        Step(
            services.finish,
            title=_("Report the main works done"),
            form=forms.OnForm,
            due=_planned_end,
        )
        .By(OWN)
        .Next(this.turn)
    )
    resume = (
        Step(services.resume, title=_("Go on with the work"), form=forms.OnForm)
        .By(OWN)
        .Next(this.turn)
    )
    accept = (
        Step(services.accept, title=_("Accept the works"), form=forms.OnForm)
        .By(PLAN)
        .Next(this.turn)
    )
    put_right = (
        Step(services.put_right, title=_("Say what was put right"), form=ReasonForm)
        .By(OWN)
        .Next(this.turn)
    )
    put_in_use = (
        Step(services.put_in_use, title=_("Put in use"), form=NoteForm).By(OWN).Next(this.turn)
    )
    hand_over = (
        Step(services.hand_over, title=_("Hand over for upkeep"), form=NoteForm)
        .By(OWN)
        .Next(this.turn)
    )
    archive = Step(close, title=_("Close the archive"), form=NoteForm).By(PLAN).Next(this.turn)
    done = flow.End()

    aside = {
        "suspend": Verb(services.suspend, _("Stop the work"), forms.StopForm, permission=OWN),
        "rectify": Verb(
            services.rectify, _("Have it put right first"), ReasonForm, permission=PLAN
        ),
        "cancel": Verb(services.cancel, _("Give the project up"), ReasonForm, permission=PLAN),
    }


@flow_for(WageBatch)
class WageBatchFlow(flow.Flow):
    """Take a month's wages past worker, engineer, owner and village, and file them once paid.

    This flow says whose turn it is. What the batch is, only WageBatch.state says.
    """

    process_class = WageBatchProcess
    process_title = _("Wage batch")
    begun = {"draft": _("Draw the wages up")}

    begin = starts_at_record()
    turn = by_state(
        {
            WageBatch.State.DRAFTED: this.sign,
            WageBatch.State.SIGNED: this.examine,
            WageBatch.State.CHECKED: this.approve,
            WageBatch.State.APPROVED: this.verify,
            WageBatch.State.VERIFIED: this.file,
        },
        otherwise=this.done,
    )
    sign = (
        Step(wages.sign, title=_("Hand in with the workers' signatures"), form=NoteForm, due=due_on)
        .By(Permission.WAGE_DRAFT)
        .Next(this.turn)
    )
    examine = (
        Step(wages.examine, title=_("Check labour and wages"), form=NoteForm, due=due_on)
        .By(Permission.WAGE_CHECK)
        .Next(this.turn)
    )
    approve = (
        Step(wages.approve, title=_("Accept the wages"), form=NoteForm, due=due_on)
        .By(Permission.WAGE_APPROVE)
        .Next(this.turn)
    )
    verify = (
        Step(wages.verify, title=_("Confirm for the village"), form=NoteForm, due=due_on)
        .By(Permission.WAGE_VERIFY)
        .Next(this.turn)
    )
    file = (
        Step(wages.file, title=_("File the wages"), form=NoteForm, due=due_on)
        .By(PLAN)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "send_back": Verb(
            wages.send_back,
            _("Send back to the contractor"),
            ReasonForm,
            permission=Permission.WAGE_APPROVE,
        ),
        "void": Verb(
            wages.void, _("Throw the batch away"), ReasonForm, permission=Permission.WAGE_DRAFT
        ),
    }


@transaction.atomic
def draft(*, by, area, **described):
    """Enter a project on the reserve list and leave it with its owner."""
    project = services.draft(by=by, area=area, **described)
    follow(project, by=by)
    return project


@transaction.atomic
def draft_wages(project, month, *, by, note=""):
    """Draw a month's wages up and leave them with the contractor until they are signed."""
    batch = wages.draft(project, month, by=by, note=note)
    follow(batch, by=by)
    return batch


@transaction.atomic
def place(member, *, by, note=""):
    """Draft a worker's contract and leave it with the township to be offered."""
    member = roster.place(member, by=by, note=note)
    follow(member.contract, by=by)
    return member
