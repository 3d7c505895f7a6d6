"""Errors in one shape: a sentence, every reason of a refusal, and what is wrong by field."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django_fsm import ConcurrentTransition
from ninja import Schema
from ninja.errors import HttpError, ValidationError

from project.kernel.guards import NeedsReason, Refused


class Problem(Schema):
    """What every error answers."""

    detail: str
    refusals: list[str] = []
    fields: dict[str, list[str]] = {}


class Unusable(Exception):
    """Input that cannot be used: for each field, the sentences that say why."""

    def __init__(self, fields):
        super().__init__(fields)
        self.fields = fields


def register(api):
    """Answer every error of the API in the one shape."""
    for error, speak in SPEAKERS.items():
        api.add_exception_handler(error, partial(_answer, api, speak))


def _answer(api, speak, request, exc):
    status, detail, found = speak(exc)
    body = Problem(detail=str(detail), **found).model_dump()
    response = api.create_response(request, body, status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _missing(exc):
    return 404, _("There is nothing here, or it lies outside your areas."), {}


def _denied(exc):
    return 403, str(exc) or _("This belongs to another role or another area."), {}


def _refused(exc):
    found = {"refusals": exc.messages}
    if isinstance(exc, NeedsReason):
        found["fields"] = {"note": [_("A written reason is required.")]}
    return 409, _("This cannot be done now; the refusals say why."), found


def _overtaken(exc):
    reason = _("Somebody else changed the record at the same moment. Read it again.")
    return 409, reason, {"refusals": [reason]}


def _unusable(exc):
    return 422, _("Some of what was sent cannot be used."), {"fields": exc.fields}


def _unreadable(exc):
    fields = {}
    for error in exc.errors:
        where = [str(part) for part in error["loc"]]
        name = ".".join(where[2 if where[0] == "body" else 1 :]) or "body"
        fields.setdefault(name, []).append(_sentence(error))
    return _unusable(Unusable(fields))


def _sentence(error):
    if error["type"] == "missing":
        return _("This field is required.")
    return _("This value cannot be used (%(why)s).") % {"why": error["msg"]}


def _http(exc):
    if exc.status_code == 400:
        return 422, _("The body is not a JSON document."), {}
    known = HTTP_DETAILS.get(exc.status_code)
    return exc.status_code, known() if known else str(exc), {}


HTTP_DETAILS = {
    401: lambda: _("Sign in, or send a valid token as “Authorization: Bearer TOKEN”."),
    403: lambda: _("The request carries no valid CSRF token. Load the page again."),
    429: lambda: _("Too many requests. Wait for the seconds named in Retry-After."),
}
SPEAKERS = {
    Http404: _missing,
    PermissionDenied: _denied,
    Refused: _refused,
    ConcurrentTransition: _overtaken,
    Unusable: _unusable,
    ValidationError: _unreadable,
    HttpError: _http,
}
