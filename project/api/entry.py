"""Who is asking: a program with a token, or a person signed in to the pages."""

import time

from django.conf import settings
from django.core.cache import cache
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer, SessionAuth
from ninja.throttling import BaseThrottle

from registry import tokens

MINUTE = 60


class TokenEntry(HttpBearer):
    """A token acts as its person; a token that is shown but not valid opens nothing."""

    def authenticate(self, request, token):
        found = tokens.holder(token)
        if found is None:
            raise AuthenticationError
        request.user = found.user
        return found


class PageEntry(SessionAuth):
    """Somebody signed in to the pages; what changes something needs the pages' CSRF token."""

    def __call__(self, request):
        return super().__call__(request) if request.user.is_authenticated else None


def _who(request):
    """A token or a phone by its digest, a person by number, a stranger by the address."""
    known = getattr(request, "auth", None)
    if known is None:
        return f"from-{request.META.get('REMOTE_ADDR', '')}"
    return getattr(known, "digest", f"person-{known.pk}")


def in_pace(who):
    """Whether one more request of this token, phone or person comes within the limit."""
    limit = settings.API_REQUESTS_PER_MINUTE
    if not limit:
        return True
    key = f"api-pace-{who}-{int(time.time()) // MINUTE}"
    cache.add(key, 0, 2 * MINUTE)
    try:
        return cache.incr(key) <= limit
    except ValueError:  # the cache dropped the count to make room; it begins again
        return True


class Pace(BaseThrottle):
    """So many requests a minute for each token or person, and no more."""

    def allow_request(self, request):
        return in_pace(_who(request))

    def wait(self):
        return MINUTE - int(time.time()) % MINUTE
