"""Taking in the bank's answer: a file of N results read, judged row by row and matched.

The floor is a COPY of the same rows, already clean, and one raw INSERT joining them to what was
sent, into a table with the same indexes and checks.
"""

import csv
import io

from django.db import connection, transaction
from django.utils import timezone

from payroll.models import BankFile, BankResult, PayRun
from payroll.services import prepare
from project import imports
from project.benchmarks.measure import Figure, settle, watch
from project.benchmarks.scratch import MONTH, county

MOST = 10_000
HEADINGS = ["批次号", "行号", "金额", "状态", "入账日期"]
SEND = """
    INSERT INTO payroll_sentline (file_id, number, line_id)
    SELECT %s, row_number() OVER (ORDER BY number), id FROM payroll_payline
    WHERE run_id = %s AND amount > 0
"""
SENT = """
    SELECT %s, s.number, l.amount::text, '成功', %s FROM payroll_sentline s
    JOIN payroll_payline l ON l.id = s.line_id WHERE s.file_id = %s ORDER BY s.number
"""
TABLES = """
    CREATE TEMP TABLE answered (batch text, number int, amount numeric, outcome text, day date);
    CREATE TABLE bench_result (LIKE payroll_bankresult INCLUDING ALL)
"""
FLOOR = """
    INSERT INTO bench_result (source_id, row, sent_id, outcome, amount, reason, credited_on, serial)
    SELECT 1, a.number + 1, s.id, 'success', a.amount, '', a.day, ''
    FROM answered a JOIN payroll_bankfile f ON f.number = a.batch
    JOIN payroll_sentline s ON s.file_id = f.id AND s.number = a.number
    JOIN payroll_payline l ON l.id = s.line_id AND l.amount = a.amount
"""


def reconcile(sizes):
    """`n` results of one batch."""
    for seed, n in enumerate(size for size in sizes if size <= MOST):
        made = county(n, seed=seed, leaves_last_open=False, checks_in=False)
        rows = _sent(made)
        content = _file(rows)
        floor = _floor(rows)
        settle()
        before = BankResult.objects.count()
        with watch() as seen:
            by = made.people["finance_officer"]
            staged = imports.stage("bank-results", content, by=by, name="results.csv")
            assert not staged.errors, staged.errors[:3]
            imports.commit(staged, by=by)
        assert BankResult.objects.count() - before == len(rows)
        yield Figure("reconcile", len(rows), seen.seconds, floor, seen.peak_mb)


def _sent(made):
    """The rows of a batch that has gone to the bank."""
    (run,) = prepare(MONTH, made.county, by=made.people["township_officer"])
    chain = {
        "confirmed": "township_reviewer",
        "township_approved": "township_leader",
        "department_approved": "department_officer",
        "finance_approved": "finance_officer",
        "sent": "finance_officer",
    }
    signed = {f"{step}_by": made.people[role] for step, role in chain.items()}
    moments = {f"{step}_at": timezone.now() for step in chain}
    PayRun.objects.filter(pk=run.pk).update(state=PayRun.State.SENT, **signed, **moments)
    file = BankFile.objects.create(
        run=run, number=f"99-{run.pk}", made_by=made.people["finance_officer"], rows=0, total=0
    )
    with connection.cursor() as cursor:
        cursor.execute(SEND, [file.pk, run.pk])
        cursor.execute(SENT, [file.number, MONTH.last.isoformat(), file.pk])
        rows = cursor.fetchall()
        cursor.execute("ANALYZE payroll_sentline, payroll_payline")
    return rows


def _file(rows):
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *rows])
    return text.getvalue().encode()


def _floor(rows):
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        settle()
        with watch() as seen, transaction.atomic():
            with cursor.copy("COPY answered FROM STDIN") as out:
                for row in rows:
                    out.write_row(row)
            cursor.execute(FLOOR)
        assert cursor.rowcount == len(rows)
        cursor.execute("DROP TABLE answered, bench_result")
    return seen.seconds
