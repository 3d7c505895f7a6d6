"""Payroll of N contracts in one run, against the same joins as one raw INSERT … SELECT.

The floor writes the same columns into a table with the same indexes and checks, from the same
frozen sheets, with the plan that is fastest here fixed by hand; it has no triggers, computes no
hold and no hash, and keeps no event.
"""

from django.db import connection, transaction

from payroll.services import prepare
from payroll.terms import terms_of
from project.benchmarks.measure import Figure, settle, watch
from project.benchmarks.scratch import MONTH, county
from registry.models import Area

ROUNDS = 3
PLAN = ["enable_nestloop = off", "enable_mergejoin = off", "jit = off", "work_mem = '512MB'"]
TABLE = "CREATE TABLE bench_payline (LIKE payroll_payline INCLUDING ALL)"
FLOOR = """
    INSERT INTO bench_payline (run_id, number, contract_id, person_id, area_id, account_id,
        sheet_line_id, month, item, standard, days_worked, required_days, due, adjusted, cap,
        "offset", amount, rules, standing)
    SELECT 1, row_number() OVER (ORDER BY e.area_id, e.id), e.id, e.person_id, e.area_id,
        e.account_id, e.sheet_line_id, %(month)s, 'post_subsidy', e.standard, e.days,
        e.required_days, e.due, 0, e.cap, 0, least(e.due, e.cap), e.rules, true
    FROM (
        SELECT c.id, c.person_id, c.area_id, a.id AS account_id, l.id AS sheet_line_id, c.standard,
            coalesce(l.days, 0) AS days, t.required_days, t.cap, t.rules::bigint[] AS rules,
            round(CASE c.pay_basis WHEN 'day' THEN c.standard * coalesce(l.days, 0)
                ELSE c.standard * least(coalesce(l.days, 0), t.required_days) / t.required_days
            END, 2) AS due
        FROM contracts_contract c
        JOIN unnest(%(areas)s::text[], %(required)s::int[], %(caps)s::numeric[], %(rules)s::text[])
            AS t(area_id, required_days, cap, rules) ON t.area_id = c.area_id
        LEFT JOIN (
            SELECT l.* FROM attendance_sheetline l JOIN attendance_sheet s ON s.id = l.sheet_id
            WHERE s.month = %(month)s AND s.area_id LIKE %(inside)s AND s.state = 'confirmed'
        ) l ON l.contract_id = c.id
        LEFT JOIN registry_bankaccount a ON a.person_id = c.person_id AND a.current
        WHERE c.area_id LIKE %(inside)s AND c.fund_id = 'employment' AND c.state = 'in_force'
            AND c.starts_on <= %(last)s AND c.ends_on >= %(month)s
    ) e
"""
DIFFERENCES = """
    SELECT count(*) FROM payroll_payline l FULL JOIN bench_payline f USING (number)
    WHERE to_jsonb(l) - 'id' - 'run_id' IS DISTINCT FROM to_jsonb(f) - 'id' - 'run_id'
"""


def payroll(sizes):
    """One figure for each size; the cost of a line should not grow with the size."""
    for seed, n in enumerate(sizes):
        made = county(n, seed=seed, leaves_last_open=False, checks_in=False)
        rounds = [_round(made, n) for _each in range(ROUNDS)]
        floor = min(floor for floor, _seen in rounds)
        best = min((seen for _floor, seen in rounds), key=lambda seen: seen.seconds)
        yield Figure("payroll", n, best.seconds, floor, best.peak_mb, best.queries)


def _round(made, n):
    """The floor and the run, one after the other, each on emptied tables."""
    floor = _floor(made.county, n)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_payline")
        cursor.execute("TRUNCATE payroll_payline CASCADE")
    settle()
    with watch() as seen:
        (run,) = prepare(MONTH, made.county, by=made.people["township_officer"])
    assert run.lines.count() == n
    return floor, seen


def _floor(inside, n):
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    params = _params(inside)
    settle()
    with watch() as seen:
        _write_floor(params, n)
    return seen.seconds


@transaction.atomic
def _write_floor(params, n):
    with connection.cursor() as cursor:
        for setting in PLAN:
            cursor.execute(f"SET LOCAL {setting}")
        cursor.execute(FLOOR, params)
        assert cursor.rowcount == n


def compare_with_floor(inside, n):
    """How many of the run's lines the floor computes differently; it must be none."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        _write_floor(_params(inside), n)
        cursor.execute(DIFFERENCES)
        return cursor.fetchone()[0]


def _params(inside):
    villages = Area.objects.villages_of(inside).values_list("code", flat=True)
    terms = terms_of(MONTH, list(villages))
    return {
        "month": MONTH.first,
        "last": MONTH.last,
        "inside": inside[:6] + "%",
        "areas": [t.area for t in terms],
        "required": [t.required_days for t in terms],
        "caps": [t.cap for t in terms],
        "rules": ["{" + ",".join(map(str, t.rules)) + "}" for t in terms],
    }
