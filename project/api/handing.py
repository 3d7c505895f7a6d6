"""What somebody holds, giving it to others, and leaving, for programs of whoever appoints."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from project import handing
from project.holdings import holdings
from project.kernel.guards import Refused
from project.kernel.models import User
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Appointment

router = Router(tags=["holdings"])


class HoldingShape(Schema):
    """One unfinished thing in somebody's hands; `key` names it when it is given on."""

    key: str
    kind: str
    name: str
    title: str
    area: str
    since: datetime | date


class GiveShape(Schema):
    """Which holdings go to whom, and why; an empty `to` gives them back to the office."""

    keys: list[str] = Field(max_length=500)
    to: str = Field("", max_length=150)
    note: str = Field(min_length=1, max_length=200)


class DepartureShape(Schema):
    """The first day without the person, and {number of an appointment: login of the successor}."""

    on: date
    note: str = Field(min_length=1, max_length=200)
    successors: dict[int, str] = {}


class CannotShape(Schema):
    key: str
    refusals: list[str]


class GivenShape(Schema):
    done: list[str]
    cannot: list[CannotShape]


@router.get("/{username}", response=list[HoldingShape])
def held_by(request, username: str):
    """What somebody has in their hands where you appoint."""
    return [
        {
            "key": held.pk,
            "kind": held.kind,
            "name": held.what,
            "title": held.title,
            "area": held.code,
            "since": held.since,
        }
        for held in holdings(_seen(request.user, username), request.user)
    ]


@router.post("", response=GivenShape)
def give(request, body: GiveShape):
    """Give holdings to one person; what cannot go says why, row by row."""
    _appoints(request.user)
    to = _named(body.to) if body.to else None
    done, cannot = handing.give_many(body.keys, to, by=request.user, note=body.note)
    return {
        "done": [held.pk for held in done],
        "cannot": [{"key": key, "refusals": reasons} for key, reasons in cannot],
    }


@router.post("/{username}/leave", response=dict)
def leave(request, username: str, body: DepartureShape):
    """Somebody leaves on a day; everything goes to the successors or back to the office."""
    user = _seen(request.user, username)
    successors = {number: _named(name) for number, name in body.successors.items()}
    user = handing.plan(user, by=request.user, on=body.on, successors=successors, note=body.note)
    return {"open": user.is_active, "planned": handing.planned(user) is not None}


def _appoints(by):
    if not by.has_perm(Permission.APPOINT):
        raise PermissionDenied(_("Handing over belongs to whoever appoints people there."))


def _seen(by, username):
    """Somebody appointed where `by` appoints; to others they do not exist."""
    _appoints(by)
    inside = Appointment.objects.filter(in_areas(areas(by, Permission.APPOINT)))
    found = User.objects.filter(pk__in=inside.values("user"), username=username).first()
    if found is None:
        raise Http404(_("There is nothing at this address."))
    return found


def _named(username):
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise Refused(_("Nobody signs in with this name."))
    return found
