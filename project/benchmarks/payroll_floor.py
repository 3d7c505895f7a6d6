"""What a run does, written raw: the same lines, parts and holds, with the plan fixed by hand.

It has no triggers, keeps no event, checks no reference and computes no hash; it knows beforehand
what the month has, and asks nothing.
"""

from django.db import connection, transaction

from payroll.models import Hold
from payroll.terms import terms_of
from project.benchmarks.scratch import MONTH
from registry.models import Area, Fact

PLAN = ["enable_nestloop = off", "enable_mergejoin = off", "jit = off", "work_mem = '512MB'"]
COPIES = {
    "bench_payline": "payroll_payline",
    "bench_paypart": "payroll_paypart",
    "bench_hold": "payroll_hold",
}
UNCOVERED = """
    CREATE TEMP TABLE bench_uncovered ON COMMIT DROP AS
    SELECT c.id AS contract_id, (
        SELECT sum(1 << extract(day FROM d)::int - 1)::int
        FROM generate_series(%(month)s::date, %(last)s::date, '1 day') d
        WHERE NOT EXISTS (
            SELECT FROM contracts_cover v WHERE v.person_id = c.person_id
                AND v.starts_on <= d::date AND v.ends_on >= d::date)
    ) AS days
    FROM contracts_contract c
    WHERE c.area_id LIKE %(inside)s AND c.state = 'in_force'
        AND c.starts_on <= %(last)s AND c.ends_on >= %(month)s
        AND NOT EXISTS (SELECT FROM contracts_cover v WHERE v.person_id = c.person_id
            AND v.starts_on <= %(month)s AND v.ends_on >= %(last)s)
"""
LINES = """
    WITH terms AS MATERIALIZED (
        SELECT area_id, required_days, cap, rules::bigint[] AS rules
        FROM unnest(%(areas)s::text[], %(required)s::int[], %(caps)s::numeric[], %(rules)s::text[])
            AS t(area_id, required_days, cap, rules)
    ), due AS MATERIALIZED (
        SELECT c.id, c.person_id, c.area_id, a.id AS account_id, l.id AS sheet_line_id, c.standard,
            coalesce(l.days, 0) AS days, t.required_days, t.cap, t.rules,
            l.full_days | l.half_days AS worked, (l.full_days | l.half_days) & u.days AS bare,
            bit_count((l.full_days & u.days)::bit(32))
                + bit_count((l.half_days & u.days)::bit(32)) / 2.0 AS bare_days,
            CASE c.pay_basis WHEN 'day' THEN 1
                ELSE greatest(coalesce(l.days, 0), t.required_days) END AS owed_days
        FROM contracts_contract c
        JOIN terms t ON t.area_id = c.area_id
        LEFT JOIN (
            SELECT l.* FROM attendance_sheetline l JOIN attendance_sheet s ON s.id = l.sheet_id
            WHERE s.month = %(month)s AND s.area_id LIKE %(inside)s AND s.state = 'confirmed'
        ) l ON l.contract_id = c.id
        LEFT JOIN registry_bankaccount a ON a.person_id = c.person_id AND a.current
        LEFT JOIN bench_uncovered u ON u.contract_id = c.id
        WHERE c.area_id LIKE %(inside)s AND c.fund_id = 'employment' AND c.state = 'in_force'
            AND c.starts_on <= %(last)s AND c.ends_on >= %(month)s
    ), kept AS MATERIALIZED (
        SELECT d.*, f.amount AS asked, f.share, f.rule, f.id AS offset_id,
            bare_days > 0 AND bare_days < days AS is_split,
            round(d.standard * days / owed_days, 2) AS whole,
            round(d.standard * (days - coalesce(nullif(bare_days, days), 0)) / owed_days, 2)
                AS mine
        FROM due d LEFT JOIN payroll_offset f ON f.contract_id = d.id AND f.month = %(month)s
    ), written AS (
        INSERT INTO bench_payline (run_id, number, contract_id, person_id, area_id, account_id,
            sheet_line_id, month, item, standard, days_worked, required_days, on_days, due,
            adjusted, cap, "offset", amount, rules, standing)
        SELECT 1, row_number() OVER (ORDER BY area_id, id, item), id, person_id, area_id,
            account_id, sheet_line_id, %(month)s, item, standard, days, required_days, on_days,
            due, 0, cap, kept_back, least(due, cap) - kept_back, rules, true
        FROM (
            SELECT *, 'post_subsidy' AS item, mine AS due,
                CASE WHEN is_split THEN worked & ~bare WHEN bare_days > 0 THEN bare END AS on_days,
                coalesce(least(asked, round(least(mine, cap) * share, 2)), 0) AS kept_back
            FROM (SELECT id, person_id, area_id, account_id, sheet_line_id, standard, is_split,
                CASE WHEN is_split THEN days - bare_days ELSE days END AS days, required_days,
                cap, rules, worked, bare, bare_days, mine, asked, share FROM kept) k
            UNION ALL
            SELECT id, person_id, area_id, account_id, sheet_line_id, standard, is_split,
                bare_days, required_days, cap - least(mine, cap), rules, worked, bare, bare_days,
                mine, asked, share, 'uninsured_days', whole - mine, bare, 0
            FROM kept WHERE is_split
        ) both_lines
        RETURNING id, contract_id, item, "offset"
    )
    INSERT INTO bench_paypart (line_id, kind, amount, rule, source)
    SELECT w.id, 'offset', -w."offset", k.rule, k.offset_id
    FROM written w JOIN kept k ON k.id = w.contract_id WHERE w."offset" > 0
"""
HOLDS = """
    INSERT INTO bench_hold (line_id, code, fact_id, detail)
    SELECT l.id, %(fact)s, f.id, '' FROM bench_payline l JOIN registry_fact f USING (person_id)
    WHERE f.kind = ANY(%(doubts)s) AND f.starts_on <= %(last)s
        AND (f.ends_on IS NULL OR f.ends_on >= %(month)s)
    UNION ALL
    SELECT id, %(account)s, NULL, '' FROM bench_payline WHERE account_id IS NULL
    UNION ALL
    SELECT l.id, %(name)s, NULL, '' FROM bench_payline l
    JOIN registry_bankaccount a ON a.id = l.account_id
    JOIN registry_person p ON p.id = a.person_id AND p.name <> a.holder_name
    UNION ALL
    SELECT l.id, %(insurance)s, NULL, (
        SELECT string_agg((place + 1)::text, ',' ORDER BY place)
        FROM generate_series(0, 30) place WHERE l.on_days >> place & 1 = 1
    )
    FROM bench_payline l JOIN bench_uncovered u USING (contract_id) WHERE l.on_days & u.days <> 0
"""
LINES_DIFFER = """
    SELECT count(*) FROM payroll_payline l FULL JOIN bench_payline f USING (number)
    WHERE to_jsonb(l) - 'id' - 'run_id' IS DISTINCT FROM to_jsonb(f) - 'id' - 'run_id'
"""
SAID = """
    SELECT l.number, h.code, h.fact_id, h.detail, NULL::numeric, NULL::bigint
    FROM {hold} h JOIN {line} l ON l.id = h.line_id
    UNION ALL
    SELECT l.number, p.kind, p.source, '', p.amount, p.rule
    FROM {part} p JOIN {line} l ON l.id = p.line_id
"""
OURS = SAID.format(hold="payroll_hold", line="payroll_payline", part="payroll_paypart")
THEIRS = SAID.format(hold="bench_hold", line="bench_payline", part="bench_paypart")
SAID_DIFFERS = f"""
    SELECT count(*) FROM (
        (({OURS}) EXCEPT ALL ({THEIRS})) UNION ALL (({THEIRS}) EXCEPT ALL ({OURS}))
    ) apart
"""


