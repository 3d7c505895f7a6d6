"""The defaults that were added since a database was made; a value that is there stays."""

import json
from datetime import date
from pathlib import Path

from django.db import migrations

NATION = "000000000000"
SINCE = date(2020, 1, 1)
DEFAULTS = Path(__file__).resolve().parent.parent / "defaults.json"


def add(apps, schema_editor):
    defaults = json.loads(DEFAULTS.read_text(encoding="utf-8"))
    rule = apps.get_model("policy", "Rule")
    document = apps.get_model("policy", "PolicyDocument").objects.filter(
        area_id=NATION, title=defaults["document"]
    )
    known = set(rule.objects.filter(area_id=NATION).values_list("code", flat=True))
    rule.objects.bulk_create(
        rule(code=code, area_id=NATION, value=value, valid_from=SINCE, document=document.get())
        for code, value in defaults["rules"].items()
        if code not in known
    )


class Migration(migrations.Migration):
    dependencies = [("policy", "0002_defaults")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
