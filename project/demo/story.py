"""The month of the demo township, step by step; every step may be asked for again."""

import hashlib
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

from django.conf import settings

from attendance import flows as attendance
from attendance import papers as sheet_papers
from attendance.models import Sheet
from contracts import papers as contract_papers
from payroll import bankfiles, flows
from payroll import papers as pay_papers
from payroll.formats import format_named
from payroll.models import PayRun, SentLine
from policy.models import Allocation
from project import imports
from project.demo import relief, supervision
from project.demo.grades import assess
from project.demo.people import COUNTY, STAFF, TOWNSHIP, employ, named
from project.kernel.months import Month
from project.kernel.steps import do
from project.kernel.tables import Column, write
from registry import certificates
from registry.models import Area, Certificate, ImportedFile

FILES = settings.BASE_DIR / "tests" / "data" / "township-sample"
MONTH = Month(2026, 10)
SHEETS_POSTED, PAY_POSTED = date(2026, 11, 1), date(2026, 11, 5)
PAID_ON = date(2026, 11, 20)
IMPORTS = [
    ("areas", "areas.csv", "xitong"),
    ("calendar", "calendar.csv", "xitong"),
    ("rules", "rules.json", "renshe"),
    ("rules", "assessment.json", "renshe"),
    ("rules", "relief.json", "renshe"),
    ("people", "people.xlsx", "jingban"),
    ("holders", "holders.xlsx", "jingban"),
    ("attendance", "attendance.csv", "jingban"),
    ("facts", "facts.xlsx", "jingban"),
]
CERTIFICATES = [
    (Certificate.Purpose.ROOT, COUNTY),
    (Certificate.Purpose.TIME_STAMP, COUNTY),
    (Certificate.Purpose.SEAL, TOWNSHIP),
]
SHEET_WALK = [
    (Sheet.State.OPEN, "confirm", "cunzhang", {}),
    (Sheet.State.CONFIRMED, "acknowledge", "wenshu", {}),
    (Sheet.State.ACKNOWLEDGED, "review", "jingban", {}),
    (Sheet.State.REVIEWED, "publicise", "jiandu", {"on": SHEETS_POSTED}),
    (Sheet.State.ON_NOTICE, "certify", "jiandu", {}),
]
RUN_WALK = [
    (PayRun.State.PREPARED, "confirm", "shenhe", {}),
    (PayRun.State.CONFIRMED, "publicise", "jingban", {"on": PAY_POSTED}),
    (PayRun.State.ON_NOTICE, "township_approve", "fenguan", {}),
    (PayRun.State.TOWNSHIP_APPROVED, "department_approve", "renshe", {}),
    (PayRun.State.DEPARTMENT_APPROVED, "finance_approve", "caizheng", {}),
    (PayRun.State.FINANCE_APPROVED, "send", "caizheng", {}),
]
RESULTS = [
    Column("batch", "批次号"),
    Column("number", "行号", kind="integer"),
    Column("account", "账号", kind="account"),
    Column("name", "姓名"),
    Column("amount", "金额", kind="amount"),
    Column("outcome", "状态"),
    Column("credited_on", "入账日期", kind="date"),
    Column("serial", "流水号"),
]


def steps(out):
    """The story as (title, act) pairs, in order."""
    return [
        ("聘任工作人员", lambda: employ(STAFF[:1])),
        *[(f"导入 {name}", lambda row=row: take_in(*row)) for row in IMPORTS for name in [row[1]]],
        ("颁发签章证书", issue_certificates),
        ("下达资金", allocate),
        ("以工代赈项目立项、下达、编制用工方案", relief.plan),
        ("以工代赈用工名册、开工", relief.begin),
        ("务工人员签协议、参保、上岗", relief.place),
        ("开启考勤表", open_sheets),
        ("考勤表逐级确认、公示", walk_sheets),
        ("劳务报酬本人签字、监理、业主、村核实", relief.draw_up),
        ("月度考核打分、告知、定论", lambda: assess(MONTH)),
        ("编制补贴发放", prepare),
        ("四级审批、送银行", walk_runs),
        ("导入银行结果、对账", reconcile),
        ("劳务报酬台账备案", relief.file_wages),
        ("查找十月疑点", supervision.look),
        ("抽查名单、现场检查", supervision.visit),
        ("立案、调查、陈述、决定、追缴", supervision.pursue),
        ("打印表单", lambda: print_papers(out)),
        ("打印以工代赈表单", lambda: relief.print_papers(out, _keep)),
        ("打印检查表单", lambda: supervision.print_papers(out, _keep)),
    ]


