"""Closing a month: each village's sheet confirmed by a person and its days frozen.

`close-large` has a year's check-ins in the table: the month's days of all villages are frozen by
one statement, as confirming a sheet freezes its own, and some villages confirm beside it.

The floor freezes the days of every sheet in one raw UPDATE from the same check-ins. It asks
nobody's permission, judges no guard and writes no event.
"""

from django.db import connection, transaction

from attendance.models import CheckIn, Sheet, SheetLine
from attendance.services import confirm, freeze
from project.benchmarks.measure import Figure, settle, watch
from project.benchmarks.scratch import MONTH, county, tidy, unwatched
from project.benchmarks.served import Load

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


OF_A_VILLAGE = """WHERE contract_id IN (
            SELECT contract_id FROM attendance_sheetline WHERE sheet_id = %s) AND day BETWEEN"""
YEARLY = 220  # check-ins of a holder in eleven months
LARGEST = 22_000_000
ROUNDS = 3  # the floor and ours take turns; the best of each counts
VILLAGES = 20  # that confirm their sheet, one by one, with all those check-ins in the table
EARLIER = """
    INSERT INTO attendance_checkin (client_id, contract_id, day, worth, in_at, out_at, source,
        level, device, photo, received_at, received_by_id)
    SELECT md5(client_id::text || month)::uuid, contract_id, day - 28 * month, worth, in_at,
        out_at, source, level, device, photo, received_at - 28 * month * interval '1 day',
        received_by_id
    FROM generate_series(1, %s) month CROSS JOIN attendance_checkin LIMIT %s
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


def close_large(sizes):
    """`n` check-ins in the table, a twelfth of them of the month that closes."""
    n = min(max(sizes), LARGEST)
    made = county(max(1, n // YEARLY), seed=0)
    _lay_down_earlier_months(n)
    sheets = list(Sheet.objects.due(MONTH, made.county))
    holders = SheetLine.objects.count()
    rounds = [(_floor(made.county, holders), _frozen(made.county, sheets)) for _ in range(ROUNDS)]
    floor, seconds = (min(times) for times in zip(*rounds, strict=True))
    yield Figure("close-large", n, seconds, floor, 0.0, done=holders)
    yield _villages(sheets[:VILLAGES], made.people["village_head"], n)


def _frozen(inside, sheets):
    """Freeze the days of all sheets by our own statement, then take it back."""
    settle()
    with transaction.atomic():
        with watch() as seen:
            freeze(MONTH, inside, [sheet.pk for sheet in sheets])
        assert SheetLine.objects.filter(days__gt=0).count() * 2 > SheetLine.objects.count()
        transaction.set_rollback(True)
    return seen.seconds


def _villages(sheets, by, n):
    """Villages that confirm one after another, against raw SQL for each of them."""
    with transaction.atomic(), watch() as floor, connection.cursor() as cursor:
        statement = FLOOR.replace("WHERE day BETWEEN", OF_A_VILLAGE)
        for sheet in sheets:
            when = [MONTH.first, MONTH.last, MONTH.first]
            cursor.execute(statement, [sheet.pk, *when, sheet.area_id])
        transaction.set_rollback(True)
    waits = []
    for sheet in sheets:
        with watch() as seen:
            confirm(sheet, by=by)
        waits.append(seen.seconds)
    load = Load(sum(waits), waits, 0)
    name, done = "close-large-village", len(sheets)
    p50, p99 = (round(load.percentile(share), 2) for share in (0.5, 0.99))
    return Figure(name, n, load.seconds, floor.seconds, 0.0, done=done, p50_ms=p50, p99_ms=p99)


def _lay_down_earlier_months(n):
    """Fill the table up to `n` rows, its indexes built once at the end."""
    there = CheckIn.objects.count()
    # Every row refers to what the rows before it refer to; no trigger needs to look again.
    with unwatched("attendance_checkin") as cursor:
        cursor.execute(EARLIER, [-(-n // there), n - there])
    tidy("attendance_checkin")
