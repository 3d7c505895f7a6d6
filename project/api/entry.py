"""Who is asking: a program with a token, or a person signed in to the pages."""

import time
from collections import Counter
from threading import Lock

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer, SessionAuth
from ninja.throttling import BaseThrottle

from project.kernel import sign_ins
from project.kernel.origin import address
from registry import tokens

MINUTE = 60
READING = ("GET", "HEAD", "OPTIONS")
COUNTED = "gongyigang.counted"  # set where the quick door has counted the request already


class TokenEntry(HttpBearer):
    """A token acts as its person within its scopes; one that is not valid opens nothing."""

    def authenticate(self, request, token):
        found = tokens.holder(token)
        if found is None:
            raise AuthenticationError
        if found.read_only and request.method not in READING:
            raise PermissionDenied(_("This token only reads. Use one that may also write."))
        found.user.scopes = frozenset(found.scopes)
        request.user = found.user
        return found


class PageEntry(SessionAuth):
    """Somebody signed in to the pages; what changes something needs the pages' CSRF token."""

    def __call__(self, request):
        if sign_ins.half(request):
            sentence = _("A second factor is missing. Sign in to the pages and enter your code.")
            raise PermissionDenied(sentence)
        return super().__call__(request) if request.user.is_authenticated else None


def _who(request):
    """A token or a phone by its digest, a person by number, a stranger by the address."""
    known = getattr(request, "auth", None)
    if known is None:
        return f"from-{address(request)}"
    return getattr(known, "digest", f"person-{known.pk}")


class Counts:
    """How often each came in the minute that runs; of the minute before nothing is kept."""

    def __init__(self):
        self.minute, self.came, self.alone = 0, Counter(), Lock()

    def one_more(self, who):
        minute = int(time.time()) // MINUTE
        with self.alone:
            if minute != self.minute:
                self.minute, self.came = minute, Counter()
            self.came[who] += 1
            return self.came[who]


_counts = Counts()


def in_pace(who):
    """Whether one more request of this token, phone or person comes within the limit."""
    limit = settings.API_REQUESTS_PER_MINUTE
    return not limit or _counts.one_more(who) <= limit


class Pace(BaseThrottle):
    """So many requests a minute for each token or person, and no more."""

    def allow_request(self, request):
        return COUNTED in request.META or in_pace(_who(request))

    def wait(self):
        return MINUTE - int(time.time()) % MINUTE
