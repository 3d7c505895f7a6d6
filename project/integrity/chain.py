"""The chain and the rows under it: nothing changed, nothing gone, nothing slipped in."""

from itertools import groupby

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import sql

from project.integrity import keys, rows, sealing
from project.integrity.findings import Check
from project.kernel.models import Seal
from project.kernel.sealing import seal as hash_of

HEADS = f"""
    SELECT seal_id, "table", max(last), sum(cardinality(ids))::bigint,
        string_agg({rows.CHUNK_HASH}, ''::bytea ORDER BY last)
    FROM kernel_sealedrows GROUP BY 1, 2
"""
KINDS = 'SELECT DISTINCT "table", columns FROM kernel_sealedrows ORDER BY 1, 2'
KNOWN = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped
"""
# A chunk answers for every row above the one before it, so that nothing hides between the two. What
# an approved register emptied is what that register says it is, in columns that were sealed.
DIFFERENT = """
    WITH emptied AS MATERIALIZED (SELECT * FROM registry_disposedrows WHERE "table" = %s)
    SELECT found.id, found.how
    FROM (
        SELECT columns, last, ids, digests,
            coalesce(lag(last) OVER (ORDER BY last), 0) AS above
        FROM kernel_sealedrows WHERE "table" = %s
    ) c
    CROSS JOIN LATERAL (
        SELECT coalesce(k.id, t.id) AS id,
            CASE WHEN t.id IS NULL THEN 'gone' WHEN k.id IS NULL THEN 'slipped'
                ELSE 'changed' END AS how
        FROM (
            SELECT u.id, substr(c.digests, (u.place * {bytes} - {bytes} + 1)::int, {bytes}) AS kept
            FROM unnest(c.ids) WITH ORDINALITY u (id, place)
        ) k
        FULL JOIN (
            SELECT r.id, {digest} AS written FROM {table} r WHERE r.id > c.above AND r.id <= c.last
        ) t ON t.id = k.id
        LEFT JOIN LATERAL (
            SELECT substr(e.digests, (u.place * {bytes} - {bytes} + 1)::int, {bytes}) AS kept
            FROM emptied e, unnest(e.ids) WITH ORDINALITY u (id, place)
            WHERE k.kept IS DISTINCT FROM t.written AND t.id BETWEEN e.first AND e.last
              AND e.columns = c.columns AND u.id = t.id
            ORDER BY e.id DESC LIMIT 1
        ) d ON true
        WHERE coalesce(d.kept, k.kept) IS DISTINCT FROM t.written
    ) found
    WHERE c.columns = %s ORDER BY found.id
"""
SAID = {
    "gone": gettext_lazy("This row was sealed and is gone. Bring it back from a backup."),
    "slipped": gettext_lazy("This row was slipped in below what is sealed. Find out who did it."),
    "changed": gettext_lazy("This row was changed after it was sealed. Hold it against a backup."),
}


class ChainHolds(Check):
    """Seals follow each other without a gap, each hashed into the next and signed by this house."""

    name = "chain"

    def findings(self):
        chunks = self._chunks()
        before = None
        for seal in Seal.objects.order_by("number").iterator():
            yield from self._place(seal, before)
            yield from self._hand(seal)
            yield from self._rows(seal, chunks.pop(seal.pk, {}))
            before = seal
        for pk, heads in sorted(chunks.items()):
            for table in sorted(heads):
                said = _("Rows of %(table)s name a seal that is gone. Find out who removed it.")
                yield self.found("kernel_seal", pk, said % {"table": table})

    def _chunks(self):
        with connection.cursor() as cursor:
            cursor.execute(HEADS)
            found = sorted(cursor.fetchall())
        return {
            pk: {table: sealing.head(table, *said) for _pk, table, *said in heads}
            for pk, heads in groupby(found, key=lambda row: row[0])
        }

    def _place(self, seal, before):
        expected, previous = (before.number + 1, before.hash) if before else (1, "")
        for number in range(expected, seal.number):
            said = _("The seal of this number is gone. Bring it back from a backup.")
            yield self.found("kernel_seal", number, said)
        if seal.number == expected and seal.previous != previous:
            said = _("This seal does not stand on the one before it: one of the two was changed.")
            yield self.found("kernel_seal", seal.number, said)

    def _hand(self, seal):
        content = sealing.content(seal.number, seal.previous, seal.at, seal.heads)
        if hash_of(content) != seal.hash:
            said = _("What this seal says was changed after it was signed.")
            yield self.found("kernel_seal", seal.number, said)
        if not keys.is_signed(seal.hash, seal.signature, seal.key):
            said = _("The signature of this seal does not hold.")
            yield self.found("kernel_seal", seal.number, said)
        elif seal.key != keys.public_key():
            said = _("This seal is signed by a key that is not this house's.")
            yield self.found("kernel_seal", seal.number, said)

    def _rows(self, seal, heads):
        for table in sorted(heads.keys() | seal.heads.keys()):
            if heads.get(table) != seal.heads.get(table):
                said = _("The digests of %(table)s are not those that were sealed.")
                yield self.found("kernel_seal", seal.number, said % {"table": table})


class SealedRowsHold(Check):
    """Every sealed row is there as it was written, and none has come in below the mark."""

    name = "rows"

    @transaction.atomic
    def findings(self):
        with connection.cursor() as cursor:
            rows.settle(cursor)
            cursor.execute(KINDS)
            for table, columns in cursor.fetchall():
                yield from self._table(cursor, table, columns)

    def _table(self, cursor, table, columns):
        cursor.execute(KNOWN, [table])
        known = {name for (name,) in cursor.fetchall()}
        if missing := [name for name in columns if name not in known]:
            said = _("Sealed columns are gone, so the rows cannot be judged: %(columns)s.")
            yield self.found(table, "", said % {"columns": ", ".join(missing)})
            return
        asked = sql.SQL(DIFFERENT).format(
            bytes=sql.Literal(rows.DIGEST),
            digest=rows.digest(columns, of="r"),
            table=sql.Identifier(table),
        )
        cursor.execute(asked, [table, table, columns])
        for pk, how in cursor.fetchall():
            yield self.found(table, pk, str(SAID[how]))
