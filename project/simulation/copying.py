"""Writing many rows at once by COPY, through every constraint and trigger of the table."""

from django.db import connection
from django.utils import timezone


def reserve(model, count):
    """Take `count` primary keys out of a table's sequence and give back the first."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        # Nobody else draws a key between reading the sequence and moving it on.
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        sequence = f"pg_get_serial_sequence('{table}', 'id')"
        cursor.execute(f"SELECT setval({sequence}, nextval({sequence}) + %s - 1)", [count])
        return cursor.fetchone()[0] - count + 1


def copy(model, columns, rows, **same):
    """Write rows of `columns`; what they leave out is `same` for all, or the model's default."""
    fields = {field.column: field for field in model._meta.concrete_fields}
    rest = {
        column: same[column] if column in same else _default(field)
        for column, field in fields.items()
        if column not in columns and not field.generated and not field.primary_key
    }
    names, constants = ", ".join(f'"{name}"' for name in [*columns, *rest]), tuple(rest.values())
    target = f"COPY {model._meta.db_table} ({names}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(target) as out:
        for row in rows:
            out.write_row(row + constants)


def _default(field):
    if getattr(field, "auto_now_add", False):
        return timezone.now()
    value = field.get_default()
    return field.get_prep_value(value) if value is not None else None
