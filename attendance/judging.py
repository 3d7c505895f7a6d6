"""What a check-in looks like beside others: raised after it was stored, for many at once.

Each doubt is one statement over what was received in a span of time, and is raised once however
often it is looked for. None refuses or changes a check-in.
"""

from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.utils import timezone

from attendance.models import Flag
from policy.selectors import rulings
from project.kernel.months import SHANGHAI, today

EARLIER = timedelta(days=1)  # a clock that runs ahead sends a day before it comes
SAME_LOOK_BITS = 3
HOURS_TO_ARRIVE = 1
RAISE = """
    INSERT INTO attendance_flag (check_in_id, code, waits, evidence, raised_at)
    SELECT DISTINCT ON (found.id) found.id, %(code)s, coalesce(%(code)s = ANY(string_to_array(
        given.waits, ',')), false), found.evidence, %(now)s
    FROM ({found}) found
    LEFT JOIN unnest(%(areas)s::text[], %(waits)s::text[]) AS given(area_id, waits)
        ON given.area_id = found.area_id
    WHERE NOT EXISTS (
        SELECT FROM attendance_flag f WHERE f.check_in_id = found.id AND f.code = %(code)s)
    ORDER BY found.id
    ON CONFLICT (check_in_id, code) DO NOTHING
"""
FRESH = """
    FROM attendance_checkin c JOIN contracts_contract k ON k.id = c.contract_id
    {more}
    WHERE c.received_at >= %(since)s AND c.received_at < %(until)s AND c.voids_id IS NULL
        AND (%(contracts)s::bigint[] IS NULL OR c.contract_id = ANY(%(contracts)s))
        AND NOT EXISTS (SELECT FROM attendance_checkin gone WHERE gone.voids_id = c.id)
"""
ARRIVED = f"c.received_at < %(now)s::timestamptz - interval '{HOURS_TO_ARRIVE} hour'"


def among_fresh(evidence, more="", where="true"):
    """The fresh check-ins for which something holds, with what shows it."""
    fresh = FRESH.format(more=more)
    return f"SELECT c.id, k.area_id, {evidence} AS evidence {fresh} AND {where}"


# A household may have one phone: several workers on it are a doubt, and no proof.
SHARED_DEVICE = among_fresh(
    "jsonb_build_object('workers', shared.workers)",
    """JOIN attendance_device d ON d.id = c.phone_id AND d.fingerprint <> ''
    JOIN LATERAL (
        SELECT count(DISTINCT o.person_id) AS workers FROM attendance_device o
        WHERE o.fingerprint = d.fingerprint AND EXISTS (
            SELECT FROM attendance_checkin x WHERE x.phone_id = o.id AND x.day = c.day)
    ) shared ON shared.workers > 1""",
)
# Two pictures that differ in at most three bits agree in one of their four quarters.
QUARTERS = " OR ".join(
    f"((o.look >> {shift}) & 65535) = ((seen.look >> {shift}) & 65535)" for shift in (0, 16, 32, 48)
)
# The pictures of a roll call show everybody who was there; a correction's belong to the first one.
OWN_OR_OF_GROUP = """
    JOIN LATERAL (
        SELECT * FROM attendance_photo WHERE check_in_id = c.id
        UNION ALL
        SELECT g.* FROM attendance_rollcallline l
        JOIN attendance_rollcall called ON called.id = l.roll_call_id
        JOIN attendance_photo g ON g.roll_call_id = coalesce(called.first_id, called.id)
        WHERE c.source = 'roll_call' AND l.check_in_id = c.id
    ) p ON true"""
# Of two pictures the later one is doubted; those of one roll call are of one scene.
EARLIER_PHOTO = """(
    o.check_in_id < p.check_in_id
    OR (o.check_in_id IS NULL OR p.check_in_id IS NULL)
        AND o.roll_call_id IS DISTINCT FROM p.roll_call_id AND o.received_at < p.received_at)"""
