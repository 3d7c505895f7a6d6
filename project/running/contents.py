"""What a database holds, so that two can be held against each other table by table."""

import hashlib

from psycopg import sql

# Written the same way by every server, whatever its own settings are.
FORMS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "search_path": "public",
}
OWN = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT c.relispartition AND NOT EXISTS (
          SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname COLLATE "C"
"""
KEY = """
    SELECT a.attname, t.typcategory = 'S'
    FROM pg_index i
    JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place) ON true
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE i.indisprimary AND i.indrelid = %s::regclass
    ORDER BY k.place
"""
# By name and kind: a condition that is read back may be written with other brackets.
LAWS = {
    "constraints": """
        SELECT concat_ws(' ', conrelid::regclass, conname, contype, convalidated)
        FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "indexes": """
        SELECT concat_ws(' ', indrelid::regclass, indexrelid::regclass, indisunique, indisvalid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE c.relnamespace = 'public'::regnamespace""",
    "triggers": """
        SELECT concat_ws(' ', tgrelid::regclass, tgname, tgtype, tgenabled, tgfoid::regproc)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = 'public'::regnamespace AND NOT tgisinternal""",
}


def settle(database):
    """Let a connection write every value in the one form that is hashed."""
    for name, value in FORMS.items():
        database.execute("SELECT set_config(%s, %s, false)", [name, value])


def tables(database):
    """The names of the tables that hold records."""
    return [name for (name,) in database.execute(OWN)]


def contents(database):
    """Rows and SHA-256 of every table, and the same of the laws the database enforces."""
    settle(database)
    held = {name: _table(database, name) for name in tables(database)}
    return {"tables": held, "laws": {kind: _laws(database, asked) for kind, asked in LAWS.items()}}


def differences(wanted, found):
    """The tables and kinds of laws in which two contents differ."""
    return [
        name
        for part in ("tables", "laws")
        for name in sorted(wanted[part].keys() | found[part].keys())
        if wanted[part].get(name) != found[part].get(name)
    ]


def _table(database, name):
    """Every row in the order of its key, as PostgreSQL writes it out, through one hash."""
    rows, digest = 0, hashlib.sha256()
    written = sql.SQL("COPY (SELECT t.* FROM {table} t ORDER BY {order}) TO STDOUT")
    asked = written.format(table=sql.Identifier(name), order=_order(database, name))
    with database.cursor().copy(asked) as copy:
        for block in copy:
            rows += bytes(block).count(b"\n")
            digest.update(block)
    return {"rows": rows, "sha256": digest.hexdigest()}


def _order(database, name):
    """Texts sort by their signs: two servers may know different alphabets."""
    key = database.execute(KEY, [sql.Identifier(name).as_string(database)]).fetchall()
    if not key:
        return sql.SQL('t::text COLLATE "C"')
    by_signs = {True: sql.SQL('t.{} COLLATE "C"'), False: sql.SQL("t.{}")}
    return sql.SQL(", ").join(by_signs[text].format(sql.Identifier(part)) for part, text in key)


def _laws(database, asked):
    said = sorted(law for (law,) in database.execute(asked))
    return {"rows": len(said), "sha256": hashlib.sha256("\n".join(said).encode()).hexdigest()}
