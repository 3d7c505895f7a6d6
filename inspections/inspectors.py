"""Who goes on visits together."""

from django.db.models import Q

from project.kernel.models import User
from project.kernel.months import today
from project.kernel.roles import Permission, roles_with
from registry.access import ancestors, areas, in_areas
from registry.models import Appointment


def fellows(user):
    """Everybody else who may record visits where this person does, by name."""
    mine = areas(user, Permission.VISIT_RECORD)
    above = {code for area in mine for code in ancestors(area)}
    near = in_areas(mine) | Q(area__in=above)
    held = Appointment.objects.on(today()).filter(
        near, role__in=roles_with(Permission.VISIT_RECORD)
    )
    found = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return found.exclude(pk=user.pk).order_by("name", "pk")
