"""Where a person's roles reach: the one method that limits every list, page and answer."""

from django.contrib.auth.backends import ModelBackend
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from project.kernel.hands import STEADS, TOLD, Hand
from project.kernel.months import today
from project.kernel.roles import ROLES, roles_with

LEVELS = (2, 4, 6, 9, 12)
AFTER_NINE = ":"  # the character after 9: codes are sorted byte by byte


def prefix_of(code):
    """The leading digits that every area inside `code` shares; empty for the whole country."""
    for width in LEVELS:
        if code[width:].strip("0") == "":
            return code[:width] if code[:width].strip("0") else ""
    return code


def ancestors(code):
    """The codes of an area and of everything above it, the whole country last."""
    widths = [w for w in reversed(LEVELS) if w <= len(prefix_of(code))]
    return [code[:w].ljust(12, "0") for w in widths] + ["0" * 12]


def within(code, column="area_id"):
    """A condition: the row's area lies in `code`, as one range over the sorted codes."""
    prefix = prefix_of(code)
    if not prefix:
        return Q()
    if len(prefix) == 12:
        return Q(**{column: prefix})
    return Q(**{f"{column}__gte": prefix, f"{column}__lt": prefix + AFTER_NINE})


def contains(outer, inner):
    """Say whether area code `inner` lies in area code `outer`."""
    return inner.startswith(prefix_of(outer))


def in_areas(codes, column="area_id"):
    """A condition: the row lies in one of the areas; no areas, no rows."""
    condition = Q(pk__in=[])
    for code in codes:
        inside = within(code, column)
        if not inside:
            return Q()
        condition |= inside
    return condition


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to an area and are seen only from there or from above."""

    view_permission = None
    area_column = "area_id"

    def visible_to(self, user):
        """Limit to what the user's appointments of today let them see."""
        return self.filter(in_areas(areas(user, self.view_permission), self.area_column))

    def inside(self, code):
        return self.filter(within(str(code), self.area_column))


def scoped(permission, column="area_id"):
    """A queryset class whose rows are seen by holders of `permission` in the row's area."""
    return type("Scoped", (ScopedQuerySet,), {"view_permission": permission, "area_column": column})


def appointments(user):
    """What the user holds today, by appointment or in somebody's stead, read once per object."""
    if user.is_anonymous or not user.is_active:
        return []
    if not hasattr(user, "_appointments"):
        user._appointments = list(user.appointments.on(today())) + _lent(user)
    return user._appointments


def substitutions(user):
    """Who ever stood in for the user, and for whom the user did; read once per user object."""
    if not hasattr(user, "_substitutions"):
        everything = user.delegations.model.objects.filter(starts_on__lte=today())
        user._substitutions = list(everything.filter(Q(absent=user) | Q(substitute=user)))
    return user._substitutions


def forget(*users):
    """What is read once per user object has just changed."""
    for user in users:
        for kept in ("_appointments", "_substitutions"):
            user.__dict__.pop(kept, None)


def in_force(delegations, on):
    """Those of some substitutions whose role the absent person holds there by appointment."""
    lent = list(delegations)
    if not lent:
        return []
    people = {"user__in": {one.absent_id for one in lent}, "user__is_active": True}
    held = list(lent[0].absent.appointments.model.objects.on(on).filter(**people))
    return [one for one in lent if any(_covers(own, one) for own in held)]


def _covers(own, lent):
    """Nothing widens: a substitution reaches as far as the appointment it is made of."""
    same = (own.user_id, own.role) == (lent.absent_id, lent.role)
    return same and contains(own.area_id, lent.area_id)


def _holds(delegation):
    return delegation.ended_by_id is None and delegation.ends_on >= today()


def _lent(user):
    """The roles of others that the user has today, as long as those hold them by appointment."""
    own = (one for one in substitutions(user) if one.substitute_id == user.pk and _holds(one))
    return in_force(own, today())


def _one_hand(user):
    """Both sides of a substitution are one hand while it holds, and for what was done until then.

    The substitute acts in somebody's stead, so what the two did is not checked by either.
    """
    for one in substitutions(user):
        lent = one.substitute_id == user.pk
        yield Hand(one.absent_id if lent else one.substitute_id, one.ends_on, _holds(one), lent)


def _stead(user, may):
    """Those whose role the user needs: without it `may()` would be untrue."""
    everything = appointments(user)
    lent = [held for held in everything if hasattr(held, "absent_id")]
    if not lent:
        return []
    own = [held for held in everything if held not in lent]
    try:
        user._appointments = own
        return [] if may() else [one.absent for one in lent if _enough(user, [*own, one], may)]
    finally:
        user._appointments = everything


def _enough(user, held, may):
    user._appointments = held
    return may()


TOLD.append(_one_hand)
STEADS.append(_stead)


def areas(user, permission):
    """The codes of the areas in which the user holds a permission today."""
    if not in_scope(user, permission):
        return []
    roles = roles_with(permission)
    return [held.area_id for held in appointments(user) if held.role in roles]


def permissions(user):
    """Everything the user may do somewhere; pages show only what is in here."""
    held = {p for held in appointments(user) for p in ROLES[held.role].permissions}
    return {permission for permission in held if in_scope(user, permission)}


def in_scope(user, permission):
    """Whether a permission is used here: a token may be held to some of what its person may do."""
    scopes = getattr(user, "scopes", ())
    return not scopes or str(permission) in scopes


class RoleBackend(ModelBackend):
    """Grant what ROLES grants, in the areas where the person is appointed."""

    areas = staticmethod(areas)

    def has_perm(self, user_obj, perm, obj=None):
        """Without an area: somewhere. With an area, its code, or a record: there."""
        codes = areas(user_obj, perm)
        if obj is None:
            return bool(codes)
        code = obj if isinstance(obj, str) else getattr(obj, "area_id", None) or obj.pk
        return any(contains(held, code) for held in codes)

    def get_all_permissions(self, user_obj, obj=None):
        return {str(p) for p in permissions(user_obj) if self.has_perm(user_obj, p, obj)}


NOT_YOURS = _("This lies outside your areas.")
__all__ = ["RoleBackend", "ScopedQuerySet", "areas", "scoped", "within"]
