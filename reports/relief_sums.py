"""What the pages of work-for-relief show: shares, their course, people and days, lateness."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import connection

from policy.selectors import rulings
from project.kernel.months import Month, today
from workrelief.arriving import open_lines
from workrelief.forecast import Forecast, forecast, reports_of
from workrelief.models import Member, Project, WageBatch
from workrelief.shares import ZERO, Share, shares

CYCLE = "relief.pay_cycle_days"
NOTHING = (ZERO, ZERO, ZERO)
DONE = [Project.State.MAIN_DONE, Project.State.RECTIFYING]
PEOPLE = """
    WITH chosen AS NOT MATERIALIZED ({projects}), worked AS (
        SELECT w.member_id, sum(w.days) AS days
        FROM workrelief_wageline w JOIN workrelief_wagebatch x ON x.id = w.batch_id
        WHERE x.state IN ('verified', 'filed') AND x.project_id IN (SELECT id FROM chosen)
        GROUP BY 1
    )
    SELECT m.category, p.sex, count(DISTINCT m.person_id),
        count(DISTINCT m.person_id) FILTER (WHERE worked.days > 0), coalesce(sum(worked.days), 0)
    FROM workrelief_member m JOIN chosen j ON j.id = m.project_id
    JOIN registry_person p ON p.id = m.person_id LEFT JOIN worked ON worked.member_id = m.id
    WHERE m.struck_off_on IS NULL AND m.labour_class = 'mass' GROUP BY 1, 2
"""
ARRIVED = """
    WITH chosen AS NOT MATERIALIZED ({projects})
    SELECT x.id, j.id, x.area_id, x.month, j.name, count(DISTINCT w.id),
        max(b.credited_on) FILTER (WHERE b.outcome = 'success'),
        count(*) FILTER (WHERE l.id IS NULL OR b.id IS NULL),
        array_agg(l.id) FILTER (WHERE b.outcome = 'failure')
    FROM workrelief_wagebatch x
    JOIN (SELECT n.id, n.name FROM workrelief_project n JOIN chosen USING (id)) j
        ON j.id = x.project_id
    JOIN workrelief_wageline w ON w.batch_id = x.id AND w.amount > 0
    LEFT JOIN payroll_payline l ON l.contract_id = w.contract_id AND l.month = x.month
        AND l.standing AND l.amount > 0
    LEFT JOIN payroll_sentline s ON s.line_id = l.id
    LEFT JOIN payroll_bankresult b ON b.sent_id = s.id
    WHERE x.state <> 'voided' GROUP BY 1, 2, 3, 4, 5 ORDER BY x.month DESC, x.area_id, x.id
"""


@dataclass(frozen=True)
class Line:
    """One fund line of a project: its share, its forecast, and its months of late wages."""

    project: int
    number: str
    name: str
    state: str
    town: str
    share: Share
    done: Decimal | None
    forecast: Forecast | None
    late: int

    @property
    def state_words(self):
        return Project.State(self.state).label

    @property
    def short(self):
        """The plan, the forecast or, once the works are done, what arrived misses the minimum."""
        share = self.share
        return (
            not share.plan_reaches
            or (self.forecast is not None and not share.reaches(self.forecast.point))
            or (self.state in DONE and not share.paid_reaches)
        )


def overview(projects, *, fund="", short=False):
    """The fund lines of a queryset of projects in their order; five questions for all of them."""
    heads = {row[0]: row for row in projects.values_list("pk", *HEADS)}
    reports, late = reports_of(projects), _overdue(projects)
    lines = [
        _line(share, heads[share.project], reports.get(share.project, []), late[share.project])
        for share in shares(projects)
        if not fund or share.fund == fund
    ]
    return [line for line in lines if line.short] if short else lines


HEADS = ("number", "name", "state", "area__name")


def _line(share, head, reports, late):
    return Line(
        *head,
        share=share,
        done=reports[-1][1] if reports else None,
        forecast=forecast(reports, share.payments, share.committed),
        late=late,
    )


def _overdue(projects):
    """{project: months whose wages are due and not all there yet}."""
    open_ = WageBatch.objects.filter(project__in=projects.order_by().values("pk"))
    rows = open_.exclude(state__in=["filed", "voided"]).order_by()
    rows = list(rows.values_list("project", "area", "month"))
    due, late = due_days([row[1:] for row in rows]), defaultdict(int)
    for project, area, month in rows:
        if (on := due[area, month]) and on < today():
            late[project] += 1
    return late


def due_days(places):
    """{(area, month): the day by which its wages must have arrived}; None where no rule says."""
    areas = defaultdict(set)
    for area, month in places:
        areas[month].add(area)
    ruled = {
        month: rulings([CYCLE], on=month.last, areas=sorted(there))
        for month, there in areas.items()
    }
    found = {}
    for area, month in set(places):
        days = ruled[month][area].get(CYCLE)
        found[area, month] = month.last + timedelta(days=days.value) if days else None
    return found


@dataclass(frozen=True)
class Standing:
    """All lines together at the end of a month: labour paid, money given, labour asked for."""

    month: Month
    paid: Decimal
    amount: Decimal
    least: Decimal


def course(found):
    """Month by month since the first money, how the labour paid stood to the minimum."""
    if not found:
        return []
    moved = defaultdict(lambda: list(NOTHING))
    for line in found:
        share = line.share
        given = moved[Month.of(share.issued_on)]
        given[1] += share.amount
        given[2] += share.least
        for on, yuan in share.payments:
            moved[Month.of(on)][0] += yuan
    return list(_sums_to(moved, Month.of(today())))


def _sums_to(moved, last):
    """What came together by the end of each month, from the first in which money moved."""
    month, sums = min(moved), NOTHING
    while month <= last:
        sums = [old + new for old, new in zip(sums, moved.get(month, NOTHING), strict=True)]
        yield Standing(month, *sums)
        month = month.plus(1)


@dataclass(frozen=True)
class Group:
    """People of one category and sex who work with their hands, and their days confirmed."""

    category: str
    sex: str
    people: int
    worked: int
    days: Decimal

    @property
    def words(self):
        return Member.Category(self.category).label


def people(projects):
    """The people of a queryset of projects by category and sex, in one statement."""
    order = Member.Category.values
    groups = [Group(*row) for row in _asked(PEOPLE, projects)]
    return sorted(groups, key=lambda group: (order.index(group.category), group.sex))


@dataclass(frozen=True)
class Arrival:
    """A project's month of wages: due, arrived, what is missing, and the days over."""

    batch: int
    project: int
    month: Month
    name: str
    workers: int
    due_on: object
    arrived_on: object
    missing: int
    days: int


def arrivals(projects):
    """How late each month's wages of a queryset of projects are, the newest first (R-81)."""
    rows = _asked(ARRIVED, projects)
    back = {pk for row in rows for pk in row[-1] or ()}
    still = set(open_lines(pk__in=back).values_list("pk", flat=True)) if back else set()
    rows = [(*row[:3], Month.of(row[3]), *row[4:]) for row in rows]
    due = due_days([(area, month) for _batch, _project, area, month, *_rest in rows])
    return [_arrival(row, due[row[2], row[3]], still) for row in rows]


def _arrival(row, due, still):
    batch, project, _area, month, name, workers, last, missing, back = row
    missing += len(still.intersection(back or ()))
    arrived = None if missing else last
    over = ((arrived or today()) - due).days if due and (missing or last) else 0
    return Arrival(batch, project, month, name, workers, due, arrived, missing, max(over, 0))


def _asked(statement, projects):
    sql, params = projects.order_by().values("id", "area_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement.format(projects=sql), params)
        return cursor.fetchall()
