"""Who holds a role here today: by appointment, or in the place of somebody who is away."""

from project.kernel.models import User
from project.kernel.months import today
from project.kernel.roles import roles_with
from registry.access import in_force
from registry.models import Appointment, Delegation


def holders(permissions, where, *, on=None):
    """The active people who hold one of the permissions where `where`, a condition, says so.

    Whoever asks who may do something asks here, so that substitutes are named wherever the
    appointed are; they come in a fixed number of queries.
    """
    on = on or today()
    roles = {role for permission in permissions for role in roles_with(permission)}
    held = Appointment.objects.on(on).filter(where, role__in=roles)
    lent = Delegation.objects.on(on).filter(where, role__in=roles, ended_by=None)
    substitutes = {one.substitute_id for one in in_force(lent.select_related("absent"), on)}
    appointed = User.objects.filter(pk__in=held.values("user"))
    return (appointed | User.objects.filter(pk__in=substitutes)).filter(is_active=True)
