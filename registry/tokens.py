"""Tokens: a program acts with the rights of the person it was given to, and no others."""

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from project.kernel.guards import Refused, log
from project.kernel.models import Token
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import appointments, permissions
from registry.sessions import overseen

PREFIX = "gyg_"
LONGEST = 365
LONGEST_NAME = 60
NOTED_EVERY = timedelta(minutes=5)


@transaction.atomic
def issue(user, *, by, name, days=LONGEST, scopes=(), read_only=False):
    """Make a token for a person and return it with its secret, which is never shown again.

    Without scopes it may do all that the person may, at every moment of its life.
    """
    _answer_for(user, by)
    if not user.is_active:
        raise Refused(_("This person's account is closed; a closed account gets no token."))
    if not 1 <= days <= LONGEST:
        raise Refused(_("A token lives from 1 to %(days)s days.") % {"days": LONGEST})
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused(_("Name the program that uses it, in 60 characters at most."))
    _held(user, scopes)
    secret = PREFIX + secrets.token_urlsafe(32)
    expires_on = today() + timedelta(days=days - 1)
    token = Token.objects.create(
        digest=digest_of(secret),
        user=user,
        name=name,
        expires_on=expires_on,
        scopes=sorted(set(scopes)),
        read_only=read_only,
    )
    log(token, "issue", by=by, after="valid", scopes=token.scopes, read_only=read_only)
    return token, secret


@transaction.atomic
def revoke(token, *, by):
    """End a token now; whoever holds it is a stranger from here on."""
    _answer_for(token.user, by)
    token = Token.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if token.revoked_at:
        raise Refused(_("This token is revoked already."))
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    log(token, "revoke", by=by, before="valid", after="revoked")
    return token


def holder(secret):
    """The token that a secret opens today, with its person; None for a stranger."""
    tokens = Token.objects.select_related("user").filter(
        digest=digest_of(secret), revoked_at=None, expires_on__gte=today(), user__is_active=True
    )
    token = tokens.first()
    if token:
        _note_use(token)
    return token


def digest_of(secret):
    """The secret has 256 random bits, so a plain digest cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _note_use(token):
    """Note roughly when a token was last used, without a write for every request."""
    now = timezone.now()
    if token.last_used is None or now - token.last_used > NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used=now)


def in_reach(by):
    """The tokens that `by` made for programs, or may revoke for somebody they oversee."""
    people = Q(user=by) | Q(user__in=overseen(by))
    return Token.objects.filter(people).select_related("user")


def _held(user, scopes):
    """A token is for what its person may do; a misspelt scope would be one that never opens."""
    if wrong := sorted(set(map(str, scopes)) - set(map(str, permissions(user)))):
        raise Refused(
            _("%(name)s may not do this, or there is no such permission: %(wrong)s.")
            % {"name": user, "wrong": ", ".join(wrong)}
        )


def _answer_for(user, by):
    """People make tokens for themselves; for others, who may appoint them wherever they act."""
    if user.pk == by.pk:
        return
    places = [held.area_id for held in appointments(user)]
    if not by.has_perm(Permission.APPOINT) or not all(
        by.has_perm(Permission.APPOINT, place) for place in places
    ):
        raise PermissionDenied(_("Tokens of others are made by whoever may appoint them."))
