"""Who looked at somebody's data, told to that very person: which office and role, and what for."""

from typing import NamedTuple

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from project.kernel.documents import FORMS
from project.kernel.looks import looks_at
from project.kernel.roles import ROLES
from registry.access import contains
from registry.models import Appointment

AT_MOST = 100


class Seen(NamedTuple):
    """One look in words: when, which office in which role, what was read, why, of how many."""

    at: str
    office: str
    what: str
    purpose: str
    people: int


def told(person, at_most=AT_MOST):
    """The newest looks at a person's data; an office answers for it, so no name of a clerk."""
    looks = list(looks_at(person).order_by("-pk")[:at_most])
    duties = _duties({look.by_id for look in looks})
    return [
        Seen(
            at=f"{localtime(look.at):%Y-%m-%d %H:%M}",
            office=_office(duties.get(look.by_id, []), localtime(look.at).date(), person),
            what=str(look.get_what_display()),
            purpose=_purpose(look.purpose),
            people=max(len(look.people), 1),
        )
        for look in looks
    ]


def _duties(users):
    found = (
        Appointment.objects.filter(user__in=users).select_related("area").order_by("-area", "pk")
    )
    duties = {}
    for one in found:
        duties.setdefault(one.user_id, []).append(one)
    return duties


def _office(duties, day, person):
    """The duty of that day that reached the person, the nearest first."""
    held = [one for one in duties if one.starts_on <= day and (one.ends_on or day) >= day]
    near = [one for one in held if contains(one.area_id, person.area_id)] or held
    if not near:
        return _("An office of the county")
    return f"{near[0].area.name} · {ROLES[near[0].role].title}"


def _purpose(said):
    """What somebody wrote, or the form by its title; a file's technical name tells nobody much."""
    if said in FORMS:
        return FORMS[said].title
    return "" if said.isascii() else said