SAME_PHOTO = among_fresh(
    "jsonb_build_object('check_in', o.check_in_id, 'roll_call', o.roll_call_id, "
    "'mirrored', seen.mirrored, 'bits', bit_count((seen.look # o.look)::bit(64)))",
    f"""{OWN_OR_OF_GROUP}
    CROSS JOIN LATERAL (VALUES (p.look, false), (p.mirrored, true)) AS seen(look, mirrored)
    JOIN attendance_photo o ON {EARLIER_PHOTO} AND ({QUARTERS})
        AND bit_count((seen.look # o.look)::bit(64)) <= {SAME_LOOK_BITS}""",
)
# A machine's file that names a picture which did not come is like a phone that sent none.
NO_PHOTO = among_fresh(
    "'{}'::jsonb",
    where=f"""(c.phone_id IS NOT NULL OR c.source = 'machine' AND c.photo <> '')
        AND c.kind = 'in' AND {ARRIVED}
        AND NOT EXISTS (SELECT FROM attendance_photo p WHERE p.check_in_id = c.id)""",
)
TWO_PROGRAMMES = among_fresh(
    "jsonb_build_object('contract', o.contract_id, 'check_in', o.id)",
    """JOIN contracts_contract other ON other.person_id = k.person_id AND other.id <> k.id
    JOIN attendance_checkin o ON o.contract_id = other.id AND o.day = c.day AND o.kind = 'in'
        AND o.voids_id IS NULL AND o.worth + c.worth > 1
        AND NOT EXISTS (SELECT FROM attendance_checkin v WHERE v.voids_id = o.id)""",
    "c.kind = 'in'",
)
BROKEN_CHAIN = among_fresh(
    "jsonb_build_object('sequence', c.sequence)",
    where=f"""c.phone_id IS NOT NULL AND c.sequence > 1 AND {ARRIVED} AND NOT EXISTS (
        SELECT FROM attendance_checkin b WHERE b.phone_id = c.phone_id
            AND b.sequence = c.sequence - 1 AND b.hash = c.said::jsonb ->> 'previous')""",
)
# A rule asks for a second picture once so many hours lie between coming and leaving.
NO_SECOND_PHOTO = among_fresh(
    "jsonb_build_object('hours', round(extract(epoch FROM left_.at - c.at) / 3600, 1))",
    """JOIN unnest(%(areas)s::text[], %(second)s::int[]) AS due(area_id, hours)
        ON due.area_id = k.area_id
    JOIN attendance_checkin left_ ON left_.contract_id = c.contract_id AND left_.day = c.day
        AND left_.kind = 'out' AND left_.at > c.at + due.hours * interval '1 hour'""",
    f"""c.kind = 'in' AND c.phone_id IS NOT NULL AND {ARRIVED} AND NOT EXISTS (
        SELECT FROM attendance_checkin again JOIN attendance_photo p ON p.check_in_id = again.id
        WHERE again.contract_id = c.contract_id AND again.day = c.day AND again.kind = 'again')""",
)
DOUBTS = {
    Flag.Code.SHARED_DEVICE: SHARED_DEVICE,
    Flag.Code.SAME_PHOTO: SAME_PHOTO,
    Flag.Code.NO_PHOTO: NO_PHOTO,
    Flag.Code.NO_SECOND_PHOTO: NO_SECOND_PHOTO,
    Flag.Code.TWO_PROGRAMMES: TWO_PROGRAMMES,
    Flag.Code.BROKEN_CHAIN: BROKEN_CHAIN,
}
WAIT, SECOND = "attendance.flags_that_wait", "photo.second_after_hours"
AREAS = """
    SELECT DISTINCT k.area_id FROM attendance_checkin c
    JOIN contracts_contract k ON k.id = c.contract_id
    WHERE c.received_at >= %(since)s AND c.received_at < %(until)s
        AND (%(contracts)s::bigint[] IS NULL OR c.contract_id = ANY(%(contracts)s))
"""


def judge_days(month, contracts):
    """Raise what is doubtful about some contracts' days of a month, whenever they were received."""
    since = timezone.make_aware(datetime.combine(month.first, time()), SHANGHAI)
    return judge(since - EARLIER, timezone.now() + timedelta(seconds=1), contracts=contracts)


@transaction.atomic
def judge(since, until, *, contracts=None):
    """Raise what is doubtful about the check-ins received in a span; returns {code: how many}."""
    span = {
        "since": since,
        "until": until,
        "contracts": None if contracts is None else list(contracts),
    }
    span["now"] = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(AREAS, span)
        areas = sorted(row[0] for row in cursor)
        params = span | {"areas": areas} | _limits(areas)
        return {code: _raise(cursor, code, found, params) for code, found in DOUBTS.items()}


def _limits(areas):
    found = rulings([WAIT, SECOND], on=today(), areas=areas) if areas else {}
    return {
        "waits": [",".join(found[area][WAIT].value) for area in areas],
        "second": [found[area][SECOND].value for area in areas],
    }


def _raise(cursor, code, found, params):
    cursor.execute(RAISE.format(found=found), params | {"code": str(code)})
    return cursor.rowcount
