"""What must be true at every month's end, asked of the tables alone: no code of the office is read.

Each question answers with the rows that break it.
"""

from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOBODY = {
    "a contract, month and item was paid more than once": """
        SELECT l.contract_id, l.month, l.item FROM payroll_payline l
        JOIN payroll_sentline s ON s.line_id = l.id
        JOIN payroll_bankresult r ON r.sent_id = s.id AND r.outcome = 'success'
        GROUP BY 1, 2, 3 HAVING count(*) > 1
    """,
    "two lines of one contract, month and item stand": """
        SELECT contract_id, month, item FROM payroll_payline WHERE standing
        GROUP BY 1, 2, 3 HAVING count(*) > 1
    """,
    "a line was sent twice, or answered twice": """
        SELECT s.line_id FROM payroll_sentline s LEFT JOIN payroll_bankresult r ON r.sent_id = s.id
        GROUP BY 1 HAVING count(*) > 1
    """,
    "money was sent that no line stands for, or another amount": """
        SELECT s.id FROM payroll_sentline s JOIN payroll_payline l ON l.id = s.line_id
        LEFT JOIN payroll_bankresult r ON r.sent_id = s.id
        WHERE s.amount <> l.amount OR (NOT l.standing AND r.outcome IS DISTINCT FROM 'failure')
    """,
    "a file does not come to its sum": """
        SELECT f.id FROM payroll_bankfile f LEFT JOIN payroll_sentline s ON s.file_id = f.id
        GROUP BY f.id, f.rows, f.total
        HAVING count(s.id) <> f.rows OR coalesce(sum(s.amount), 0) <> f.total
    """,
    "somebody took two steps of one round of a run": """
        SELECT id FROM payroll_payrun WHERE corrects_id IS NULL
            AND state IN ('finance_approved', 'sent', 'reconciled', 'closed')
            AND (SELECT count(DISTINCT hand) FROM unnest(ARRAY[prepared_by_id, confirmed_by_id,
                township_approved_by_id, department_approved_by_id, finance_approved_by_id]) hand)
                <> 5
    """,
    "somebody took two steps of one round of a sheet": """
        SELECT record_id, by_id, round FROM (
            SELECT e.record_id, e.by_id, e.verb, count(*) FILTER (WHERE e.verb = 'send_back')
                OVER (PARTITION BY e.record_id ORDER BY e.id) AS round
            FROM kernel_event e JOIN django_content_type t ON t.id = e.record_type_id
            WHERE t.app_label = 'attendance' AND t.model = 'sheet' AND e.after <> 'refused'
                AND e.verb IN ('confirm', 'acknowledge', 'review', 'certify', 'send_back')
        ) e WHERE verb <> 'send_back' GROUP BY 1, 2, 3 HAVING count(DISTINCT verb) > 1
    """,
    "the events of a run or a sheet do not lead from state to state": """
        SELECT model, record_id, id FROM (
            SELECT t.model, e.record_id, e.id, e.before,
                lag(e.after) OVER (PARTITION BY t.id, e.record_id ORDER BY e.id) AS stood
            FROM kernel_event e JOIN django_content_type t ON t.id = e.record_type_id
            WHERE (t.app_label, t.model) IN (('attendance', 'sheet'), ('payroll', 'payrun'))
                AND e.after NOT IN ('', 'refused') AND e.verb <> 'prepare'
        ) e WHERE stood IS NOT NULL AND before <> stood
    """,
    "days are counted after the contract, or before it": """
        SELECT l.id FROM attendance_sheetline l JOIN attendance_sheet s ON s.id = l.sheet_id
        JOIN contracts_contract c ON c.id = l.contract_id
        CROSS JOIN generate_series(0, 30) place
        JOIN payroll_payline p ON p.sheet_line_id = l.id AND p.standing AND p.amount > 0
        WHERE ((l.full_days | l.half_days) >> place & 1) = 1
            AND (s.month + place < c.starts_on OR s.month + place > c.ends_on)
    """,
    "a step waits on a record that is over, or none on one that is not": """
        SELECT r.id, r.state, count(k.id) FROM payroll_payrun r
        JOIN django_content_type t ON t.app_label = 'payroll' AND t.model = 'payrun'
        LEFT JOIN viewflow_process p ON p.artifact_content_type_id = t.id
            AND p.artifact_object_id = r.id
        LEFT JOIN viewflow_task k ON k.process_id = p.id AND k.flow_task_type = 'HUMAN'
            AND k.status IN ('NEW', 'ASSIGNED')
        GROUP BY 1, 2
        HAVING count(k.id)
            <> CASE WHEN r.state IN ('closed', 'returned', 'voided') THEN 0 ELSE 1 END
    """,
    "a step waits on a sheet that is over, or none on one that is not": """
        SELECT r.id, r.state, count(k.id) FROM attendance_sheet r
        JOIN django_content_type t ON t.app_label = 'attendance' AND t.model = 'sheet'
        LEFT JOIN viewflow_process p ON p.artifact_content_type_id = t.id
            AND p.artifact_object_id = r.id
        LEFT JOIN viewflow_task k ON k.process_id = p.id AND k.flow_task_type = 'HUMAN'
            AND k.status IN ('NEW', 'ASSIGNED')
        GROUP BY 1, 2
        HAVING count(k.id) <> CASE WHEN r.state IN ('final', 'billed') THEN 0 ELSE 1 END
    """,
    "a job is left, or its page does not say how it ended": """
        SELECT id, task_name, status::text FROM procrastinate_jobs
        WHERE status IN ('todo', 'doing', 'aborting')
        UNION ALL SELECT id, kind, state FROM kernel_job WHERE state IN ('waiting', 'running')
    """,
    "more was bound than the fund was given": """
        SELECT a.fund_id, a.year FROM policy_allocation a JOIN payroll_payrun r
            ON r.fund_id = a.fund_id AND extract(year FROM r.month) = a.year
        JOIN payroll_payline l ON l.run_id = r.id AND l.standing
        WHERE r.state NOT IN ('prepared', 'returned', 'voided') AND r.corrects_id IS NULL
        GROUP BY 1, 2, a.amount HAVING sum(l.amount) > a.amount
    """,
}
SENT = """
    SELECT f.number, s.number, s.amount, r.outcome FROM payroll_sentline s
    JOIN payroll_bankfile f ON f.id = s.file_id LEFT JOIN payroll_bankresult r ON r.sent_id = s.id
"""
LINES = """
    SELECT l.id, l.contract_id, l.month, l.item, l.amount, l.standard, l.required_days,
        l.days_worked, s.full_days, s.half_days
    FROM payroll_payline l LEFT JOIN attendance_sheetline s ON s.id = l.sheet_line_id
    JOIN payroll_payrun r ON r.id = l.run_id
    WHERE l.month = %(month)s AND l.standing AND r.corrects_id IS NULL
        AND NOT EXISTS (SELECT FROM payroll_paypart p WHERE p.line_id = l.id)
"""
CAME = """
    SELECT c.contract_id, extract(day FROM c.day)::int FROM attendance_checkin c
    JOIN contracts_contract k ON k.id = c.contract_id
    WHERE c.day BETWEEN %(first)s AND %(last)s AND c.kind = 'in' AND c.voids_id IS NULL
        AND NOT EXISTS (SELECT FROM attendance_checkin v WHERE v.voids_id = c.id)
        AND c.day BETWEEN k.starts_on AND k.ends_on
"""
STANDARDS = """
    SELECT c.id, c.pay_basis, coalesce((
        SELECT a.standard FROM contracts_amendment a WHERE a.contract_id = c.id
            AND a.state = 'in_force' AND a.starts_on <= %(month)s
        ORDER BY a.starts_on DESC LIMIT 1
    ), p.standard, m.rate) FROM contracts_contract c
    LEFT JOIN posts_hire h ON h.contract_id = c.id LEFT JOIN posts_post p ON p.id = h.post_id
    LEFT JOIN workrelief_member m ON m.contract_id = c.id
"""


