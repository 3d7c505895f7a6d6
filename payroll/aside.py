"""A month computed on the side: nothing of it ever stands in the tables where pay is kept.

Temporary tables of the same names stand before the real ones, so that the very statements that
prepare a month write into them. Only this transaction sees them, and everything is taken back: no
row, no lock and no number is left, and nobody who prepares or approves meanwhile has to wait.
"""

from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Q

from contracts.models import Amendment, Contract
from contracts.selectors import live_in
from payroll.models import PayRun
from policy.models import Rule
from policy.selectors import rules_read_once
from registry.access import ancestors, within

LINES, PARTS, HOLDS = "payroll_payline", "payroll_paypart", "payroll_hold"
EMPTY = "CREATE TEMP TABLE {0} (LIKE {0} INCLUDING ALL) ON COMMIT DROP"
COPY = "CREATE TEMP TABLE {0} ON COMMIT DROP AS {1}"
# What was paid and sent knows real lines by number; those on the side are none of them.
BELOW_ZERO = """
    ALTER TABLE pg_temp.payroll_payline ALTER COLUMN id
    SET INCREMENT BY -1 SET MINVALUE -9000000000000000000 SET START WITH -1 RESTART WITH -1
"""
# A standard other than today's holds from the first day on, like one that was agreed.
STANDARDS = """
    WITH wanted AS (
        SELECT c.id, coalesce(t.amount, round(c.standard * %s, 2)) AS standard, c.area_id,
            t.amount AS fixed, c.standard AS signed
        FROM ({contracts}) c LEFT JOIN unnest(%s::text[], %s::numeric[]) AS t(title, amount)
            ON t.title = c.title
    ), changed AS (
        UPDATE pg_temp.contracts_amendment a
        SET standard = coalesce(w.fixed, round(a.standard * %s, 2))
        FROM wanted w WHERE a.contract_id = w.id AND a.standard IS NOT NULL
    )
    INSERT INTO pg_temp.contracts_amendment (id, contract_id, area_id, state, standard, starts_on)
    SELECT -w.id, w.id, w.area_id, 'in_force', w.standard, %s
    FROM wanted w WHERE w.standard <> w.signed AND NOT EXISTS (
        SELECT FROM pg_temp.contracts_amendment a WHERE a.contract_id = w.id
            AND a.state = 'in_force' AND a.standard IS NOT NULL AND a.starts_on <= %s
    )
"""


@contextmanager
def aside(area, *, without=()):
    """Inside this block a month of an area may be computed; at its end it never was.

    Of the area's runs those `without` are not there, so that they can be computed anew.
    """
    with transaction.atomic(), rules_read_once():
        with connection.cursor() as cursor:
            for table in (LINES, PARTS, HOLDS):
                cursor.execute(EMPTY.format(table))
            cursor.execute(BELOW_ZERO)
        _copied(PayRun.objects.inside(area).exclude(pk__in=list(without)))
        try:
            yield
        finally:
            transaction.set_rollback(True)


def say(rules, month, area):
    """Let other values of rules hold in the whole area from the month on, for this block only."""
    inside = within(area)
    bind = Rule.objects.filter(inside | Q(area__in=ancestors(area)))
    _copied(bind.exclude(inside, code__in=list(rules)))
    Rule.objects.bulk_create(
        Rule(pk=-place, code=code, area_id=area, value=value, valid_from=month.first)
        for place, (code, value) in enumerate(rules.items(), start=1)
    )


def agree(factor, titles, month, area):
    """Let other monthly standards hold: all of them by a factor, and some posts' by an amount."""
    _copied(Amendment.objects.inside(area))
    monthly = live_in(month, area).filter(pay_basis=Contract.PayBasis.MONTH).order_by()
    columns = ("id", "area_id", "title", "standard")
    contracts, params = monthly.values(*columns).query.sql_with_params()
    said = [list(titles), list(titles.values())]
    with connection.cursor() as cursor:
        cursor.execute(
            STANDARDS.format(contracts=contracts),
            [factor, *params, *said, factor, month.first, month.first],
        )


def _copied(rows):
    """Let a copy of some rows stand before their table."""
    query, params = rows.order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(COPY.format(rows.model._meta.db_table, query), params)
