"""The default of how long attested wages hang at least (R-74); a value that is there stays."""

from importlib import import_module

from django.db import migrations

add = import_module("policy.migrations.0003_defaults_since").add


class Migration(migrations.Migration):
    dependencies = [("policy", "0007_relief")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
