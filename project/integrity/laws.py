"""The laws the database enforces: every trigger on, every constraint there and proven."""

from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext as _
from pgtrigger import registry

from project.integrity.findings import Check
from project.kept import WAKEFUL

TRIGGERS = """
    SELECT c.relname, t.tgname, t.tgenabled IN ('O', 'A'), p.prosrc
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
"""
SLEEP = "SELECT prosrc FROM pg_proc WHERE proname = '_pgtrigger_should_ignore'"
OFF_INSIDE = """
    SELECT DISTINCT conrelid::regclass::text, conname FROM pg_constraint c
    JOIN pg_trigger t ON t.tgconstraint = c.oid
    WHERE t.tgisinternal AND t.tgenabled NOT IN ('O', 'A')
      AND c.connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
CONSTRAINTS = """
    SELECT c.conrelid::regclass::text, c.conname, c.convalidated, c.contype,
        array(SELECT a.attname::text FROM pg_attribute a
              WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)),
        pg_get_expr(c.conbin, c.conrelid)
    FROM pg_constraint c WHERE c.connamespace = 'public'::regnamespace AND c.conrelid <> 0
"""
INDEXES = """
    SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, i.indisvalid
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = 'public'::regnamespace
"""


def _asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _plain(text):
    return " ".join(str(text).split())


class TriggersAreOn(Check):
    """Every trigger of the house is installed, switched on and says what the house says."""

    name = "triggers"

    def findings(self):
        if _asked(SLEEP) != [(WAKEFUL,)]:
            said = _("A setting can put triggers to sleep. Run manage.py migrate, which ends that.")
            yield self.found("", "_pgtrigger_should_ignore", said)
        there = {(table, name): rest for table, name, *rest in _asked(TRIGGERS)}
        for model, trigger in registry.registered():
            table, name = model._meta.db_table, trigger.get_pgid(model)
            if (table, name) not in there:
                said = _("This trigger is gone. Install it: manage.py pgtrigger install.")
                yield self.found(table, name, said)
                continue
            is_on, body = there[table, name]
            if not is_on:
                said = _("This trigger is switched off. Find out who did it and switch it on.")
                yield self.found(table, name, said)
            if _plain(trigger.render_func(model)) not in _plain(body):
                said = _(
                    "This trigger says something else. Install it: manage.py pgtrigger install."
                )
                yield self.found(table, name, said)


class ConstraintsHold(Check):
    """Every constraint of the house is there, proven over all rows and switched on."""

    name = "constraints"

    def findings(self):
        there = _asked(CONSTRAINTS)
        indexes = _asked(INDEXES)
        for table, name, is_valid, kind, _columns, condition in there:
            if not is_valid and kind == "c":
                yield from self._unproven(table, name, condition)
            elif not is_valid:
                yield self.found(table, name, _("This constraint is not proven: validate it."))
        for table, name, is_valid in indexes:
            if not is_valid:
                yield self.found(table, name, _("This index is not whole: build it again."))
        for table, name in _asked(OFF_INSIDE):
            said = _("The triggers of this constraint are switched off. Find out who did it.")
            yield self.found(table, name, said)
        yield from self._missing(there, indexes)

    def _unproven(self, table, name, condition):
        """A large table gets its constraint without reading its old rows: here they are read."""
        for (pk,) in _asked(f"SELECT id FROM {table} WHERE NOT ({condition}) ORDER BY id"):
            said = _("This row breaks the constraint %(name)s, which is not proven yet.")
            yield self.found(table, pk, said % {"name": name})

    def _missing(self, there, indexes):
        names = {name for _table, name, *_rest in there} | {name for _table, name, _ok in indexes}
        linked = {(row[0], column) for row in there if row[3] == "f" for column in row[4]}
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if not model._meta.managed or model._meta.proxy:
                continue
            for constraint in model._meta.constraints:
                if constraint.name not in names:
                    said = _("This constraint is gone. Bring it back as its migration made it.")
                    yield self.found(table, constraint.name, said)
            for field in _references(model):
                if (table, field.column) not in linked:
                    said = _("This reference is no longer guarded. Bring its constraint back.")
                    yield self.found(table, field.column, said)


class ReferencesHold(Check):
    """What the database does not guard, for speed, leads somewhere all the same."""

    name = "references"

    def findings(self):
        for model in apps.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, models.ForeignKey) and not field.db_constraint:
                    yield from self._field(model, field)

    def _field(self, model, field):
        known = field.related_model.objects.filter(pk=models.OuterRef(field.attname))
        lost = model.objects.filter(~models.Exists(known), **{f"{field.attname}__isnull": False})
        for pk in lost.order_by("pk").values_list("pk", flat=True).iterator():
            said = _("“%(field)s” leads to a row that is not there. Bring it back from a backup.")
            yield self.found(model._meta.db_table, pk, said % {"field": field.name})


def _references(model):
    return [
        field
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.db_constraint
    ]
