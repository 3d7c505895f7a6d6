"""Whose turn it is on a hire."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from posts import hire_forms, hires, recruitment
from posts.models import Hire, HireProcess
from project.kernel import forms
from project.kernel.guards import Refused, refusals
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, do, flow_for, follow, starts_at_record

State = Hire.State


def _after_notice(hire):
    """A notice is over on the day after its last."""
    return hire.notice.ends_on + timedelta(days=1)


def _first_day(hire):
    """Everything is ready before the first day."""
    return hire.starts_on


def _is_trained(activation):
    return activation.process.artifact.trained_on is not None


@flow_for(Hire)
class HireFlow(flow.Flow):
    """Take an application to the contract it ends in.

    This flow says whose turn it is. What the hire is, only Hire.state says.
    """

    process_class = HireProcess
    process_title = _("Hire")
    begun = {"apply": _("Take an application")}

    begin = starts_at_record()
    turn = by_state(
        {
            State.APPLIED: this.screen,
            State.CHECKED: this.appraise,
            State.APPRAISED: this.publicise,
            State.ON_NOTICE: this.clear,
            State.OBJECTED: this.overrule,
            State.CLEARED: this.approve,
            State.APPROVED: this.ready,
        },
        otherwise=this.done,
    )
    screen = (
        Step(hires.screen, title=_("Check papers and eligibility"), form=forms.NoteForm)
        .By(Permission.HIRE_CHECK)
        .Next(this.turn)
    )
    appraise = (
        Step(hires.appraise, title=_("Confirm the villagers' vote"), form=forms.NoteForm)
        .By(Permission.HIRE_APPRAISE)
        .Next(this.turn)
    )
    publicise = (
        Step(hires.publicise, title=_("Put on public notice"), form=forms.PostForm)
        .By(Permission.HIRE_PUBLICISE)
        .Next(this.turn)
    )
    clear = (
        Step(
            hires.clear,
            title=_("Confirm that nobody objects"),
            form=forms.NoteForm,
            due=_after_notice,
        )
        .By(Permission.HIRE_CLEAR)
        .Next(this.turn)
    )
    overrule = (
        Step(hires.overrule, title=_("Go on after the objections"), form=forms.NoteForm)
        .By(Permission.HIRE_CLEAR)
        .Next(this.turn)
    )
    approve = (
        Step(hires.approve, title=_("Approve the hire"), form=forms.NoteForm, due=_first_day)
        .By(Permission.HIRE_APPROVE)
        .Next(this.turn)
    )
    ready = flow.If(_is_trained).Then(this.place).Else(this.train)
    train = (
        Step(
            hires.train,
            title=_("Record the training"),
            form=hire_forms.TrainingForm,
            due=_first_day,
        )
        .By(Permission.HIRE_PLACE)
        .Next(this.turn)
    )
    place = (
        Step(hires.place, title=_("Draft the contract"), form=hire_forms.PlaceForm, due=_first_day)
        .By(Permission.HIRE_PLACE)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "hand_in": Verb(
            hires.hand_in,
            _("Hand in papers"),
            hire_forms.HandInForm,
            permission=Permission.HIRE_APPLY,
        ),
        "publicise_township": Verb(
            hires.publicise_township,
            _("Put on notice in the township"),
            forms.PostForm,
            permission=Permission.RECRUIT,
        ),
        "hold_up": Verb(
            hires.hold_up,
            _("Stop for an objection"),
            forms.NoteForm,
            permission=Permission.HIRE_CLEAR,
        ),
        "keep_in_reserve": Verb(
            hires.keep_in_reserve,
            _("Keep in reserve"),
            forms.NoteForm,
            permission=Permission.HIRE_CHECK,
        ),
        "call_up": Verb(
            hires.call_up,
            _("Call up from the reserve"),
            hire_forms.CallUpForm,
            permission=Permission.HIRE_CHECK,
        ),
        "reject": Verb(
            hires.reject, _("Reject"), forms.ReasonForm, permission=Permission.HIRE_CHECK
        ),
        "withdraw": Verb(
            hires.withdraw, _("Withdraw"), forms.ReasonForm, permission=Permission.HIRE_APPLY
        ),
    }


@transaction.atomic
def apply(*, by, **application):
    """Write an application down and put it before whoever checks it."""
    hire = recruitment.apply(by=by, **application)
    follow(hire, by=by)
    return hire


@transaction.atomic
def apply_all(hires, *, by, note=""):
    """Write many applications down, all or none, and put each before whoever checks it."""
    made = recruitment.apply_all(hires, by=by, note=note)
    for hire in made:
        follow(hire, by=by)
    return made


@transaction.atomic
def put_on_notice(found, *, by, on, note="", step="publicise"):
    """Put several people of one place on one notice."""
    together = {
        "publicise": hires.publicise_together,
        "publicise_township": hires.publicise_in_township,
    }[step]
    if not found:
        raise Refused(_("Choose at least one person."))
    hung = together(found, by=by, on=on, note=note)
    for hire in hung:
        follow(hire, step, by=by)
    return hung


def hold_meeting(area, *, by, votes, **meeting):
    """Write a meeting down and take on those it voted for; (who goes on, who does not and why)."""
    appraisal = recruitment.hold_meeting(area, by=by, votes=votes, **meeting)
    agreed, against = [], []
    for hire in appraisal.hires.select_related("person", "area", "post").order_by("pk"):
        reasons = refusals(hire.appraise, by=by)
        if reasons:
            against.append((hire, reasons))
        else:
            agreed.append(do(hire, "appraise", by=by))
    return appraisal, agreed, against


def meet(*, by, area, votes, **meeting):
    """A meeting of a village; those it voted for go on."""
    return hold_meeting(area, by=by, votes=votes, **meeting)[0]


def call(*, by, post, **details):
    """Call for applicants to a post."""
    return recruitment.call(post, by=by, **details)


def hang_names(*, by, hires, on, note=""):
    """Put several people on one notice; the notice they hang on."""
    return put_on_notice(list(hires), by=by, on=on, note=note)[0].notice
