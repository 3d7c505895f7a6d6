"""Contracts that end: which may be renewed, and renewing them."""

from datetime import date
from typing import Annotated

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from posts.renewal_pages import AT_ONCE, renewable
from posts.renewals import ending, renew_all, review
from project.kernel.months import today
from project.kernel.roles import Permission

router = Router(tags=["renewals"])


class ReviewShape(Schema):
    """A contract that ends, the term that would follow, and every reason against it."""

    hire: int
    contract: int
    worker: str
    first: date
    last: date
    refusals: list[str]


class RenewedShape(Schema):
    """What became of one: the contract that was drafted, or every reason why none was."""

    hire: int
    contract: int | None
    refusals: list[str]


class Chosen(Schema):
    """Which hires are renewed."""

    hires: Annotated[list[int], Field(min_length=1, max_length=AT_ONCE)]


class Reviews(Schema):
    items: list[ReviewShape]


class Renewed(Schema):
    items: list[RenewedShape]


@router.get("", response=Reviews)
def reviews(request, until: date | None = None):
    """The contracts of your areas that end by a day, each judged for every reason."""
    _drafts(request.user)
    until = until or date(today().year, 12, 31)
    found = review(ending(renewable(request.user), until))
    return {
        "items": [
            {
                "hire": one.hire.pk,
                "contract": one.hire.contract_id,
                "worker": one.hire.person.name,
                "first": one.first,
                "last": one.last,
                "refusals": [str(reason) for reason in one.reasons],
            }
            for one in found
        ]
    }


@router.post("", response=Renewed)
def renew(request, chosen: Chosen):
    """Renew up to forty; one that may not be renewed does not keep the others back."""
    _drafts(request.user)
    hires = renewable(request.user).filter(pk__in=chosen.hires).order_by("pk")
    made, refused = renew_all(hires, by=request.user)
    follows = {hire.contract.renews.hire.pk: hire.contract_id for hire in made}
    reasons = {hire.pk: messages for hire, messages in refused}
    outside = [_("There is nothing here, or it lies outside your areas.")]
    return {
        "items": [
            {
                "hire": number,
                "contract": follows.get(number),
                "refusals": [] if number in follows else reasons.get(number, outside),
            }
            for number in chosen.hires
        ]
    }


def _drafts(user):
    if not user.has_perm(Permission.CONTRACT_OFFER):
        raise PermissionDenied(_("Drafting contracts belongs to the township officer."))
