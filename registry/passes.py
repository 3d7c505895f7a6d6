"""Passes: a clerk hands a worker a link or a QR card, and the worker's phone is let in by it."""

import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from project.kernel.guards import NotThisPerson, Refused, log
from project.kernel.roles import Permission
from registry.kinship import kin_sentences
from registry.models import Pass
from registry.tokens import digest_of


@transaction.atomic
def issue(person, *, by, purpose, hours, subject=""):
    """Make a pass and return it with its secret, which is never shown again.

    An earlier pass for the same thing is withdrawn, so that one card opens one door.
    """
    if not by.has_perm(Permission.PASS_ISSUE, person.area_id):
        raise PermissionDenied(_("Passes are handed out by the clerk of the worker's village."))
    if reasons := kin_sentences(person, by):
        raise NotThisPerson(reasons)
    withdraw(person, by=by, purpose=purpose, subject=subject)
    secret = secrets.token_urlsafe(16)
    made = Pass.objects.create(
        digest=digest_of(secret),
        person=person,
        purpose=purpose,
        subject=subject,
        issued_by=by,
        valid_until=timezone.now() + timedelta(hours=hours),
    )
    log(made, "issue", by=by, after="open", note=purpose)
    return made, secret


@transaction.atomic
def withdraw(person, *, by, purpose, subject=""):
    """Close the passes of a person for a purpose that are still open; returns how many."""
    passes = Pass.objects.open().filter(person=person, purpose=purpose, subject=subject)
    for one in passes.select_for_update():
        one.withdrawn_at = timezone.now()
        one.save(update_fields=["withdrawn_at"])
        log(one, "withdraw", by=by, before="open", after="withdrawn")
    return len(passes)


def behind(secret, *, purpose):
    """The open pass that a secret belongs to, or None for a stranger or one that is over."""
    passes = Pass.objects.open().filter(digest=digest_of(secret), purpose=purpose)
    return passes.select_related("person__area", "issued_by").first()


def use(one):
    """Mark a pass as used, once; of two phones at the same moment one is let in."""
    now = timezone.now()
    if not Pass.objects.open(at=now).filter(pk=one.pk).update(used_at=now):
        raise Refused(_("This link was used already or has run out; ask the clerk for a new one."))
    one.used_at = now
    return one
