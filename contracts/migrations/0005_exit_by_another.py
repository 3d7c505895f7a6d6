from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):

    dependencies = [
        ("contracts", "0004_scans"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="exit",
            constraint=models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="exit_is_approved_by_another",
            ),
        ),
    ]
