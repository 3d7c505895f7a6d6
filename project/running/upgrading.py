"""Whether a migration may run while servers of the release before still answer.

An upgrade first migrates and then restarts one server after the other (docs/running.md), so for
some minutes old code works on the new tables. Every migration after the last release is held
against the few rules below; tables that are new since then are nobody's yet and may be changed
freely. What has to be done all the same says so in a comment, `# downtime: …`, with what the
operator does about it.
"""

import inspect
import json
import os
import re
from functools import singledispatch
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.postgres import operations as postgres
from django.db import connection, models
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

RELEASED = Path(__file__).with_name("released.json")
LARGE = {
    *("attendance.checkin", "attendance.photo", "attendance.flag", "attendance.sheetline"),
    *("contracts.contract", "contracts.cover", "kernel.event", "kernel.look"),
    *("payroll.payline", "payroll.paypart", "payroll.sentline", "payroll.bankresult"),
    *("registry.person", "registry.fact", "registry.bankaccount", "registry.household"),
}
AGREED = re.compile(r"^\s*# downtime: \S.*", re.MULTILINE)
STATEMENTS = re.compile(
    r"\b(DROP\s+COLUMN|DROP\s+TABLE|RENAME\s+(?:COLUMN|TO)|SET\s+NOT\s+NULL|ALTER\s+COLUMN\s+\S+\s+"
    r"(?:SET\s+DATA\s+)?TYPE|CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY))",
    re.IGNORECASE,
)


def faults():
    """(migration, sentence) of all that old code would not survive in unreleased migrations."""
    loader = MigrationLoader(None)
    unreleased = [key for key in sorted(loader.disk_migrations) if _is_unreleased(key)]
    fresh = {
        f"{app}.{operation.name_lower}"
        for app, name in unreleased
        for operation in loader.disk_migrations[app, name].operations
        if isinstance(operation, operations.CreateModel)
    }
    return [
        ("{}.{}".format(*key), said)
        for key in unreleased
        for migration in [loader.disk_migrations[key]]
        for said in faults_of(migration, loader, fresh, source=_source(migration))
    ]


def faults_of(migration, loader, fresh=frozenset(), *, source=""):
    """What old code would not survive of one migration, in sentences, unless its text agrees."""
    if AGREED.search(source):
        return []
    app, found, state = migration.app_label, [], None
    alters = [o for o in migration.operations if isinstance(o, operations.AlterField)]
    if alters:
        state = loader.project_state((app, migration.name), at_end=False)
    for operation in migration.operations:
        for each in _on_tables([operation]):
            if _label(app, each) not in fresh:
                found += [fault(each, _label(app, each)), _altered(each, app, state)]
        if alters:
            operation.state_forwards(app, state)
    return [said for said in found if said]


def _source(migration):
    return Path(inspect.getfile(type(migration))).read_text(encoding="utf-8")


def last_numbers():
    """The last migration of each office, for the day of a release."""
    found = {}
    for app, name in MigrationLoader(None).disk_migrations:
        if _is_ours(app):
            found[app] = max(found.get(app, 0), _number(name))
    return dict(sorted(found.items()))


def _is_unreleased(key):
    app, name = key
    released = json.loads(RELEASED.read_text(encoding="utf-8"))
    return _is_ours(app) and _number(name) > released.get(app, 0)


def _is_ours(app):
    """An office of this house and no package: those stand in the hidden folder .venv."""
    inside = os.path.relpath(apps.get_app_config(app).path, settings.BASE_DIR)
    return not inside.startswith(".")


def _number(name):
    return int(name.split("_", 1)[0])


def _on_tables(given):
    """The operations that reach the database; what only the state learns changes no table."""
    for operation in given:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield from _on_tables(operation.database_operations)
        else:
            yield operation


def _label(app, operation):
    name = getattr(operation, "model_name", None) or getattr(operation, "name", "")
    return f"{app}.{str(name).lower()}"


@singledispatch
def fault(operation, label):
    """What old code would not survive of an operation; most it does not notice."""
    return ""


@fault.register
def _(operation: operations.AddField, label):
    field = operation.field
    where = f"{label}.{operation.name}"
    if field.many_to_many:
        return ""
    if not field.null and field.db_default is NOT_PROVIDED and not field.generated:
        return f"{where} is required, and old code does not fill it: give it a db_default."
    if label in LARGE and (field.db_index or field.unique):
        return f"{where} builds an index that locks {label}: db_index=False, AddIndexConcurrently."
    return ""


@fault.register(operations.RemoveField)
@fault.register(operations.RenameField)
@fault.register(operations.DeleteModel)
@fault.register(operations.RenameModel)
@fault.register(operations.AlterModelTable)
def _(operation, label):
    return (
        f"{type(operation).__name__} on {label}: old code still asks for it. Let the code go in "
        "one release (SeparateDatabaseAndState) and the column or table in the next."
    )


@fault.register
def _(operation: operations.AddIndex, label):
    if label in LARGE and not isinstance(operation, postgres.AddIndexConcurrently):
        return f"{operation.index.name} locks {label} while it is built: AddIndexConcurrently."
    return ""


@fault.register
def _(operation: operations.AddConstraint, label):
    checks = isinstance(operation.constraint, models.CheckConstraint)
    if label in LARGE and not isinstance(operation, postgres.AddConstraintNotValid):
        instead = "AddConstraintNotValid, then ValidateConstraint" if checks else "an index first"
        return f"{operation.constraint.name} locks {label} while it is proved: {instead}."
    return ""


@fault.register
def _(operation: operations.RunSQL, label):
    statement = STATEMENTS.search(str(operation.sql))
    return f"“{statement[0]}” by hand: old code would not survive it." if statement else ""


def _altered(operation, app, state):
    """A column may grow; it may not change its kind, shrink, or suddenly be required."""
    if not isinstance(operation, operations.AlterField):
        return ""
    after = state.clone()
    operation.state_forwards(app, after)
    old, new = (
        each.apps.get_model(app, operation.model_name)._meta.get_field(operation.name)
        for each in (state, after)
    )
    where = f"{app}.{operation.model_name}.{operation.name}".lower()
    if old.null and not new.null:
        return f"{where} becomes required: AddConstraintNotValid that it is filled, then validate."
    return "" if _grows(old, new) else f"{where} changes its kind: add a new column beside it."


def _grows(old, new):
    before, now = (each.db_parameters(connection)["type"] for each in (old, new))
    if before == now:
        return True
    texts = all(str(kind).startswith(("varchar", "text")) for kind in (before, now))
    at_most = new.max_length
    return texts and (at_most is None or (old.max_length or at_most + 1) <= at_most)
