"""New migrations leave the release before standing, or say what the operator does about it."""

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.core.management import call_command
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader

from project.running.upgrading import faults_of

LOADER = MigrationLoader(None)
INDEX = models.Index(fields=["received_at"], name="by_arrival")
CHECK = models.CheckConstraint(condition=models.Q(amount__gte=0), name="not_below_nothing")
SAFE = [
    operations.AddField("Event", "nickname", models.TextField(null=True)),
    operations.AddField("Event", "nickname", models.TextField(db_default="")),
    operations.AddField("Event", "friends", models.ManyToManyField("registry.Person")),
    operations.AlterField("User", "name", models.CharField(max_length=500)),
    operations.AlterField("User", "name", models.TextField()),
    operations.AddIndex("Token", models.Index(fields=["name"], name="by_name")),
    AddIndexConcurrently("Event", INDEX),
    AddConstraintNotValid("Event", CHECK),
    operations.SeparateDatabaseAndState(state_operations=[operations.RemoveField("User", "name")]),
    operations.RunSQL("UPDATE kernel_user SET name = name"),
    operations.CreateModel("Letter", [("id", models.BigAutoField(primary_key=True))]),
]
UNSAFE = [
    (operations.AddField("User", "x", models.TextField(default="")), "give it a db_default"),
    (operations.RemoveField("User", "name"), "old code still asks for it"),
    (operations.RenameField("User", "name", "called"), "old code still asks for it"),
    (operations.RenameModel("User", "Account"), "old code still asks for it"),
    (operations.DeleteModel("User"), "old code still asks for it"),
    (operations.AlterField("User", "name", models.IntegerField()), "changes its kind"),
    (operations.AlterField("User", "name", models.CharField(max_length=2)), "changes its kind"),
    (operations.AlterField("User", "last_login", models.DateTimeField()), "becomes required"),
    (operations.AddIndex("Event", INDEX), "AddIndexConcurrently"),
    (operations.AddConstraint("Event", CHECK), "AddConstraintNotValid"),
    (
        operations.AddField("Event", "x", models.TextField(null=True, db_index=True)),
        "builds an index that locks kernel.event",
    ),
    (operations.RunSQL("alter table a alter column b set not null"), "set not null"),
    (operations.RunSQL("CREATE INDEX x ON a (b)"), "CREATE INDEX"),
]


def said_of(operation, app="kernel", source="", fresh=frozenset()):
    """What is said of one operation in the place of an office's newest migration."""
    newest = max(name for label, name in LOADER.disk_migrations if label == app)
    migration = Migration(newest, app)
    migration.operations = [operation]
    return faults_of(migration, LOADER, fresh, source=source)


@pytest.mark.parametrize("operation", SAFE, ids=lambda operation: operation.describe())
def test_what_old_code_does_not_notice_passes(operation):
    assert said_of(operation) == []


@pytest.mark.parametrize(("operation", "reason"), UNSAFE)
def test_what_old_code_would_not_survive_is_named_with_the_way_out(operation, reason):
    (said,) = said_of(operation)

    assert reason in said


def test_what_must_be_is_agreed_in_the_migration_itself():
    remove = operations.RemoveField("User", "name")

    assert (
        said_of(remove, source="    # downtime: five minutes; nothing reads it since 0.2\n") == []
    )
    assert said_of(remove, source="# downtime:\n")


def test_a_table_that_is_new_is_nobodys_yet():
    required = operations.AddField("Event", "x", models.TextField(default=""))

    assert said_of(required, fresh={"kernel.event"}) == []


def test_the_migrations_of_this_house_pass():
    call_command("check_upgrade")
