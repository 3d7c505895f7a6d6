"""Rows that may change, against what is kept of their changes: nothing came past the house."""

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pgtrigger import Delete, Insert, Update
from psycopg import sql

from project.integrity.findings import Check
from project.kept import SAID, kept
from project.kernel.guards import Refused, log
from project.kernel.models import Change, Event

EXPLAIN = "explain"
DIFFERENT = """
    SELECT last.row, array_agg(last.key ORDER BY last.key)
    FROM (
        SELECT DISTINCT ON (c.row, k.key) c.row, k.key, k.value
        FROM kernel_change c CROSS JOIN LATERAL jsonb_each(c.became) k
        WHERE c."table" = %(table)s AND c.became IS NOT NULL AND k.key <> ALL(%(secret)s)
        ORDER BY c.row, k.key, c.id DESC
    ) last
    JOIN {table} t ON t.{key}::text = last.row
    WHERE to_jsonb(t) ? last.key AND to_jsonb(t) -> last.key IS DISTINCT FROM last.value
    GROUP BY last.row ORDER BY last.row
"""
ASTRAY = """
    SELECT coalesce(last.row, t.{key}::text),
        CASE WHEN t.{key} IS NULL THEN 'gone' WHEN last.deed = 'DELETE' THEN 'back'
            ELSE 'slipped' END
    FROM (
        SELECT DISTINCT ON (c.row) c.row, c.deed FROM kernel_change c
        WHERE c."table" = %(table)s ORDER BY c.row, c.id DESC
    ) last
    FULL JOIN {table} t ON t.{key}::text = last.row
    WHERE (t.{key} IS NULL AND last.deed <> 'DELETE')
       OR (t.{key} IS NOT NULL AND last.deed = 'DELETE')
       OR (last.row IS NULL AND {above})
    ORDER BY 1
"""
# Rows older than the first whose coming was kept were there before changes were.
ABOVE = """
    t.{key} > (SELECT min(c.row::bigint) FROM kernel_change c
        WHERE c."table" = %(table)s AND c.deed = 'INSERT')
"""
SAID_OF = {
    "gone": gettext_lazy("This row is gone and nothing tells of its deletion. Bring it back."),
    "back": gettext_lazy("This row was deleted and is there again. Find out who brought it back."),
    "slipped": gettext_lazy("Nothing tells how this row came here. Find out who wrote it."),
}


class ChangesHaveHands(Check):
    """Whatever was changed came by way of the house, or somebody has said in writing why not."""

    name = "changes"

    def findings(self):
        strange = Change.objects.filter(by=None, via="")
        explained = set(_explanations().values_list("record_id", flat=True))
        for change in strange.iterator():
            columns = ", ".join(sorted(change.became or change.was or {})) or "–"
            words = {
                "deed": change.get_deed_display(),
                "at": f"{change.at.astimezone():%Y-%m-%d %H:%M}",
                "role": change.server_role,
                "columns": columns,
                "pk": change.pk,
            }
            said = _(
                "%(deed)s past the house on %(at)s under the database's role %(role)s "
                "(%(columns)s). Change %(pk)s keeps what was there: put it right or explain it."
            )
            known = change.pk in explained
            yield self.found(change.table, change.row, said % words, note=known)


class RowsAgree(Check):
    """Each row is what the last of its changes left it as; none is gone or new without one."""

    name = "rows that change"

    def findings(self):
        for model in kept():
            trigger = next(t for t in model._meta.triggers if t.name == "changes_are_kept")
            yield from self._table(model, trigger)

    def _table(self, model, trigger):
        meta = model._meta
        names = {"table": sql.Identifier(meta.db_table), "key": sql.Identifier(meta.pk.column)}
        secret = list(SAID.get(meta.label_lower, {}).get("secret", ()))
        asked = {"table": meta.db_table, "secret": secret}
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(DIFFERENT).format(**names), asked)
            for row, columns in cursor.fetchall():
                said = _("This row is not what its last change left: %(columns)s. Bring it back.")
                yield self.found(meta.db_table, row, said % {"columns": ", ".join(columns)})
            if str(trigger.operation) == str(Insert | Update | Delete):
                cursor.execute(_astray(meta, names), asked)
                for row, how in cursor.fetchall():
                    yield self.found(meta.db_table, row, str(SAID_OF[how]))


def _astray(meta, names):
    counted = meta.pk.get_internal_type().endswith("AutoField")
    above = sql.SQL(ABOVE).format(**names) if counted else sql.SQL("false")
    return sql.SQL(ASTRAY).format(above=above, **names)


@transaction.atomic
def explain(change, note, *, by):
    """Write down why a change came past the house; it stays told, and is no fault any more."""
    if change.by_id or change.via:
        raise Refused(_("This change came by way of the house; it needs no explanation."))
    if not note.strip():
        raise Refused(_("Write down who changed the row and why."))
    if _explanations().filter(record_id=change.pk).exists():
        raise Refused(_("This change has been explained already."))
    return log(change, EXPLAIN, by=by, note=note.strip())


def _explanations():
    kind = ContentType.objects.get_for_model(Change)
    return Event.objects.filter(record_type=kind, verb=EXPLAIN)
