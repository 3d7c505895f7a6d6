"""Seal what was written since the last time: a signed link on the chain, every hour."""

import hashlib
import time
from datetime import UTC

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from project.integrity import keys, rows
from project.kernel import sealing
from project.kernel.guards import Refused
from project.kernel.models import Seal

WAIT = 60  # seconds for those who write at this moment; else the next hour seals
PAUSE = 0.05
# A number is drawn when a row is written and seen when its transaction ends, in any order.
WRITERS = """
    SELECT l.virtualxid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.pid <> pg_backend_pid()
      AND a.datname = current_database() AND a.usename IS NOT NULL
"""
STILL = """
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'virtualxid' AND mode = 'ExclusiveLock' AND virtualxid = ANY(%s)
"""
SEALED = 'SELECT "table", max(last) FROM kernel_sealedrows GROUP BY 1'
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('gongyigang seal'))"
TAKE = """
    WITH taken AS (
        INSERT INTO kernel_sealedrows (seal_id, "table", columns, first, last, ids, digests)
        SELECT %(seal)s, %(table)s, %(columns)s, min(id), max(id), array_agg(id ORDER BY id),
            string_agg(digest, ''::bytea ORDER BY id)
        FROM (
            SELECT r.id, {digest} AS digest, (row_number() OVER (ORDER BY r.id) - 1) / {chunk} AS n
            FROM {table} r WHERE r.id > %(above)s AND r.id <= %(mark)s
        ) fresh GROUP BY n RETURNING *
    )
    SELECT coalesce(max(last), 0), coalesce(sum(cardinality(ids)), 0)::bigint,
        coalesce(string_agg({chunk_hash}, ''::bytea ORDER BY last), ''::bytea)
    FROM taken
"""


def seal(wait=WAIT):
    """Add a link over all rows written before now by transactions that have ended (append-only).

    Rows of a transaction that was open when the marks were noted are waited for: a row that came
    to light below a mark would look as if somebody had slipped it in.
    """
    marks = _marks()
    _wait_for(_running(), wait)
    with transaction.atomic():
        return _link(marks)


def content(number, previous, at, heads):
    """What a seal's hash is over."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"number": number, "previous": previous, "at": moment, "heads": heads}


def head(table, upto, count, hashes):
    """What a seal says of one table: up to which row, how many since the last one, their hash."""
    digest = hashlib.sha256(table.encode() + bytes(hashes)).hexdigest()
    return {"upto": upto, "rows": count, "hash": digest}


def _marks():
    asked = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {name}, coalesce(max(id), 0) FROM {table}").format(
            name=sql.Literal(model._meta.db_table), table=sql.Identifier(model._meta.db_table)
        )
        for model in rows.append_only()
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())


def _running():
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return [name for (name,) in cursor.fetchall()]


def _wait_for(transactions, seconds):
    until = time.monotonic() + seconds
    with connection.cursor() as cursor:
        while transactions:
            cursor.execute(STILL, [transactions])
            if not cursor.fetchone()[0]:
                return
            if time.monotonic() > until:
                raise Refused(
                    _("Somebody has been writing for long. Nothing was sealed; seal again later.")
                )
            time.sleep(PAUSE)


def _link(marks):
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        rows.settle(cursor)
        cursor.execute("SELECT nextval(pg_get_serial_sequence('kernel_seal', 'id'))")
        (pk,) = cursor.fetchone()
        cursor.execute(SEALED)
        sealed = dict(cursor.fetchall())
        heads = dict(_heads(cursor, pk, sealed, marks))
    last = Seal.objects.order_by("number").last()
    number, previous = (last.number + 1, last.hash) if last else (1, "")
    at = timezone.now()
    hashed = sealing.seal(content(number, previous, at, heads))
    return Seal.objects.create(
        pk=pk,
        number=number,
        at=at,
        heads=heads,
        previous=previous,
        hash=hashed,
        signature=keys.sign(hashed),
        key=keys.public_key(),
    )


def _heads(cursor, pk, sealed, marks):
    for model in rows.append_only():
        table, names = model._meta.db_table, rows.columns(model)
        above = sealed.get(table, 0)
        if marks[table] > above:
            asked = sql.SQL(TAKE).format(
                digest=rows.digest(names, of="r"),
                chunk=sql.Literal(rows.CHUNK),
                table=sql.Identifier(table),
                chunk_hash=sql.SQL(rows.CHUNK_HASH),
            )
            said = {"seal": pk, "table": table, "columns": names}
            cursor.execute(asked, said | {"above": above, "mark": marks[table]})
            upto, count, hashes = cursor.fetchone()
            if count:
                yield table, head(table, upto, count, hashes)
