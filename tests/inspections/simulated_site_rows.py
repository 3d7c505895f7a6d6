"""Writing the sites of a simulated county: projects, money, rosters, wage lists and their pay."""

from datetime import date
from decimal import Decimal

from payroll.models import BankFile, BankResult, PayLine, PayRun, SentLine
from project.simulation.copying import copy, reserve
from registry.models import BankAccount, ImportedFile
from tests.inspections.simulator import OCTOBER, REQUIRED, moment
from workrelief.models import (
    FundLine,
    LabourPlan,
    Member,
    Progress,
    Project,
    Spending,
    Stoppage,
    Trainee,
    Training,
    WageBatch,
    WageLine,
)

FUND = "central_investment"
ISSUED = date(2026, 8, 20)
CENT = Decimal("0.01")
SIGNS = ("confirmed", "township_approved", "department_approved", "finance_approved")
SIGNERS = ("township_reviewer", "township_leader", "department_officer", "finance_officer")


def write_sites(county):
    """Every site with its people; the people themselves are written already."""
    if not county.sites:
        return
    county.project = reserve(Project, len(county.sites))
    county.fund_line = reserve(FundLine, len(county.sites))
    workers = [worker for site in county.sites for worker in site.workers]
    _projects(county)
    _money(county)
    _happened(county)
    _roster(county, workers)
    _wages(county)
    _pay(county, workers)


def _projects(county):
    rows = [
        (
            *(county.project + site.number, site.code, f"99-SIM-{site.number:04}"),
            *(f"第{site.number + 1}号通组道路以工代赈项目", site.begun, site.ended),
            "main_done" if site.ended else "started",
        )
        for site in county.sites
    ]
    columns = ("id", "area_id", "number", "name", "started_on", "main_done_on", "state")
    same = {"field": "transport", "mode": "villagers", "year": 2026, "content": "硬化道路"}
    copy(Project, columns, rows, investment=2_000_000, plan_issued_on=ISSUED, **same)


def _money(county):
    """What labour was planned, and the money of which it is a share."""
    plans, lines = [], []
    for site in county.sites:
        planned = Decimal(site.labour) * Decimal(site.spread)
        units = (planned / 1200).quantize(CENT)
        amount = (units * 1200 / Decimal(site.share)).quantize(CENT)
        lines.append((county.fund_line + site.number, county.project + site.number, amount))
        plans.append((county.fund_line + site.number, units))
    same = {"fund_id": FUND, "year": 2026, "issued_on": ISSUED, "added_by_id": county.by.pk}
    copy(FundLine, ("id", "project_id", "amount"), lines, **same)
    labour = {"trade": "普工", "headcount": 10, "unit": "day", "rate": 120}
    copy(LabourPlan, ("fund_line_id", "units"), plans, **labour)
    spent = [
        (county.fund_line + site.number, kind, payee, amount, f"V{site.number}-{n}", note)
        for site in county.sites
        for n, (kind, payee, amount, note) in enumerate(site.spent)
    ]
    columns = ("fund_line_id", "kind", "payee", "amount", "voucher", "note")
    copy(Spending, columns, spent, paid_on=date(2026, 10, 22), added_by_id=county.by.pk)


def _happened(county):
    """How far the works are, when they stood, and who sat in the course."""
    by, first = county.by.pk, reserve(Training, len(county.sites))
    ids = [(county.project + site.number, site) for site in county.sites]
    reports = [
        (project, "100" if site.ended else round(min(99, 100 / site.spread + site.ahead), 2))
        for project, site in ids
    ]
    copy(Progress, ("project_id", "percent"), reports, on=OCTOBER.last, reported_by_id=by)
    stood = [(project, *span) for project, site in ids for span in site.stopped]
    copy(Stoppage, ("project_id", "starts_on", "ends_on"), stood, reason="连续降雨")
    course = {"on": ISSUED, "topic": "施工安全", "hours": 8, "teacher": "陈老师", "held": True}
    rows = [(first + n, project) for n, (project, _site) in enumerate(ids)]
    copy(Training, ("id", "project_id"), rows, added_by_id=by, **course)
    there = [
        (first + n, worker.person)
        for n, (_project, site) in enumerate(ids)
        for worker in site.workers
        if worker.hand.trained
    ]
    copy(Trainee, ("training_id", "person_id"), there)