def set_up():
    """Empty tables with the columns, indexes and checks of the real ones."""
    with connection.cursor() as cursor:
        for copy, table in COPIES.items():
            cursor.execute(f"CREATE TABLE {copy} (LIKE {table} INCLUDING ALL)")


def clear():
    """Take the tables away again."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {', '.join(COPIES)}")


@transaction.atomic
def write(params):
    """Write a month raw; gives the number of lines."""
    with connection.cursor() as cursor:
        for setting in PLAN:
            cursor.execute(f"SET LOCAL {setting}")
        for statement in (UNCOVERED, LINES, HOLDS):
            cursor.execute(statement, params)


def params_of(inside):
    """What the statements are given for an area: its terms, village by village."""
    villages = Area.objects.villages_of(inside).values_list("code", flat=True)
    terms = terms_of(MONTH, list(villages))
    codes = Hold.Code
    return {
        "month": MONTH.first,
        "last": MONTH.last,
        "inside": inside[:6] + "%",
        "areas": [t.area for t in terms],
        "required": [t.required_days for t in terms],
        "caps": [t.cap for t in terms],
        "rules": ["{" + ",".join(map(str, t.rules)) + "}" for t in terms],
        "doubts": [kind for kind in Fact.Kind.values if kind != Fact.Kind.DISABLED],
        "fact": codes.FACT,
        "account": codes.ACCOUNT,
        "name": codes.NAME,
        "insurance": codes.INSURANCE,
    }


def compare(inside):
    """How many lines, parts and holds of the run the floor computes differently."""
    set_up()
    write(params_of(inside))
    found = []
    with connection.cursor() as cursor:
        for differences in (LINES_DIFFER, SAID_DIFFERS):
            cursor.execute(differences)
            found.append(cursor.fetchone()[0])
    clear()
    return tuple(found)
