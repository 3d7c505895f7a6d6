"""Who acts for which side of a project: a role in the area, and the own name on the project."""

from django.db.models import Q

from project.kernel.months import today


def held_as(permission, part):
    """A transition permission: the user holds it in the area and is named for that side.

    A record is the project itself or belongs to one.
    """

    def may(record, user):
        project = getattr(record, "project", record)
        return user.has_perm(permission, record.area_id) and acts_as(project, user, part)

    return may


def acts_as(project, user, part):
    """Whether the user is named for a side of the project today."""
    named = project.parties.filter(user=user, part=part)
    return any(party.until is None or party.until >= today() for party in named)


def named_in(user, part):
    """A condition on projects: the user is named for a side of it today."""
    open_ = Q(parties__until=None) | Q(parties__until__gte=today())
    return open_ & Q(parties__user=user, parties__part=part)
