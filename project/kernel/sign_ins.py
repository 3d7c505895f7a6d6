"""Sign-ins: each one is written down, and a session lives only as long as its line is open."""

import hashlib
from datetime import timedelta

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.dispatch import receiver
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from project.kernel import second_factor
from project.kernel.guards import Refused, log
from project.kernel.models import Authenticator, SignIn
from project.kernel.origin import address

NOTED_EVERY = timedelta(minutes=5)


class Known(AuthenticationMiddleware):
    """Whoever signed in, while their session is neither ended nor left idle too long."""

    def process_request(self, request):
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _person(request))
        request.auser = sync_to_async(lambda: _person(request))


def _person(request):
    if not hasattr(request, "_cached_user"):
        request._cached_user = _signed_in(request)
    return request._cached_user


def _signed_in(request):
    key = request.session.session_key
    user = get_user(request)
    if user.is_anonymous:
        # Django itself closes what was opened with a password that is no longer the person's.
        if key and request.session.session_key != key:
            _of_key(key).update(ended_at=timezone.now())
        return user
    line = _going_on(key)
    if line is None:
        request.session.flush()
        return AnonymousUser()
    request.second_factor = line.second_factor
    if _half(line, user):
        request.half_signed_in = user
        return AnonymousUser()
    return user


def _going_on(key):
    """The session's line while it is open; one that nobody used for too long is closed here."""
    now, found = timezone.now(), _of_key(key)
    held = Authenticator.objects.filter(user=OuterRef("user"), ended_at=None)
    line = found.annotate(guarded=Exists(held)).first()
    if line is None:
        return None
    if line.seen_at < _idle_since(now):
        found.update(ended_at=now)
        return None
    if now - line.seen_at >= NOTED_EVERY:
        found.update(seen_at=now)
    return line


def _half(line, user):
    """Whether the second factor is still missing; until then the person is nobody to the house."""
    if line.second_factor or not settings.SECOND_FACTOR:
        return False
    return line.guarded or second_factor.required(user)


def half(request):
    """Who has given the password and not yet the second factor, if anybody."""
    return None if request.user.is_authenticated else getattr(request, "half_signed_in", None)


def proved(request):
    """Whether this session was opened with a second factor."""
    return getattr(request, "second_factor", False)


@transaction.atomic
def prove(request, user):
    """The second factor was right: the session goes on under another key, as one with both."""
    _of_key(request.session.session_key).update(ended_at=timezone.now())
    request.session.cycle_key()
    begin(request, user, second_factor=True)
    request.user = request._cached_user = user
    request.second_factor = True


@receiver(user_logged_in, dispatch_uid="gyg_sign_in")
def begin(request, user, second_factor=False, **_said):
    """Write down that somebody signed in, from where and with what; a second click finds it."""
    if not request.session.session_key:
        request.session.create()
    said = {
        "user": user,
        "address": address(request),
        "agent": request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:200],
        "seen_at": timezone.now(),
        "second_factor": second_factor,
    }
    key = request.session.session_key
    made, _fresh = SignIn.objects.get_or_create(digest=digest_of(key), defaults=said)
    return made


@receiver(user_logged_out, dispatch_uid="gyg_sign_out")
def leave(request, **_said):
    """Whoever signs out ends the session for good, also where somebody copied its cookie."""
    if key := request.session.session_key:
        _of_key(key).update(ended_at=timezone.now())


@transaction.atomic
def end(sign_in, *, by, note=""):
    """End one session: at its next request it opens nothing."""
    sign_in = SignIn.objects.select_for_update(of=("self",)).get(pk=sign_in.pk)
    if sign_in.ended_at:
        raise Refused(_("This session has ended already."))
    sign_in.ended_at = timezone.now()
    sign_in.save(update_fields=["ended_at"])
    log(sign_in, "end", by=by, before="open", after="ended", note=note)
    return sign_in


@transaction.atomic
def end_all(user, *, by, note=""):
    """End every session of somebody; say how many there were."""
    open_ones = SignIn.objects.filter(user=user, ended_at=None).order_by("pk")
    return len([end(one, by=by, note=note) for one in open_ones.select_for_update(of=("self",))])


def open_ones():
    """The sessions that still open something: not ended, and used not too long ago."""
    return SignIn.objects.filter(ended_at=None, seen_at__gte=_idle_since(timezone.now()))


def digest_of(key):
    """The key has 160 random bits and more, so a plain digest cannot be guessed back."""
    return hashlib.sha256(key.encode()).hexdigest()


def _of_key(key):
    return SignIn.objects.filter(digest=digest_of(key), ended_at=None)


def _idle_since(now):
    return now - timedelta(minutes=settings.IDLE_MINUTES)
