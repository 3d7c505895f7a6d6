"""Computing runs inside the database: one statement for all lines, a few for all holds.

What a line comes to is written in payroll.statement, what suspensions and changed standards make
of it in payroll.standards.
"""

from django.db import connection

from attendance.models.measuring import anybody_measured
from attendance.selectors import confirmed, frozen_everywhere, grades_in, masks
from contracts.selectors import live_in
from payroll.attested import HELD as NOT_ATTESTED
from payroll.attested import anybody_attested
from payroll.measures import measured_tables
from payroll.models import Hold
from payroll.recovering import offsets_due
from payroll.sealing import HASHES
from payroll.standards import changes
from payroll.statement import GRADES, PLANNED, SOCIAL, Sources, statement
from payroll.withholding import HELD as WITHHELD
from payroll.withholding import anything_withheld
from policy.selectors import rulings
from registry.models import Fact

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
# Nearly everybody is covered for the whole month by one policy. The covers of the rest are joined,
# and only who still has a gap is asked day by day: days worked in it wait (V-19, S-28).
UNCOVERED = """
    DROP TABLE IF EXISTS pg_temp.payroll_uncovered;
    CREATE TEMP TABLE payroll_uncovered ON COMMIT DROP AS
    WITH bare AS MATERIALIZED (
        SELECT c.id, c.person_id, greatest(c.starts_on, %s) AS first, least(c.ends_on, %s) AS last
        FROM ({contracts}) c WHERE c.area_id = ANY(%s) AND NOT EXISTS (
            SELECT FROM contracts_cover v WHERE v.person_id = c.person_id
                AND v.starts_on <= %s AND v.ends_on >= %s
        )
    )
    SELECT b.id AS contract_id, (
        SELECT sum(1 << extract(day FROM d)::int - 1)::int
        FROM generate_series(b.first, b.last, '1 day') d
        WHERE NOT EXISTS (
            SELECT FROM contracts_cover v WHERE v.person_id = b.person_id
                AND v.starts_on <= d::date AND v.ends_on >= d::date
        )
    ) AS days
    FROM bare b
    WHERE NOT coalesce((
        SELECT range_agg(daterange(v.starts_on, v.ends_on + 1)) FROM contracts_cover v
        WHERE v.person_id = b.person_id AND v.ends_on >= b.first AND v.starts_on <= b.last
    ), '{{}}'::datemultirange) @> daterange(b.first, b.last + 1)
"""
HOLDS = """
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
"""
UNINSURED = """
    INSERT INTO payroll_hold (line_id, code, fact_id, detail)
    SELECT l.id, %s, NULL, (
        SELECT string_agg((place + 1)::text, ',' ORDER BY place)
        FROM generate_series(0, 30) place WHERE l.on_days >> place & 1 = 1
    )
    FROM payroll_payline l JOIN pg_temp.payroll_uncovered u USING (contract_id)
    WHERE l.run_id = ANY(%s) AND l.on_days & u.days <> 0
"""
FEW_DAYS = """
    INSERT INTO payroll_hold (line_id, code, fact_id, detail)
    SELECT l.id, %s, NULL, t.least_days::text
    FROM payroll_payline l JOIN unnest(%s::text[], %s::int[]) AS t(area_id, least_days)
        ON t.area_id = l.area_id
    WHERE l.run_id = ANY(%s) AND l.item = 'post_subsidy' AND l.days_worked > 0 AND t.least_days > (
        SELECT sum(m.days_worked) FROM payroll_payline m
        WHERE m.run_id = l.run_id AND m.contract_id = l.contract_id
            AND m.item IN ('post_subsidy', 'uninsured_days')
    ) {but}
"""
BUT_WAGES = """
    AND NOT EXISTS (SELECT FROM contracts_contract c WHERE c.id = l.contract_id AND c.attested)
"""
# Figures stay as they were approved; the account is the one that is current now.
CARRIED = """
    INSERT INTO payroll_payline (run_id, number, contract_id, person_id, area_id, account_id,
        sheet_line_id, month, item, standard, days_worked, required_days, on_days, due, adjusted,
        cap, "offset", amount, rules, standing, carried_from_id, quantity)
    SELECT %s, (SELECT coalesce(max(number), 0) FROM payroll_payline WHERE run_id = %s)
            + row_number() OVER (ORDER BY l.area_id, l.contract_id, l.item),
        l.contract_id, l.person_id, l.area_id, a.id, l.sheet_line_id, l.month, l.item, l.standard,
        l.days_worked, l.required_days, l.on_days, l.due, l.adjusted, l.cap, l."offset", l.amount,
        l.rules, true, l.id, l.quantity
    FROM payroll_payline l
    LEFT JOIN registry_bankaccount a ON a.person_id = l.person_id AND a.current
    WHERE l.id = ANY(%s)
"""
CARRIED_PARTS = """
    INSERT INTO payroll_paypart (line_id, kind, amount, quantity, rule, source)
    SELECT n.id, p.kind, p.amount, p.quantity, p.rule, p.source
    FROM payroll_payline n JOIN payroll_paypart p ON p.line_id = n.carried_from_id
    WHERE n.run_id = ANY(%s)
"""
SEAL = f"UPDATE payroll_payrun r SET sha256 = h.hash FROM ({HASHES}) h WHERE r.id = h.run_id"


