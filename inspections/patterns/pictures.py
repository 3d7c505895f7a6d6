"""Pictures of days: used again, turned round, missing (V-01, V-32)."""

from django.utils.translation import gettext_lazy as _

from inspections.patterns.base import Pattern

# A picture of fewer bits than this, or of more than the rest, is dark, white or of one wall alone:
# such pictures look alike whoever takes them.
PLAIN = 6
BITS = 3
# The month's pictures, and the quarters of those that tell anything. Both are tables whose size is
# counted: a plan made for a few rows of them takes hours over many.
TAKEN = f"""
    CREATE TEMP TABLE IF NOT EXISTS seen_picture ON COMMIT DROP AS
    SELECT p.id, p.look, p.mirrored, d.area_id, d.day, d.person_id, d.contract_id,
        d.check_in_id, NULL::bigint AS roll_call_id,
        bit_count(p.look::bit(64)) BETWEEN {PLAIN} AND {64 - PLAIN} AS telling
    FROM attendance_photo p JOIN seen_day d ON d.check_in_id = p.check_in_id
    UNION ALL
    SELECT p.id, p.look, p.mirrored, r.area_id, r.day, NULL, NULL, NULL, r.id,
        bit_count(p.look::bit(64)) BETWEEN {PLAIN} AND {64 - PLAIN}
    FROM attendance_photo p JOIN attendance_rollcall r ON r.id = p.roll_call_id
    WHERE r.day BETWEEN %(first)s AND %(last)s
        AND r.area_id >= %(low)s AND r.area_id < %(high)s;
    ANALYZE seen_picture
"""
QUARTERS = """
    CREATE TEMP TABLE IF NOT EXISTS seen_quarter ON COMMIT DROP AS
    SELECT t.id, seen.look AS seen, seen.turned,
        hashtext(t.area_id)::bigint * 262144 + n * 4096 + ((seen.look >> n) & 65535) AS part
    FROM seen_picture t
    CROSS JOIN LATERAL (VALUES (t.look, false), (t.mirrored, true)) seen(look, turned)
    CROSS JOIN LATERAL (VALUES (0), (16), (32), (48)) q(n)
    WHERE t.telling AND (seen.look >> n) & 65535 NOT IN (0, 65535);  -- sky is in every picture
    ANALYZE seen_quarter
"""
# Every picture of the month with the earliest one that it is like, plainly or in a mirror: the very
# same look anywhere in the house, or nearly the same one in the same village and month. Two looks
# that differ in three bits or fewer agree in one of their four quarters: `part` is that quarter.
ALIKE = f"""
    CREATE TEMP TABLE IF NOT EXISTS seen_alike ON COMMIT DROP AS
    WITH pair AS (
        SELECT v.id, o.id AS other, seen.turned FROM seen_picture v
        CROSS JOIN LATERAL (VALUES (v.look, false), (v.mirrored, true)) seen(look, turned)
        JOIN attendance_photo o ON o.look = seen.look AND o.id < v.id
        WHERE v.telling
        UNION
        SELECT v.id, o.id, v.turned FROM seen_quarter v
        JOIN seen_quarter o ON o.part = v.part AND NOT o.turned AND o.id < v.id
        WHERE bit_count((v.seen # o.seen)::bit(64)) <= {BITS}
    ), leader AS (
        SELECT DISTINCT ON (id) id, other, turned FROM pair ORDER BY id, other, turned
    )
    SELECT t.id, t.area_id, t.day, t.person_id, t.contract_id, t.check_in_id, t.roll_call_id,
        l.turned, o.id AS earlier, o.check_in_id AS earlier_check_in,
        o.roll_call_id AS earlier_roll_call, k.person_id AS earlier_person,
        coalesce(c.day, r.day) AS earlier_day
    FROM leader l JOIN seen_picture t ON t.id = l.id JOIN attendance_photo o ON o.id = l.other
    LEFT JOIN attendance_checkin c ON c.id = o.check_in_id
    LEFT JOIN contracts_contract k ON k.id = c.contract_id
    LEFT JOIN attendance_rollcall r ON r.id = o.roll_call_id
"""
EVIDENCE = """
    jsonb_build_array(jsonb_build_object('kind', 'photo', 'id', a.earlier))
        || jsonb_agg(jsonb_build_object('kind', 'photo', 'id', a.id) ORDER BY a.id)
"""


