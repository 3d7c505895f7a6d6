"""Each request gets an identifier, a line in the log and a place in the counts."""

import logging
import re
import time
import uuid

from django.conf import settings
from django.contrib.auth import SESSION_KEY

from project.running import figures
from project.running.logs import UNMATCHED, Seen, current, hidden, route_of

SEEN = "gongyigang.seen"
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
logger = logging.getLogger(__name__)


class Watched:
    """The outermost WSGI application: it sees also what the quick door answers by itself."""

    def __init__(self, inner, doors=()):
        self.inner, self.doors = inner, {path: f"door:{path}" for path in doors}

    def __call__(self, environ, start_response):
        began = time.perf_counter()
        seen = environ[SEEN] = Seen(_identifier(environ))
        before = current.set(seen)

        def answering(status, headers, *more):
            seen.status = int(status[:3])
            return start_response(status, [*headers, ("X-Request-ID", seen.request_id)], *more)

        try:
            return self.inner(environ, answering)
        finally:
            seen.route = seen.route or self._route(environ)
            _note(seen, environ["REQUEST_METHOD"], time.perf_counter() - began)
            current.reset(before)

    def _route(self, environ):
        path = environ["PATH_INFO"]
        static = path.startswith(settings.STATIC_URL)
        return "static" if static else self.doors.get(path, UNMATCHED)


class Named:
    """Django's part of it: which page it was, and the number of whoever asked."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        seen = request.META.get(SEEN)
        if seen is not None:
            seen.route = route_of(request.resolver_match)
            seen.user_id = _number(request)
        return response

    def process_view(self, request, *_view):
        """What goes wrong inside a page is written down under the page's name."""
        if SEEN in request.META:
            request.META[SEEN].route = route_of(request.resolver_match)


def _identifier(environ):
    """The one that a proxy gave, unless it could be somebody's number."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if GIVEN.fullmatch(given) and hidden(given) == given else uuid.uuid4().hex


def _number(request):
    """Who asked, without asking the database and without touching a session nobody opened."""
    known = getattr(request, "auth", None)
    if known is not None:
        return getattr(known, "user_id", getattr(known, "pk", None))
    session = getattr(request, "session", None)
    if session is None or not session.accessed:
        return None
    number = session.get(SESSION_KEY)
    return int(number) if number else None


def _note(seen, method, seconds):
    figures.count(seen.route, method, seen.status, seconds)
    if logger.isEnabledFor(logging.INFO):
        facts = {"method": method, "status": seen.status, "ms": round(seconds * 1000, 1)}
        said = "%s %s answered %s in %s ms"
        values = (method, seen.route, facts["status"], facts["ms"])
        logger.info(said, *values, extra={"facts": facts})