def broken(outside):
    """Every question that has an answer, with the first rows that break it."""
    found = []
    for said, asked in NOBODY.items():
        if rows := outside.rows(asked):
            found.append(f"{said}: {len(rows)} times, such as {rows[:3]}")
    return found


def against_the_bank(outside, bank):
    """What the office knows of its money is what the bank knows, row by row."""
    found, rows = [], outside.rows(SENT)
    for batch, number, amount, outcome in rows:
        known = bank.batches.get(batch, {}).get(number)
        if outcome is None:
            continue
        if known is None or known[2] != amount:
            found.append(f"{batch} row {number}: the bank knows {known}, the office {amount}")
        elif (outcome == "success") != (bank.outcome[batch, number] == "成功"):
            found.append(f"{batch} row {number}: the bank says {bank.outcome[batch, number]}")
    answered = sum(amount for *_row, amount, outcome in rows if outcome == "success")
    if answered != sum(bank.credited()[batch, n] for batch, n, _a, o in rows if o == "success"):
        found.append("the sums of bank and office differ")
    sent = sum(amount for _b, _n, amount, _o in rows)
    failed = sum(amount for *_row, amount, outcome in rows if outcome == "failure")
    open_ = sum(amount for *_row, amount, outcome in rows if outcome is None)
    if sent != answered + failed + open_:
        found.append(f"{sent} yuan were sent, but {answered}, {failed} and {open_} are known")
    twice = Counter(
        (batch.split("-")[0], row[0], batch.split("-")[1])
        for batch, rows_ in bank.batches.items()
        for number, row in rows_.items()
        if bank.outcome[batch, number] == "成功"
    )
    return found + [f"paid twice into {key}" for key, n in twice.items() if n > 1]


def amounts(outside, month, required):
    """Standard × days ÷ the days required, half up: computed from the check-ins themselves.

    Whoever is paid by the day earns the rate for each day.
    """
    about = {"month": month.first, "first": month.first, "last": month.last}
    days = defaultdict(set)
    for contract, day in outside.rows(CAME, about):
        days[contract].add(day)
    terms = {pk: (basis, rate) for pk, basis, rate in outside.rows(STANDARDS, about)}
    found, seen = [], set()
    for row in outside.rows(LINES, about):
        pk, contract, _month, item, amount, _standard, _required, worked, full, half = row
        seen.add(contract)
        mask = {place + 1 for place in range(31) if ((full or 0) | (half or 0)) >> place & 1}
        if item == "post_subsidy" and mask != days[contract]:
            found.append(f"line {pk}: days {sorted(mask ^ days[contract])} differ")
        basis, rate = terms[contract]
        due = rate * worked / (1 if basis == "day" else max(Decimal(required), worked))
        if item == "post_subsidy" and amount != due.quantize(CENT, ROUND_HALF_UP):
            found.append(f"line {pk}: {amount} yuan instead of {due} for {worked} days")
    return found, len(seen)
