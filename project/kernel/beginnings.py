"""Beginning the flows of many records at once, in as many statements as one of them takes."""

from django.db import connection, transaction
from viewflow.workflow.models import Process, Task

from project.kernel.steps import follow

# The first record's process and tasks, once more for each of the others; only what is a record's
# own differs: what the process points at, and the area in which somebody may take its task.
COPIES = """
    WITH record AS (
        SELECT id, area_id FROM {table} WHERE id = ANY(%(records)s)
    ), process AS (
        INSERT INTO viewflow_process ({of_process}, artifact_object_id)
        SELECT {of_process}, r.id FROM (
            SELECT {of_process} FROM viewflow_process WHERE id = %(process)s
        ) p CROSS JOIN record r ORDER BY r.id
        RETURNING id, artifact_object_id
    ), task AS (
        INSERT INTO viewflow_task ({of_task}, process_id, owner_permission_obj_pk)
        SELECT {of_task}, p.id, CASE WHEN t.held_somewhere THEN r.area_id END FROM (
            SELECT {of_task}, id AS place, owner_permission_obj_pk IS NOT NULL AS held_somewhere
            FROM viewflow_task WHERE process_id = %(process)s
        ) t CROSS JOIN (
            SELECT id, artifact_object_id AS record_id FROM process
        ) p JOIN record r ON r.id = p.record_id ORDER BY p.id, t.place
        RETURNING id, process_id, flow_task
    )
    INSERT INTO viewflow_task_previous (from_task_id, to_task_id)
    SELECT a.id, b.id FROM viewflow_task_previous v
    JOIN viewflow_task x ON x.id = v.from_task_id AND x.process_id = %(process)s
    JOIN viewflow_task y ON y.id = v.to_task_id
    JOIN task a ON a.flow_task = x.flow_task
    JOIN task b ON b.flow_task = y.flow_task AND b.process_id = a.process_id
"""


@transaction.atomic
def begin_together(records, *, by):
    """Put new records, which no flow has met, before whoever acts on them next.

    Where a flow leads is read from the record's state alone, so one record of each state is taken
    through its flow and the others get what it left behind.
    """
    for state in records.order_by().values_list("state", flat=True).distinct():
        alike = records.filter(state=state).order_by("pk")
        first = follow(alike.first(), by=by)
        others = list(alike.values_list("pk", flat=True))[1:]
        if others:
            _copy(first, records.model, others)


def _copy(process, model, records):
    once = Task.objects.filter(process=process).values_list("flow_task")
    assert len(set(once)) == len(once), "a node met twice would mix up which task led to which"
    names = {
        "table": model._meta.db_table,
        "of_process": _columns(Process, "artifact_object_id"),
        "of_task": _columns(Task, "process_id", "owner_permission_obj_pk"),
    }
    with connection.cursor() as cursor:
        cursor.execute(COPIES.format(**names), {"process": process.pk, "records": records})


def _columns(model, *own):
    fields = (field.column for field in model._meta.concrete_fields if not field.primary_key)
    return ", ".join(f'"{column}"' for column in fields if column not in own)
