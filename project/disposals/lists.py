"""The lists of a register: which rows, in chunks, their hash, and what they come to."""

from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncMonth

from registry.models import DisposalList

CHUNK = 4096
WRITE = """
    INSERT INTO registry_disposallist (disposal_id, "table", first, last, ids)
    SELECT %s, %s, min(id), max(id), array_agg(id ORDER BY id)
    FROM (
        SELECT q.id, (row_number() OVER (ORDER BY q.id) - 1) / {chunk} AS n FROM ({rows}) q (id)
    ) listed GROUP BY n ORDER BY n RETURNING cardinality(ids)
"""
HASH = """
    SELECT encode(sha256(coalesce(string_agg(sha256(convert_to(
        concat_ws('|', "table", first, last, array_to_string(ids, ',')), 'UTF8')),
        ''::bytea ORDER BY "table", last, first), ''::bytea)), 'hex')
    FROM registry_disposallist WHERE disposal_id = %s
"""
LISTED = """
    EXISTS (
        SELECT FROM (
            SELECT unnest(l.ids) AS id FROM registry_disposallist l
            WHERE l.disposal_id = %s AND l."table" = %s
        ) listed WHERE listed.id = {table}.id
    )
"""


def write(pk, part, held):
    """List the expired rows of a part that touch nobody held back; returns how many they are."""
    rows = part.rows.exclude(part.touching(held)) if held else part.rows
    asked, words = rows.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        statement = WRITE.format(chunk=CHUNK, rows=asked)
        cursor.execute(statement, [pk, part.table, *words])
        return sum(count for (count,) in cursor.fetchall())


def hash_of(pk):
    """The hash over all that a register lists."""
    with connection.cursor() as cursor:
        cursor.execute(HASH, [pk])
        return cursor.fetchone()[0]


def listed(disposal, rows):
    """Those of some rows that stand on a register."""
    table = rows.model._meta.db_table
    condition = LISTED.format(table=f'"{table}"')
    return rows.extra(where=[condition], params=[disposal.pk, table])


def chunks(disposal):
    """The numbers of a register's lists, in the order in which they are carried out."""
    return list(
        DisposalList.objects.filter(disposal=disposal).order_by("pk").values_list("pk", flat=True)
    )


def summed_up(rows, part):
    """Listed rows by village and month: (village, first of the month or None, how many)."""
    rows = rows.order_by()
    if part.day:
        rows = rows.annotate(of_month=TruncMonth(part.day))
    names = [f"{part.place}__name", *(["of_month"] if part.day else [])]
    found = rows.values_list(*names).annotate(count=Count("pk", distinct=True)).order_by(*names)
    return [(row[0], row[1] if part.day else None, row[-1]) for row in found]
