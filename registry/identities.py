"""Accounts at the identity provider and the people they sign in as: bound, never self-made."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from project.kernel.guards import Refused, log
from project.kernel.history import acts_now
from project.kernel.models import Identity, User
from registry.sessions import overseen

LONGEST = 255


@transaction.atomic
def person_of(claims):
    """Who signs in with these claims: whoever is bound, or whose login the agreed claim names."""
    subject = claims["sub"]
    found = Identity.objects.select_for_update(of=("self",)).filter(_in_use(subject=subject))
    identity = found.select_related("user").first() or _by_claim(claims, subject)
    if not identity.user.is_active:
        raise Refused(_("Your account here is closed. Ask the administrator."))
    acts_now(identity.user)
    identity.used_at = timezone.now()
    identity.save(update_fields=["used_at"])
    return identity.user


@transaction.atomic
def bind(user, subject, *, by):
    """An administrator says which account at the provider is this person's."""
    if not overseen(by).exclude(pk=by.pk).filter(pk=user.pk).exists():
        raise PermissionDenied(_("Accounts of others are bound by whoever may appoint them."))
    subject = subject.strip()
    if not 0 < len(subject) <= LONGEST:
        raise Refused(_("Write the account as the provider names it (sub)."))
    return _bound(user, subject, by)


@transaction.atomic
def unbind(identity, *, by):
    """The account opens nothing here any more."""
    identity = Identity.objects.select_for_update(of=("self",)).get(pk=identity.pk)
    if not in_reach(by).filter(pk=identity.pk).exists():
        raise PermissionDenied(_("Accounts of others are bound by whoever may appoint them."))
    if identity.ended_at:
        raise Refused(_("This account is unbound already."))
    identity.ended_at = timezone.now()
    identity.save(update_fields=["ended_at"])
    log(identity, "unbind", by=by, before="bound", after="ended")


def in_reach(by):
    """The bound accounts of `by`, and of the people whom `by` oversees."""
    people = Q(user=by) | Q(user__in=overseen(by))
    return Identity.objects.filter(people, _in_use()).select_related("user")


def _by_claim(claims, subject):
    """Nobody gets an account by signing in: the login is there already and bound to nobody."""
    name = claims.get(settings.OIDC_CLAIM) if settings.OIDC_CLAIM else None
    user = User.objects.filter(username=name).first() if isinstance(name, str) and name else None
    # What was unbound once is bound again by an administrator only.
    before = Q(user=user) | Q(subject=subject)
    if user is None or Identity.objects.filter(before, issuer=settings.OIDC_ISSUER).exists():
        raise Refused(_("No login is bound to this account. Ask the administrator to bind it."))
    return _bound(user, subject, user)


def _bound(user, subject, by):
    """One account for each person and one person for each account, also at the same moment."""
    acts_now(by)
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if Identity.objects.filter(_in_use(user=user)).exists():
        raise Refused(_("Another account is bound to this person. Ask the administrator."))
    made, fresh = Identity.objects.get_or_create(
        issuer=settings.OIDC_ISSUER, subject=subject, ended_at=None, defaults={"user": user}
    )
    if not fresh:
        raise Refused(_("This account is bound to somebody else. Ask the administrator."))
    log(made, "bind", by=by, after="bound", subject=subject)
    return made


def _in_use(**more):
    return Q(issuer=settings.OIDC_ISSUER, ended_at=None, **more)
