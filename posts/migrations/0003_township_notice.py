import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0002_objections"),
        ("posts", "0002_hiring"),
    ]

    operations = [
        migrations.AddField(
            model_name="hire",
            name="township_line",
            field=models.PositiveIntegerField(null=True, verbose_name="line of the township's notice"),
        ),
        migrations.AddField(
            model_name="hire",
            name="township_notice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="township_hires",
                to="notices.notice",
            ),
        ),
    ]
