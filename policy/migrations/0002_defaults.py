"""The whole country, the funds by name, and the values a county starts from."""

import json
from datetime import date
from pathlib import Path

from django.db import migrations

NATION = "000000000000"
SINCE = date(2020, 1, 1)
DEFAULTS = Path(__file__).resolve().parent.parent / "defaults.json"


def load(apps, schema_editor):
    defaults = json.loads(DEFAULTS.read_text(encoding="utf-8"))
    area, _made = apps.get_model("registry", "Area").objects.get_or_create(
        code=NATION, defaults={"name": "全国", "level": 0, "valid_from": SINCE}
    )
    fund = apps.get_model("policy", "Fund")
    fund.objects.bulk_create(fund(code=code, name=name) for code, name in defaults["funds"].items())
    document = apps.get_model("policy", "PolicyDocument").objects.create(
        area=area, title=defaults["document"], valid_from=SINCE
    )
    rule = apps.get_model("policy", "Rule")
    rule.objects.bulk_create(
        rule(code=code, area=area, value=value, valid_from=SINCE, document=document)
        for code, value in defaults["rules"].items()
    )


def unload(apps, schema_editor):
    for model in ("Rule", "PolicyDocument", "Fund"):
        apps.get_model("policy", model).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_initial")]

    operations = [migrations.RunPython(load, unload)]
