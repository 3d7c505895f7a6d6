"""Which tables are append-only, and the digest of a row as the database itself writes it."""

import pgtrigger
from pgtrigger import registry
from psycopg import sql

from project.kernel.models import Seal, SealedRows
from project.running.contents import FORMS

CHUNK = 4096  # rows a seal keeps in one row of its own
DIGEST = 8  # bytes kept of each row's hash
FOREVER = pgtrigger.Update | pgtrigger.Delete
# The chain is its own proof: each seal is hashed into the next, and its rows into the seal.
CHAIN = {Seal, SealedRows}
# What a chunk is known by in its seal's head: which rows of which columns, and what they said.
CHUNK_HASH = """
    sha256(convert_to(concat_ws('|', array_to_string(columns, ','), first, last,
        array_to_string(ids, ',')), 'UTF8') || digests)
"""


def append_only():
    """The models whose rows nobody may ever change or take away, in the order of their tables."""
    found = {model for model, trigger in registry.registered() if _forever(trigger)} - CHAIN
    return sorted(found, key=lambda model: model._meta.db_table)


def _forever(trigger):
    whole = isinstance(trigger, pgtrigger.Protect) and trigger.condition is None
    return whole and str(trigger.operation) == str(FOREVER)


def columns(model):
    """The columns a seal takes today."""
    return [field.column for field in model._meta.local_concrete_fields]


def digest(names, of):
    """SQL for the digest of one row over the named columns."""
    parts = sql.SQL(", ").join(sql.Identifier(of, name) for name in names)
    return sql.SQL("substr(sha256(convert_to(ROW({parts})::text, 'UTF8')), 1, {bytes})").format(
        parts=parts, bytes=sql.Literal(DIGEST)
    )


def settle(cursor):
    """Rows are written in one form inside this transaction, whatever the server's settings are."""
    for name, value in FORMS.items():
        if name != "search_path":
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
