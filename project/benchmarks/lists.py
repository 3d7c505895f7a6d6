"""The worker list, the inbox and the pages of pay, against the query behind each as raw SQL.

Seconds are of one page; the same page is asked for at a thousand holders and at the largest size.
"""

from django.db import connection
from django.test import Client
from django.urls import reverse

from attendance.flows import SheetFlow
from attendance.models import Sheet
from payroll.models import PayLine
from payroll.services import prepare
from project.benchmarks.measure import Figure, watch
from project.benchmarks.scratch import MONTH, county
from project.kernel.steps import follow
from registry.models import Person

PAGES = 20
SMALL = 1000
A_RUN = 10_000  # lines of a township
BACKEND = "registry.access.RoleBackend"
PEOPLE = """
    SELECT p.*, a.*, h.* FROM registry_person p JOIN registry_area a ON a.code = p.area_id
    LEFT JOIN registry_household h ON h.id = p.household_id
    WHERE p.area_id >= %(first)s AND p.area_id < %(end)s AND (p.area_id, p.id) > (%(area)s, %(pk)s)
    ORDER BY p.area_id, p.id LIMIT 51
"""
TASKS = """
    SELECT t.*, p.*, s.*, a.* FROM viewflow_task t JOIN viewflow_process p ON p.id = t.process_id
    JOIN attendance_sheet s ON s.id = p.artifact_object_id
    JOIN registry_area a ON a.code = s.area_id
    WHERE t.flow_task_type = 'HUMAN' AND t.status IN ('NEW', 'ASSIGNED')
        AND t.owner_permission_obj_pk COLLATE "C" >= %(first)s
        AND t.owner_permission_obj_pk COLLATE "C" < %(end)s
    ORDER BY t.id
"""
RUNS = """
    SELECT r.*, a.*, f.* FROM payroll_payrun r JOIN registry_area a ON a.code = r.area_id
    JOIN policy_fund f ON f.code = r.fund_id
    WHERE r.area_id >= %(first)s AND r.area_id < %(end)s ORDER BY r.area_id, r.id LIMIT 51
"""
RUN = """
    SELECT l.*, p.*, c.*, a.* FROM payroll_payline l JOIN registry_person p ON p.id = l.person_id
    JOIN contracts_contract c ON c.id = l.contract_id JOIN registry_area a ON a.code = l.area_id
    WHERE l.run_id = %(run)s ORDER BY l.number LIMIT 301
"""
LINES = """
    SELECT l.*, p.*, c.*, a.* FROM payroll_payline l JOIN registry_person p ON p.id = l.person_id
    JOIN contracts_contract c ON c.id = l.contract_id JOIN registry_area a ON a.code = l.area_id
    WHERE l.area_id >= %(first)s AND l.area_id < %(end)s AND l.standing
        AND (l.area_id, l.id) > (%(area)s, %(pk)s)
    ORDER BY l.area_id, l.id LIMIT 51
"""


def worker_list(sizes):
    """A page from the middle of the list of everybody."""
    for seed, n in _two(sizes):
        made = county(n, seed=seed, checks_in=False)
        village = Person.objects.inside(made.county).order_by("area", "pk")[n // 2]
        start = {"area": village.area_id, "pk": village.pk}
        url = reverse("registry:person-list") + f"?after={village.area_id},{village.pk}"
        yield _figure("worker-list", n, made, url, PEOPLE, start)


def inbox(sizes):
    """Everything that waits for the one who confirms the sheets of all villages."""
    assert SheetFlow.record_class is Sheet
    for seed, n in _two(sizes):
        made = county(n, seed=seed, checks_in=False)
        for sheet in Sheet.objects.due(MONTH, made.county):
            follow(sheet, by=made.people["township_officer"])
        yield _figure("inbox", n, made, reverse("index"), TASKS, {})


def payroll_pages(sizes):
    """The runs of a county, a run with a page of its lines, and a page amid all lines."""
    for seed, n in _two(sizes):
        townships = {"townships": max(1, n // A_RUN), "holders": min(n, A_RUN)}
        made = county(n, seed=seed, checks_in=False, leaves_last_open=False, **townships)
        runs = prepare(MONTH, made.county, by=made.people["township_officer"])
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) payroll_payline")
        run = runs[len(runs) // 2]
        lines = PayLine.objects.inside(made.county).order_by("area", "pk")
        middle = lines[lines.count() // 2]
        start = {"area": middle.area_id, "pk": middle.pk, "run": run.pk}
        listed = reverse("payroll:payline-list") + f"?after={middle.area_id},{middle.pk}"
        for name, url, query in (
            ("payroll-runs", reverse("payroll:payrun-list"), RUNS),
            ("payroll-run", reverse("payroll:payrun", args=[run.pk]), RUN),
            ("payroll-lines", listed, LINES),
        ):
            yield _figure(name, n, made, url, query, start, who="township_officer")


def _two(sizes):
    return enumerate(sorted({min(SMALL, max(sizes)), max(sizes)}))


def _figure(name, n, made, url, query, params, *, who="village_head"):
    client = Client()
    client.force_login(made.people[who], backend=BACKEND)
    inside = {"first": made.county[:6], "end": made.county[:6] + ":"}
    floor = _average(lambda: _rows(query, params | inside))
    page = _average(lambda: _page(client, url))
    return Figure(name, n, page.seconds, floor.seconds, page.peak_mb, done=1)


def _average(look):
    """The mean of many looks; the first, which warms the caches, is not counted."""
    look()
    with watch() as seen:
        for _turn in range(PAGES):
            look()
    seen.seconds /= PAGES
    return seen


def _rows(query, params):
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        rows = cursor.fetchall()
    assert rows


def _page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
