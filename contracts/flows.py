"""Whose turn it is on a contract before work begins."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from contracts import change_forms, forms, services, signing, suspensions
from contracts.models import Contract, ContractProcess
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record


def _first_day(contract):
    """A contract is ready before its first day."""
    return contract.starts_on


@flow_for(Contract)
class ContractFlow(flow.Flow):
    """Take a drafted contract to the day from which it holds.

    This flow says whose turn it is. What the contract is, only Contract.state says.
    """

    process_class = ContractProcess
    process_title = _("Contract")
    begun = {"draft": _("Draft the contract")}

    begin = starts_at_record()
    turn = by_state(
        {
            Contract.State.DRAFT: this.offer,
            Contract.State.OFFERED: this.sign,
            Contract.State.SIGNED: this.start,
        },
        otherwise=this.done,
    )
    offer = (
        Step(services.offer, title=_("Offer the terms"), form=NoteForm, due=_first_day)
        .By(Permission.CONTRACT_OFFER)
        .Next(this.turn)
    )
    sign = (
        Step(services.sign, title=_("Have it signed"), form=forms.SignForm, due=_first_day)
        .By(Permission.CONTRACT_SIGN)
        .Next(this.turn)
    )
    start = (
        Step(services.start, title=_("Put in force"), form=NoteForm, due=_first_day)
        .By(Permission.CONTRACT_START)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "seal": Verb(
            signing.seal,
            _("Put the township's seal under it"),
            NoteForm,
            permission=Permission.CONTRACT_SEAL,
        ),
        "suspend": Verb(
            suspensions.suspend,
            _("Suspend the work"),
            change_forms.SuspendForm,
            permission=Permission.CONTRACT_START,
        ),
        "resume": Verb(
            suspensions.resume,
            _("Go on with the work"),
            change_forms.ResumeForm,
            permission=Permission.CONTRACT_START,
        ),
        "void": Verb(
            services.void,
            _("Throw the contract away"),
            ReasonForm,
            permission=Permission.CONTRACT_START,
        ),
    }


def draft(terms, *, by, person, starts_on, ends_on, renews=None, note=""):
    """Draft a contract and put it before whoever offers it."""
    contract = services.draft(
        terms,
        by=by,
        person=person,
        starts_on=starts_on,
        ends_on=ends_on,
        renews=renews,
        note=note,
    )
    follow(contract, by=by)
    return contract


@transaction.atomic
def sign_on_phone(let_in, **signature):
    """Take the worker's signature; if the seal is there already, the contract moves on."""
    contract = signing.sign_on_phone(let_in, **signature)
    if contract.state == Contract.State.SIGNED:
        follow(contract, "sign", by=signing.sealed_by(contract))
    return contract
