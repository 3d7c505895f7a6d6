"""The bank's answer judged and written by the database: joins, not rows.

The rows of a file wait in a scratch table of the connection. What was sent is joined with them
once to judge and once to write; only rows with a fault come back to be named.
"""

import uuid
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payroll.models import BankFile, BankResult, Handover, PayRun
from registry.models import BankAccount, ImportedFile

COLUMNS = """
    row int, batch int, number int, amount numeric(14,2), outcome text, account text, tail text,
    name text, credited_on date, reason text, serial text
"""
ROOM = "SET LOCAL work_mem = '256MB'; SET LOCAL jit = off"
OLD = """
    SELECT relname FROM pg_class
    WHERE relnamespace = pg_my_temp_schema() AND relname LIKE 'answers\\_%'
"""
JOINED = """
    {table} a
    JOIN unnest(%(files)s::bigint[], %(strange)s::bool[], %(done)s::bool[])
        WITH ORDINALITY b(file_id, strange, done, place) ON b.place = a.batch
    LEFT JOIN payroll_sentline s ON s.file_id = b.file_id AND s.number = a.number
    LEFT JOIN payroll_bankresult r ON r.sent_id = s.id
"""
# One condition a fault, in the order in which they are named.
FAULTS = {
    "unknown": "s.id IS NULL",
    "strange": "s.id IS NOT NULL AND b.strange",
    "done": "s.id IS NOT NULL AND b.done",
    "answered": "r.id IS NOT NULL",
    "amount": "a.amount <> s.amount",
    "account": "a.account <> '' AND a.account <> s.account_digest",
    "name": "a.name <> '' AND a.name <> s.payee",
    "day": "s.id IS NOT NULL AND a.outcome = 'success' AND a.credited_on IS NULL",
}
SUMS = """
    SELECT count(*) FILTER (WHERE {faulty}), count(s.id) - count(DISTINCT s.id),
        count(*) FILTER (WHERE a.outcome = 'success'),
        sum(s.amount) FILTER (WHERE a.outcome = 'success'),
        count(*) FILTER (WHERE a.outcome = 'failure'),
        sum(s.amount) FILTER (WHERE a.outcome = 'failure')
    FROM {joined}
"""
NAMED = """
    SELECT a.row, {conditions}, a.amount, s.amount, s.payee
    FROM {joined} WHERE {faulty} ORDER BY a.row LIMIT {most}
"""
AGAIN = """
    SELECT row, first FROM (
        SELECT a.row, min(a.row) OVER (PARTITION BY s.id) AS first FROM {joined}
        WHERE s.id IS NOT NULL
    ) said WHERE row > first ORDER BY row LIMIT {most}
"""
MASKED = """
    SELECT a.row, a.tail, l.account_id FROM {joined}
    JOIN payroll_payline l ON l.id = s.line_id WHERE a.tail <> '' ORDER BY a.row
"""
WRITE = """
    INSERT INTO payroll_bankresult
        (source_id, row, sent_id, outcome, amount, reason, credited_on, serial)
    SELECT %(source)s, a.row, s.id, a.outcome, s.amount, a.reason, a.credited_on, a.serial
    FROM {table} a
    JOIN unnest(%(files)s::bigint[]) WITH ORDINALITY b(file_id, place) ON b.place = a.batch
    JOIN payroll_sentline s ON s.file_id = b.file_id AND s.number = a.number
"""

SENTENCES = {
    "unknown": (
        "number",
        gettext_lazy("No such line of this batch was sent. Check the batch and line number."),
    ),
    "strange": (
        "batch",
        gettext_lazy("This batch belongs to another run. Import each run's results apart."),
    ),
    "done": (
        "batch",
        gettext_lazy("The run of this batch does not wait for the bank any more."),
    ),
    "answered": (
        "number",
        gettext_lazy("The bank has answered for this line already. Delete the row."),
    ),
    "amount": (
        "amount",
        gettext_lazy("%(sent)s was sent for this line, not %(here)s. Ask the bank."),
    ),
    "account": ("account", gettext_lazy("The line was sent to another account. Ask the bank.")),
    "name": ("name", gettext_lazy("The line was sent to %(name)s. Check the line number.")),
    "day": ("credited_on", gettext_lazy("A credited line needs its day. Enter it.")),
}


@dataclass
class Answers:
    """The rows of one file in their scratch table, and which batches they speak of."""

    reading: object
    table: str = field(default_factory=lambda: f"answers_{uuid.uuid4().hex[:12]}")
    count: int = 0
    counts: list = field(default_factory=list)
    judge: object = None
    moment: tuple | None = None

    def __len__(self):
        return self.count

    def __getitem__(self, part):
        """The first rows, as the preview shows them."""
        return self.reading.first[part]

    def fill(self, blocks):
        """Copy blocks of lines into a fresh scratch table; those of earlier files go."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(OLD)
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TABLE {name}")
            cursor.execute(f"CREATE TEMP TABLE {self.table} ({COLUMNS})")
            with cursor.copy(f"COPY {self.table} FROM STDIN") as copy:
                for block in blocks:
                    copy.write(block)
            self.count = cursor.rowcount
            cursor.execute(f"ANALYZE {self.table} (batch, number)")

    @property
    def is_there(self):
        """Whether this connection still holds the rows; another one never has."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('pg_temp.' || %s) IS NOT NULL", [self.table])
            return cursor.fetchone()[0]