class AnothersPicture(Pattern):
    """Days of one holder are shown by pictures that another holder's days bear (V-01, V-32).

    However many pictures of one holder others show again in a month, it is one doubt.
    """

    code = "V-01.picture"
    severity = "A"
    title = _("One picture for the days of several workers")
    sentence = _("The same pictures show days of %(people)s workers (%(pictures)s pictures).")
    limits = {"people": ("detect.picture_people", 2)}
    tables = (TAKEN, QUARTERS, ALIKE)
    sql = """
        SELECT min(a.area_id) AS area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(DISTINCT a.person_id) || a.earlier_person AS people,
            'person:' || a.earlier_person AS subject,
            jsonb_build_object('people', count(DISTINCT a.person_id) + 1,
                'pictures', count(*) + count(DISTINCT a.earlier)) AS shows,
            jsonb_agg(DISTINCT jsonb_build_object('kind', 'photo', 'id', a.earlier))
                || jsonb_agg(jsonb_build_object('kind', 'photo', 'id', a.id) ORDER BY a.id)
                AS evidence
        FROM seen_alike a WHERE a.person_id <> a.earlier_person
        GROUP BY a.earlier_person HAVING count(DISTINCT a.person_id) + 1 >= %(people)s
    """


class OldPicture(Pattern):
    """A holder's picture of one day is shown again for another day (V-32)."""

    code = "V-32.again"
    severity = "B"
    title = _("The same picture on several days")
    sentence = _("A picture of %(first)s shows %(days)s other days as well.")
    limits = {"days": ("detect.picture_days", 1)}
    tables = (TAKEN, QUARTERS, ALIKE)
    sql = f"""
        SELECT a.area_id, a.person_id, a.contract_id, ARRAY[a.person_id] AS people,
            'photo:' || a.earlier AS subject,
            jsonb_build_object('first', a.earlier_day, 'days', count(DISTINCT a.day)) AS shows,
            {EVIDENCE} AS evidence
        FROM seen_alike a
        WHERE a.person_id = a.earlier_person AND a.day <> a.earlier_day AND NOT a.turned
        GROUP BY a.area_id, a.person_id, a.contract_id, a.earlier, a.earlier_day
        HAVING count(DISTINCT a.day) >= %(days)s
    """


class TurnedPicture(Pattern):
    """A holder's picture is shown again in a mirror for another day (V-32)."""

    code = "V-32.mirrored"
    severity = "B"
    title = _("The same picture turned round")
    sentence = _("A picture of %(first)s shows %(days)s other days as well, turned round.")
    limits = {"days": ("detect.picture_days", 1)}
    tables = (TAKEN, QUARTERS, ALIKE)
    sql = OldPicture.sql.replace("NOT a.turned", "a.turned")


