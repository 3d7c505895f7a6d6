"""What is reported after a run was prepared holds its lines too, until the money has left."""

from collections import Counter

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from payroll.models import Hold, PayRun
from payroll.turns import take_turns_of
from project.kernel.models import Event
from registry.models import Fact

# Up to the bank a line can wait; what was sent is a doubt to be looked at, and no hold.
BEFORE_THE_BANK = [
    PayRun.State.PREPARED,
    PayRun.State.CONFIRMED,
    PayRun.State.ON_NOTICE,
    PayRun.State.TOWNSHIP_APPROVED,
    PayRun.State.DEPARTMENT_APPROVED,
    PayRun.State.FINANCE_APPROVED,
]
SPOKEN_AGAINST = """
    FROM registry_fact f
    JOIN payroll_payline l ON l.person_id = f.person_id AND l.standing
    JOIN payroll_payrun r ON r.id = l.run_id AND r.state = ANY(%s)
    WHERE f.id = ANY(%s) AND f.kind <> %s
        AND f.starts_on <= (l.month + interval '1 month - 1 day')::date
        AND (f.ends_on IS NULL OR f.ends_on >= l.month)
"""
# Whoever sends a run waits until its late holds are written, or has sent it before.
LOCKED = f"""
    SELECT id FROM payroll_payrun WHERE id IN (SELECT l.run_id {SPOKEN_AGAINST})
    ORDER BY id FOR NO KEY UPDATE
"""
LATE = f"""
    WITH fresh AS (
        INSERT INTO payroll_hold (line_id, code, fact_id, detail)
        SELECT l.id, '{Hold.Code.FACT.value}', f.id, '' {SPOKEN_AGAINST}
        ON CONFLICT DO NOTHING
        RETURNING line_id
    )
    SELECT l.run_id FROM fresh JOIN payroll_payline l ON l.id = fresh.line_id
"""


@transaction.atomic
def hold_late(facts, *, by):
    """Hold every line not yet at the bank that new facts speak against; {run: lines held}.

    As many statements for one fact as for thousands, and no run is prepared meanwhile; each run's
    history says how many lines of it wait now.
    """
    if not facts:
        return {}
    take_turns_of(Fact.objects.filter(pk__in=list(facts)).values("person"))
    params = [BEFORE_THE_BANK, list(facts), Fact.Kind.DISABLED]
    with connection.cursor() as cursor:
        cursor.execute(LOCKED, params)
        cursor.execute(LATE, params)
        held = Counter(run for (run,) in cursor.fetchall())
    if held:
        _log(held, by)
    return dict(held)


def _log(held, by):
    record_type = ContentType.objects.get_for_model(PayRun)
    Event.objects.bulk_create(
        Event(record_type=record_type, record_id=run, verb="hold", by=by, data={"lines": lines})
        for run, lines in sorted(held.items())
    )
