"""Looking through a month for every pattern, county by county, as the workers do.

The floor reads the month's check-ins once, joins contracts and people, and counts for each holder
and for each device; it finds nothing and writes nothing.
"""

from django.db import connection, transaction

from attendance.models import CheckIn
from inspections import flows
from inspections.models import Doubt
from inspections.services import ROOM
from project.benchmarks.inspected import counties, span
from project.benchmarks.measure import Figure, settle, watch, watch_server
from project.benchmarks.scratch import MONTH
from registry.models import Area

MOST = 300_000  # A province; more counties of one city than ninety-nine have no codes.
FLOOR = """
    WITH day AS MATERIALIZED (
        SELECT w.contract_id, c.person_id, p.name, w.phone_id, w.day, w.at, w.in_at
        FROM attendance_checkin w JOIN contracts_contract c ON c.id = w.contract_id
        JOIN registry_person p ON p.id = c.person_id
        WHERE w.day BETWEEN %(first)s AND %(last)s AND w.voids_id IS NULL
            AND c.area_id >= %(low)s AND c.area_id < %(high)s
    ), holder AS (
        SELECT contract_id, person_id, name, count(*) AS n, count(DISTINCT day) AS days,
            min(coalesce(in_at, at::time)) AS came FROM day GROUP BY 1, 2, 3
    ), device AS (
        SELECT phone_id, count(*) AS n, count(DISTINCT person_id) AS people FROM day GROUP BY 1
    )
    SELECT (SELECT sum(n) FROM holder), (SELECT sum(n) FROM device)
"""


def detect(sizes):
    """`n` holders with some twenty-two days each, in counties of five thousand at most."""
    first = 0
    for n in (size for size in sizes if size <= MOST):
        made = counties(n, first=first)
        first += len(made)
        yield _figure(n, made)


def _figure(n, made):
    floor = _floor(span(made))
    settle()
    server = watch_server()
    with watch() as seen:
        fresh = sum(look_through(county) for county in made)
    assert fresh == Doubt.objects.filter(area__code__gte=span(made)["low"]).count() > 0
    memory = {"peak_mb": seen.peak_mb, "server_mb": server()}
    return Figure("detect", n, seen.seconds, floor, queries=seen.queries, found=fresh, **memory)


@transaction.atomic
def look_through(county):
    """One county, found and handed over whole."""
    area = Area.objects.get(pk=county.county)
    (made,) = flows.detect(MONTH, area, by=county.people["inspector"])
    return made.fresh


def _floor(inside):
    settle()
    given = inside | {"first": MONTH.first, "last": MONTH.last}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM)
        with watch() as seen:
            cursor.execute(FLOOR, given)
        by_holder, by_device = cursor.fetchone()
    assert 0 < by_holder == by_device <= CheckIn.objects.count()
    return seen.seconds
