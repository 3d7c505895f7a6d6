"""Four eyes over everything that was ever done: one person, one step of a round."""

from itertools import combinations

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils.translation import gettext as _

from project.integrity.findings import Check

ROUNDS = """
    SELECT record_id, by_id, verb, at, id,
        count(*) FILTER (WHERE verb = ANY(%(restarts)s))
            OVER (PARTITION BY record_id ORDER BY id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS round
    FROM kernel_event
    WHERE record_type_id = %(kind)s AND verb = ANY(%(known)s) AND after <> 'refused'
"""
BOTH = f"""
    SELECT record_id, by_id, array_agg(DISTINCT verb), max(id)
    FROM ({ROUNDS}) e
    WHERE verb = ANY(%(chain)s)
    GROUP BY record_id, by_id, round HAVING count(DISTINCT verb) > 1 ORDER BY 4
"""
# A substitution is a few days of a few people: only what they touched is looked at.
STANDING_IN = f"""
    WITH person AS (
        SELECT absent_id AS id FROM registry_delegation
        UNION SELECT substitute_id FROM registry_delegation
    ), e AS MATERIALIZED (
        SELECT *, (at AT TIME ZONE 'Asia/Shanghai')::date AS day
        FROM ({ROUNDS} AND record_id IN (
            SELECT record_id FROM kernel_event
            WHERE record_type_id = %(kind)s AND by_id IN (SELECT id FROM person)
        )) taken
        WHERE verb = ANY(%(chain)s)
    )
    SELECT later.record_id, later.by_id, ARRAY[first.verb, later.verb], later.id
    FROM registry_delegation d
    JOIN e later ON later.by_id IN (d.absent_id, d.substitute_id)
        AND d.starts_on <= later.day AND d.made_at <= later.at
    JOIN e first ON first.record_id = later.record_id AND first.round = later.round
        AND first.id < later.id AND first.verb <> later.verb AND first.by_id <> later.by_id
        AND first.by_id IN (d.absent_id, d.substitute_id) AND d.ends_on >= first.day
    ORDER BY 4
"""


class FourEyes(Check):
    """No two steps of one approval round were taken by one person, whatever wrote the events.

    Somebody and whoever stood in for them are one person for it.
    """

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
        for sql, said in (
            (BOTH, _("Person %(by)s took the steps %(steps)s of this record (event %(event)s).")),
            (
                STANDING_IN,
                _(
                    "Person %(by)s and somebody they stood in for, or who stood in for them, took "
                    "the steps %(steps)s of this record (event %(event)s)."
                ),
            ),
        ):
            for record, by, verbs, event in _asked(sql, asked):
                if any(not set(pair) <= together for pair in combinations(verbs, 2)):
                    words = {"by": by, "steps": ", ".join(verbs), "event": event}
                    yield self.found(model._meta.db_table, record, said % words)


def _asked(sql, asked):
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return cursor.fetchall()
