"""The quick door for check-ins: what arrives every morning pays for nothing it needs not.

Plain check-ins of a program with a token or of a registered phone, one or many, are read, stored
and answered here, by one statement and without the middleware of the pages. Whatever is not
plain, because it was sent before, is not allowed, cannot be read or comes too fast, goes on to
the full application, which answers it in words; so both doors give the same answers.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from types import SimpleNamespace

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, InterfaceError, connection
from django.http import parse_cookie
from django.utils import translation
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from attendance.devices import public_key_of
from attendance.models import Device
from attendance.receiving import Sender, receive
from project.api.answers import Unusable
from project.api.check_ins import (
    BatchShape,
    ReportShape,
    SignedBatchShape,
    answer,
    report_of,
    signed_reports,
)
from project.api.entry import COUNTED, in_pace
from registry.tokens import digest_of, holder

NOTED_EVERY = 300  # seconds
NOTED_AT_MOST = 10_000  # tokens
HEAD = [
    ("Content-Type", "application/json; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
]
ONE, MANY, SIGNED = (TypeAdapter(shape) for shape in (ReportShape, BatchShape, SignedBatchShape))


@dataclass(frozen=True)
class Kind:
    """What comes to one address: how long it is at most, from whom, and how it is read."""

    scheme: str
    largest: int
    reports: Callable
    sender: Callable
    alone: bool = False


KINDS = {
    "/api/v1/check-ins": Kind(
        scheme="bearer",
        largest=4096,
        reports=lambda body: [report_of(ONE.validate_json(body))],
        sender=lambda digest: Sender("token", digest),
        alone=True,
    ),
    "/api/v1/check-ins/batch": Kind(
        scheme="bearer",
        largest=128 * 1024,
        reports=lambda body: [report_of(item) for item in MANY.validate_json(body).items],
        sender=lambda digest: Sender("token", digest),
    ),
    "/api/v1/check-ins/signed": Kind(
        scheme="device",
        largest=512 * 1024,
        reports=lambda body: signed_reports(SIGNED.validate_json(body)),
        sender=lambda digest: Sender("phone", digest, public_key_of(digest)),
    ),
}


class QuickDoor:
    """A WSGI application before the full one: it takes what it knows and hands on the rest."""

    def __init__(self, full):
        self.full = full

    def __call__(self, environ, start_response):
        kind = KINDS.get(environ["PATH_INFO"])
        if kind and environ["REQUEST_METHOD"] == "POST" and (found := _answer(environ, kind)):
            start_response("200 OK", [*HEAD, ("Content-Length", str(len(found)))])
            return [found]
        return self.full(environ, start_response)


def _answer(environ, kind):
    """The answer to plain check-ins, stored now; None for what is handed on."""
    scheme, _space, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != kind.scheme or not _is_safe(environ):
        return None
    body, digest = _body(environ, kind.largest), digest_of(secret)
    try:
        reports = kind.reports(body) if body else None
    except (ValidationError, Unusable):
        return None
    if not reports or not _counted(environ, digest):
        return None
    receipts = _received(reports, kind, digest)
    if receipts is None or any(receipt.error for receipt in receipts):
        return None
    if kind.scheme == "bearer":
        _note_use(secret, digest)
    return _written(receipts, kind, environ)


def _is_safe(environ):
    """Where the site insists on HTTPS, what comes without it is sent there by the full door."""
    if not settings.SECURE_SSL_REDIRECT:
        return True
    name, value = settings.SECURE_PROXY_SSL_HEADER or ("wsgi.url_scheme", "https")
    return environ.get(name) == value


def _body(environ, largest):
    """The body, left to be read again; None where it is longer than what is plain."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdigit() or int(length) > largest:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return body


def _counted(environ, digest):
    """Whether the request comes in pace; it is counted once, also where it is handed on."""
    if not in_pace(digest):
        return False
    environ[COUNTED] = True
    return True


def _received(reports, kind, digest):
    """What became of the reports; None for a stranger, or when the database was away.

    Whether the connection still lives is not asked before: the statement finds out, and what it
    did not store goes on to the full application with a new one.
    """
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
        connection.health_check_done = True
    try:
        return receive(reports, sender=kind.sender(digest))
    except Device.DoesNotExist:
        return None
    except (DatabaseError, InterfaceError):
        connection.close()
        return None


_noted: dict = {}


def _note_use(secret, digest):
    """Note now and then that the token was used, as the full door does."""
    now = time.monotonic()
    if now - _noted.get(digest, -NOTED_EVERY) >= NOTED_EVERY:
        holder(secret)
        if len(_noted) >= NOTED_AT_MOST:
            _noted.clear()
        _noted[digest] = now


def _written(receipts, kind, environ):
    """The answer as JSON, with its doubts in the words of whoever asks."""
    if any(receipt.doubts for receipt in receipts):
        with translation.override(_language(environ)):
            items = [_item(receipt) for receipt in receipts]
    else:
        items = [_item(receipt) for receipt in receipts]
    return to_json(items[0] if kind.alone else {"items": items})


# The check-ins of a batch are received at one moment.
_moment = lru_cache(maxsize=64)(DjangoJSONEncoder().default)


def _item(receipt):
    return answer(receipt) | {"received_at": _moment(receipt.received_at)}


def _language(environ):
    """The language that the full application would choose."""
    cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))
    request = SimpleNamespace(META=environ, COOKIES=cookies)
    return translation.get_language_from_request(request)
