from django.db import migrations


def put_in_force(apps, _editor):
    """Until now a policy was entered from the insurer's paper only."""
    policies = apps.get_model("contracts", "InsurancePolicy").objects
    policies.filter(number__isnull=False, state="planned").update(state="in_force")


class Migration(migrations.Migration):
    dependencies = [("contracts", "0008_insurance_whole")]

    operations = [migrations.RunPython(put_in_force, migrations.RunPython.noop)]
