"""Computing runs inside the database: one statement for all lines, one for all holds.

Per contract and month (W-7, R-33): due = standard x min(days, required) / required when paid by
the month, standard x days when paid by the day; amount = min(due, cap), half-up to the cent once.
What suspensions and changed standards make of it is written in payroll.standards.
"""

from django.db import connection

from attendance.selectors import confirmed, frozen_everywhere, masks
from contracts.models import Contract
from contracts.selectors import live_in
from payroll.models import Hold, PayLine
from payroll.sealing import HASHES
from payroll.standards import EARNED, REQUIRED, STANDARD, changes
from policy.selectors import rulings
from registry.models import Fact

PAID_BY_DAYS = [Contract.PayBasis.MONTH, Contract.PayBasis.DAY]
# Joins and sorts of a large run stay in memory; its plan is worth no machine code.
ROOM = "SET LOCAL work_mem = '256MB'; SET LOCAL jit = off"
# A run that pays a good part of everybody reads whole tables in the order written here, which
# costs less than following each line through indexes; lines just written have no statistics yet
# to tell the database so.
LARGE_SHARE = 8
WHOLE_TABLES = "SET LOCAL enable_nestloop = off; SET LOCAL join_collapse_limit = 1"
ALL_CONTRACTS = "SELECT reltuples FROM pg_class WHERE oid = 'contracts_contract'::regclass"

WORKED_FROZEN = """
    SELECT contract_id, id AS sheet_line_id, days, full_days, half_days FROM ({lines}) frozen
"""
WORKED_LIVE = """
    SELECT contract_id, NULL::bigint AS sheet_line_id,
        (bit_count(coalesce("full", 0)::bit(32))
         + 0.5 * bit_count((coalesce(half, 0) & ~coalesce("full", 0))::bit(32))
        )::numeric(4,1) AS days,
        coalesce("full", 0) AS full_days, coalesce(half, 0) & ~coalesce("full", 0) AS half_days
    FROM ({evidence}) live
    WHERE contract_id NOT IN (SELECT contract_id FROM ({lines}) frozen)
"""
LINES = f"""
    WITH terms AS MATERIALIZED (
        SELECT * FROM unnest(%s::text[], %s::int[], %s::numeric[], %s::text[], %s::int[],
            %s::text[], %s::bool[], %s::bool[], %s::text[]) AS t(area_id, required_days, cap,
            rules, counted, paused_rules, lowered, part, excused)
    ), planned AS MATERIALIZED (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::int[])
            AS s(area_id, title, required_days, counted)
    ), {{changes}}, worked AS {{kept}} ({{worked}}),
    found AS (
        SELECT r.id AS run_id, c.id AS contract_id, c.person_id, c.area_id, c.pay_basis,
            w.sheet_line_id, r.month, {STANDARD} AS standard, coalesce(w.days, 0) AS days, t.cap,
            CASE WHEN p.contract_id IS NULL THEN t.rules ELSE t.paused_rules END AS rules,
            {REQUIRED} AS required_days, {EARNED} AS earned
        FROM ({{contracts}}) c
        JOIN terms t ON t.area_id = c.area_id
        JOIN payroll_payrun r ON r.fund_id = c.fund_id AND r.area_id = left(c.area_id, 9) || '000'
            AND r.id = ANY(%s)
        LEFT JOIN worked w ON w.contract_id = c.id
        LEFT JOIN paused p ON p.contract_id = c.id
        LEFT JOIN amended a ON a.contract_id = c.id
        LEFT JOIN excused x ON x.contract_id = c.id
        LEFT JOIN planned s ON s.area_id = c.area_id AND s.title = c.title
    ), earned AS (
        SELECT *, round(CASE pay_basis WHEN 'day' THEN earned
            ELSE earned / greatest(days, required_days) END, 2) AS due
        FROM found
    )
    INSERT INTO payroll_payline (run_id, number, contract_id, person_id, area_id, account_id,
        sheet_line_id, month, item, standard, days_worked, required_days, due, cap, amount,
        rules, standing)
    SELECT e.run_id, row_number() OVER (PARTITION BY e.run_id ORDER BY e.area_id, e.contract_id),
        e.contract_id, e.person_id, e.area_id, a.id, e.sheet_line_id, e.month, %s, e.standard,
        e.days, e.required_days, e.due, e.cap, least(e.due, e.cap), e.rules::bigint[], true
    FROM earned e
    LEFT JOIN registry_bankaccount a ON a.person_id = e.person_id AND a.current
"""
# Nearly everybody is covered for the whole month by one policy. The covers of the rest are joined,
# and only who still has a gap is asked day by day: a day worked in it holds the line (V-19).
HOLDS = """
    WITH bare AS MATERIALIZED (
        SELECT l.id, l.contract_id, l.person_id, l.sheet_line_id FROM payroll_payline l
        WHERE l.run_id = ANY(%s) AND l.area_id = ANY(%s) AND l.days_worked > 0
            AND NOT EXISTS (
                SELECT FROM contracts_cover v WHERE v.person_id = l.person_id
                    AND v.starts_on <= %s AND v.ends_on >= %s
            )
    )
    INSERT INTO payroll_hold (line_id, code, fact_id, detail)
    SELECT l.id, %s, f.id, ''
    FROM payroll_payline l JOIN registry_fact f ON f.person_id = l.person_id
    WHERE l.run_id = ANY(%s) AND f.kind = ANY(%s)
        AND f.starts_on <= %s AND (f.ends_on IS NULL OR f.ends_on >= %s)
    UNION ALL
    SELECT l.id, %s, NULL, '' FROM payroll_payline l
    WHERE l.run_id = ANY(%s) AND l.account_id IS NULL
    UNION ALL
    SELECT l.id, %s, NULL, ''
    FROM registry_bankaccount a
    JOIN registry_person p ON p.id = a.person_id AND p.name <> a.holder_name
    JOIN payroll_payline l ON l.account_id = a.id
    WHERE l.run_id = ANY(%s)
    UNION ALL
    SELECT open.id, %s, NULL, open.days FROM (
        SELECT b.id, (
            SELECT string_agg(extract(day FROM d)::int::text, ',' ORDER BY d)
            FROM generate_series(b.first, b.last, '1 day') d
            WHERE (s.id IS NULL
                OR (s.full_days | s.half_days) >> (extract(day FROM d)::int - 1) & 1 = 1)
            AND NOT EXISTS (
                SELECT FROM contracts_cover v WHERE v.person_id = b.person_id
                    AND v.starts_on <= d::date AND v.ends_on >= d::date
            )
        ) AS days
        FROM (
            SELECT bare.*, greatest(c.starts_on, %s) AS first, least(c.ends_on, %s) AS last
            FROM bare JOIN contracts_contract c ON c.id = bare.contract_id
        ) b
        LEFT JOIN attendance_sheetline s ON s.id = b.sheet_line_id
        WHERE NOT coalesce((
            SELECT range_agg(daterange(v.starts_on, v.ends_on + 1)) FROM contracts_cover v
            WHERE v.person_id = b.person_id AND v.ends_on >= b.first AND v.starts_on <= b.last
        ), '{}'::datemultirange) @> daterange(b.first, b.last + 1)
    ) open WHERE open.days IS NOT NULL
"""
SEAL = f"UPDATE payroll_payrun r SET sha256 = h.hash FROM ({HASHES}) h WHERE r.id = h.run_id"


