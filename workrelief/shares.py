"""The labour share of every fund line, planned and paid, counted in one statement (R-61, R-83).

Planned is what the plan gives to labour; paid is what the bank has credited to the own cards of
local people who work with their hands. Machines, materials, management, professional crews,
foremen and people from elsewhere never count. Both stand over the amount of the fund line, and
are compared exactly: labour x 100 >= minimum x amount, never by a rounded percentage.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection

CODE = "relief.min_share"
ZERO = Decimal(0)
# The nearest area's minimum for the line's fund on the day the line was issued.
MINIMUM = f"""
    LEFT JOIN LATERAL (
        SELECT r.id, (r.value #>> '{{{{}}}}')::numeric AS share FROM policy_rule r
        WHERE r.code = '{CODE}' AND (r.fund_id = f.fund_id OR r.fund_id IS NULL)
            AND r.area_id IN (j.area_id, rpad(left(j.area_id, 9), 12, '0'),
                rpad(left(j.area_id, 6), 12, '0'), rpad(left(j.area_id, 4), 12, '0'),
                rpad(left(j.area_id, 2), 12, '0'), '000000000000')
            AND r.valid_from <= f.issued_on
            AND (r.valid_to IS NULL OR r.valid_to >= f.issued_on)
        ORDER BY length(rtrim(r.area_id, '0')) DESC, r.fund_id IS NULL, r.valid_from DESC
        LIMIT 1
    ) least ON true
"""
# Who counts: hands of the project's own county that lead no team. It stands in the sums and
# not among the joins, where the planner would take it for nearly nobody.
FOREMEN = """
    LEFT JOIN (SELECT DISTINCT project_id, foreman_id FROM workrelief_team) t
        ON t.project_id = m.project_id AND t.foreman_id = m.person_id
"""
COUNTS = """
    m.labour_class = 'mass' AND left(p.area_id, 6) = left(j.area_id, 6) AND t.foreman_id IS NULL
"""
SHARES = f"""
    WITH chosen AS NOT MATERIALIZED ({{projects}}),
    planned AS (
        SELECT l.fund_line_id, sum(l.amount) AS labour
        FROM workrelief_labourplan l JOIN workrelief_fundline f ON f.id = l.fund_line_id
        WHERE f.project_id IN (SELECT id FROM chosen) GROUP BY 1
    ), by_day AS (
        SELECT m.fund_line_id, b.credited_on AS day,
            sum(l.amount) FILTER (WHERE b.outcome = 'success' AND {COUNTS}) AS paid,
            sum(l.amount) FILTER (WHERE b.outcome IS NULL AND l.standing AND {COUNTS}) AS committed
        FROM workrelief_member m JOIN chosen j ON j.id = m.project_id
        JOIN registry_person p ON p.id = m.person_id
        JOIN payroll_payline l ON l.contract_id = m.contract_id
            AND l.item IN ('post_subsidy', 'uninsured_days')
        LEFT JOIN payroll_sentline s ON s.line_id = l.id
        LEFT JOIN payroll_bankresult b ON b.sent_id = s.id
        {FOREMEN}
        GROUP BY 1, 2
    ), earned AS MATERIALIZED (
        SELECT fund_line_id, sum(paid) AS paid, sum(committed) AS committed,
            max(day) FILTER (WHERE paid > 0) AS last_on,
            array_agg(day ORDER BY day) FILTER (WHERE paid > 0) AS days,
            array_agg(paid ORDER BY day) FILTER (WHERE paid > 0) AS sums
        FROM by_day GROUP BY 1
    )
    SELECT j.id, f.id, f.fund_id, d.name, f.year, f.amount, f.issued_on,
        coalesce(w.labour, 0), coalesce(e.paid, 0), coalesce(e.committed, 0),
        least.share, least.id, e.last_on, e.days, e.sums
    FROM chosen j JOIN workrelief_fundline f ON f.project_id = j.id
    JOIN policy_fund d ON d.code = f.fund_id
    LEFT JOIN planned w ON w.fund_line_id = f.id
    LEFT JOIN earned e ON e.fund_line_id = f.id
    {MINIMUM}
    ORDER BY j.area_id, j.id, f.id
"""


@dataclass(frozen=True)
class Share:
    """One fund line's labour: amounts in yuan, `minimum` a fraction or None where no rule asks.

    `rule` is the row that says the minimum; `last_on` the day on which money last arrived, `days`
    and `sums` when how much of it did.
    """

    project: int
    fund_line: int
    fund: str
    fund_name: str
    year: int
    amount: Decimal
    issued_on: date
    planned: Decimal
    paid: Decimal
    committed: Decimal
    minimum: Decimal | None
    rule: int | None
    last_on: date | None
    days: list[date] | None = field(default=None, compare=False)
    sums: list[Decimal] | None = field(default=None, compare=False)

    @property
    def payments(self):
        """Pairs of a day and the labour that arrived on it, in the order of the days."""
        return list(zip(self.days or (), self.sums or (), strict=True))

    def reaches(self, labour):
        """Whether an amount of labour is at least the minimum of this line, compared exactly."""
        return self.minimum is None or labour >= self.minimum * self.amount

    @property
    def least(self):
        """The labour the minimum asks of this line, in yuan; nothing where no rule asks."""
        return ZERO if self.minimum is None else self.minimum * self.amount

    @property
    def plan_reaches(self):
        return self.reaches(self.planned)

    @property
    def paid_reaches(self):
        return self.reaches(self.paid)


def shares(projects):
    """The shares of every fund line of a queryset of projects, in one statement, in their order."""
    sql, params = projects.order_by().values("id", "area_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(SHARES.format(projects=sql), params)
        return [Share(*row) for row in cursor]


def percent(labour, amount):
    """A share for people to read, to two places; never compared."""
    return f"{labour * 100 / amount:.2f}%" if amount else ""
