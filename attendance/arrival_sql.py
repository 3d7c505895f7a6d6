"""The one statement by which check-ins arrive: who sends, what is stored, what is doubtful."""

# Whoever records days writes for the areas of the appointment; workers write for themselves.
BY_PERSON = """
    EXISTS (
        SELECT FROM registry_appointment held JOIN registry_area place ON place.code = held.area_id
        WHERE held.user_id = sender.user_id AND held.role = ANY($4)
            AND held.starts_on <= $3 AND (held.ends_on IS NULL OR held.ends_on >= $3)
            AND left(c.area_id, place.level) = left(place.code, place.level)
    ) OR r.source = 'phone' AND p.user_id = sender.user_id
"""
SENDERS = {
    "token": (
        """SELECT t.user_id, NULL::bigint AS phone_id FROM kernel_token t
            JOIN kernel_user u ON u.id = t.user_id AND u.is_active
            WHERE t.digest = $2 AND t.revoked_at IS NULL AND t.expires_on >= $3""",
        BY_PERSON,
    ),
    "person": ("SELECT $2::bigint AS user_id, NULL::bigint AS phone_id", BY_PERSON),
    "phone": (
        """SELECT NULL::bigint AS user_id, d.id AS phone_id, d.person_id FROM attendance_device d
            WHERE d.digest = $2 AND d.ended_at IS NULL""",
        "c.person_id = sender.person_id",
    ),
}
ARRIVE = """
    WITH report AS (
        SELECT * FROM jsonb_to_recordset($1) AS r(
            client_id uuid, kind text, contract bigint, day date, worth numeric, in_at time,
            out_at time, source text, level smallint, device text, longitude numeric(9,6),
            latitude numeric(9,6), accuracy int, photo text, at timestamptz, sequence int,
            said text, hash text, signature text, mock bool, forged bool, drift int,
            max_accuracy int, max_drift int, late int, slack int, waits jsonb)
    ), sender AS ({sender}),
    allowed AS MATERIALIZED (
        SELECT r.*, sender.user_id, sender.phone_id, c.area_id, c.title, c.starts_on, c.ends_on
        FROM sender, report r JOIN contracts_contract c ON c.id = r.contract
        JOIN registry_person p ON p.id = c.person_id
        WHERE {may}
    ), stored AS (
        INSERT INTO attendance_checkin (client_id, kind, contract_id, day, worth, in_at, out_at,
            source, level, device, longitude, latitude, accuracy, photo, at, phone_id, sequence,
            said, hash, signature, received_at, received_by_id)
        SELECT client_id, kind, contract, day, worth, in_at, out_at, source, level, device,
            longitude, latitude, accuracy, photo, at, phone_id, sequence, said, hash, signature,
            $5, user_id
        FROM allowed ORDER BY client_id
        ON CONFLICT (client_id) DO NOTHING
        RETURNING id, client_id, received_at
    ), raised AS (
        INSERT INTO attendance_flag (check_in_id, code, waits, evidence, raised_at)
        SELECT s.id, f.code, a.waits ? f.code, f.evidence, $5
        FROM stored s JOIN allowed a USING (client_id)
        LEFT JOIN LATERAL (
            SELECT w.name, w.radius, {metres} AS metres FROM attendance_workplace w
            WHERE w.area_id = a.area_id AND w.title IN ('', a.title) AND w.starts_on <= a.day
                AND (w.ends_on IS NULL OR w.ends_on >= a.day) AND a.longitude IS NOT NULL
            ORDER BY {metres} - w.radius LIMIT 1
        ) near ON true
        CROSS JOIN LATERAL (VALUES
            ('no_place', a.source = 'phone' AND a.longitude IS NULL, '{{}}'::jsonb),
            ('outside_fence', near.metres > near.radius + a.slack, jsonb_build_object(
                'place', near.name, 'metres', round(near.metres), 'radius', near.radius)),
            ('poor_accuracy', a.accuracy > a.max_accuracy,
                jsonb_build_object('metres', a.accuracy, 'limit', a.max_accuracy)),
            ('mock_place', a.mock, '{{}}'),
            ('clock_drift', abs(a.drift) > a.max_drift,
                jsonb_build_object('seconds', a.drift, 'limit', a.max_drift)),
            ('late', a.at < $5 - a.late * interval '1 hour', jsonb_build_object(
                'hours', floor(extract(epoch FROM $5 - a.at) / 3600),
                'limit', a.late)),
            ('bad_signature', a.forged, '{{}}'),
            ('outside_contract', a.day NOT BETWEEN a.starts_on AND a.ends_on,
                jsonb_build_object('from', a.starts_on, 'to', a.ends_on)),
            ('suspended', EXISTS (
                SELECT FROM contracts_suspension p WHERE p.contract_id = a.contract
                    AND p.starts_on <= a.day AND (p.ends_on IS NULL OR p.ends_on >= a.day)),
                '{{}}'),
            ('future_day', a.day > $3, jsonb_build_object('today', $3)),
            ('left_before', a.out_at < a.in_at, '{{}}')
        ) AS f(code, doubtful, evidence)
        WHERE f.doubtful
        RETURNING check_in_id, code
    )
    SELECT s.client_id, s.id, s.received_at, array_remove(array_agg(raised.code), NULL)
    FROM stored s LEFT JOIN raised ON raised.check_in_id = s.id
    GROUP BY 1, 2, 3
"""
# Great-circle distance (haversine) on a sphere of 6,371 km; a village is small.
METRES = """(12742000 * asin(sqrt(
    power(sin(radians((w.latitude - a.latitude)::float / 2)), 2)
    + cos(radians(a.latitude::float)) * cos(radians(w.latitude::float))
    * power(sin(radians((w.longitude - a.longitude)::float / 2)), 2))))"""


TYPES = "jsonb, text, date, text[], timestamptz"
PREPARE = f"PREPARE {{name}} ({TYPES}) AS {{statement}}"
EXECUTE = "EXECUTE {name} (%s, %s, %s, %s, %s)"


def prepare(kind):
    """What makes a connection ready for a kind of sender: a token, somebody signed in, a phone."""
    sender, may = SENDERS[kind]
    statement = ARRIVE.format(sender=sender, may=may, metres=METRES)
    return PREPARE.format(name=f"arrive_{kind}", statement=statement)


def execute(kind):
    """The call of what was prepared: reports, who sends, today, the recording roles, now."""
    return EXECUTE.format(name=f"arrive_{kind}")