def _roster(county, workers):
    first = reserve(Member, len(workers))
    county.member = {worker.number: first + n for n, worker in enumerate(workers)}
    columns = (
        *("id", "project_id", "fund_line_id", "area_id", "person_id", "contract_id", "trade"),
        *("labour_class", "rate", "starts_on", "ends_on"),
    )
    rows = [
        (
            *(county.member[w.number], county.project + w.hand.site.number),
            *(county.fund_line + w.hand.site.number, w.village.code, w.person, w.contract),
            *(w.hand.trade, w.hand.labour, w.standard, w.starts, w.ends),
        )
        for w in workers
    ]
    copy(Member, columns, rows, category="lifted", pay_basis="day", listed_by_id=county.by.pk)


def _wages(county):
    """The month of each site, as four sides confirmed it."""
    first = reserve(WageBatch, len(county.sites))
    rows = [(first + s.number, county.project + s.number, s.code) for s in county.sites]
    copy(WageBatch, ("id", "project_id", "area_id"), rows, state="drafted", month=OCTOBER.first)
    lines = [
        (
            *(first + site.number, n, county.member[worker.number], worker.contract),
            *(len(worker.sheet_days), worker.standard, _earned(worker)),
        )
        for site in county.sites
        for n, worker in enumerate(site.workers, 1)
    ]
    columns = ("batch_id", "number", "member_id", "contract_id", "days", "rate", "amount")
    copy(WageLine, columns, lines, signed_on=date(2026, 11, 3))
    WageBatch.objects.filter(pk__gte=first).update(state="verified")


def _earned(worker):
    return worker.standard * len(worker.sheet_days)


def _pay(county, workers):
    """A run for each township with a site, and when the bank credited whom."""
    at, by = moment(date(2026, 11, 9), 36_000), county.staff
    signed = {f"{step}_by": by[role] for step, role in zip(SIGNS, SIGNERS, strict=True)}
    signed |= {f"{step}_at": at for step in SIGNS}
    runs = {}
    for site in county.sites:
        runs[site.number] = PayRun.objects.create(
            state="finance_approved",
            area_id=site.code,
            month=OCTOBER,
            fund_id=FUND,
            prepared_at=at,
            prepared_by=by["township_officer"],
            **signed,
        )
    accounts = dict(BankAccount.objects.values_list("person_id", "pk"))
    first = reserve(PayLine, len(workers))
    columns = (
        *("id", "run_id", "number", "contract_id", "person_id", "area_id", "account_id"),
        *("sheet_line_id", "standard", "days_worked", "due", "adjusted", "offset", "amount"),
    )
    rows = [
        _line(county, first + n, runs[w.hand.site.number], w, accounts[w.person])
        for n, w in enumerate(workers)
    ]
    fixed = {"month": OCTOBER.first, "item": "post_subsidy", "required_days": REQUIRED}
    copy(PayLine, columns, rows, cap=None, rules=[], **fixed)
    _credited(county, runs, [(first + n, w) for n, w in enumerate(workers)])


def _line(county, pk, run, worker, account):
    due, hand = _earned(worker), worker.hand
    return (
        *(pk, run.pk, worker.number + 1, worker.contract, worker.person, worker.village.code),
        *(account, county.line[county.sheet[worker.village.code, OCTOBER], worker.contract]),
        *(worker.standard, len(worker.sheet_days), due, -hand.taken_off, hand.kept_back),
        due - hand.taken_off - hand.kept_back,
    )


def _credited(county, runs, lines):
    """The bank's answer for everybody whose wage came; of the others it says nothing."""
    by = county.staff["finance_officer"]
    files = {
        number: BankFile.objects.create(
            run=run, number=f"SIM-{run.pk}", rows=1, total=1, made_by=by
        ).pk
        for number, run in runs.items()
    }
    source = ImportedFile.objects.create(
        kind="bank", name="sim", sha256="d" * 64, rows=len(lines), imported_by=by
    )
    first = reserve(SentLine, len(lines))
    sent = [
        (first + n, files[w.hand.site.number], n + 1, pk, _amount(w), w.card_name)
        for n, (pk, w) in enumerate(lines)
    ]
    columns = ("id", "file_id", "number", "line_id", "amount", "payee")
    copy(SentLine, columns, sent, account_digest="e" * 64)
    came = [
        (n + 1, first + n, _amount(worker), worker.hand.arrives)
        for n, (_pk, worker) in enumerate(lines)
        if worker.hand.arrives
    ]
    columns = ("row", "sent_id", "amount", "credited_on")
    copy(BankResult, columns, came, source_id=source.pk, outcome="success")


def _amount(worker):
    return _earned(worker) - worker.hand.taken_off - worker.hand.kept_back
