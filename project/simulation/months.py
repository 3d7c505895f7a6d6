"""The months of a synthetic county: sheets, days worked, and the check-ins that bear them out."""

from random import Random

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from attendance.models import Sheet, SheetLine
from contracts.models import Contract
from project.simulation.copying import copy
from registry.calendar import workdays_in
from registry.models import Area

# Every tenth holder is called on site, the others check in by phone; times differ by person and
# day. A holder of a planted pattern shares a telephone, or keeps the hours of the whole village.
CHECK_INS = """
    INSERT INTO attendance_checkin (client_id, contract_id, day, worth, in_at, out_at, source,
        level, device, photo, received_at, received_by_id)
    SELECT md5(concat_ws('/', s.area_id, l.number, s.month + d - 1))::uuid, l.contract_id,
        s.month + d - 1, CASE WHEN l.half_days >> (d - 1) & 1 = 1 THEN 0.5 ELSE 1 END,
        CASE WHEN same_hours THEN '08:00' ELSE '07:40'::time + noise % 40 * interval '1 minute' END,
        CASE WHEN same_hours THEN '17:00' ELSE '16:45'::time + noise % 37 * interval '1 minute' END,
        CASE WHEN l.number %% 10 = 0 THEN 'roll_call' ELSE 'phone' END,
        CASE WHEN l.number %% 10 = 0 THEN 2 ELSE 3 END,
        CASE WHEN l.contract_id = ANY(%s) THEN 'sim-' || s.area_id
            ELSE 'sim-' || s.area_id || '-' || l.number END,
        '', (s.month + d - 1) + time '18:00' AT TIME ZONE 'Asia/Shanghai', %s
    FROM attendance_sheet s JOIN attendance_sheetline l ON l.sheet_id = s.id
    CROSS JOIN generate_series(1, 31) d,
    LATERAL (SELECT abs(hashint4extended(l.number * 32 + d, 0) %% 997) AS noise,
                    s.area_id = ANY(%s) AS same_hours) sim
    WHERE s.area_id LIKE %s AND (l.full_days | l.half_days) >> (d - 1) & 1 = 1
    ORDER BY l.id, d
""".replace("noise % ", "noise %% ")
OPEN_LAST = """
    UPDATE attendance_sheetline SET full_days = 0, half_days = 0
    WHERE sheet_id IN (SELECT id FROM attendance_sheet WHERE area_id LIKE %s AND month = %s)
"""
CONFIRM = """
    UPDATE attendance_sheet SET state = 'confirmed' WHERE area_id LIKE %s AND month = ANY(%s)
"""
EVENTS = """
    INSERT INTO kernel_event (at, by_id, verb, before, after, note, data, record_type_id, record_id)
    SELECT now(), %s, %s, %s, %s, 'simulate', '{{}}', %s, id FROM {table}
    WHERE area_id LIKE %s {where} ORDER BY id
"""


def write_sheets(size, keys, sheets, batch, holders, by):
    """Write a sheet per village and month with a line per holder, days as masks."""
    months = size.month_list()
    places = {village: place for place, (village, _first, _count) in enumerate(batch)}
    copy(
        Sheet,
        ("id", "area_id", "month"),
        (
            (sheets + place * size.months + m, village, month.first)
            for village, place in places.items()
            for m, month in enumerate(months)
        ),
        state=Sheet.State.OPEN,
        opened_by_id=by.pk,
    )
    first = {village: begin for village, begin, _count in batch}
    masks = [_workday_mask(month) for month in months]  # No query may run within a COPY.
    copy(
        SheetLine,
        ("sheet_id", "contract_id", "number", "full_days", "half_days"),
        (
            (
                sheets + places[h.village] * size.months + m,
                keys.contract + m // 12 * size.total + h.index,
                h.index - first[h.village] + 1,
                *_days(size, h, m, workdays),
            )
            for m, workdays in enumerate(masks)
            for h in holders
        ),
    )


def _workday_mask(month):
    return sum(1 << day.day - 1 for day in workdays_in(month))


def _days(size, holder, m, workdays):
    """Most work every working day; some miss a few, some leave at noon once."""
    dice = Random(size.seed << 40 | m << 32 | holder.index)
    full, half = workdays, 0
    if holder.starts_late and m == 0 and size.months > 1:
        full &= ~0x7F
    if holder.pattern != "V-02" and dice.random() < 0.3:
        full &= dice.getrandbits(31) | dice.getrandbits(31)
        half = 1 << dice.randrange(28) & full
    return full & ~half, half


def finish(size, by, planted):
    """Turn the days into check-ins, confirm the sheets and write the events that go with it."""
    inside = size.county[:6] + "%"
    months = size.month_list()
    done, still_open = (months[:-1], months[-1]) if size.leaves_last_open else (months, None)
    with connection.cursor() as cursor:
        if size.checks_in:
            device = planted.get("V-01", [])
            villages = list(_villages(planted.get("V-02", [])))
            cursor.execute(CHECK_INS, [device, by.pk, villages, inside])
        if still_open:
            cursor.execute(OPEN_LAST, [inside, still_open.first])
        cursor.execute(CONFIRM, [inside, [month.first for month in done]])
        _log(cursor, Contract, by, "take_over", "draft", "in_force", inside)
        _log(cursor, Sheet, by, "open", "", "open", inside)
        _log(cursor, Sheet, by, "confirm", "open", "confirmed", inside, "AND state = 'confirmed'")


def _villages(contracts):
    found = Area.objects.filter(contracts__in=contracts)
    return found.order_by("code").values_list("code", flat=True).distinct()


def _log(cursor, model, by, verb, before, after, inside, where=""):
    kind = ContentType.objects.get_for_model(model).pk
    statement = EVENTS.format(table=model._meta.db_table, where=where)
    cursor.execute(statement, [by.pk, verb, before, after, kind, inside])
