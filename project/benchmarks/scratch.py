"""A database of the benchmark's own: made for it, dropped after it, never anybody's records."""

import os
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection

from project.simulation.county import build
from project.simulation.plan import Size, last_full_month

MONTH = last_full_month()


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
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    return made
