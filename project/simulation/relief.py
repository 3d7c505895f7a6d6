"""Work-for-relief projects over the contracts of a synthetic county: rosters, plans, progress."""

from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction

from project.simulation.copying import copy, reserve
from workrelief.models import FundLine, LabourPlan, Member, Progress, Project

FUND = "central_investment"
TRADES = (("普工", 120), ("砌筑工", 180))
PLACED = """
    UPDATE contracts_contract SET attested = true, pay_basis = 'day'
    WHERE area_id LIKE %(inside)s AND fund_id = %(fund)s
"""
# Neighbours work on one project; every twentieth drives a machine and does not count as labour.
ROSTER = """
    INSERT INTO workrelief_member (project_id, fund_line_id, area_id, person_id, contract_id, trade,
        section, category, labour_class, pay_basis, rate, starts_on, ends_on, listed_at,
        listed_by_id)
    SELECT %(project)s + place, %(line)s + place, area_id, person_id, id, '普工', '',
        (%(categories)s::text[])[1 + number %% cardinality(%(categories)s::text[])],
        CASE WHEN number %% 20 = 7 THEN 'machine' ELSE 'mass' END, 'day', standard,
        starts_on, ends_on, now(), %(by)s
    FROM (
        SELECT c.*, row_number() OVER w AS number,
            (row_number() OVER w - 1) * %(count)s / count(*) OVER () AS place
        FROM contracts_contract c WHERE c.area_id LIKE %(inside)s AND c.fund_id = %(fund)s
        WINDOW w AS (ORDER BY c.area_id, c.id)
    ) listed
"""

# A month of twenty days for everybody on a roster, walked to its end.
WAGES = """
    INSERT INTO workrelief_wagebatch (state, project_id, area_id, month)
    SELECT 'drafted', id, area_id, %(month)s FROM workrelief_project WHERE area_id LIKE %(inside)s
"""
WAGE_LINES = """
    INSERT INTO workrelief_wageline (batch_id, number, member_id, contract_id, days, rate, amount,
        reason, signed_on)
    SELECT x.id, row_number() OVER (PARTITION BY x.id ORDER BY m.id), m.id, m.contract_id, 20,
        m.rate, m.rate * 20, '', %(month)s
    FROM workrelief_wagebatch x JOIN workrelief_member m ON m.project_id = x.project_id
    WHERE x.area_id LIKE %(inside)s AND x.month = %(month)s
"""
FILED = """
    UPDATE workrelief_wagebatch SET state = 'filed'
    WHERE area_id LIKE %(inside)s AND month = %(month)s
"""


@transaction.atomic
def add_projects(made, count, *, on):
    """Put everybody of a county who is paid from the fund on the roster of one of `count` projects.

    Each project has one fund line of which a third or more is planned for labour, and reports of
    its progress on two days before `on`.
    """
    by = made.people["ndrc_officer"].pk
    project, line = reserve(Project, count), reserve(FundLine, count)
    places = range(count)
    starts_on = on - timedelta(days=120)
    _write_projects(made, count, project, starts_on, on)
    amount = Decimal(_people(made, count) * 6000)
    copy(
        FundLine,
        ("id", "project_id"),
        ((line + n, project + n) for n in places),
        fund_id=FUND,
        year=on.year,
        amount=amount,
        issued_on=starts_on,
        added_by_id=by,
    )
    _plan_and_report(made, count, project, line, on, by)
    params = {"inside": made.county[:6] + "%", "fund": FUND, "project": project, "line": line}
    params |= {"count": count, "by": by, "categories": Member.Category.values}
    with connection.cursor() as cursor:
        cursor.execute(PLACED, params)
        # Each row of the roster is looked up in these; the planner must know their size.
        cursor.execute("ANALYZE workrelief_project, workrelief_fundline, contracts_contract")
        cursor.execute(ROSTER, params)


def _write_projects(made, count, project, starts_on, on):
    copy(
        Project,
        ("id", "area_id", "number", "name", "mode"),
        (
            (project + n, _town(made, n, count), _number(made, n), _name(n), _mode(n))
            for n in range(count)
        ),
        state=Project.State.STARTED,
        field=Project.Field.TRANSPORT,
        year=on.year,
        content="硬化通组道路，修建排水沟",
        investment=Decimal(1_500_000),
        plan_issued_on=starts_on,
        started_on=starts_on,
        planned_start=starts_on,
        planned_end=on + timedelta(days=60),
    )


@transaction.atomic
def add_wages(made, month):
    """A wage batch of a month for each project, filed."""
    params = {"inside": made.county[:6] + "%", "month": month.first}
    with connection.cursor() as cursor:
        for statement in (WAGES, WAGE_LINES, FILED):
            cursor.execute(statement, params)


def _plan_and_report(made, count, project, line, on, by):
    people = max(1, _people(made, count) // len(TRADES))
    copy(
        LabourPlan,
        ("fund_line_id", "trade", "rate"),
        ((line + n, trade, rate) for n in range(count) for trade, rate in TRADES),
        headcount=people,
        unit="day",
        units=15,
    )
    days = [(on - timedelta(days=60), 20), (on, 45)]
    copy(
        Progress,
        ("project_id", "on", "percent"),
        ((project + n, day, share + n % 30) for n in range(count) for day, share in days),
        done="",
        reported_by_id=by,
    )


def _people(made, count):
    return max(1, made.holders // count)


def _town(made, n, count):
    """Each township has as many projects as people, in their order."""
    return f"{made.county[:6]}{101 + n * made.townships // count:03}000"


def _number(made, n):
    return f"SIM-{made.county[:6]}-{n:05}"


def _name(n):
    return f"第{n + 1}号通组道路以工代赈项目"


def _mode(n):
    modes = Project.Mode.values
    return modes[n % len(modes)]
