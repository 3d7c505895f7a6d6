"""A request is handed on with the day by which the next office decides."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0004_requests")]

    operations = [
        migrations.RenameField("post", "moved_on", "due_on"),
        migrations.AlterField(
            "post",
            "due_on",
            models.DateField(blank=True, null=True, verbose_name="to be decided by"),
        ),
    ]
