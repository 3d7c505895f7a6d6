"""The index viewflow's task table lacks: open human tasks by permission and area code."""

from django.db import migrations

CREATE = """
    CREATE INDEX task_waits_in_area ON viewflow_task
        (owner_permission_obj_pk COLLATE "C", owner_permission)
        WHERE status IN ('NEW', 'ASSIGNED') AND flow_task_type = 'HUMAN'
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial"), ("viewflow", "0015_task_scheduled")]

    operations = [migrations.RunSQL(CREATE, "DROP INDEX task_waits_in_area")]
