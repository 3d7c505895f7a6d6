"""Whose turn it is when a day is to be corrected, or leave is asked for."""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from attendance import acknowledging, corrections, leaves
from attendance.models import Correction, CorrectionProcess, Leave, LeaveProcess
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record


@flow_for(Correction)
class CorrectionFlow(flow.Flow):
    """Put a correction before the township. What it is, only Correction.state says."""

    process_class = CorrectionProcess
    process_title = _("Correction of a day")
    begun = {"ask": _("Ask for a correction")}

    begin = starts_at_record()
    turn = by_state({Correction.State.ASKED: this.grant}, otherwise=this.done)
    grant = (
        Step(corrections.grant, title=_("Grant the correction"), form=NoteForm)
        .By(Permission.SHEET_REVIEW)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "refuse": Verb(corrections.refuse, _("Refuse the correction"), ReasonForm),
        "withdraw": Verb(corrections.withdraw, _("Ask no more"), NoteForm),
    }


@flow_for(Leave)
class LeaveFlow(flow.Flow):
    """Put leave before the township. What it is, only Leave.state says."""

    process_class = LeaveProcess
    process_title = _("Leave")
    begun = {"ask": _("Ask for leave")}

    begin = starts_at_record()
    turn = by_state({Leave.State.ASKED: this.grant}, otherwise=this.done)
    grant = (
        Step(
            leaves.grant,
            title=_("Grant the leave"),
            form=NoteForm,
            due=lambda leave: leave.starts_on,
        )
        .By(Permission.SHEET_REVIEW)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "refuse": Verb(leaves.refuse, _("Refuse the leave"), ReasonForm),
        "withdraw": Verb(leaves.withdraw, _("Ask no more"), NoteForm),
    }


def ask_correction(*, by=None, **asked):
    """Ask for a correction and put it before the township."""
    made = corrections.ask(by=by, **asked)
    follow(made, by=by)
    return made


def ask_leave(*, by=None, **asked):
    """Ask for leave and put it before the township."""
    made = leaves.ask(by=by, **asked)
    follow(made, by=by)
    return made


def acknowledge(sheet, *, phone, disputes=()):
    """Hear a worker about the own line; what is disputed goes before the township."""
    asked = acknowledging.acknowledge_line(sheet, phone=phone, disputes=disputes)
    for made in asked:
        follow(made, by=None)
    return asked