def compute(runs, month, area, terms, *, holders):
    """Write the lines, the holds and the content hashes of runs that have none yet."""
    ids = [run.pk for run in runs]
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(ALL_CONTRACTS)
        if holders * LARGE_SHARE >= cursor.fetchone()[0]:
            cursor.execute(WHOLE_TABLES)
        _lines(cursor, ids, month, area, terms)
        _holds(cursor, ids, month, terms)
        cursor.execute(SEAL, [ids])


def _lines(cursor, ids, month, area, terms):
    kept, worked, params = _worked(month, area)
    contracts, bounds = _contracts(month, area)
    columns = [
        [t.area for t in terms],
        [t.required_days for t in terms],
        [t.cap for t in terms],
        [_array(t.rules) for t in terms],
        [t.counted for t in terms],
        [_array(t.paused_rules) for t in terms],
        [t.lowered for t in terms],
        [t.part for t in terms],
        [",".join(t.excused) for t in terms],
    ]
    posts = [(t.area, title, own.required, own.days) for t in terms for title, own in t.posts]
    planned = [list(column) for column in zip(*posts, strict=True)] or [[], [], [], []]
    changed, more = changes(month, area)
    statement = LINES.format(kept=kept, worked=worked, contracts=contracts, changes=changed)
    item = PayLine.Item.POST_SUBSIDY
    cursor.execute(statement, [*columns, *planned, *more, *params, *bounds, ids, item])


def _array(numbers):
    return "{" + ",".join(map(str, numbers)) + "}"


def _contracts(month, area):
    paid = live_in(month, area).filter(pay_basis__in=PAID_BY_DAYS).order_by()
    columns = ("id", "person_id", "area_id", "fund_id", "pay_basis", "standard", "title")
    columns = (*columns, "starts_on", "ends_on")
    return paid.values(*columns).query.sql_with_params()


def _worked(month, area):
    """Days per contract: the frozen lines, and where a sheet is still open the evidence so far."""
    columns = ("contract_id", "id", "days", "full_days", "half_days")
    frozen, params = confirmed(month, area).order_by().values(*columns).query.sql_with_params()
    worked = WORKED_FROZEN.format(lines=frozen)
    if frozen_everywhere(month, area):
        return "NOT MATERIALIZED", worked, params
    level = evidence_level(month, area)
    evidence, more = masks(month, area, level).query.sql_with_params()
    live = WORKED_LIVE.format(evidence=evidence, lines=frozen)
    return "MATERIALIZED", f"{worked} UNION ALL {live}", [*params, *more, *params]


def evidence_level(month, area):
    """The evidence level a day needs to count for pay (attendance.evidence_level)."""
    found = rulings(["attendance.evidence_level"], on=month.first, areas=[str(area)])[str(area)]
    return found["attendance.evidence_level"].value if found else 1


def _holds(cursor, ids, month, terms):
    codes = Hold.Code
    insured = [t.area for t in terms if t.insured]
    doubts = [kind for kind in Fact.Kind.values if kind != Fact.Kind.DISABLED]
    facts = [codes.FACT, ids, doubts, month.last, month.first]
    accounts = [codes.ACCOUNT, ids, codes.NAME, ids]
    whole = [ids, insured, month.first, month.last]
    cover = [codes.INSURANCE, month.first, month.last]
    cursor.execute(HOLDS, [*whole, *facts, *accounts, *cover])