def compute(runs, month, area, terms, *, holders, only=None, carried=()):
    """Write the lines, their parts, the holds and the content hashes of runs that have none yet.

    A supplementary run computes `only` some contracts, and takes over the lines `carried`.
    """
    ids = [run.pk for run in runs]
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(ALL_CONTRACTS)
        if holders * LARGE_SHARE >= cursor.fetchone()[0]:
            cursor.execute(WHOLE_TABLES)
        bare, wages = _find_uncovered(cursor, month, area, terms), anybody_attested(area)
        _lines(cursor, ids, month, area, terms, bare=bare, wages=wages, only=only)
        if carried:
            cursor.execute(CARRIED, [*ids, *ids, list(carried)])
            cursor.execute(CARRIED_PARTS, [ids])
        _holds(cursor, ids, month, terms, bare=bare, wages=wages)
        if anything_withheld(area):
            cursor.execute(WITHHELD, [ids])
        cursor.execute(SEAL, [ids])


def _find_uncovered(cursor, month, area, terms):
    """Put aside who has days without insurance where it is mandatory; whether there is anybody."""
    insured = [t.area for t in terms if t.insured]
    contracts, bounds = _contracts(month, area)
    months = [month.first, month.last]
    cursor.execute(UNCOVERED.format(contracts=contracts), [*months, *bounds, insured, *months])
    cursor.execute("SELECT EXISTS (SELECT FROM pg_temp.payroll_uncovered)")
    return cursor.fetchone()[0]


def _lines(cursor, ids, month, area, terms, *, bare, wages, only):
    kept, worked, params = _worked(month, area)
    excuses, absences = any(t.excused for t in terms), any(t.absence[0] for t in terms)
    tables = _tables(terms) | changes(month, area, excuses=excuses, absences=absences)
    if anybody_measured(month, area):
        has = {"amended": "amended" in tables, "bare": bare, "attested": wages}
        level = evidence_level(month, area)
        contracts = _payable(month, area, only)
        tables |= measured_tables(month, area, terms, contracts, level=level, **has)
    columns = ("id", "contract_id", "amount", "share", "rule")
    sources = Sources(
        present=_present(month, area, terms, tables, bare=bare, wages=wages),
        terms=_columns(terms),
        tables=list(tables.values()),
        worked=(worked, params),
        worked_kept=kept,
        contracts=_contracts(month, area, only, attested=wages),
        runs=ids,
        grades=_sql(grades_in(month, area).values("id", "contract_id", "grade")),
        offsets=_sql(offsets_due(month, area).values(*columns)),
    )
    cursor.execute(*statement(sources))


def _present(month, area, terms, tables, *, bare, wages):
    """What the month has that not every month has, by the names of payroll.statement."""
    has = {
        "uncovered": bare,
        "attested": wages,
        "part": any(t.part for t in terms),
        "absence": any(t.absence[0] for t in terms),
        "floor": any(t.floor[0] for t in terms),
        "graded": "grades" in tables and grades_in(month, area).exists(),
        "offsets": offsets_due(month, area).exists(),
    }
    return frozenset(tables) | {name for name, is_so in has.items() if is_so}


def _columns(terms):
    return [
        [t.area for t in terms],
        [t.required_days for t in terms],
        [t.cap for t in terms],
        [_array(t.rules) for t in terms],
        [t.counted for t in terms],
        [_array(t.paused_rules) for t in terms],
        [t.lowered for t in terms],
        [t.part for t in terms],
        [",".join(t.excused) for t in terms],
        *map(list, zip(*((*t.absence, *t.floor) for t in terms), strict=True)),
    ]


def _tables(terms):
    """What only some villages have, by name: plans of posts, what grades do, other subsidies."""
    rows = {
        "planned": [(t.area, title, p.required, p.days) for t in terms for title, p in t.posts],
        "grades": [(t.area, *grade) for t in terms for grade in t.grades],
        "social": [(t.area, *kind) for t in terms for kind in t.social],
    }
    said = {"planned": PLANNED, "grades": GRADES, "social": SOCIAL}
    return {
        name: (said[name], list(map(list, zip(*some, strict=True))))
        for name, some in rows.items()
        if some
    }


def _sql(rows):
    return rows.order_by().query.sql_with_params()


def _array(numbers):
    return "{" + ",".join(map(str, numbers)) + "}"


def _payable(month, area, only=None):
    """The contracts that a run may pay; a supplementary run only some of them."""
    paid = live_in(month, area).order_by()
    return paid if only is None else paid.filter(pk__in=only or [0])


def _contracts(month, area, only=None, *, attested=False):
    columns = ("id", "person_id", "area_id", "fund_id", "pay_basis", "kind", "standard", "title")
    columns = (*columns, "starts_on", "ends_on", *(["attested"] if attested else []))
    return _payable(month, area, only).values(*columns).query.sql_with_params()


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


def _holds(cursor, ids, month, terms, *, bare, wages):
    codes = Hold.Code
    doubts = [kind for kind in Fact.Kind.values if kind != Fact.Kind.DISABLED]
    facts = [codes.FACT, ids, doubts, month.last, month.first]
    cursor.execute(HOLDS, [*facts, codes.ACCOUNT, ids, codes.NAME, ids])
    if bare:
        cursor.execute(UNINSURED, [codes.INSURANCE, ids])
    if least := [(t.area, t.least_days) for t in terms if t.least_days]:
        few = FEW_DAYS.format(but=BUT_WAGES if wages else "")
        cursor.execute(few, [codes.FEW_DAYS, *map(list, zip(*least, strict=True)), ids])
    if wages:
        cursor.execute(NOT_ATTESTED, [ids])
