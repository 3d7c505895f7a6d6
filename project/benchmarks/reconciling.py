"""Taking in the bank's answer: a file of N results read, judged row by row and matched.

The floor is a COPY of the same rows, already clean, and one raw INSERT joining them to what was
sent, into a table with the same indexes and checks. It reads no file, cleans no cell, takes no
fingerprint of an account and compares neither account nor name.
"""

import tempfile
from itertools import chain
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from payroll.models import BankFile, BankResult, PayRun
from payroll.services import prepare, send
from project import imports
from project.benchmarks.measure import Figure, settle, watch
from project.benchmarks.scratch import MONTH, county
from project.kernel.tables import write_text

HEADINGS = ["批次号", "行号", "账号", "姓名", "金额", "状态", "入账日期"]
BLOCK = 10_000
TABLES = """
    CREATE TEMP TABLE answered
        (batch text, number int, account text, name text, amount numeric, outcome text, day date);
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
    for seed, n in enumerate(sizes):
        made = county(n, seed=seed, leaves_last_open=False, checks_in=False)
        file = _sent(made)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "results.csv"
            _write(file, path)
            floor = _floor(file)
            settle()
            before = BankResult.objects.count()
            with watch() as seen:
                by = made.people["finance_officer"]
                staged = imports.stage("bank-results", path, by=by, name=path.name)
                assert not staged.errors, staged.errors[:3]
                imports.commit(staged, by=by)
        assert BankResult.objects.count() - before == file.rows
        yield Figure("reconcile", file.rows, seen.seconds, floor, seen.peak_mb)


def _sent(made):
    """A batch that has gone to the bank."""
    (run,) = prepare(MONTH, made.county, by=made.people["township_officer"])
    signers = {
        "confirmed": "township_reviewer",
        "township_approved": "township_leader",
        "department_approved": "department_officer",
        "finance_approved": "finance_officer",
    }
    signed = {f"{step}_by": made.people[role] for step, role in signers.items()}
    moments = {f"{step}_at": timezone.now() for step in signers}
    PayRun.objects.filter(pk=run.pk).update(
        state=PayRun.State.FINANCE_APPROVED, **signed, **moments
    )
    send(run, by=made.people["finance_officer"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE payroll_sentline, payroll_payline")
    return BankFile.objects.get(run=run)


def _rows(file, account):
    """What the bank says of every line: credited on the last day of the month."""
    lines = file.lines.select_related("line__account").order_by("number")
    for line in lines.iterator(BLOCK):
        cells = (file.number, line.number, account(line), line.payee, line.amount)
        yield (*cells, "成功", MONTH.last)


def _write(file, path):
    rows = _rows(file, lambda line: line.line.account.number)
    path.write_bytes(write_text(chain([HEADINGS], rows), encoding="utf-8"))


def _floor(file):
    clean = list(_rows(file, lambda line: line.account_digest))
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        settle()
        with watch() as seen, transaction.atomic():
            with cursor.copy("COPY answered FROM STDIN") as out:
                for row in clean:
                    out.write_row(row)
            cursor.execute(FLOOR)
        assert cursor.rowcount == len(clean)
        cursor.execute("DROP TABLE answered, bench_result")
    return seen.seconds
