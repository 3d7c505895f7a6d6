"""One telephone, many workers (V-01)."""

from django.utils.translation import gettext_lazy as _

from inspections.patterns.base import Pattern


class SharedPhone(Pattern):
    """A worker's own phone reports the days of more people than a family has (V-01).

    A phone that is lent for a day or two is no one's own: whoever used it less is not counted.
    """

    code = "V-01.phone"
    severity = "A"
    title = _("One phone for several workers")
    sentence = _(
        "One phone reported days of %(people)s workers in the month, up to %(days)s days of each."
    )
    limits = {
        "people": ("detect.phone_people", 3),
        "days": ("detect.phone_days", 3),
    }
    sql = """
        SELECT min(u.area_id) AS area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(u.person_id) AS people, 'phone:' || u.hardware AS subject,
            jsonb_build_object('people', count(*), 'days', max(u.days)) AS shows,
            jsonb_path_query_array(jsonb_agg(u.evidence), '$[*][*]') AS evidence
        FROM (
            SELECT coalesce(nullif(v.fingerprint, ''), v.id::text) AS hardware, d.person_id,
                min(d.area_id COLLATE "C") AS area_id, count(DISTINCT d.day) AS days,
                jsonb_agg(jsonb_build_object('kind', 'check_in', 'id', d.check_in_id)
                    ORDER BY d.check_in_id) AS evidence
            FROM seen_day d JOIN attendance_device v ON v.id = d.phone_id
            WHERE d.source = 'phone' AND d.kind = 'in' GROUP BY 1, 2
            HAVING count(DISTINCT d.day) >= %(days)s
        ) u GROUP BY u.hardware HAVING count(*) >= %(people)s
    """
