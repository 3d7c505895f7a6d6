"""Whose turn it is when somebody leaves."""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from contracts import exit_forms, exits
from contracts.exit_checks import statement_until
from contracts.models import Exit, ExitProcess
from project.kernel import forms
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, flow_for, follow, open_tasks, starts_at_record

State = Exit.State


def turn_by_case():
    """A death goes to its approval at once; a disciplinary case is heard; the rest is told."""
    return (
        flow.Switch()
        .Case(this.approve, _waits(State.PROPOSED, lambda exit_: exit_.is_death))
        .Case(this.notify, _waits(State.PROPOSED))
        .Case(this.hear, _waits(State.NOTIFIED, lambda exit_: exit_.is_disciplinary))
        .Case(this.approve, _waits(State.NOTIFIED))
        .Case(this.approve, _waits(State.HEARD))
        .Case(this.settle, _waits(State.APPROVED))
        .Case(this.close, _waits(State.SETTLED))
        .Default(this.done)
    )


def _waits(state, also=lambda exit_: True):
    return lambda act: act.process.artifact.state == state and also(act.process.artifact)


def approve(exit_, *, by, note=""):
    """Approve, and take what waited on the contract from people's inboxes."""
    exit_ = exits.approve(exit_, by=by, note=note)
    contract = type(exit_.contract).objects.get(pk=exit_.contract_id)
    if open_tasks(contract).exists():
        follow(contract, by=by)
    return exit_


@flow_for(Exit)
class ExitFlow(flow.Flow):
    """Take a proposed exit to its settled and closed file.

    This flow says whose turn it is. What the exit is, only Exit.state says.
    """

    process_class = ExitProcess
    process_title = _("Exit")
    begun = {"propose": _("Propose an exit")}

    begin = starts_at_record()
    turn = turn_by_case()
    notify = (
        Step(exits.notify, title=_("Tell the person"), form=exit_forms.NotifyForm)
        .By(Permission.EXIT_NOTIFY)
        .Next(this.turn)
    )
    hear = (
        Step(
            exits.hear,
            title=_("Record the statement"),
            form=exit_forms.HearForm,
            due=statement_until,
        )
        .By(Permission.EXIT_HEAR)
        .Next(this.turn)
    )
    approve = (
        Step(approve, title=_("Approve the exit"), form=forms.NoteForm)
        .By(Permission.EXIT_APPROVE)
        .Next(this.turn)
    )
    settle = (
        Step(exits.settle, title=_("Settle by hand"), form=exit_forms.SettleForm)
        .By(Permission.EXIT_SETTLE)
        .Next(this.turn)
    )
    close = (
        Step(exits.close, title=_("Follow up and close"), form=exit_forms.FollowUpForm)
        .By(Permission.EXIT_CLOSE)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "prove": Verb(exits.prove, _("Add proof or finding"), exit_forms.ProveForm),
        "cancel": Verb(exits.cancel, _("Cancel the exit"), forms.ReasonForm),
    }


def propose(*, contract, by, **facts):
    """Propose an exit and put it before the person whose turn it is."""
    exit_ = exits.propose(contract=contract, by=by, **facts)
    follow(exit_, by=by)
    return exit_


def follow_settled(contracts, *, by):
    """Move on the files of these contracts that a run has settled."""
    for exit_ in Exit.objects.filter(state=State.SETTLED, contract__in=contracts):
        if open_tasks(exit_).filter(flow_task=ExitFlow.instance.node("settle")).exists():
            follow(exit_, "settle", by=by)
