"""The statutory tables of projects, from the records: dispatch (X-12, F-31) and ledger (X-14).

Money is in units of ten thousand yuan, exact to the cent; nothing in a table is stored.
"""

from dataclasses import astuple, dataclass, fields
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count

from attendance.models.showing import shown
from project.kernel.months import Month
from registry.models import NATION
from workrelief.models import Project
from workrelief.shares import COUNTS, FOREMEN

WAN = Decimal(10_000)
TICK = "√"
State = Project.State
# Which of the four boxes a state ticks; a project given up ticks none.
STAGES = (
    ("preparing", {State.RESERVE, State.APPLIED, State.PLAN_ISSUED, State.PREPARING}),
    ("building", {State.STARTED, State.SUSPENDED}),
    ("built", {State.MAIN_DONE, State.RECTIFYING, State.ACCEPTED}),
    ("used", {State.IN_USE, State.HANDED_OVER, State.ARCHIVED}),
)
# Money joined from other programmes, and what the place itself adds, is no relief money.
TOLD = f"""
    WITH chosen AS NOT MATERIALIZED ({{projects}}),
    given AS (
        SELECT f.project_id, string_agg(DISTINCT d.name, '、') AS funds, sum(f.amount) AS amount,
            sum(f.amount) FILTER (WHERE f.fund_id NOT IN ('integrated', 'local_match')) AS relief,
            sum(f.amount) FILTER (WHERE f.fund_id = 'integrated') AS integrated,
            sum(f.amount) FILTER (WHERE f.year = %(year)s) AS this_year
        FROM workrelief_fundline f JOIN policy_fund d ON d.code = f.fund_id
        WHERE f.project_id IN (SELECT id FROM chosen) AND f.issued_on <= %(on)s GROUP BY 1
    ), wages AS (
        SELECT m.project_id, sum(l.amount) AS paid,
            sum(l.amount) FILTER (WHERE f.fund_id = 'provincial') AS provincial,
            sum(l.amount) FILTER (WHERE {COUNTS}) AS labour,
            sum(l.amount) FILTER (WHERE {COUNTS} AND b.credited_on >= %(january)s) AS this_year
        FROM workrelief_member m JOIN chosen j ON j.id = m.project_id
        JOIN workrelief_fundline f ON f.id = m.fund_line_id
        JOIN registry_person p ON p.id = m.person_id
        JOIN payroll_payline l ON l.contract_id = m.contract_id
            AND l.item IN ('post_subsidy', 'uninsured_days')
        JOIN payroll_sentline s ON s.line_id = l.id
        JOIN payroll_bankresult b ON b.sent_id = s.id AND b.outcome = 'success'
        {FOREMEN}
        WHERE b.credited_on <= %(on)s GROUP BY 1
    ), spent AS (
        SELECT f.project_id, sum(s.amount) AS paid,
            sum(s.amount) FILTER (WHERE f.fund_id = 'provincial') AS provincial
        FROM workrelief_spending s JOIN workrelief_fundline f ON f.id = s.fund_line_id
        WHERE f.project_id IN (SELECT id FROM chosen) AND s.paid_on <= %(on)s GROUP BY 1
    ), people AS (
        SELECT m.project_id, count(DISTINCT m.person_id) FILTER (WHERE {COUNTS}) AS local,
            count(DISTINCT m.person_id) FILTER (
                WHERE m.labour_class = 'mass' AND c.ends_on >= %(january)s) AS this_year,
            count(DISTINCT m.person_id) FILTER (
                WHERE {COUNTS} AND c.ends_on >= %(january)s) AS local_this_year,
            count(DISTINCT m.area_id) FILTER (WHERE {COUNTS}) AS villages
        FROM workrelief_member m JOIN chosen j ON j.id = m.project_id
        JOIN registry_person p ON p.id = m.person_id JOIN contracts_contract c
            ON c.id = m.contract_id AND c.state NOT IN ('draft', 'offered', 'void')
        {FOREMEN}
        WHERE c.starts_on <= %(on)s GROUP BY 1
    ), taught AS (
        SELECT g.project_id, count(DISTINCT t.person_id) AS people
        FROM workrelief_training g JOIN workrelief_trainee t ON t.training_id = g.id
        WHERE g.held AND g.on <= %(on)s AND g.project_id IN (SELECT id FROM chosen) GROUP BY 1
    ), posts AS (
        SELECT x.project_id, count(*) AS there
        FROM workrelief_createdpost x JOIN posts_post o ON o.id = x.post_id
        WHERE o.state IN ('approved', 'open', 'suspended')
            AND x.project_id IN (SELECT id FROM chosen) GROUP BY 1
    )
    SELECT j.id, j.number, j.name, coalesce(y.name, ''), j.state, coalesce(given.funds, ''),
        j.investment, coalesce(given.amount, 0), coalesce(given.relief, 0),
        coalesce(given.integrated, 0), coalesce(given.this_year, 0),
        coalesce(wages.paid, 0) + coalesce(spent.paid, 0),
        coalesce(wages.provincial, 0) + coalesce(spent.provincial, 0),
        coalesce(wages.labour, 0), coalesce(wages.this_year, 0),
        coalesce(people.local, 0), coalesce(people.this_year, 0),
        coalesce(people.local_this_year, 0), coalesce(people.villages, 0),
        coalesce(posts.there, 0), coalesce(taught.people, 0),
        j.content, coalesce(last.done, ''), last.percent, j.beneficiaries
    FROM workrelief_project j
    LEFT JOIN registry_area y ON y.code = rpad(left(j.area_id, 6), 12, '0')
    LEFT JOIN given ON given.project_id = j.id LEFT JOIN wages ON wages.project_id = j.id
    LEFT JOIN spent ON spent.project_id = j.id LEFT JOIN people ON people.project_id = j.id
    LEFT JOIN taught ON taught.project_id = j.id LEFT JOIN posts ON posts.project_id = j.id
    LEFT JOIN LATERAL (
        SELECT r.percent, r.done FROM workrelief_progress r
        WHERE r.project_id = j.id AND r.on <= %(on)s ORDER BY r.on DESC, r.id DESC LIMIT 1
    ) last ON true
    WHERE j.id IN (SELECT id FROM chosen)
    ORDER BY j.area_id, j.id
"""


