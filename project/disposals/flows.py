"""Whose turn it is with a register of disposal."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from project.disposals import forms, services, tasks
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record
from registry.models import Disposal, DisposalProcess


@transaction.atomic
def carry_out(disposal, *, by, witness, note=""):
    """Begin to carry out an approved register; the workers do the rest, and show how far it is."""
    done = services.carry_out(disposal, by=by, witness=witness, note=note)
    tasks.ask_to_work_through(done, by=by)
    return done


@transaction.atomic
def resume(disposal, *, by, note=""):
    """Have the workers go on where they stopped."""
    done = services.resume(disposal, by=by, note=note)
    tasks.ask_to_work_through(done, by=by)
    return done


@flow_for(Disposal)
class DisposalFlow(flow.Flow):
    """Take a register from its list over somebody else's approval to the day it is carried out.

    This flow says whose turn it is. What the register is, only Disposal.state says.
    """

    process_class = DisposalProcess
    process_title = _("Register of disposal")
    begun = {"draw_up": _("Register drawn up"), "finish": _("Everything listed is gone")}

    begin = starts_at_record()
    turn = by_state(
        {Disposal.State.DRAWN_UP: this.approve, Disposal.State.APPROVED: this.carry_out},
        otherwise=this.done,
    )
    approve = (
        Step(services.approve, title=_("Approve the register"), form=NoteForm)
        .By(Permission.DISPOSAL_APPROVE)
        .Next(this.turn)
    )
    carry_out = (
        Step(carry_out, title=_("Carry the register out"), form=forms.CarryOutForm)
        .By(Permission.DISPOSAL_DRAW)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "refuse": Verb(
            services.refuse,
            _("Let nothing go"),
            ReasonForm,
            permission=Permission.DISPOSAL_APPROVE,
        ),
        "resume": Verb(
            resume, _("Go on with the register"), NoteForm, permission=Permission.DISPOSAL_DRAW
        ),
    }


@transaction.atomic
def draw_up(*, by, **about):
    """List what has expired, and put the register before whoever approves it."""
    return _begun(services.draw_up(by=by, **about), by)


@transaction.atomic
def propose(*, by, **about):
    """The same for the house itself once a month; where nothing has expired there is nothing."""
    made = services.propose(by=by, **about)
    return _begun(made, by) if made else None


def _begun(disposal, by):
    follow(disposal, by=by)
    return disposal
