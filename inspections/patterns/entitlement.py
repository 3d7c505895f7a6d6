"""Who is recorded at work and, by what others say, may not be or cannot be (V-04 to V-11)."""

from django.utils.translation import gettext_lazy as _

from inspections.patterns.base import Pattern
from inspections.patterns.recorded import (
    FACT,
    about,
    by_sex,
    days_of,
    of_contract,
    one,
    rule_of,
    while_recorded,
)
from policy.imports import DEFAULTS

EXCLUDED = ("exclude.facts", DEFAULTS["exclude.facts"])


class WorksAway(Pattern):
    """Days are recorded while the person works or is insured elsewhere (V-04)."""

    code = "V-04.away"
    severity = "B"
    title = _("Recorded at home while working away")
    sentence = _(
        "%(days)s days from %(first)s to %(last)s are recorded, while %(source)s has a record of"
        " %(record)s since %(since)s."
    )
    limits = {"days": ("detect.away_days", 3), "excluded": EXCLUDED}
    sql = while_recorded(
        "f.kind IN ('务工', '参保') AND f.kind = ANY(%(excluded)s)", only="NOT h.attested"
    )


class OtherPost(Pattern):
    """Days are recorded while the person stands on another department's list of posts (V-05)."""

    code = "V-05.list"
    severity = "A"
    title = _("On another department's list of posts")
    sentence = _(
        "%(days)s days are recorded, while %(source)s lists the person on another post since"
        " %(since)s."
    )
    limits = {"days": ("detect.excluded_days", 1), "excluded": EXCLUDED}
    sql = while_recorded(
        "f.kind = '其他岗位' AND f.kind = ANY(%(excluded)s) AND f.basis !~ '补贴|补助'"
    )


class ManyOfAHousehold(Pattern):
    """More of one household hold posts on one day than the rule allows (R-19, R-20, V-06)."""

    code = "V-06.household"
    severity = "B"
    title = _("Several posts in one household")
    sentence = _("%(people)s of one household hold posts on one day; %(most)s are allowed.")
    sql = f"""
        WITH held AS MATERIALIZED (
            SELECT p.household_id, h.person_id, h.contract_id, h.area_id, h.fund_id, h.first,
                h.last, NULL::bigint AS fact_id, '' AS told
            FROM seen_holder h JOIN registry_person p ON p.id = h.person_id
            WHERE p.household_id IS NOT NULL AND NOT h.attested
        ), listed AS (
            SELECT p.household_id, p.id, NULL::bigint, NULL, NULL, f.starts_on,
                coalesce(f.ends_on, 'infinity'), f.id, {FACT}
            FROM registry_fact f JOIN registry_person p ON p.id = f.person_id
            WHERE f.kind = '其他岗位' AND f.starts_on <= %(last)s
                AND (f.ends_on IS NULL OR f.ends_on >= %(first)s)
                AND p.household_id IN (SELECT household_id FROM held)
                AND NOT EXISTS (SELECT FROM seen_holder o WHERE o.person_id = p.id)
        ), everybody AS (SELECT * FROM held UNION ALL SELECT * FROM listed),
        several AS MATERIALIZED (
            SELECT * FROM everybody WHERE household_id IN (
                SELECT household_id FROM everybody GROUP BY 1 HAVING count(DISTINCT person_id) > 1
            )
        ), at_once AS (
            SELECT DISTINCT ON (household_id) * FROM (
                SELECT a.household_id, a.first, count(DISTINCT b.person_id) AS people,
                    array_agg(DISTINCT b.person_id) AS ids, min(b.area_id COLLATE "C") AS area_id,
                    coalesce({about("contract", "b.contract_id")}
                        FILTER (WHERE b.contract_id IS NOT NULL), '[]')
                    || coalesce({about("fact", "b.fact_id", "b.told")}
                        FILTER (WHERE b.fact_id IS NOT NULL), '[]') AS evidence
                FROM several a JOIN several b ON b.household_id = a.household_id
                    AND a.first BETWEEN b.first AND b.last
                GROUP BY a.household_id, a.first
            ) days ORDER BY household_id, people DESC, first
        ), allowed AS (
            SELECT s.household_id, min((m.value #>> '{{}}')::int) AS most
            FROM several s JOIN {rule_of("household.max_active")} m
                ON (m.area_id, m.fund_id) = (s.area_id, s.fund_id)
            GROUP BY 1
        )
        SELECT t.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id, t.ids AS people,
            'household:' || t.household_id AS subject,
            jsonb_build_object('people', t.people, 'most', m.most) AS shows, t.evidence
        FROM at_once t JOIN allowed m USING (household_id)
        WHERE t.people > m.most AND t.area_id IS NOT NULL
    """


class Excluded(Pattern):
    """Days of somebody whom another department's record excludes from posts (R-16, V-07)."""

    code = "V-07.list"
    severity = "A"
    title = _("Excluded by another department's record")
    sentence = _("%(days)s days are recorded, while %(source)s has %(record)s since %(since)s.")
    limits = {"days": ("detect.excluded_days", 1), "excluded": EXCLUDED}
    sql = while_recorded(
        "f.kind IN ('退休', '法人', '股东', '个体', '财政供养', '村干部')"
        " AND f.kind = ANY(%(excluded)s)",
        only="NOT h.attested",
    )


