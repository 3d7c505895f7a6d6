"""History by trigger: each row that may change tells who changed it, by way of what, from what.

Who acts is said once around all they do: for requests by `Says`, for work in the background and for
commands by `acts`. What is written without it came past the house.
"""

from contextlib import contextmanager

import pghistory
import pgtrigger
from django.db import connection
from pghistory.middleware import HistoryMiddleware
from psycopg.sql import Composable

NAME = "changes_are_kept"


@contextmanager
def acts(by=None, via=""):
    """Say around work that no request does who acts (a user, if anybody) and by way of what."""
    with connection.execute_wrapper(_as_text), pghistory.context(**_said(by, via)):
        yield


def acts_now(by):
    """Say within `acts` who it turned out to be; without it nothing happens."""
    pghistory.context(user=by.pk)


class Says(HistoryMiddleware):
    """Says of each request who acts and which page it was, never what its address held."""

    def get_context(self, request):
        return _said(None, request.method) | {"user": super().get_context(request)["user"]}

    def process_view(self, request, *_view):
        pghistory.context(via=f"{request.method} /{request.resolver_match.route}")


def _said(by, via):
    return {"user": by.pk if by else None, "via": via}


def _as_text(execute, sql, params, many, context):
    """The words about who acts are put before a statement, so it must be text with parameters."""
    if isinstance(sql, Composable):
        sql = sql.as_string(context["connection"].connection)
    if params is None:
        sql, params = sql.replace("%", "%%"), ()
    return execute(sql, params, many, context)


class Kept(pgtrigger.Trigger):
    """Writes a `Change` for each row that is written, changed or deleted.

    `passing` are columns whose change alone tells nothing, such as when somebody was last seen;
    of `secret` ones only a digest is kept. A row that comes to be is kept in the row itself.
    """

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("said", "jsonb"), ("before", "jsonb"), ("after", "jsonb"), ("key", "text")]

    def __init__(self, *, passing=(), secret=(), operation=None):
        super().__init__(name=NAME, operation=operation)
        self.passing, self.secret = tuple(passing), tuple(secret)

    def get_func(self, model):
        key = f'"{model._meta.pk.column}"'
        return f"""
            said := nullif(current_setting('pghistory.context_metadata', true), '')::jsonb;
            IF TG_OP = 'DELETE' THEN
                key := OLD.{key}; before := {self._row("OLD")};
            ELSIF TG_OP = 'INSERT' THEN
                key := NEW.{key};
            ELSE
                key := NEW.{key};
                SELECT jsonb_object_agg(b.key, b.value), jsonb_object_agg(b.key, a.value)
                INTO before, after
                FROM jsonb_each({self._row("OLD")}) b
                JOIN jsonb_each({self._row("NEW")}) a ON a.key = b.key
                WHERE a.value IS DISTINCT FROM b.value;
                IF before IS NULL THEN RETURN NULL; END IF;
            END IF;
            INSERT INTO kernel_change
                (at, "table", "row", deed, was, became, by_id, via, server_role)
            VALUES (now(), TG_TABLE_NAME, key, TG_OP, before, after, (said ->> 'user')::bigint,
                coalesce(said ->> 'via', ''), session_user);
            RETURN NULL;
        """

    def _row(self, which):
        """SQL for a row without what is passing, and with digests of what is secret."""
        parts = [f"to_jsonb({which})"]
        parts += [f"- '{column}'" for column in self.passing]
        for column in self.secret:
            digest = f"""encode(sha256(convert_to({which}."{column}"::text, 'UTF8')), 'hex')"""
            parts.append(f"|| jsonb_build_object('{column}', left({digest}, 16))")
        return f"({' '.join(parts)})"


def keep(model, **said):
    """Register the trigger of one model; makemigrations then installs it."""
    Kept(**said).register(model)
