"""The bank: it reads the file that finance takes to it, pays each row once, and answers."""

import csv
import io
import random
import threading
from collections import Counter
from decimal import Decimal

HEAD = ["批次号", "行号", "账号", "姓名", "金额", "状态", "失败原因", "入账日期", "流水号"]
CLOSED = 0.02  # of the accounts known at first are closed, which nobody told the office


class Bank:
    """Its own ledger: batches as they came, what was credited to whom, what came back."""

    def __init__(self, seed):
        self.chance, self.alone = random.Random(seed), threading.Lock()
        self.batches, self.outcome = {}, {}  # batch: rows; (batch, number): success or failure
        self.twice = Counter()

    def takes(self, content):
        """A file of payments; one known already is answered for again and paid no second time."""
        first, *rows, _last = content.decode("gb18030").splitlines()
        batch = first.split("|")[1]
        found = {}
        for row in rows:
            _mark, number, account, name, amount, *_rest = row.split("|")
            found[int(number)] = (account, name, Decimal(amount))
        with self.alone:
            known = self.batches.setdefault(batch, found)
            assert known == found, f"the file of batch {batch} is another one now"
            self.twice[batch] += 1
            for number, (account, _name, _amount) in sorted(found.items()):
                self.outcome.setdefault((batch, number), self._outcome(account))
        return batch

    def _outcome(self, account):
        closed = account.startswith("62172230") and self.chance.random() < CLOSED
        return "失败" if closed else "成功"

    def answers(self, batch, numbers, on):
        """The answer for some rows of a batch, as a file."""
        out = io.StringIO()
        write = csv.writer(out)
        write.writerow(HEAD)
        for number in sorted(numbers):
            account, name, amount = self.batches[batch][number]
            outcome = self.outcome[batch, number]
            back = outcome == "失败"
            told = ["账户已销户", "", ""] if back else ["", on, f"{batch}-{number}"]
            write.writerow([batch, number, account, name, amount, outcome, *told])
        return out.getvalue().encode("utf-8-sig")

    def credited(self):
        """{(batch, row): amount} of everything that arrived."""
        return {
            (batch, number): amount
            for batch, rows in self.batches.items()
            for number, (_account, _name, amount) in rows.items()
            if self.outcome[batch, number] == "成功"
        }
