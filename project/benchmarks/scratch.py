"""A database of the benchmark's own: made for it, dropped after it, never anybody's records."""

import os
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, transaction

from project.simulation.county import build
from project.simulation.plan import Size, last_full_month

MONTH = last_full_month()
INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), c.conname
    FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'u'
    WHERE i.indrelid = %s::regclass AND NOT i.indisprimary
"""


@contextmanager
def scratch_database():
    """Point Django's connection at an empty, migrated database until the end."""
    usual, scratch = connection.settings_dict["NAME"], f"gongyigang_bench_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {scratch} TEMPLATE template0")
    try:
        _point_at(scratch)
        call_command("migrate", verbosity=0)
        yield
    finally:
        _point_at(usual)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {scratch} WITH (FORCE)")


def _point_at(name):
    connection.close()
    connection.settings_dict["NAME"] = name


def county(n, *, seed, **what):
    """A county, of one township with `n` holders paid from one fund unless said otherwise."""
    like = {"townships": 1, "holders": n, "months": 1, "seed": seed, "last": MONTH}
    made = build(Size(**(like | {"funds": ("employment",)} | what)))
    tidy()
    return made


def tidy(table=""):
    """Let the planner know what was written, to one table or to all."""
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {table}")


@contextmanager
def unwatched(table):
    """Fill a table with millions of rows: no trigger looks, and indexes are built once at the end.

    What is written must fit what it refers to, since nothing asks.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute(INDEXES, [table])
        indexes = cursor.fetchall()
        for name, _definition, constraint in indexes:
            gone = f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"
            cursor.execute(gone if constraint else f"DROP INDEX {name}")
        yield cursor
        for name, definition, constraint in indexes:
            cursor.execute(definition)
            if constraint:
                unique = f"ADD CONSTRAINT {constraint} UNIQUE USING INDEX {name}"
                cursor.execute(f"ALTER TABLE {table} {unique}")
