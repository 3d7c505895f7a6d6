"""Standing in for somebody: one role, in their area, for some days, and never against four eyes."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from project.kernel.guards import Refused, log
from project.kernel.models import User
from project.kernel.months import today
from project.kernel.roles import ROLES, Permission, roles_with
from registry.access import NOT_YOURS, areas, contains, forget, in_areas
from registry.models import Appointment, Area, Delegation


def seen_by(user):
    """The substitutions one takes part in, and those in the areas where one appoints."""
    appoints = in_areas(areas(user, Permission.APPOINT))
    return Delegation.objects.filter(appoints | Q(absent=user) | Q(substitute=user))


@transaction.atomic
def make(absent, substitute, role, area, *, by, starts_on, ends_on, longest, reason):
    """Name a substitute for days to come; the person themselves does, or who may appoint there.

    `longest` is the most days that the rules allow, which whoever knows the rules tells.
    """
    _may_arrange(absent, area, by)
    # Both are held still, so that no two substitutions make a chain at the same moment.
    pair = User.objects.filter(pk__in=[absent.pk, substitute.pk]).order_by("pk")
    list(pair.select_for_update(of=("self",)))
    days = (starts_on, ends_on)
    if reasons := [
        *_wrong_days(starts_on, ends_on, longest, reason),
        *_wrong_people(absent, substitute, by),
        *_no_place(substitute, role, area, starts_on),
        *_not_held(absent, role, area, days),
        *_chained(absent, substitute, role, area, days),
    ]:
        raise Refused(reasons)
    made = Delegation.objects.create(
        absent=absent,
        substitute=substitute,
        role=role,
        area=area,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        made_by=by,
    )
    words = {"absent": absent.username, "substitute": substitute.username, "area": area.pk}
    log(made, "delegate", by=by, after=role, note=made.reason, **words)
    forget(absent, substitute)
    return made


@transaction.atomic
def end(delegation, *, by, reason):
    """End a substitution at once; what was done in the days before stays done in their stead."""
    held = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    _may_arrange(held.absent, held.area, by)
    if held.ended_by_id or held.ends_on < today():
        raise Refused(_("This substitution is over already."))
    if not reason.strip():
        raise Refused(_("Say why the substitution ends."))
    forget(delegation.absent, delegation.substitute)
    return close(held, by=by, reason=reason)


def close(held, *, by, reason):
    """End a locked substitution, by whoever may."""
    held.ended_by = by
    held.ends_on = max(held.starts_on, today())
    held.save(update_fields=["ended_by", "ends_on"])
    log(held, "end", by=by, before=held.role, note=reason.strip())
    return held


def _may_arrange(absent, area, by):
    if by.pk != absent.pk and not by.has_perm(Permission.APPOINT, area.pk):
        raise PermissionDenied(NOT_YOURS)


def _wrong_days(starts_on, ends_on, longest, reason):
    if starts_on < today():
        yield _("A substitution begins today at the earliest; nobody acts for days gone by.")
    if ends_on < starts_on:
        yield _("The last day of the substitution lies before its first day.")
    elif (ends_on - starts_on).days + 1 > longest:
        sentence = _(
            "A substitution holds for at most %(days)s days; for longer, appoint somebody else."
        )
        yield sentence % {"days": longest}
    if not reason.strip():
        yield _("Say why somebody has to stand in, such as leave or a journey.")


def _wrong_people(absent, substitute, by):
    """Nobody gives themselves the rights of another."""
    if absent.pk == substitute.pk:
        yield _("Nobody stands in for themselves; name another person.")
    elif by.pk == substitute.pk:
        yield _("Nobody makes themselves a substitute; the person replaced has to name you.")
    if not substitute.is_active:
        yield _("The account of %(name)s is closed; name another person.") % {"name": substitute}


def _no_place(substitute, role, area, on):
    """Nobody from elsewhere stands in, nor whoever appoints people for somebody who decides."""
    county = area.pk[: Area.Level.COUNTY].ljust(12, "0")
    held = Appointment.objects.on(on).filter(user=substitute)
    own = [one for one in held if _near(one.area_id, county, area.pk)]
    if not own:
        sentence = _("%(name)s holds no duty in this county; name somebody who does.")
        yield sentence % {"name": substitute}
    appoints = roles_with(Permission.APPOINT)
    if role not in appoints and any(one.role in appoints for one in own):
        sentence = _("%(name)s appoints people here and decides nothing; name somebody else.")
        yield sentence % {"name": substitute}


def _near(code, county, place):
    return contains(county, code) or contains(code, place)


def _not_held(absent, role, area, days):
    """Only what somebody holds by appointment, where and as long as they hold it, is passed on."""
    held = Appointment.objects.on(days[0]).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=days[1]), user=absent, role=role
    )
    if not any(contains(one.area_id, area.pk) for one in held):
        yield _(
            "%(name)s is not appointed “%(role)s” in %(area)s for all of these days; only a role "
            "that somebody holds there can be passed on."
        ) % {"name": absent, "role": ROLES[role].title, "area": area}


def _chained(absent, substitute, role, area, days):
    """A substitute has no substitute, and a role has one substitute at a time."""
    standing = Delegation.objects.filter(
        ended_by=None, starts_on__lte=days[1], ends_on__gte=days[0]
    )
    if standing.filter(absent=substitute).exists():
        sentence = _("%(name)s is away themselves in these days; name another person.")
        yield sentence % {"name": substitute}
    if standing.filter(substitute=absent).exists():
        yield _(
            "%(name)s stands in for somebody in these days; end that first, since a substitute "
            "has no substitute."
        ) % {"name": absent}
    if standing.filter(absent=absent, role=role, area=area).exists():
        yield _(
            "Somebody stands in for %(name)s in this role on some of these days already; end that "
            "substitution first."
        ) % {"name": absent}
