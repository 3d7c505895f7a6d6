"""The bank's answer (X-08, pain.002): each row is matched with the line that was sent."""

import hashlib
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payroll import pain002, results
from payroll.answers import Reading, blocks_of, in_blocks
from payroll.models import BankResult, PayRun
from project.kernel.guards import Refused
from project.kernel.roles import Permission
from project.kernel.tables import Column, Page, RowError, Unreadable, read
from project.kernel.tables.parse import header_of
from project.kernel.tables.read import FILE_LIMIT
from project.kernel.tables.stream import HEAD_ROWS, Stream, chunks_of, size_of
from project.kernel.texts import without_spaces
from registry.intake import Importer, Staged, at_most, refuse_known
from registry.residents import name_rule

OUTCOMES = {
    **dict.fromkeys(("成功", "已入账", "交易成功", "发放成功"), BankResult.Outcome.SUCCESS),
    **dict.fromkeys(("失败", "退回", "退汇", "交易失败", "发放失败"), BankResult.Outcome.FAILURE),
}
NAMED_AT_MOST = 10_000


class BankResults(Importer):
    """A file answers for one run; every row must agree with what was sent, to the cent."""

    kind = "bank-results"
    title = gettext_lazy("Results of the bank")
    permission = Permission.PAY_RECONCILE
    accept = ".xlsx,.xls,.csv,.txt,.xml"
    upload_at_most = 256 * 1024 * 1024  # a longer one is taken in by the command
    columns = (
        Column("batch", "批次号", ("批次", "批次编号"), rule=without_spaces),
        Column("number", "行号", ("序号", "明细序号"), kind="integer"),
        Column("account", "账号", ("收款账号", "银行账号"), required=False, rule=without_spaces),
        Column("name", "姓名", ("收款账号名称", "户名"), required=False, rule=name_rule),
        Column("amount", "金额", ("发放金额", "交易金额"), kind="amount"),
        Column("outcome", "状态", ("处理结果", "交易状态"), kind="choice", choices=OUTCOMES),
        Column("reason", "失败原因", ("原因",), required=False, rule=at_most(120)),
        Column("credited_on", "入账日期", ("交易日期",), kind="date", required=False),
        Column("serial", "流水号", ("交易流水号",), required=False, rule=at_most(60)),
    )

    def stage(self, source, name):
        """Read the file into a scratch table and let the database judge it there."""
        sha256 = _hash(source)
        refuse_known(self.kind, sha256)
        answers = self._filled(source, name)
        errors, faulty = self._judged(answers)
        sheet = Copy(source, name, errors)
        return StagedResults(self, name, sha256, sheet, answers, errors, faulty)

    def _filled(self, source, name):
        reading = Reading(self.columns, most_faults=NAMED_AT_MOST)
        answers = results.Answers(reading)
        if pain002.is_report(source):
            answers.fill(in_blocks(pain002.lines_of(source, reading)))
        else:
            stream = Stream(source, name)
            header = header_of(stream.head, self.columns)
            reading.page = header.page.name
            answers.fill(blocks_of(stream, header, reading))
        if not len(answers) and not reading.faults:
            raise Unreadable(_("The table has a header but no rows below it."))
        return answers

    def _judged(self, answers):
        fault = self._at(answers.reading.page)
        judge = results.Judge(answers, reaches=self.reaches, fault=fault, most=NAMED_AT_MOST)
        found, reading = judge.faults(), answers.reading
        answers.judge, answers.moment = judge, results.moment()
        self.counts, self.warnings = answers.counts, list(reading.undecided)
        return sorted([*reading.faults, *found])[:NAMED_AT_MOST], reading.faulty + judge.faulty

    def _at(self, page):
        """Faults of a page, under the heading of the column named."""
        return lambda row, column, sentence: RowError(
            row, self._heading(column), str(sentence), page
        )

    def check(self, rows):
        """Nothing while all is as it was when the file was judged; else it is judged again."""
        if not rows.is_there:
            raise Refused(_("The file is no longer at hand. Upload it again."))
        run = rows.judge.run
        run = run and PayRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        waits = run is not None and run.state == PayRun.State.SENT and self.reaches(run.area_id)
        self.counts = rows.counts
        unchanged = waits and rows.moment == results.moment()
        return [] if unchanged else self._judged(rows)[0]

    def commit(self, rows, *, file):
        written = results.write(rows, rows.judge.params, source=file)
        if written != len(rows):
            raise Refused(_("The file no longer fits what was sent. Upload it again."))


@dataclass(frozen=True)
class StagedResults(Staged):
    """A file of results that waits in a scratch table."""

    faulty: int = 0

    @property
    def summary(self):
        """Rows and faults counted whole, however many of them are named."""
        return [
            (_("Rows without a fault"), len(self.rows) + self.rows.reading.faulty - self.faulty),
            (_("Rows with a fault"), self.faulty),
            (_("Warnings"), len(self.importer.warnings)),
            *([] if self.errors else self.rows.counts),
        ]


@dataclass(frozen=True)
class Copy:
    """The file as it came, read again only when its faults are taken home."""

    source: object = field(repr=False)
    name: str
    errors: list = field(repr=False)

    @property
    def pages(self):
        if pain002.is_report(self.source):
            return (Page("", list(self._transfers())),)
        if Stream(self.source, self.name).text and size_of(self.source) > FILE_LIMIT:
            return (Page("", list(self._sparse())),)
        return read(self.source, self.name).pages

    def _transfers(self):
        columns = BankResults.columns
        yield [column.heading for column in columns]
        last = 1
        for row in pain002.rows_of(self.source, Reading(columns)):
            yield from ([] for _gap in range(last + 1, row.number))
            yield [str(row[column.name] or "") for column in columns]
            last = row.number

    def _sparse(self):
        """Of a very long file only its head and the rows with a fault."""
        wanted = {error.row for error in self.errors}
        for number, cells in Stream(self.source, self.name).rows():
            yield cells if number <= HEAD_ROWS or number in wanted else []


def _hash(source):
    sha256 = hashlib.sha256()
    for chunk in chunks_of(source):
        sha256.update(chunk)
    return sha256.hexdigest()
