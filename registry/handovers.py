"""Somebody leaves their office: roles, substitutions, sessions, programs and account end."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from project.kernel import sign_ins
from project.kernel.guards import Refused, log
from project.kernel.models import Token, User
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, forget, in_areas
from registry.delegations import close
from registry.models import Appointment, Delegation


def offices(user, by, *, on=None):
    """The appointments of somebody that still run and lie where `by` appoints."""
    on = on or today()
    running = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), user=user)
    inside = running.filter(in_areas(areas(by, Permission.APPOINT)))
    return inside.select_related("area").order_by("pk")


def may_hand_over(user, by):
    """Only whoever appoints where somebody sits hands over for them, and nobody for themselves."""
    known = Appointment.objects.filter(in_areas(areas(by, Permission.APPOINT)), user=user)
    if not known.exists():
        raise PermissionDenied(_("Handing over belongs to whoever appoints people there."))
    if user.pk == by.pk:
        raise Refused(_("Nobody hands over for themselves; another administrator does."))


@transaction.atomic
def end_offices(user, *, by, note):
    """End what somebody holds where `by` appoints; where nothing is left, the account closes too.

    What was done stays done under their name. Appointing them again is the counter-entry.
    """
    may_hand_over(user, by)
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    for held in offices(user, by):
        _end(held, by, note)
    for one in _substitutions(user, by):
        close(one, by=by, reason=note)
    forget(user)
    left = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today()), user=user)
    if not left.exists():
        _close_account(user, by, note)
    return user


def _end(held, by, note):
    """Yesterday was the last day; what began only today, or later, is taken back whole."""
    words = {"role": held.role, "area": held.area_id, "user": held.user.username}
    if held.starts_on >= today():
        log(held.user, "take_back", by=by, note=note, **words)
        held.delete()
        return
    held.ends_on = today() - timedelta(days=1)
    held.save(update_fields=["ends_on"])
    log(held, "end", by=by, before=held.role, note=note, **words)


def _substitutions(user, by):
    """Those that somebody gave or took where `by` appoints."""
    inside = in_areas(areas(by, Permission.APPOINT))
    standing = Delegation.objects.filter(inside, ended_by=None, ends_on__gte=today())
    mine = standing.filter(Q(absent=user) | Q(substitute=user))
    return mine.select_for_update(of=("self",)).select_related("absent", "substitute", "area")


def _close_account(user, by, note):
    sign_ins.end_all(user, by=by, note=note)
    for token in Token.objects.filter(user=user, revoked_at=None).select_for_update():
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        log(token, "revoke", by=by, before="valid", after="revoked", note=note)
    user.is_active = False
    user.save(update_fields=["is_active"])
    log(user, "close_account", by=by, before="open", after="closed", note=note)


@transaction.atomic
def open_again(user, *, by, note):
    """Open a closed account for somebody who comes back; roles are given by appointing them."""
    may_hand_over(user, by)
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if user.is_active:
        raise Refused(_("This account is open already."))
    if not note.strip():
        raise Refused(_("Say why the account is opened again."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    log(user, "open_account", by=by, before="closed", after="open", note=note.strip())
    return user
