"""One telephone, many workers (V-01)."""

from django.utils.translation import gettext_lazy as _

from inspections.patterns.base import Pattern


class SharedPhone(Pattern):
    """A worker's own phone reports the days of more people than a family has (V-01)."""

    code = "V-01.phone"
    severity = "A"
    title = _("One phone for several workers")
    sentence = _("One phone reported days of %(people)s workers on %(days)s days of the month.")
    limits = {
        "people": ("detect.phone_people", 3),
        "days": ("detect.phone_days", 3),
    }
    sql = """
        SELECT min(d.area_id COLLATE "C") AS area_id, NULL::bigint AS person_id,
            NULL::bigint AS contract_id, array_agg(DISTINCT d.person_id) AS people,
            'phone:' || coalesce(nullif(v.fingerprint, ''), v.id::text) AS subject,
            jsonb_build_object('people', count(DISTINCT d.person_id),
                'days', count(DISTINCT d.day)) AS shows,
            jsonb_agg(jsonb_build_object('kind', 'check_in', 'id', d.check_in_id)
                ORDER BY d.check_in_id) AS evidence
        FROM seen_day d JOIN attendance_device v ON v.id = d.phone_id
        WHERE d.source = 'phone' AND d.kind = 'in'
        GROUP BY coalesce(nullif(v.fingerprint, ''), v.id::text)
        HAVING count(DISTINCT d.person_id) >= %(people)s AND count(DISTINCT d.day) >= %(days)s
    """
