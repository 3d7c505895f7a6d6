"""The bank's answer (X-08): each row is matched with the line that was sent."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payroll.models import BankResult, PayRun, SentLine
from project.kernel.roles import Permission
from project.kernel.tables import Column
from project.kernel.texts import without_spaces
from registry.intake import Importer, at_most
from registry.residents import name_rule

OUTCOMES = {
    **dict.fromkeys(("成功", "已入账", "交易成功", "发放成功"), BankResult.Outcome.SUCCESS),
    **dict.fromkeys(("失败", "退回", "退汇", "交易失败", "发放失败"), BankResult.Outcome.FAILURE),
}
TAIL = 4  # Banks often mask an account down to its last digits.


class BankResults(Importer):
    """A file answers for one run; every row must agree with what was sent, to the cent."""

    kind = "bank-results"
    title = gettext_lazy("Results of the bank")
    permission = Permission.PAY_RECONCILE
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

    def check(self, rows):
        batches = {row["batch"] for row in rows}
        sent = SentLine.objects.filter(
            file__number__in=batches, number__in={row["number"] for row in rows}
        ).select_related("file__run", "line__person", "line__account")
        self.sent = {(line.file.number, line.number): line for line in sent}
        answered = BankResult.objects.filter(sent__in=[line.pk for line in self.sent.values()])
        self.answered = set(answered.values_list("sent_id", flat=True))
        self.run = next((self.sent[k].file.run_id for k in map(_key, rows) if k in self.sent), None)
        faults = [fault for row in rows for fault in self._faults(row)]
        again = _("Row %(row)s answers for the same line. Keep one of the rows.")
        faults += self.repeats(rows, "number", _key, again)
        good = sum(row["outcome"] == BankResult.Outcome.SUCCESS for row in rows)
        self.counts = [(_("Credited"), good), (_("Came back"), len(rows) - good)]
        return faults

    def _faults(self, row):
        line = self.sent.get(_key(row))
        if line is None or not self.reaches(line.file.run.area_id):
            sentence = _("No such line of this batch was sent. Check the batch and line number.")
            yield self.fault(row, "number", sentence)
            return
        if line.file.run_id != self.run:
            sentence = _("This batch belongs to another run. Import each run's results apart.")
            yield self.fault(row, "batch", sentence)
        if line.file.run.state != PayRun.State.SENT:
            sentence = _("The run of this batch does not wait for the bank any more.")
            yield self.fault(row, "batch", sentence)
        if line.pk in self.answered:
            sentence = _("The bank has answered for this line already. Delete the row.")
            yield self.fault(row, "number", sentence)
        yield from self._differences(row, line.line)
        if row["outcome"] == BankResult.Outcome.SUCCESS and not row["credited_on"]:
            yield self.fault(row, "credited_on", _("A credited line needs its day. Enter it."))

    def _differences(self, row, line):
        """Money, account and name must be those that were sent."""
        if row["amount"] != line.amount:
            sentence = _("%(sent)s was sent for this line, not %(here)s. Ask the bank.")
            amounts = {"sent": line.amount, "here": row["amount"]}
            yield self.fault(row, "amount", sentence % amounts)
        if row["account"] and line.account and not _same_account(row["account"], line.account):
            yield self.fault(
                row, "account", _("The line was sent to another account. Ask the bank.")
            )
        if row["name"] and row["name"] != line.person.name:
            sentence = _("The line was sent to %(name)s. Check the line number.")
            yield self.fault(row, "name", sentence % {"name": line.person.name})

    def commit(self, rows, *, file):
        BankResult.objects.bulk_create(
            BankResult(
                source=file,
                row=row.number,
                sent=self.sent[_key(row)],
                **{name: row[name] for name in ("outcome", "amount", "reason", "credited_on")},
                serial=row["serial"],
            )
            for row in rows
        )


def _key(row):
    return row["batch"], row["number"]


def _same_account(written, account):
    """Whether an account, perhaps masked, is the one that was sent to."""
    if written.isdigit():
        return written == account.number
    return written[-TAIL:] == account.number[-TAIL:]
