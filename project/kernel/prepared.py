"""Statements that a connection plans once and carries out as often as they come.

They go to the database by libpq itself: what a cursor does around a statement takes longer than
the statement, and a morning brings the same one from every phone (ADR 0011).
"""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection
from psycopg.pq import ConnStatus, ExecStatus

_planned: WeakKeyDictionary = WeakKeyDictionary()


@dataclass(frozen=True)
class Prepared:
    """A statement with its name, the types of what it is given, and its text."""

    name: str
    types: str
    text: str

    def rows(self, *given):
        """Carry it out with values as PostgreSQL reads them; gives the rows back as bytes."""
        with connection.wrap_database_errors:
            connection.ensure_connection()
            connection.validate_no_broken_transaction()
            self._plan(connection.connection)
            return _rows(connection.connection.pgconn, self.name.encode(), given)

    def _plan(self, opened):
        """Planning takes longer than carrying out, so that one plan serves all values."""
        planned = _planned.setdefault(opened, set())
        if self.name not in planned:
            opened.execute("SET plan_cache_mode = force_generic_plan")
            opened.execute(f"PREPARE {self.name} ({self.types}) AS {self.text}")
            planned.add(self.name)


def _rows(pgconn, name, given):
    result = pgconn.exec_prepared(name, given)
    if pgconn.status != ConnStatus.OK:
        raise psycopg.OperationalError(pgconn.get_error_message())
    if result.status != ExecStatus.TUPLES_OK:
        raise psycopg.errors.error_from_result(result)
    columns = range(result.nfields)
    return [[result.get_value(row, column) for column in columns] for row in range(result.ntuples)]