class CadresFamily(Pattern):
    """Where the rule excludes cadres' families, one of them is recorded at work (R-18, V-07)."""

    code = "V-07.kin"
    severity = "A"
    title = _("Family of a village cadre")
    sentence = _("%(days)s days are recorded for somebody close to %(relative)s, a village cadre.")
    limits = {"days": ("detect.excluded_days", 1)}
    sql = f"""
        WITH near AS (
            SELECT h.contract_id, c.name AS relative, {one("fact", "f.id", FACT)} AS evidence,
                f.starts_on, f.ends_on
            FROM registry_fact f JOIN registry_person c ON c.id = f.person_id
            JOIN registry_person p ON p.household_id = c.household_id AND p.id <> c.id
            JOIN seen_holder h ON h.person_id = p.id
            WHERE f.kind = '村干部' AND f.starts_on <= %(last)s
                AND (f.ends_on IS NULL OR f.ends_on >= %(first)s)
            UNION ALL
            SELECT h.contract_id, coalesce(nullif(w.name, ''), w.username),
                {one("kinship", "k.id", "k.relation")}, a.starts_on, a.ends_on
            FROM registry_kinship k JOIN seen_holder h ON h.person_id = k.person_id
            JOIN registry_appointment a ON a.user_id = k.user_id AND a.area_id = h.area_id
                AND a.role IN ('village_head', 'village_clerk', 'village_supervisor')
            JOIN kernel_user w ON w.id = k.user_id
        ), closest AS (SELECT DISTINCT ON (contract_id) * FROM near ORDER BY contract_id, relative)
        SELECT {
        of_contract(
            "jsonb_build_object('days', r.days, 'relative', n.relative)",
            "n.evidence || r.check_ins",
        )
    }
        FROM closest n JOIN seen_holder h ON h.contract_id = n.contract_id
        JOIN {rule_of("exclude.cadre_family")} m
            ON (m.area_id, m.fund_id) = (h.area_id, h.fund_id)
        {days_of("d.day >= n.starts_on AND (n.ends_on IS NULL OR d.day <= n.ends_on)")}
        WHERE m.value = 'true' AND NOT h.attested AND r.days >= %(days)s
    """


class OtherGroup(Pattern):
    """A fund pays for certain groups of people, and the person is in none of them (R-25, V-08)."""

    code = "V-08.group"
    severity = "A"
    title = _("Not of the people a fund pays for")
    sentence = _("The register has the person as %(category)s, for whom %(fund)s does not pay.")
    sql = f"""
        SELECT {
        of_contract(
            "jsonb_build_object('category', p.category, 'fund', g.name)",
            one("person", "h.person_id") + " || r.check_ins",
        )
    }
        FROM seen_holder h JOIN registry_person p ON p.id = h.person_id
        JOIN policy_fund g ON g.code = h.fund_id
        JOIN {rule_of("fund.categories")} m
            ON (m.area_id, m.fund_id) = (h.area_id, h.fund_id)
        {days_of()}
        WHERE m.value -> h.fund_id IS NOT NULL AND p.category <> ''
            AND NOT (m.value -> h.fund_id) @> to_jsonb(p.category::text) AND r.days > 0
    """


class OutOfAge(Pattern):
    """Days of somebody under the youngest or past the oldest age that any rule allows (V-09)."""

    code = "V-09.age"
    severity = "A"
    title = _("Age outside the limits")
    sentence = _("%(days)s days are recorded at an age outside %(least)s to %(most)s years.")
    limits = {"days": ("detect.excluded_days", 1)}
    sql = f"""
        WITH aged AS MATERIALIZED (
            SELECT h.contract_id, p.born_on, coalesce({by_sex("y.value")}, 0) AS least,
                greatest({by_sex("o.value")}, {by_sex("x.value")}) AS most
            FROM seen_holder h JOIN registry_person p ON p.id = h.person_id
            LEFT JOIN {rule_of("age.min")} y
            ON (y.area_id, y.fund_id) = (h.area_id, h.fund_id)
            LEFT JOIN {rule_of("age.max")} o
            ON (o.area_id, o.fund_id) = (h.area_id, h.fund_id)
            LEFT JOIN {rule_of("age.max_relaxed")} x
            ON (x.area_id, x.fund_id) = (h.area_id, h.fund_id)
            WHERE NOT h.attested
        )
        SELECT {
        of_contract(
            "jsonb_build_object('days', r.days, 'least', a.least, 'most', a.most)",
            one("person", "h.person_id") + " || r.check_ins",
        )
    }
        FROM aged a JOIN seen_holder h USING (contract_id)
        {
        days_of(
            "d.day >= a.born_on + make_interval(years => a.most + 1)"
            " OR d.day < a.born_on + make_interval(years => a.least)"
        )
    }
        WHERE (a.born_on + make_interval(years => a.most + 1) <= h.last
                OR a.born_on + make_interval(years => a.least) > h.first)
            AND r.days >= %(days)s
    """


class AfterDeath(Pattern):
    """Days are recorded after a death that is on record (V-10)."""

    code = "V-10.death"
    severity = "A"
    title = _("Recorded after death")
    sentence = _("%(days)s days are recorded; %(source)s has a death on record on %(since)s.")
    sql = while_recorded("f.kind = '死亡'", days="1", from_="f.starts_on + 1")


class Elsewhere(Pattern):
    """Days are recorded while the person is in prison, in the army or at school (V-11)."""

    code = "V-11.list"
    severity = "A"
    title = _("In prison, in the army or at school")
    sentence = _("%(days)s days are recorded, while %(source)s has %(record)s since %(since)s.")
    limits = {"days": ("detect.excluded_days", 1), "excluded": EXCLUDED}
    sql = while_recorded(
        "(f.kind IN ('服刑', '服役') OR f.kind = '在校' AND NOT h.attested)"
        " AND f.kind = ANY(%(excluded)s)"
    )


ENTITLEMENT = (
    *(WorksAway, OtherPost, ManyOfAHousehold, Excluded, CadresFamily),
    *(OtherGroup, OutOfAge, AfterDeath, Elsewhere),
)
