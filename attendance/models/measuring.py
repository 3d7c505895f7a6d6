"""How much was done on the days that count, where hours or pieces are paid: the one place.

A day counts by its evidence (attendance.models.showing); how much was done on it is said by whoever
measured it, and never by the worker's own phone. What a machine, a program or a granted correction
says goes before the times at which somebody came and left, these before what the clerk wrote into
the book. Times are joined, so that
no minute counts twice, and are given in whole quarters of an hour a day. A day of which nobody
knows has no number: the village says it before it stands by the sheet.
"""

from decimal import Decimal

from django.db import connection

from attendance.models.check_in import CheckIn
from attendance.models.showing import shown
from contracts.models import MEASURED, Contract
from contracts.selectors import live_in

QUARTER = 900  # seconds
MOST_HOURS, MOST_PIECES = Decimal(24), Decimal(9999)
ROWS = ("contract_id", "day", "source", "in_at", "out_at", "quantity")
# A stay begins with the first coming after the last leaving, and ends with the next leaving.
DAYS = f"""
    WITH held AS ({{held}}),
    told AS MATERIALIZED ({{told}}),
    evidence AS MATERIALIZED ({{evidence}}),
    moves AS (
        SELECT contract_id, day, extract(epoch FROM in_at)::int AS at, 0 AS leaves
        FROM evidence WHERE in_at IS NOT NULL AND out_at IS NULL
        UNION ALL
        SELECT contract_id, day, extract(epoch FROM coalesce(out_at, in_at))::int, 1
        FROM ({{left}}) gone WHERE coalesce(out_at, in_at) IS NOT NULL
    ), stays AS (
        SELECT contract_id, day, min(at) FILTER (WHERE leaves = 0) AS came,
            max(at) FILTER (WHERE leaves = 1) AS went
        FROM (
            SELECT *, sum(leaves) OVER (
                PARTITION BY contract_id, day ORDER BY at, leaves
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS stay FROM moves
        ) in_order GROUP BY contract_id, day, coalesce(stay, 0)
        UNION ALL
        SELECT contract_id, day, extract(epoch FROM in_at)::int, extract(epoch FROM out_at)::int
        FROM evidence WHERE in_at IS NOT NULL AND out_at IS NOT NULL
    ), joined AS (
        SELECT contract_id, day, range_agg(int4range(came, went)) AS spans
        FROM stays WHERE went > came GROUP BY contract_id, day
    ), timed AS (
        SELECT contract_id, day, (
            SELECT nullif(sum(upper(span) - lower(span)) / {QUARTER} * 0.25, 0)
            FROM unnest(spans) span
        ) AS hours FROM joined
    ), measured AS (
        SELECT h.id AS contract_id, e.day, coalesce(
            max(s.quantity) FILTER (WHERE s.source NOT IN ('book', 'phone')),
            CASE WHEN h.pay_basis = 'hour' THEN max(t.hours) END,
            max(s.quantity) FILTER (WHERE s.source = 'book')
        ) AS quantity
        FROM held h JOIN (SELECT DISTINCT contract_id, day FROM evidence) e ON e.contract_id = h.id
        LEFT JOIN told s ON s.contract_id = e.contract_id AND s.day = e.day
        LEFT JOIN timed t ON t.contract_id = e.contract_id AND t.day = e.day
        GROUP BY h.id, h.pay_basis, e.day
    )
    SELECT h.id AS contract_id, coalesce(sum(m.quantity), 0) AS quantity, array_agg(
        CASE WHEN m.day IS NULL THEN 0 ELSE m.quantity END ORDER BY place
    )::numeric(6,2)[] AS quantities
    FROM held h CROSS JOIN generate_series(1, %s) place
    LEFT JOIN measured m ON m.contract_id = h.id AND extract(day FROM m.day) = place
    GROUP BY h.id
"""


def most_of_a_day(contract):
    """More than this is not done on one day: hours there are twenty-four."""
    return MOST_HOURS if contract.pay_basis == Contract.PayBasis.HOUR else MOST_PIECES


def anybody_measured(month, area):
    """Whether anybody inside an area is paid by the hour or by the task in a month."""
    return live_in(month, area).filter(pay_basis__in=MEASURED).exists()


def measured_days(month, area, level=1):
    """What was done on each day by everybody so paid: SQL with its parameters.

    Its rows are contract_id, quantity (the sum) and quantities (31 or fewer: nothing on a day that
    does not count, no number where nobody knows).
    """
    held = live_in(month, area).filter(pay_basis__in=MEASURED).order_by().values("id", "pay_basis")
    only = {"contract__pay_basis__in": MEASURED}
    parts = {
        "held": held,
        "told": shown(month, area).filter(**only).values(*ROWS),
        "evidence": shown(month, area, level).filter(**only).values(*ROWS),
        "left": CheckIn.objects.filter(
            kind=CheckIn.Kind.OUT,
            day__range=(month.first, month.last),
            voids=None,
            voided_by=None,
            contract__in=held.values("id"),
        ).values("contract_id", "day", "in_at", "out_at"),
    }
    asked = {name: rows.query.sql_with_params() for name, rows in parts.items()}
    sql = DAYS.format(**{name: sql for name, (sql, _params) in asked.items()})
    params = [value for _sql, more in asked.values() for value in more]
    return sql, [*params, month.days]


def quantities_in(month, area, level=1):
    """{contract: hours or pieces of each day} of everybody so paid, from the evidence so far."""
    if not anybody_measured(month, area):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(*measured_days(month, area, level))
        return {contract: quantities for contract, _sum, quantities in cursor}
