"""Closing a month: each village's sheet confirmed by a person and its days frozen.

The floor freezes the days of every sheet in one raw UPDATE from the same check-ins. It asks
nobody's permission, judges no guard and writes no event.
"""

from django.db import connection, transaction

from attendance.models import Sheet, SheetLine
from attendance.services import confirm
from project.benchmarks.measure import Figure, settle, watch
from project.benchmarks.scratch import MONTH, county

MOST = 10_000  # Each holder has some twenty check-ins to write first.
FLOOR = """
    UPDATE attendance_sheetline line
    SET full_days = coalesce(m.full_days, 0),
        half_days = coalesce(m.half_days, 0) & ~coalesce(m.full_days, 0)
    FROM attendance_sheetline mine LEFT JOIN (
        SELECT contract_id,
            bit_or(1 << extract(day FROM day)::int - 1) FILTER (WHERE worth = 1) AS full_days,
            bit_or(1 << extract(day FROM day)::int - 1) FILTER (WHERE worth = 0.5) AS half_days
        FROM attendance_checkin c
        WHERE day BETWEEN %s AND %s AND voids_id IS NULL AND level >= 1
            AND NOT EXISTS (SELECT FROM attendance_checkin v WHERE v.voids_id = c.id)
        GROUP BY contract_id
    ) m ON m.contract_id = mine.contract_id
    WHERE mine.sheet_id IN (SELECT id FROM attendance_sheet WHERE month = %s AND area_id LIKE %s)
        AND line.id = mine.id
"""


def close_month(sizes):
    """`n` holders on the sheets of their villages."""
    for seed, n in enumerate(size for size in sizes if size <= MOST):
        made = county(n, seed=seed)
        floor = _floor(made.county, n)
        settle()
        with watch() as seen:
            for sheet in Sheet.objects.due(MONTH, made.county):
                confirm(sheet, by=made.people["village_head"])
        assert SheetLine.objects.filter(sheet__area__code__startswith=made.county[:6], days__gt=0)
        yield Figure("close-month", n, seen.seconds, floor, seen.peak_mb)


def _floor(inside, n):
    """Freeze everything, then take it back so that the sheets are open for their villages."""
    settle()
    with transaction.atomic(), connection.cursor() as cursor:
        with watch() as seen:
            cursor.execute(FLOOR, [MONTH.first, MONTH.last, MONTH.first, inside[:6] + "%"])
        assert cursor.rowcount == n
        transaction.set_rollback(True)
    return seen.seconds
