"""The defaults of what is odd about a run; a value that is there stays."""

from importlib import import_module

from django.db import migrations

add = import_module("policy.migrations.0003_defaults_since").add


class Migration(migrations.Migration):
    dependencies = [("policy", "0005_bank_files")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
