"""What a test committed is taken away again: only from tables that hold something, at once.

Django's own way empties every table of the house, full or not, and then writes content types and
permissions anew, which takes longer than most tests.
"""

from django.db import connection, transaction

from project.kernel.history import acts
from tests import given

# What migrating wrote about the code itself is as true after the test as before.
ABOUT_THE_CODE = {"django_content_type", "auth_permission"}
# The tables of the workers are not Django's: jobs that nobody took go too.
JOBS = ["procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers"]
MAY_SILENCE = "SELECT has_parameter_privilege('session_replication_role', 'SET')"
# Neither triggers that keep closed rows closed nor references hold up what goes as a whole.
SILENT = "SET LOCAL session_replication_role = replica"


def after_a_commit():
    """The tables as migrations left them, whoever wrote what."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MAY_SILENCE)
        if cursor.fetchone()[0]:
            _delete(cursor, _filled(cursor, _tables(cursor)))
        else:
            cursor.execute(f"TRUNCATE {', '.join(_tables(cursor))}")
    with acts(via="a test"):
        given.country()


def _tables(cursor):
    known = connection.introspection.table_names(cursor)
    ours = set(connection.introspection.django_table_names()) - ABOUT_THE_CODE
    return [connection.ops.quote_name(name) for name in known if name in ours | set(JOBS)]


def _filled(cursor, tables):
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
    cursor.execute(" UNION ALL ".join(asked))
    return [row[0] for row in cursor.fetchall()]


def _delete(cursor, tables):
    if tables:
        cursor.execute(SILENT)
        cursor.execute("; ".join(f"DELETE FROM {table}" for table in tables))
