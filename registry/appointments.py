"""Appointing people to their duties, from a day to a day."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from project.kernel.guards import Refused, log
from project.kernel.roles import ROLES, Permission
from registry.access import forget
from registry.models import Appointment


@transaction.atomic
def appoint(user, role, area, *, by, starts_on, ends_on=None):
    """Give a duty in an area; until somebody may appoint, whoever keeps the machine does."""
    if _somebody_appoints() and not by.has_perm(Permission.APPOINT, area.code):
        raise PermissionDenied(_("Appointing people belongs to the system administrator."))
    if ends_on and ends_on < starts_on:
        raise Refused(_("The last day of an appointment lies before its first day."))
    if held := _held(user, role, area, starts_on, ends_on):
        raise Refused(
            _("%(name)s already holds the role “%(role)s” in %(area)s from %(from)s to %(to)s.")
            % {
                "name": user,
                "role": ROLES[role].title,
                "area": area,
                "from": held.starts_on,
                "to": held.ends_on or "…",
            }
        )
    made = Appointment.objects.create(
        user=user, role=role, area=area, starts_on=starts_on, ends_on=ends_on, made_by=by
    )
    log(made, "appoint", by=by, after=role, area=area.code, user=user.username)
    forget(user)
    return made


def _somebody_appoints():
    roles = [name for name, role in ROLES.items() if Permission.APPOINT in role.permissions]
    return Appointment.objects.filter(role__in=roles, user__is_active=True).exists()


def _held(user, role, area, starts_on, ends_on):
    open_end = Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on)
    held = Appointment.objects.filter(open_end, user=user, role=role, area=area)
    if ends_on:
        held = held.filter(starts_on__lte=ends_on)
    return held.order_by("starts_on").first()
