"""SQL that several patterns share: which days are recorded, and which rule holds where.

The outer query names a holder `h`, a row of seen_holder; a day is recorded when a check-in or the
month's sheet says so.
"""

HELD = "('signed', 'in_force', 'suspended', 'ended')"
# One spelling of a name: no spaces and no middle dots.
SPELT = "regexp_replace({}, '[[:space:]·•‧・.．]', '', 'g')"
FACT = "concat_ws(' ', f.source, f.kind, f.starts_on, f.ends_on, f.basis)"
NEAREST = """(a.area_id, rpad(left(a.area_id, 9), 12, '0'), rpad(left(a.area_id, 6), 12, '0'),
    rpad(left(a.area_id, 4), 12, '0'), rpad(left(a.area_id, 2), 12, '0'), '000000000000')"""


def days_of(when="true"):
    """The recorded days `d.day` of a holder of which something is true, as `r`."""
    return f"""CROSS JOIN LATERAL (
        SELECT count(*) AS days, min(d.day) AS first_day, max(d.day) AS last_day,
            coalesce(jsonb_agg(jsonb_build_object('kind', 'check_in', 'id', d.check_in_id)
                ORDER BY d.day) FILTER (WHERE d.check_in_id IS NOT NULL), '[]') AS check_ins
        FROM (
            SELECT e.day, min(e.check_in_id) AS check_in_id FROM (
                SELECT s.day, s.check_in_id FROM seen_day s WHERE s.contract_id = h.contract_id
                UNION ALL
                SELECT %(first)s::date + n, NULL
                FROM attendance_sheetline l
                JOIN attendance_sheet t ON t.id = l.sheet_id AND t.month = %(first)s,
                    generate_series(0, 30) n
                WHERE l.contract_id = h.contract_id
                    AND ((l.full_days | l.half_days) >> n) & 1 = 1
            ) e GROUP BY e.day
        ) d WHERE {when}
    ) r"""


def rule_of(code):
    """The rows (area_id, fund_id, value) of a rule for each village and fund with holders."""
    return f"""(
        SELECT DISTINCT ON (a.area_id, a.fund_id) a.area_id, a.fund_id, u.value
        FROM (SELECT DISTINCT area_id, fund_id FROM seen_holder) a
        JOIN policy_rule u ON u.code = '{code}' AND u.valid_from <= %(first)s
            AND (u.valid_to IS NULL OR u.valid_to >= %(first)s)
            AND (u.fund_id IS NULL OR u.fund_id = a.fund_id) AND u.area_id IN {NEAREST}
        ORDER BY a.area_id, a.fund_id, length(rtrim(u.area_id, '0')) DESC, u.fund_id IS NULL,
            u.valid_from DESC
    )"""


def number(value):
    """A rule's value as a number; NULL where it is none."""
    return f"({value} #>> '{{}}')::numeric"


def by_sex(value):
    """A limit of years that may be one for men and another for women."""
    return f"""CASE jsonb_typeof({value}) WHEN 'object' THEN ({value} ->> p.sex)::int
        WHEN 'number' THEN {number(value)}::int END"""


def entry(kind, id_, text="''"):
    """One piece of evidence, with what to read where no page shows the record."""
    return f"jsonb_build_object('kind', '{kind}', 'id', {id_}, 'text', {text})"


def about(kind, ids, text="''"):
    """Evidence: one entry for each row of a kind."""
    return f"jsonb_agg(DISTINCT {entry(kind, ids, text)})"


def one(kind, id_, text="''"):
    """Evidence: one row of a kind."""
    return f"jsonb_build_array({entry(kind, id_, text)})"


def of_contract(shows, evidence):
    """What a pattern says of one holder `h`: the columns of a doubt about one contract."""
    return f"""h.area_id, h.person_id, h.contract_id, ARRAY[h.person_id] AS people,
        'contract:' || h.contract_id AS subject, {shows} AS shows, {evidence} AS evidence"""


def while_recorded(kinds, *, only="true", days="%(days)s", from_="f.starts_on"):
    """Holders whose days are recorded while another department's record says otherwise."""
    holds = f"d.day >= {from_} AND (f.ends_on IS NULL OR d.day <= f.ends_on)"
    told = """jsonb_build_object('days', r.days, 'since', x.since, 'source', x.source,
        'record', x.record, 'first', r.first_day, 'last', r.last_day)"""
    return f"""
        SELECT {of_contract(told, "x.facts || r.check_ins")}
        FROM (
            SELECT f.person_id, h.contract_id, min(f.starts_on) AS since,
                string_agg(DISTINCT f.source, '、') AS source,
                string_agg(DISTINCT f.kind, '、') AS record, array_agg(f.id) AS ids,
                {about("fact", "f.id", FACT)} AS facts
            FROM seen_holder h JOIN registry_fact f ON f.person_id = h.person_id
            WHERE {kinds} AND {only} AND f.starts_on <= h.last
                AND (f.ends_on IS NULL OR f.ends_on >= h.first)
            GROUP BY f.person_id, h.contract_id
        ) x JOIN seen_holder h ON h.contract_id = x.contract_id
        {days_of(f"EXISTS (SELECT FROM registry_fact f WHERE f.id = ANY(x.ids) AND {holds})")}
        WHERE r.days >= {days}
    """
