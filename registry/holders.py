"""Who holds a role here today: by appointment, or in the place of somebody who is away."""

from collections import defaultdict

from project.kernel.models import User
from project.kernel.months import today
from project.kernel.roles import roles_with
from registry.access import ancestors, in_force
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


def held_in(codes, *, on=None):
    """Who holds which role in or above each of some areas: {(code, role): [people]}.

    In a fixed number of queries, however many areas are asked about.
    """
    on = on or today()
    above = {code: ancestors(code) for code in codes}
    where = {"area__in": {outer for line in above.values() for outer in line}}
    held = Appointment.objects.on(on).filter(**where, user__is_active=True).select_related("user")
    found = [(one.area_id, one.role, one.user) for one in held.order_by("pk")]
    lent = Delegation.objects.on(on).filter(**where, ended_by=None, substitute__is_active=True)
    for one in in_force(lent.select_related("absent", "substitute").order_by("pk"), on):
        found.append((one.area_id, one.role, one.substitute))
    people = defaultdict(list)
    for area, role, user in found:
        people[area, role].append(user)
    roles = {role for _area, role, _user in found}
    return {
        (code, role): [user for outer in line for user in people.get((outer, role), ())]
        for code, line in above.items()
        for role in roles
    }
