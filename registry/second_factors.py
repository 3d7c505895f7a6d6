"""Whose authenticator somebody may take away: one's own with a code, a lost one of one's people."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from project.kernel import second_factor, sign_ins
from project.kernel.models import Authenticator, Event
from registry.sessions import overseen


def of_others(by):
    """The authenticators in use of the people whom `by` oversees, by name."""
    found = Authenticator.objects.filter(ended_at=None, user__in=overseen(by)).exclude(user=by)
    return found.select_related("user").order_by("user__name", "user__username")


@transaction.atomic
def take_away(user, *, by, note):
    """End a lost authenticator and every session of its person, who sets up another."""
    if user.pk == by.pk or not overseen(by).filter(pk=user.pk).exists():
        raise PermissionDenied(
            _("Lost authenticators are ended by whoever may appoint the person.")
        )
    _end(user, by, note)


@transaction.atomic
def end_at_the_console(user, *, note):
    """Whoever keeps the machine may do it too, such as for the last administrator."""
    _end(user, user, note)


@transaction.atomic
def replace(user, said):
    """End one's own authenticator, such as for another phone; a code of it opens that."""
    if not second_factor.accepts(user, said):
        return False
    _end(user, user, _("Another authenticator is set up."))
    return True


def renewed_codes(user, said):
    """New recovery codes for whoever shows a code of the authenticator; nothing for a wrong one."""
    return second_factor.renew_codes(user) if second_factor.accepts(user, said) else None


def taken_from(user):
    """The event by which somebody else ended the person's last authenticator, if that was so."""
    last = Authenticator.objects.filter(user=user).order_by("-pk").first()
    if last is None or last.ended_at is None:
        return None
    return Event.objects.of(last).filter(verb="take_away").exclude(by=user).first()


def _end(user, by, note):
    second_factor.take_away(user, by=by, note=note)
    sign_ins.end_all(user, by=by, note=note)
