"""Desks at which somebody sits who asks the whole house: signed in already, nothing left behind."""

import json
from dataclasses import dataclass, field
from types import SimpleNamespace

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.db import connection, transaction
from django.test import Client, RequestFactory

from project.kernel.roles import ROLES
from registry import tokens
from tests import given

OF_THE_COUNTY = {"department_officer", "finance_officer", "ndrc_officer"}
OF_THE_COUNTY |= {"inspector", "discipline_viewer", "sysadmin"}
API = "/api/"
# That a session is in use is written every few minutes, whatever is asked for.
WRITTEN = """
    SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
    WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 AND relname <> 'kernel_signin'
"""


@dataclass(frozen=True)
class Answer:
    """What came back: the status, its kind and bytes, where it sends on, what a page was told."""

    status: int
    kind: str
    content: bytes
    onward: str
    context: dict = field(repr=False)

    @property
    def text(self):
        return self.content.decode("utf-8", "replace")


class Desk:
    """One person with a session for pages and a token for the API, or a phone, or nobody."""

    handler = BaseHandler()

    def __init__(self, user=None, **headers):
        self.factory = RequestFactory(headers={"accept-language": "en"})
        self.headers = headers
        if user is not None:
            self.factory.cookies[settings.SESSION_COOKIE_NAME] = _session(user)
            _token, secret = tokens.issue(user, by=user, name="matrix")
            self.headers = {"authorization": f"Bearer {secret}"}
        if self.handler._middleware_chain is None:
            self.handler.load_middleware()
        if user is not None:
            self.ask("get", f"{API}v1/tasks")  # a token notes its first use

    def ask(self, method, url, body=None, undone=False):
        """One request; to the API as JSON unless it carries a file, to a page as a form."""
        request = self._request(method, url, body)
        request._dont_enforce_csrf_checks = True
        if not undone:
            return self._answer(request)
        before = transaction.savepoint()
        try:
            return self._answer(request)
        finally:
            transaction.savepoint_rollback(before)

    def _answer(self, request):
        response = self.handler.get_response(request)
        content = b"".join(response) if response.streaming else response.content
        kind, onward = (response.headers.get(name, "") for name in ("Content-Type", "Location"))
        context = getattr(response, "context_data", None) or {}
        return Answer(response.status_code, kind, content, onward, context)

    def _request(self, method, url, body):
        headers = self.headers if url.startswith(API) else {}
        if method == "get":
            return self.factory.get(url, headers=headers)
        said = body or {}
        carries = any(hasattr(value, "read") for value in said.values())
        if url.startswith(API) and not carries:
            data, kind = json.dumps(said), "application/json"
            return self.factory.generic(method, url, data, content_type=kind, headers=headers)
        for value in said.values():
            if hasattr(value, "seek"):
                value.seek(0)
        return self.factory.post(url, said, headers=headers)


def _session(user):
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def written():
    """How many rows of each table this transaction has written, rolled back or not."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return dict(cursor.fetchall())


def own(scene):
    """For each role somebody appointed where the scene's records lie."""
    place = scene.place
    found = {r: given.user(r, at=place.county if r in OF_THE_COUNTY else place.town) for r in ROLES}
    # Who builds a project is a party to it, not only appointed.
    staff = vars(scene.relief.staff)
    return {role: staff.get(role, one) if "relief" in role else one for role, one in found.items()}


def neighbours():
    """The township next door, and the county next door."""
    town = given.township("990123101000", villages=1).town
    return SimpleNamespace(town=town, county=given.township("990124102000", villages=1).county)


def elsewhere():
    """For each role somebody of the township next door, or of the county next door."""
    place = neighbours()
    return {r: given.user(r, at=place.county if r in OF_THE_COUNTY else place.town) for r in ROLES}


class Seats:
    """The desks of one area: of each role, and of several roles in one person."""

    def __init__(self, people, place):
        self.people, self.place, self.seated = people, place, {}

    def __getitem__(self, role):
        if role not in self.seated:
            self.seated[role] = Desk(self.people[role])
        return self.seated[role]

    def together(self, roles):
        """What is refused to this one person, who has them all, each of the roles refuses."""
        roles = frozenset(roles)
        if roles not in self.seated:
            user = given.user(name="兼任者")
            for role in sorted(roles):
                at = self.place.county if role in OF_THE_COUNTY else self.place.town
                given.appoint(user, role, at)
            self.seated[roles] = Desk(user)
        return self.seated[roles]
