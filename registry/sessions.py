"""Whose sessions somebody may end: their own, and of those whom only they may appoint."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from project.kernel import sign_ins
from project.kernel.models import User
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Appointment


def overseen(by):
    """Who was ever appointed where `by` appoints, and today holds nothing anywhere else."""
    inside = Appointment.objects.filter(in_areas(areas(by, Permission.APPOINT)))
    elsewhere = Appointment.objects.on(today()).exclude(pk__in=inside.values("pk"))
    return User.objects.filter(pk__in=inside.values("user")).exclude(
        pk__in=elsewhere.values("user")
    )


def in_reach(by):
    """The open sessions that `by` may end."""
    people = Q(user=by) | Q(user__in=overseen(by))
    return sign_ins.open_ones().filter(people).select_related("user")


def end(sign_in, *, by, note=""):
    """End one session of one's own, or of somebody one oversees."""
    _answer_for(sign_in.user, by)
    return sign_ins.end(sign_in, by=by, note=note)


def end_all(user, *, by, note=""):
    """End every session of somebody, such as of somebody who left; say how many there were."""
    _answer_for(user, by)
    return sign_ins.end_all(user, by=by, note=note)


def _answer_for(user, by):
    if user.pk != by.pk and not overseen(by).filter(pk=user.pk).exists():
        raise PermissionDenied(_("Sessions of others are ended by whoever may appoint them."))
