"""Who goes on visits together."""

from django.db.models import Q

from project.kernel.roles import Permission
from registry.access import ancestors, areas, in_areas
from registry.holders import holders


def fellows(user):
    """Everybody else who may record visits where this person does, by name."""
    mine = areas(user, Permission.VISIT_RECORD)
    above = {code for area in mine for code in ancestors(area)}
    near = in_areas(mine) | Q(area__in=above)
    found = holders([Permission.VISIT_RECORD], near)
    return found.exclude(pk=user.pk).order_by("name", "pk")
