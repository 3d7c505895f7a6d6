"""The quick door for single check-ins: what arrives every morning pays for nothing it needs not.

A plain check-in of a program with a token is read, stored and answered here, by one statement and
without the middleware of the pages. Whatever is not plain, because it was sent before, is not
allowed, cannot be read or comes too fast, goes on to the full application, which answers it in
words; so both doors give the same answers.
"""

import json
import time
from io import BytesIO

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja.responses import NinjaJSONEncoder
from pydantic import TypeAdapter, ValidationError

from attendance.receiving import Sender, receive
from project.api.check_ins import ReportShape, answer, report_of
from project.api.entry import in_pace
from registry.tokens import digest_of, holder

ADDRESS = "/api/v1/check-ins"
LARGEST = 4096
READ = TypeAdapter(ReportShape)
NOTED_EVERY = 300  # seconds
HEAD = [
    ("Content-Type", "application/json; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
]


class QuickDoor:
    """A WSGI application before the full one: it takes what it knows and hands on the rest."""

    def __init__(self, full):
        self.full = full

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == ADDRESS and environ["REQUEST_METHOD"] == "POST":
            body = _body(environ)
            if body is not None and (found := _stored(environ, body)):
                start_response("200 OK", [*HEAD, ("Content-Length", str(len(found)))])
                return [found]
        return self.full(environ, start_response)


def _body(environ):
    """The body, left to be read again; None where it is longer than any check-in."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdigit() or int(length) > LARGEST:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return body


def _stored(environ, body):
    """The answer to a plain check-in that is stored now, or None."""
    scheme, _space, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not _is_safe(environ):
        return None
    known_by = digest_of(secret)
    try:
        report = report_of(READ.validate_json(body))
    except ValidationError:
        return None
    receipt = _received(report, Sender("token", known_by)) if in_pace(known_by) else None
    if receipt is None or receipt.error:
        return None
    _note_use(secret)
    with translation.override(_language(environ)):
        return json.dumps(answer(receipt), cls=NinjaJSONEncoder).encode()


_noted = {}


def _note_use(secret):
    """Note now and then that the token was used, as the full door does."""
    now = time.monotonic()
    if now - _noted.get(secret, -NOTED_EVERY) >= NOTED_EVERY:
        holder(secret)
        _noted[secret] = now


def _received(report, sender):
    """What became of the report; None when the database was away, so that it is tried again."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    try:
        return receive([report], sender=sender)[0]
    except (OperationalError, InterfaceError):
        connection.close()
        return None


def _is_safe(environ):
    """Where the site insists on HTTPS, what comes without it is sent there by the full door."""
    if not settings.SECURE_SSL_REDIRECT:
        return True
    name, value = settings.SECURE_PROXY_SSL_HEADER or ("wsgi.url_scheme", "https")
    return environ.get(name) == value


def _language(environ):
    for code, _weight in parse_accept_lang_header(environ.get("HTTP_ACCEPT_LANGUAGE", "")):
        if code != "*" and translation.check_for_language(code):
            return code
    return settings.LANGUAGE_CODE
