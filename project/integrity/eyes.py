"""Four eyes over everything that was ever done: one person, one step of a round."""

from itertools import combinations

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils.translation import gettext as _

from project.integrity.findings import Check

BOTH = """
    SELECT record_id, by_id, array_agg(DISTINCT verb), max(id)
    FROM (
        SELECT record_id, by_id, verb, id,
            count(*) FILTER (WHERE verb = ANY(%(restarts)s))
                OVER (PARTITION BY record_id ORDER BY id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS round
        FROM kernel_event
        WHERE record_type_id = %(kind)s AND verb = ANY(%(known)s) AND after <> 'refused'
    ) e
    WHERE verb = ANY(%(chain)s)
    GROUP BY record_id, by_id, round HAVING count(DISTINCT verb) > 1 ORDER BY 4
"""


class FourEyes(Check):
    """No two steps of one approval round were taken by one person, whatever wrote the events."""

    name = "four eyes"

    def findings(self):
        for model in apps.get_models():
            if chain := list(getattr(model, "chain", ())):
                yield from self._kind(model, chain)

    def _kind(self, model, chain):
        together = set(getattr(model, "together", ()))
        restarts = list(getattr(model, "restarts", ()))
        # A step after which a new round begins is the last one of its own.
        asked = {"chain": chain, "restarts": restarts, "known": chain + restarts}
        asked["kind"] = ContentType.objects.get_for_model(model).pk
        with connection.cursor() as cursor:
            cursor.execute(BOTH, asked)
            found = cursor.fetchall()
        for record, by, verbs, event in found:
            if any(not set(pair) <= together for pair in combinations(verbs, 2)):
                said = _("Person %(by)s took the steps %(steps)s of this record (event %(event)s).")
                words = {"by": by, "steps": ", ".join(verbs), "event": event}
                yield self.found(model._meta.db_table, record, said % words)