class RollCallPicture(Pattern):
    """One picture shows the roll calls of several days, or a worker's own day as well (V-32)."""

    code = "V-32.rolls"
    severity = "B"
    title = _("One picture for several roll calls")
    sentence = _("A picture of %(first)s shows %(others)s other roll calls or days as well.")
    limits = {"others": ("detect.picture_rolls", 1)}
    tables = (TAKEN, QUARTERS, ALIKE)
    sql = f"""
        SELECT min(a.area_id) AS area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            ARRAY(SELECT DISTINCT c.person_id FROM attendance_rollcallline l
                JOIN contracts_contract c ON c.id = l.contract_id
                WHERE l.present AND l.roll_call_id
                    = ANY(array_agg(a.roll_call_id) || a.earlier_roll_call)) AS people,
            'photo:' || a.earlier AS subject,
            jsonb_build_object('first', a.earlier_day,
                'others', count(DISTINCT (a.day, a.roll_call_id, a.contract_id))) AS shows,
            {EVIDENCE} AS evidence
        FROM seen_alike a
        WHERE coalesce(a.roll_call_id, a.earlier_roll_call) IS NOT NULL
            AND a.roll_call_id IS DISTINCT FROM a.earlier_roll_call
        GROUP BY a.earlier, a.earlier_day, a.earlier_roll_call
        HAVING count(DISTINCT (a.day, a.roll_call_id, a.contract_id)) >= %(others)s
    """


# Where most days bear their pictures, a holder most of whose days bear none is looked at; where
# nobody takes pictures, nothing is missing.
MISSING = """
    WITH due AS MATERIALIZED ({due}),
    lacking AS (
        SELECT area_id, person_id, contract_id, count(*) AS "all",
            count(*) FILTER (WHERE NOT there) AS days,
            jsonb_agg(jsonb_build_object('kind', 'check_in', 'id', check_in_id)
                ORDER BY check_in_id) FILTER (WHERE NOT there) AS evidence
        FROM due GROUP BY area_id, person_id, contract_id
    )
    SELECT area_id, person_id, contract_id, ARRAY[person_id] AS people,
        'contract:' || contract_id AS subject,
        jsonb_build_object('days', days, 'all', "all") AS shows, evidence
    FROM lacking WHERE days >= %(days)s AND days * 100 >= "all" * %(share)s
        AND (SELECT count(*) FILTER (WHERE there) * 2 >= count(*) FROM due)
"""


class NoPicture(Pattern):
    """The pictures of a holder's own check-ins do not arrive, though others' do (V-32)."""

    code = "V-32.none"
    severity = "B"
    title = _("Days without their picture")
    sentence = _("%(days)s of %(all)s days reported by the own phone have no picture.")
    limits = {
        "days": ("detect.no_picture_days", 5),
        "share": ("detect.no_picture_percent", 50),
    }
    sql = MISSING.format(
        due="""
        SELECT d.area_id, d.person_id, d.contract_id, d.check_in_id, p.id IS NOT NULL AS there
        FROM seen_day d LEFT JOIN attendance_photo p ON p.check_in_id = d.check_in_id
        WHERE d.kind = 'in' AND d.source = 'phone'
    """
    )


class NoSecondPicture(Pattern):
    """The second picture of long days is missing, though others take theirs (V-32)."""

    code = "V-32.second"
    severity = "B"
    title = _("Long days without a second picture")
    sentence = _("%(days)s of %(all)s long days have no picture but the first.")
    limits = {
        "hours": ("photo.second_after_hours", 4),
        "days": ("detect.no_second_days", 5),
        "share": ("detect.no_picture_percent", 50),
    }
    sql = MISSING.format(
        due="""
        SELECT d.area_id, d.person_id, d.contract_id, d.check_in_id,
            bool_or(p.id IS NOT NULL) AS there
        FROM seen_day d JOIN seen_day gone ON gone.contract_id = d.contract_id
            AND gone.day = d.day AND gone.kind = 'out' AND gone.source = 'phone'
            AND gone.at > d.at + %(hours)s * interval '1 hour'
        LEFT JOIN seen_day later ON later.contract_id = d.contract_id AND later.day = d.day
            AND later.kind <> 'in'
        LEFT JOIN attendance_photo p ON p.check_in_id = later.check_in_id
        WHERE d.kind = 'in' AND d.source = 'phone'
        GROUP BY d.area_id, d.person_id, d.contract_id, d.check_in_id
    """
    )


PICTURES = (
    AnothersPicture,
    OldPicture,
    TurnedPicture,
    RollCallPicture,
    NoPicture,
    NoSecondPicture,
)
