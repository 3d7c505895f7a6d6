"""Carry out one list of a register: rows are emptied in one transaction, then their files go.

What was done is told by the rows themselves, so a list that a dead worker left is done again and
finds nothing more to do (ADR 0020).
"""

from pathlib import Path

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import F, Func, Value
from django.db.models.functions import Cast, Concat, ExtractYear
from psycopg import sql

from posts.models import Application
from project.integrity import rows
from project.kernel.disposable import KeptUnlessDisposed
from project.kernel.models import Change
from registry.models import BankAccount, Disposal, DisposalList, Household, Kinship, Person

NAMELESS = "已匿名"
SEALED = """
    SELECT DISTINCT columns FROM kernel_sealedrows
    WHERE "table" = %s AND first <= %s AND last >= %s AND ids && %s::bigint[]
"""
KEEP = """
    INSERT INTO registry_disposedrows (disposal_id, "table", columns, first, last, ids, digests)
    SELECT %(disposal)s, %(table)s, %(columns)s, min(id), max(id), array_agg(id ORDER BY id),
        string_agg(digest, ''::bytea ORDER BY id)
    FROM (
        SELECT r.id, {digest} AS digest FROM {table} r
        JOIN (
            SELECT unnest(s.ids) AS id FROM kernel_sealedrows s
            WHERE s."table" = %(table)s AND s.columns = %(columns)s
                AND s.first <= %(last)s AND s.last >= %(first)s
        ) sealed USING (id)
        WHERE r.id = ANY(%(ids)s)
    ) emptied HAVING count(*) > 0
"""


def carry_out(pk):
    """Empty the rows of one list and, once that is written, take their files away."""
    with transaction.atomic():
        chunk = DisposalList.objects.select_related("disposal").get(pk=pk)
        Disposal.objects.select_for_update(of=("self",)).get(pk=chunk.disposal_id)
        model = _tables()[chunk.table]
        names = _files(model, chunk.ids)
        if _empty(model, chunk.ids):
            _keep(chunk.disposal_id, chunk.table, chunk.ids)
        if chunk.disposal.kind == Disposal.Kind.PEOPLE:
            _forget(chunk)
    for storage, name in names:
        Path(storage.path(name)).unlink(missing_ok=True)


def _tables():
    return {model._meta.db_table: model for model in apps.get_models() if not model._meta.proxy}


def _files(model, ids):
    fields = [one for one in model._meta.local_fields if isinstance(one, models.FileField)]
    found = model._default_manager.filter(pk__in=ids)
    return [
        (field.storage, name)
        for field in fields
        for name in found.values_list(field.name, flat=True)
        if name
    ]


def _empty(model, ids):
    """Empty what a register may empty; whether rows under seals were changed by it."""
    if model in ANONYMOUS:
        ANONYMOUS[model](model.objects.filter(pk__in=ids))
        return False
    for trigger in model._meta.triggers:
        if isinstance(trigger, KeptUnlessDisposed):
            _blank(model, trigger.blanks, ids)
            return True
    return False


def _blank(model, blanks, ids):
    table = sql.Identifier(model._meta.db_table)
    pairs = [(sql.Identifier(name), sql.SQL(to)) for name, to in blanks.items()]
    asked = sql.SQL("UPDATE {} SET {} WHERE id = ANY(%s) AND ({})").format(
        table,
        sql.SQL(", ").join(sql.SQL("{} = {}").format(*pair) for pair in pairs),
        sql.SQL(" OR ").join(sql.SQL("{} IS DISTINCT FROM {}").format(*pair) for pair in pairs),
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [list(ids)])


def _keep(disposal, table, ids):
    """Keep what the emptied rows now say, in the columns in which they were sealed."""
    ids = sorted(ids)
    about = {"disposal": disposal, "table": table, "first": ids[0], "last": ids[-1], "ids": ids}
    with connection.cursor() as cursor:
        rows.settle(cursor)
        cursor.execute(SEALED, [table, ids[-1], ids[0], ids])
        for (columns,) in cursor.fetchall():
            asked = sql.SQL(KEEP).format(
                digest=rows.digest(columns, of="r"), table=sql.Identifier(table)
            )
            cursor.execute(asked, about | {"columns": columns})


def _forget(chunk):
    """What the history of these rows said of them goes too; that they changed, stays."""
    told = Change.objects.filter(table=chunk.table, row__in=[str(pk) for pk in chunk.ids])
    told = told.exclude(was=None, became=None)
    if numbers := list(told.values_list("pk", flat=True)):
        told.update(was=None, became=None)
        _keep(chunk.disposal_id, Change._meta.db_table, numbers)


def _numbered(before):
    return Concat(Value(before), Cast(F("pk"), models.TextField()), output_field=models.TextField())


def _new_year(name):
    """The first day of a day's year: an age stays, a birthday does not."""
    year = Cast(ExtractYear(name), models.IntegerField())
    return Func(*(year, Value(1), Value(1)), function="make_date", output_field=models.DateField())


def _people(found):
    found.update(
        name=_numbered(NAMELESS),
        name_key="",
        id_number="",
        id_digest=_numbered("-"),
        id_tail="",
        born_on=_new_year("born_on"),
        **dict.fromkeys(("relation", "category", "capacity", "health", "phone"), ""),
        household=None,
    )


def _accounts(found):
    found.update(number="", number_digest="", bank="", holder_name=NAMELESS, current=False)


def _households(found):
    found.update(number=_numbered("-"), head_name="", address="")


def _applications(found):
    found.update(
        name=_numbered(NAMELESS),
        **dict.fromkeys(("id_number", "id_tail", "phone", "category"), ""),
        id_digest=_numbered("-"),
        others=[],
    )


ANONYMOUS = {
    Person: _people,
    BankAccount: _accounts,
    Kinship: lambda found: found.delete(),
    Household: _households,
    Application: _applications,
}
