"""The minimum labour share of central investment (R-60, R-61) and the other defaults of projects."""

import json
from importlib import import_module
from pathlib import Path

from django.db import migrations

NATION = "000000000000"
DEFAULTS = Path(__file__).resolve().parent.parent / "defaults.json"
add = import_module("policy.migrations.0003_defaults_since").add


def add_by_fund(apps, schema_editor):
    defaults = json.loads(DEFAULTS.read_text(encoding="utf-8"))
    rule = apps.get_model("policy", "Rule")
    document = apps.get_model("policy", "PolicyDocument").objects.filter(
        area_id=NATION, title=defaults["document"]
    )
    known = set(
        rule.objects.filter(area_id=NATION).exclude(fund=None).values_list("code", "fund_id")
    )
    rule.objects.bulk_create(
        rule(
            code=row["code"],
            area_id=NATION,
            fund_id=row["fund"],
            value=row["value"],
            valid_from=row["valid"][0],
            valid_to=row["valid"][1],
            document=document.get(),
        )
        for row in defaults["by_fund"]
        if (row["code"], row["fund"]) not in known
    )


class Migration(migrations.Migration):
    dependencies = [("policy", "0006_anomalies")]

    operations = [
        migrations.RunPython(add, migrations.RunPython.noop),
        migrations.RunPython(add_by_fund, migrations.RunPython.noop),
    ]
