"""What was said or decided for many at once: signatures, agreements, decisions (V-12, V-38)."""

from django.utils.translation import gettext_lazy as _

from inspections.patterns.base import Pattern
from inspections.patterns.process import INSIDE, in_month

# What workers said on phones about the lines of the month's sheets.
SAID = f"""
    SELECT a.id, a.at, s.id AS sheet_id, s.area_id, c.person_id,
        coalesce(nullif(v.fingerprint, ''), v.id::text) AS hardware
    FROM attendance_sheet s JOIN attendance_sheetline l ON l.sheet_id = s.id
    JOIN attendance_acknowledgement a ON a.line_id = l.id
    JOIN attendance_device v ON v.id = a.phone_id
    JOIN contracts_contract c ON c.id = l.contract_id
    WHERE s.month = %(first)s AND {INSIDE.format("s.area_id")} AND a.agrees
"""
# Of the moments of one hand or place, the fullest span of so many seconds and what lies in it.
CROWD = """
    WITH said AS MATERIALIZED ({said}),
    crowd AS (
        SELECT area_id, place, at, count(*) OVER (PARTITION BY place ORDER BY at
            RANGE BETWEEN CURRENT ROW AND %(seconds)s * interval '1 second' FOLLOWING) AS n
        FROM said
    ), fullest AS (
        SELECT DISTINCT ON (place) place, at, n FROM crowd WHERE n >= %(people)s
        ORDER BY place, n DESC, at
    )
    SELECT min(s.area_id) AS area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
        array_agg(DISTINCT s.person_id) AS people, '{word}:' || md5(f.place) AS subject,
        jsonb_build_object('people', count(DISTINCT s.person_id), 'records', f.n,
            'seconds', ceil(extract(epoch FROM max(s.at) - min(s.at)))::int) AS shows,
        jsonb_agg(jsonb_build_object('kind', s.kind, 'id', s.id) ORDER BY s.kind, s.id) AS evidence
    FROM fullest f JOIN said s ON s.place = f.place
        AND s.at BETWEEN f.at AND f.at + %(seconds)s * interval '1 second'
    GROUP BY f.place, f.n HAVING count(DISTINCT s.person_id) >= {least}
"""


class OnePhoneAgrees(Pattern):
    """One phone says for several workers that their days are right (V-12)."""

    code = "V-12.phone"
    severity = "A"
    title = _("One phone agrees for several workers")
    sentence = _("One phone said for %(people)s workers that their days are right.")
    limits = {"people": ("detect.phone_people", 3)}
    sql = f"""
        SELECT min(area_id) AS area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(DISTINCT person_id) AS people, 'phone:' || hardware AS subject,
            jsonb_build_object('people', count(DISTINCT person_id)) AS shows,
            jsonb_agg(jsonb_build_object('kind', 'acknowledgement', 'id', id) ORDER BY id)
                AS evidence
        FROM ({SAID}) s GROUP BY hardware HAVING count(DISTINCT person_id) >= %(people)s
    """


class SignedInARow(Pattern):
    """Several workers' signatures were drawn on like devices at one place in a minute (V-12)."""

    code = "V-12.signed"
    severity = "A"
    title = _("Several signatures at once")
    sentence = _(
        "%(people)s workers signed within %(seconds)s seconds, on one device by its looks."
    )
    limits = {
        "people": ("detect.signing_people", 4),
        "seconds": ("detect.signing_seconds", 60),
    }
    sql = CROWD.format(
        word="device",
        least="%(people)s",
        said=f"""
        SELECT g.id, g.signed_at AS at, c.area_id, c.person_id, 'signature' AS kind,
            concat_ws('/', c.area_id, g.device, g.latitude, g.longitude) AS place
        FROM contracts_signature g JOIN contracts_contractpaper p ON p.id = g.paper_id
        JOIN contracts_contract c ON c.id = p.contract_id
        WHERE g.side = 'worker' AND {in_month("g.signed_at")} AND {INSIDE.format("c.area_id")}
    """,
    )


class SameScan(Pattern):
    """One scan stands for the signed contracts of several people (V-12)."""

    code = "V-12.scan"
    severity = "A"
    title = _("One scan for several contracts")
    sentence = _("The very same scan is kept as the signed contract of %(people)s people.")
    limits = {"people": ("detect.scan_people", 2)}
    sql = f"""
        SELECT min(c.area_id) AS area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(DISTINCT c.person_id) AS people, 'scan:' || s.sha256 AS subject,
            jsonb_build_object('people', count(DISTINCT c.person_id)) AS shows,
            jsonb_agg(jsonb_build_object('kind', 'contract', 'id', c.id) ORDER BY c.id) AS evidence
        FROM contracts_contractscan s JOIN contracts_contract c ON c.id = s.contract_id
        WHERE {INSIDE.format("c.area_id")} AND s.sha256 IN (
            SELECT t.sha256 FROM contracts_contractscan t
            JOIN seen_holder h ON h.contract_id = t.contract_id WHERE {in_month("t.added_at")})
        GROUP BY s.sha256 HAVING count(DISTINCT c.person_id) >= %(people)s
    """


class AgreedAtOnce(Pattern):
    """Many workers of a village agree to their days within seconds (V-38)."""

    code = "V-38.agreed"
    severity = "C"
    title = _("Many workers agree at once")
    sentence = _("%(people)s workers said within %(seconds)s seconds that their days are right.")
    limits = {
        "people": ("detect.agreeing_people", 5),
        "seconds": ("detect.agreeing_seconds", 10),
    }
    sql = CROWD.format(
        word="village",
        least="%(people)s",
        said=f"SELECT s.*, 'acknowledgement' AS kind, s.area_id::text AS place FROM ({SAID}) s",
    )


class DecidedAtOnce(Pattern):
    """Somebody decides about many doubtful or corrected days within seconds (V-38)."""

    code = "V-38.decided"
    severity = "C"
    title = _("Many decisions at once")
    sentence = _(
        "One person decided %(records)s times within %(seconds)s seconds about days of %(people)s "
        "workers."
    )
    limits = {
        "people": ("detect.decisions", 15),
        "seconds": ("detect.deciding_seconds", 60),
    }
    sql = CROWD.format(
        word="by",
        least="2",
        said="""
        SELECT r.id, r.at, h.area_id, h.person_id, 'flag_review' AS kind, r.by_id::text AS place
        FROM attendance_flagreview r JOIN attendance_flag f ON f.id = r.flag_id
        JOIN attendance_checkin w ON w.id = f.check_in_id
        JOIN seen_holder h ON h.contract_id = w.contract_id
        WHERE w.day BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT k.id, k.decided_at, h.area_id, h.person_id, 'correction', k.decided_by_id::text
        FROM attendance_correction k JOIN seen_holder h ON h.contract_id = k.contract_id
        WHERE k.decided_at IS NOT NULL AND k.day BETWEEN %(first)s AND %(last)s
    """,
    )


SIGNATURES = (OnePhoneAgrees, SignedInARow, SameScan, AgreedAtOnce, DecidedAtOnce)
