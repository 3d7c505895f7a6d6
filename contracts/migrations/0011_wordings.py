"""The wording of contracts that a county starts from."""

import json
from datetime import date
from pathlib import Path

from django.db import migrations

NATION = "000000000000"
SINCE = date(2020, 1, 1)
WORDINGS = Path(__file__).resolve().parent.parent / "templates.json"


def load(apps, schema_editor):
    wordings = json.loads(WORDINGS.read_text(encoding="utf-8"))
    template = apps.get_model("contracts", "ContractTemplate")
    template.objects.bulk_create(
        template(
            area_id=NATION,
            kind=kind,
            title=wording["title"],
            body={"clauses": wording["clauses"], "summary": wording["summary"]},
            valid_from=SINCE,
        )
        for kind, wording in wordings.items()
    )


class Migration(migrations.Migration):
    # What was entered is kept for good, so going back leaves the wording where it is.
    dependencies = [("contracts", "0010_accidents"), ("policy", "0002_defaults")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