@dataclass(frozen=True)
class Told:
    """What a project comes to on a day, in yuan and people, as the records have it."""

    project: int
    number: str
    name: str
    county: str
    state: str
    funds: str
    investment: Decimal
    amount: Decimal
    relief: Decimal
    integrated: Decimal
    year_amount: Decimal
    paid: Decimal
    provincial: Decimal
    labour: Decimal
    year_labour: Decimal
    local: int
    year_people: int
    year_local: int
    villages: int
    posts: int
    trained: int
    content: str
    done: str
    percent: Decimal | None
    beneficiaries: int


@dataclass(frozen=True)
class Dispatch:
    """One row of the dispatch table, its twenty columns in their order (X-12)."""

    number: int
    county: str
    name: str
    funds: str
    amount: Decimal
    investment: Decimal
    relief: Decimal
    integrated: Decimal
    preparing: str
    building: str
    built: str
    used: str
    paid: Decimal
    provincial: Decimal
    labour: Decimal
    workers: int
    posts: int
    trained: int
    content: str
    note: str


@dataclass(frozen=True)
class Ledger:
    """One row of the county's ledger of projects in progress (X-14)."""

    number: str
    name: str
    investment: Decimal
    relief: Decimal
    year_plan: Decimal
    done: Decimal
    paid: Decimal
    today: int
    year_people: int
    year_local: int
    year_labour: Decimal
    villages: int
    beneficiaries: int


def told(projects, on):
    """Everything both tables say of a queryset of projects on a day, in one statement."""
    # The whole statement takes named parameters, so those of the queryset are named as well.
    sql, given = projects.order_by().values("id", "area_id").query.sql_with_params()
    names = {f"p{place}": value for place, value in enumerate(given)}
    sql = sql % tuple(f"%({name})s" for name in names)
    params = names | {"on": on, "year": on.year, "january": date(on.year, 1, 1)}
    with connection.cursor() as cursor:
        cursor.execute(TOLD.format(projects=sql), params)
        return [Told(*row) for row in cursor]


def in_wan(yuan):
    """Yuan in units of ten thousand, exact."""
    return yuan / WAN


def dispatch(projects, on):
    """The rows of the dispatch table (X-12)."""
    return [_dispatched(number, one) for number, one in enumerate(told(projects, on), 1)]


def _dispatched(number, one):
    ticks = {name: TICK if one.state in states else "" for name, states in STAGES}
    done = f"{one.percent.normalize():f}%" if one.percent is not None else ""
    results = "；".join(
        words for words in (one.content, done and f"已完成{done}", one.done) if words
    )
    return Dispatch(
        number=number,
        county=one.county,
        name=one.name,
        funds=one.funds,
        **{name: in_wan(getattr(one, name)) for name in ("amount", "investment", "relief")},
        **{name: in_wan(getattr(one, name)) for name in ("integrated", "paid", "provincial")},
        labour=in_wan(one.labour),
        workers=one.local,
        posts=one.posts,
        trained=one.trained,
        content=results,
        note=_note(one),
        **ticks,
    )


def _note(one):
    notes = {State.SUSPENDED: "停工", State.RECTIFYING: "整改中", State.CANCELLED: "已取消"}
    return notes.get(one.state, "")


def ledger(projects, on):
    """The rows of the county's ledger (X-14); what is done is the investment by progress."""
    present = _present(projects, on)
    return [
        Ledger(
            number=one.number,
            name=one.name,
            investment=in_wan(one.investment),
            relief=in_wan(one.relief),
            year_plan=in_wan(one.year_amount),
            done=in_wan(one.investment) * (one.percent or 0) / 100,
            paid=in_wan(one.paid),
            today=present.get(one.project, 0),
            year_people=one.year_people,
            year_local=one.year_local,
            year_labour=in_wan(one.year_labour),
            villages=one.villages,
            beneficiaries=one.beneficiaries,
        )
        for one in told(projects, on)
    ]


def _present(projects, on):
    """{project: people who show work on a day}."""
    rows = shown(Month.of(on), NATION).filter(
        day=on,
        contract__relief_member__project__in=projects.order_by().values("pk"),
        contract__relief_member__labour_class="mass",
    )
    counted = rows.order_by().values_list("contract__relief_member__project")
    return dict(counted.annotate(people=Count("contract__person", distinct=True)))


def sums(rows):
    """The last line: what can be added up is, ticks are counted, the rest stays empty."""
    if not rows:
        return []
    names = [field.name for field in fields(rows[0])]
    return [
        _sum(name, values)
        for name, values in zip(names, zip(*map(astuple, rows), strict=True), strict=True)
    ]


def _sum(name, values):
    if name in dict(STAGES):
        return values.count(TICK)
    if name == "number" or isinstance(values[0], str):
        return ""
    return sum(values)