def take_in(kind, name, username):
    """Import one of the township's files unless it is in already; staff follow their areas."""
    path = FILES / name
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if not ImportedFile.objects.filter(kind=kind, sha256=sha256).exists():
        by = named(username)
        staged = imports.stage(kind, path, by=by, area=_place(kind), name=name)
        imports.commit(staged, by=by)
    if kind == "areas":
        employ(STAFF)


def _place(kind):
    return Area.objects.get(pk=TOWNSHIP) if kind in ("people", "holders", "attendance") else None


def issue_certificates():
    """The county's root and clock, and a seal for its township."""
    by = named("xitong")
    for purpose, place in CERTIFICATES:
        if not Certificate.objects.valid().filter(purpose=purpose, area=place).exists():
            certificates.issue(purpose, Area.objects.get(pk=place), by=by)


def allocate():
    """Give the county money for the year, so that finance can guard it."""
    relief.allocate()
    for fund in ("employment", "linking"):
        Allocation.objects.get_or_create(
            fund_id=fund,
            area_id=COUNTY,
            year=MONTH.year,
            defaults={
                "amount": Decimal("400000.00"),
                "document": "示财社〔2026〕18号",
                "added_by": named("caizheng"),
            },
        )


def open_sheets():
    """October, whose story is told, and November, in which people are at work."""
    for month in (MONTH, MONTH.next()):
        attendance.open_month(month, TOWNSHIP, by=named("jingban"))


def walk_sheets():
    for sheet in Sheet.objects.due(MONTH, TOWNSHIP):
        relief.walked(sheet, SHEET_WALK)


def prepare():
    if not PayRun.objects.inside(TOWNSHIP).filter(month=MONTH).exists():
        flows.prepare(MONTH, TOWNSHIP, by=named("jingban"))


def walk_runs():
    """Subsidies and wages go to the bank; the linking fund waits for the department."""
    for run in PayRun.objects.inside(TOWNSHIP).filter(month=MONTH):
        relief.walked(run, RUN_WALK[:3] if run.fund_id == "linking" else RUN_WALK)


def reconcile():
    """The bank answers for every line; its file is imported and the run closed."""
    for run in PayRun.objects.filter(month=MONTH, state=PayRun.State.SENT):
        by = named("caizheng")
        staged = imports.stage("bank-results", _answer(run), by=by, name="银行发放结果.xlsx")
        imports.commit(staged, by=by)
        run = do(run, "reconcile", by=by)
        do(run, "close", by=by)


def _answer(run):
    sent = SentLine.objects.filter(file__run=run).order_by("file", "number")
    sent = sent.select_related("file", "line__person", "line__account")
    rows = (
        (
            row.file.number,
            row.number,
            row.line.account.number,
            row.line.person.name,
            row.line.amount,
            "成功",
            PAID_ON,
            f"DEMO{row.pk:08d}",
        )
        for row in sent
    )
    return write(RESULTS, rows)


def print_papers(out):
    """The month's printed forms, workbooks and the bank file."""
    by = named("jingban")
    for run in PayRun.objects.inside(TOWNSHIP).filter(month=MONTH):
        for code in ("F-11", "F-12", "F-13", "F-14"):
            stem = f"{code}-{run.fund.name}"
            _keep(out / f"{stem}.pdf", lambda c=code, r=run: pay_papers.pdf_of(c, r, by))
            _keep(out / f"{stem}.xlsx", lambda c=code, r=run: pay_papers.workbook_of(c, r, by))
        if line := run.lines.payable().order_by("number").first():
            _keep(
                out / f"F-33-{line.person.name}.pdf",
                lambda x=line: pay_papers.pdf_of("F-33", x, by),
            )
        if run.files.exists() and not list(out.glob(f"{run.files.get().number}*")):
            for code in ("X-06", "X-07"):
                for file in bankfiles.export(run, format_named(code), by=named("caizheng")):
                    file.save(out)
    _print_sheets(out, by)
    roster = contract_papers.Roster(Area.objects.get(pk=TOWNSHIP), MONTH)
    _keep(out / "F-07-花名册.pdf", lambda: contract_papers.pdf_of("F-07", roster, by))


def _print_sheets(out, by):
    sheets = list(Sheet.objects.due(MONTH, TOWNSHIP).select_related("area"))
    for code, sheet in product(("F-09", "F-10"), sheets):
        stem = out / f"{code}-{sheet.area.name}.pdf"
        _keep(stem, lambda c=code, s=sheet: sheet_papers.pdf_of(c, s, by))


def _keep(path, content):
    """Write a paper unless it was written before."""
    if not Path(path).exists():
        Path(path).write_bytes(content())
