"""What money must come to: each rule one question to the whole database, each answer a row."""

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payroll.checks import committed
from payroll.models import PayRun
from policy.selectors import allocated
from project.integrity.findings import Check
from project.kernel.money import yuan

ONE_EACH = ("fund_id", "area_id", "month")
SUMS = {
    "payroll_bankfile": (
        gettext_lazy("The bank file says another number of lines, or another sum, than it has."),
        """
        SELECT f.id FROM payroll_bankfile f LEFT JOIN (
            SELECT file_id, count(*) AS rows, sum(amount) AS total FROM payroll_sentline GROUP BY 1
        ) s ON s.file_id = f.id
        WHERE (f.rows, f.total) IS DISTINCT FROM (coalesce(s.rows, 0), coalesce(s.total, 0))
        """,
    ),
    "payroll_sentline": (
        gettext_lazy("What was sent is not what the pay line says, or of another run."),
        """
        SELECT s.id FROM payroll_sentline s JOIN payroll_bankfile f ON f.id = s.file_id
        LEFT JOIN payroll_payline l ON l.id = s.line_id
        WHERE l.id IS NULL OR l.amount <> s.amount OR l.run_id <> f.run_id
        """,
    ),
    "payroll_bankresult": (
        gettext_lazy("The bank answered for another amount than was sent."),
        """
        SELECT b.id FROM payroll_bankresult b JOIN payroll_sentline s ON s.id = b.sent_id
        WHERE s.amount <> b.amount
        """,
    ),
    "payroll_payline": (
        gettext_lazy("The pay line belongs to another person or month than its contract and run."),
        """
        SELECT l.id FROM payroll_payline l JOIN payroll_payrun r ON r.id = l.run_id
        JOIN contracts_contract c ON c.id = l.contract_id
        WHERE c.person_id <> l.person_id OR r.month <> l.month
        """,
    ),
    "payroll_payline, standing": (
        gettext_lazy("Two lines stand for one contract, month and item. Only one may be paid."),
        """
        SELECT max(id) FROM payroll_payline WHERE standing
        GROUP BY contract_id, month, item HAVING count(*) > 1
        """,
    ),
    "payroll_payline, sent": (
        gettext_lazy("The line no longer stands, and its money has not come back."),
        """
        SELECT l.id FROM payroll_payline l JOIN payroll_sentline s ON s.line_id = l.id
        LEFT JOIN payroll_bankresult b ON b.sent_id = s.id
        WHERE NOT l.standing AND b.outcome IS DISTINCT FROM 'failure'
        """,
    ),
    "payroll_payrun": (
        gettext_lazy("A run was sent without approvals by different people."),
        """
        SELECT id FROM payroll_payrun
        WHERE state IN ('sent', 'reconciled', 'closed') AND corrects_id IS NULL AND (
            SELECT count(DISTINCT hand) FROM unnest(ARRAY[prepared_by_id, confirmed_by_id,
                township_approved_by_id, department_approved_by_id, finance_approved_by_id]) hand
        ) < 5
        """,
    ),
    "payroll_recovery": (
        gettext_lazy("More came back than is asked for, or less than nothing."),
        """
        SELECT r.id FROM payroll_recovery r JOIN (
            SELECT recovery_id, sum(amount) AS back FROM payroll_repayment GROUP BY 1
        ) p ON p.recovery_id = r.id
        WHERE p.back < 0 OR p.back > r.amount OR r.state = 'settled' AND p.back <> r.amount
        """,
    ),
    "payroll_recovery, lines": (
        gettext_lazy("The recovery does not ask for the sum of its lines."),
        """
        SELECT r.id FROM payroll_recovery r LEFT JOIN (
            SELECT recovery_id, sum(amount) AS asked FROM payroll_recoveryline GROUP BY 1
        ) l ON l.recovery_id = r.id
        WHERE r.state <> 'cancelled' AND r.amount IS DISTINCT FROM l.asked
        """,
    ),
    "payroll_recoveryline": (
        gettext_lazy("More is asked back for this pay line than was paid."),
        """
        SELECT max(o.id) FROM payroll_recoveryline o
        JOIN payroll_recovery r ON r.id = o.recovery_id AND r.state <> 'cancelled'
        JOIN payroll_payline l ON l.id = o.line_id
        GROUP BY o.line_id, l.amount HAVING sum(o.amount) > l.amount
        """,
    ),
}


class MoneyAddsUp(Check):
    """Sent is what was approved, answered is what was sent, and no more comes back than paid."""

    name = "money"

    def findings(self):
        with connection.cursor() as cursor:
            for title, (said, asked) in SUMS.items():
                cursor.execute(f"{asked} ORDER BY 1")
                for (pk,) in cursor.fetchall():
                    yield self.found(title.split(",")[0], pk, str(said))


class FundsSuffice(Check):
    """No fund binds more in a year than it was given there (as the finance office counts it)."""

    name = "funds"

    def findings(self):
        seen = set()
        years = PayRun.objects.order_by(*ONE_EACH).distinct(*ONE_EACH)
        for run in years:
            given = allocated(run.fund_id, run.area_id, run.month.year)
            if given is None or (run.fund_id, given[0], run.month.year) in seen:
                continue
            where, amount = given
            seen.add((run.fund_id, where, run.month.year))
            if (bound := committed(run, where)) > amount:
                said = _("%(year)s in %(area)s: %(bound)s yuan are bound, %(amount)s were given.")
                words = {"year": run.month.year, "area": where}
                words |= {"bound": yuan(bound), "amount": yuan(amount)}
                yield self.found("policy_fund", run.fund_id, said % words)
