"""The one statement by which check-ins arrive: who sends, what is stored, what is doubtful."""

from project.kernel.prepared import Prepared
from registry.duties import DUTIES

# Whoever records days writes for the areas of the duty; workers write for themselves.
BY_PERSON = f"""
    EXISTS (
        SELECT FROM {DUTIES} duty
        WHERE duty.user_id = sender.user_id AND duty.role = ANY($4) AND duty.holds
            AND duty.starts_on <= $3 AND (duty.ends_on IS NULL OR duty.ends_on >= $3)
            AND left(c.area_id, duty.level) = left(duty.area_id, duty.level)
    ) OR r.source = 'phone' AND sender.user_id = (
        SELECT p.user_id FROM registry_person p WHERE p.id = c.person_id)
"""
SENDERS = {
    "token": (
        """SELECT t.user_id, NULL::bigint AS phone_id FROM kernel_token t
            JOIN kernel_user u ON u.id = t.user_id AND u.is_active
            WHERE t.digest = $2 AND t.revoked_at IS NULL AND t.expires_on >= $3
                AND NOT t.read_only AND (t.scopes = '{}' OR 'attendance.record' = ANY(t.scopes))""",
        BY_PERSON,
    ),
    "person": ("SELECT $2::bigint AS user_id, NULL::bigint AS phone_id", BY_PERSON),
    "phone": (
        """SELECT NULL::bigint AS user_id, d.id AS phone_id, d.person_id FROM attendance_device d
            WHERE d.digest = $2 AND d.ended_at IS NULL""",
        "c.person_id = sender.person_id",
    ),
}
# Great-circle distance (haversine) on a sphere of 6,371 km; a village is small.
METRES = """(12742000 * asin(sqrt(
    power(sin(radians((w.latitude - r.latitude)::float / 2)), 2)
    + cos(radians(r.latitude::float)) * cos(radians(w.latitude::float))
    * power(sin(radians((w.longitude - r.longitude)::float / 2)), 2))))"""
# The contract is looked up row by row, whatever the planner thinks of the number of rows: the
# plan outlives the day on which the tables were small.
ARRIVE = """
    WITH sender AS ({sender}),
    allowed AS MATERIALIZED (
        SELECT r.*, sender.user_id, sender.phone_id, c.area_id,
            coalesce(r.found, '{{}}') || coalesce(far.doubt, '{{}}')
            || CASE WHEN r.day BETWEEN c.starts_on AND c.ends_on THEN '{{}}'
                ELSE jsonb_build_object('outside_contract', jsonb_build_object(
                    'from', c.starts_on, 'to', c.ends_on)) END
            || CASE WHEN EXISTS (
                SELECT FROM contracts_suspension p WHERE p.contract_id = r.contract
                    AND p.starts_on <= r.day AND (p.ends_on IS NULL OR p.ends_on >= r.day))
                THEN '{{"suspended": {{}}}}'::jsonb ELSE '{{}}' END AS doubts
        FROM sender, json_to_recordset($1) AS r(
            number int, client_id uuid, kind text, contract bigint, day date, worth numeric,
            quantity numeric(6,2), in_at time, out_at time, source text, level smallint,
            device text, longitude numeric(9,6), latitude numeric(9,6), accuracy int,
            photo text, at timestamptz, sequence int, said text, hash text, signature text,
            file bigint, slack int, found jsonb)
        CROSS JOIN LATERAL (
            SELECT k.person_id, k.area_id, k.title, k.starts_on, k.ends_on
            FROM contracts_contract k WHERE k.id = r.contract LIMIT 1
        ) c
        LEFT JOIN LATERAL (
            SELECT jsonb_build_object('outside_fence', jsonb_build_object(
                'place', near.name, 'metres', round(near.metres), 'radius', near.radius)) AS doubt
            FROM (
                SELECT w.name, w.radius, {metres} AS metres FROM attendance_workplace w
                WHERE w.area_id = c.area_id AND w.title IN ('', c.title) AND w.starts_on <= r.day
                    AND (w.ends_on IS NULL OR w.ends_on >= r.day) AND r.longitude IS NOT NULL
                ORDER BY {metres} - w.radius LIMIT 1
            ) near
            WHERE near.metres > near.radius + r.slack
        ) far ON true
        WHERE {may}
    ), stored AS (
        INSERT INTO attendance_checkin (client_id, kind, contract_id, day, worth, in_at, out_at,
            source, level, device, longitude, latitude, accuracy, photo, at, phone_id, sequence,
            said, hash, signature, file_id, received_at, received_by_id, quantity)
        SELECT client_id, kind, contract, day, worth, in_at, out_at, source, level, device,
            longitude, latitude, accuracy, photo, at, phone_id, sequence, said, hash, signature,
            file, $5, user_id, quantity
        FROM allowed ORDER BY client_id
        ON CONFLICT (client_id) DO NOTHING
        RETURNING id, client_id
    ), raised AS (
        INSERT INTO attendance_flag (check_in_id, code, waits, evidence, raised_at)
        SELECT s.id, f.code, coalesce($6 -> a.area_id ? f.code, false), f.evidence, $5
        FROM allowed a JOIN stored s USING (client_id)
        CROSS JOIN jsonb_each(a.doubts) AS f(code, evidence)
        WHERE a.doubts <> '{{}}'
    )
    SELECT a.number, s.id, nullif(a.doubts, '{{}}') FROM stored s JOIN allowed a USING (client_id)
"""
TYPES = "json, text, date, text[], timestamptz, jsonb"


def _arriving(kind):
    """What is given: reports, who sends, today, the recording roles, now, doubts that wait."""
    sender, may = SENDERS[kind]
    statement = ARRIVE.format(sender=sender, may=may, metres=METRES)
    return Prepared(name=f"arrive_{kind}", types=TYPES, text=statement)


ARRIVING = {kind: _arriving(kind) for kind in SENDERS}