class Judge:
    """What is wrong with the rows of a file, as far as they are named, and how many are."""

    def __init__(self, answers, *, reaches, fault, most):
        self.answers, self.fault, self.most = answers, fault, most
        self.files = _files(answers.reading.batches, reaches)
        self.run = next((file.run for file in self.files if file), None)
        self.params = {
            "files": [file and file.pk for file in self.files],
            "strange": [bool(file) and file.run_id != self.run.pk for file in self.files],
            "done": [bool(file) and file.run.state != PayRun.State.SENT for file in self.files],
        }
        self.faulty = 0

    def faults(self):
        """The first faults, in the order of the file; `faulty` counts the rows of all."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ROOM)
            return self._faults(cursor)

    def _faults(self, cursor):
        any_of = " OR ".join(f"({condition})" for condition in FAULTS.values())
        self._run(cursor, SUMS.format(faulty=any_of, joined="{joined}"))
        wrong, again, *sums = cursor.fetchone()
        self.answers.counts = self._counts(sums)
        self.faulty, found = wrong + again, []
        if wrong:
            conditions = ", ".join(f"coalesce({c}, false)" for c in FAULTS.values())
            self._run(
                cursor,
                NAMED.format(
                    faulty=any_of, conditions=conditions, joined="{joined}", most=self.most
                ),
            )
            found += [fault for row in cursor.fetchall() for fault in self._named(*row)]
        if again:
            self._run(cursor, AGAIN)
            found += [self._said_again(*row) for row in cursor.fetchall()]
        if self.answers.reading.masked:
            found += self._other_accounts(cursor)
        return sorted(found)

    def _run(self, cursor, statement):
        joined = JOINED.format(table=self.answers.table)
        cursor.execute(statement.format(joined=joined, most=self.most), self.params)

    def _counts(self, sums):
        good, credited, bad, returned = sums
        open_ = BankFile.objects.filter(pk__in=[pk for pk in self.params["files"] if pk])
        lines = sum(open_.values_list("rows", flat=True))
        answered = BankResult.objects.filter(sent__file__in=open_).count()
        return [
            (_("Credited"), good),
            (_("Credited (yuan)"), str(credited or 0)),
            (_("Came back"), bad),
            (_("Came back (yuan)"), str(returned or 0)),
            (_("Lines of these batches still without an answer"), lines - answered - good - bad),
        ]

    def _named(self, row, *cells):
        wrong = [
            name for name, is_wrong in zip(FAULTS, cells[: len(FAULTS)], strict=True) if is_wrong
        ]
        said, sent, payee = cells[len(FAULTS) :]
        facts = {"sent": sent, "here": said, "name": payee}
        for name in wrong:
            column, sentence = SENTENCES[name]
            yield self.fault(row, column, sentence % facts)

    def _said_again(self, row, first):
        sentence = _("Row %(row)s answers for the same line. Keep one of the rows.")
        return self.fault(row, "number", sentence % {"row": first})

    def _other_accounts(self, cursor):
        """A masked account is compared by its end, and only then is an account opened."""
        self._run(cursor, MASKED)
        found = []
        while rows := cursor.fetchmany(2000):
            numbers = dict(
                BankAccount.objects.filter(pk__in={pk for _row, _tail, pk in rows}).values_list(
                    "pk", "number"
                )
            )
            other = [row for row, tail, pk in rows if numbers.get(pk, "")[-len(tail) :] != tail]
            self.faulty += len(other)
            column, sentence = SENTENCES["account"]
            found += [self.fault(row, column, sentence) for row in other]
        return found[: self.most]


def write(answers, params, *, source):
    """Write every row as a result, in one statement; how many were written."""
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(
            WRITE.format(table=answers.table), {"source": source.pk, "files": params["files"]}
        )
        written = cursor.rowcount
        cursor.execute(f"DROP TABLE {answers.table}")
    return written


def moment():
    """What tells one state of the answers from another: the last file of the bank taken in."""
    return (
        ImportedFile.objects.filter(kind="bank-results").order_by("-pk").values_list("pk").first()
    )


def _files(batches, reaches):
    """The bank file of each batch of a file, by its own number or by that of a part handed over."""
    numbers = list(batches)
    found = BankFile.objects.select_related("run").in_bulk(numbers, field_name="number")
    parts = Handover.objects.filter(number__in=set(numbers) - set(found))
    found |= {part.number: part.file for part in parts.select_related("file__run")}
    known = [found.get(number) for number in numbers]
    return [file if file and reaches(file.run.area_id) else None for file in known]
