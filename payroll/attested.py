"""Pay that is earned as wages: attested by whoever directs the work before anybody is paid.

The days of a post are answered for by the village alone, and its pay is a subsidy under the rules
of subsidies. An attested contract earns wages, rate x what was done: no cap, floor, grade,
deduction, least number of days or subsidy for social insurance touches them.
"""

from contracts.models import Contract
from payroll.models import Hold

# What is attested must be what all standing lines of the month show together; the last word holds.
HELD = f"""
    INSERT INTO payroll_hold (line_id, code, fact_id, detail)
    SELECT l.id, '{Hold.Code.ATTEST.value}', NULL, ''
    FROM payroll_payline l JOIN contracts_contract c ON c.id = l.contract_id AND c.attested
    LEFT JOIN LATERAL (
        SELECT a.days, a.quantity FROM contracts_attestation a
        WHERE a.contract_id = l.contract_id AND a.month = l.month ORDER BY a.id DESC LIMIT 1
    ) said ON true
    CROSS JOIN LATERAL (
        SELECT sum(m.days_worked) AS days, sum(m.quantity) AS quantity FROM payroll_payline m
        WHERE m.contract_id = l.contract_id AND m.month = l.month AND m.standing
            AND m.item IN ('post_subsidy', 'uninsured_days')
    ) shown
    WHERE l.run_id = ANY(%s) AND l.due > 0 AND (
        said.days IS NULL OR (said.days, said.quantity) IS DISTINCT FROM
            (shown.days, shown.quantity)
    )
"""


def anybody_attested(area):
    """Whether any contract inside an area earns attested wages, in whatever month."""
    return Contract.objects.inside(area).filter(attested=True).order_by().exists()


def pays_wages(run):
    """Whether a run pays attested wages, and whether it pays anything else."""
    kinds = set(run.lines.order_by().values_list("contract__attested", flat=True).distinct())
    return True in kinds, False in kinds
