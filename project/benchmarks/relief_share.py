"""The labour shares of all projects in one statement, and the page that shows them.

`n` workers on up to a thousand projects, each with a pay line and the bank's answer. The floor of
the shares is a bare sum over the same joins: no minimum, no plan, no rule who counts.
"""

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from payroll.models import PayRun
from payroll.services import prepare, send
from project.benchmarks.measure import Figure, watch
from project.benchmarks.scratch import MONTH, county
from project.simulation.relief import FUND, add_projects, add_wages
from registry.models import ImportedFile
from workrelief.models import Project
from workrelief.shares import shares

ROUNDS = 5
A_TOWNSHIP = 10_000
A_PROJECT = 100
BACKEND = "registry.access.RoleBackend"
BARE = """
    SELECT m.fund_line_id, sum(l.amount) FROM workrelief_member m
    JOIN payroll_payline l ON l.contract_id = m.contract_id
    JOIN payroll_sentline s ON s.line_id = l.id
    JOIN payroll_bankresult b ON b.sent_id = s.id AND b.outcome = 'success' GROUP BY 1
"""
# Every fiftieth payment came back; the rest were credited on four days, as the bank works.
ANSWERS = """
    INSERT INTO payroll_bankresult (source_id, row, sent_id, outcome, amount, reason, credited_on,
        serial)
    SELECT %(file)s, row_number() OVER (ORDER BY s.id), s.id,
        CASE WHEN s.id %% 50 = 3 THEN 'failure' ELSE 'success' END, s.amount, '',
        %(since)s + (20 + s.id %% 4)::int, ''
    FROM payroll_sentline s
"""
SIGNERS = {
    "confirmed": "township_reviewer",
    "township_approved": "township_leader",
    "department_approved": "department_officer",
    "finance_approved": "finance_officer",
}


def relief_share(sizes):
    """Shares and page at a hundredth of the largest size, or a thousand workers, and at it."""
    largest = max(sizes)
    for seed, n in enumerate(sorted({min(1000, largest), largest})):
        made = county(n, seed=seed, checks_in=False, leaves_last_open=False, **_towns(n))
        _pay(made)
        count = max(1, n // A_PROJECT)
        add_projects(made, count, on=MONTH.last)
        add_wages(made, MONTH)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
        yield _shares(n, made)
        yield _page(n, made)


def _towns(n):
    towns = max(1, n // A_TOWNSHIP)
    return {"townships": towns, "holders": n // towns, "funds": (FUND,)}


def _pay(made):
    """A month paid to everybody and answered by the bank."""
    signed = {f"{step}_by": made.people[role] for step, role in SIGNERS.items()}
    moments = {f"{step}_at": timezone.now() for step in SIGNERS}
    for run in prepare(MONTH, made.county, by=made.people["township_officer"]):
        PayRun.objects.filter(pk=run.pk).update(
            state=PayRun.State.FINANCE_APPROVED, **signed, **moments
        )
        send(run, by=made.people["finance_officer"])
    file = ImportedFile.objects.create(
        kind="bank-results",
        name="results",
        sha256=made.county.ljust(64, "0"),
        rows=made.holders,
        imported_by=made.people["finance_officer"],
    )
    inside = {"file": file.pk, "since": MONTH.last}
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE payroll_bankresult")
        cursor.execute(ANSWERS, inside)


def _shares(n, made):
    projects = Project.objects.inside(made.county)
    floor = min(_timed(_bare).seconds for _round in range(ROUNDS))
    best = min((_timed(lambda: shares(projects)) for _round in range(ROUNDS)), key=_seconds)
    assert best.queries == 1
    assert sum(share.paid for share in shares(projects)) > 0
    return Figure("relief-share", n, best.seconds, floor, best.peak_mb, best.queries)


def _page(n, made):
    """The page of all projects of the county, against the same bare sum."""
    client = Client()
    client.force_login(made.people["ndrc_officer"], backend=BACKEND)
    url = reverse("reports:relief")
    assert client.get(url).status_code == 200
    floor = min(_timed(_bare).seconds for _round in range(ROUNDS))
    best = min((_timed(lambda: client.get(url)) for _round in range(ROUNDS)), key=_seconds)
    return Figure("relief-page", n, best.seconds, floor, best.peak_mb, best.queries, done=1)


def _bare():
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        assert cursor.fetchall()


def _timed(work):
    with watch() as seen:
        work()
    return seen


def _seconds(seen):
    return seen.seconds
