"""The demo township's work-for-relief project, from the reserve list to October's wages paid."""

from datetime import date, time
from decimal import Decimal
from io import BytesIO

import segno

from contracts import insurance
from contracts.models import Contract, InsurancePolicy
from payroll.models import PayRun
from policy.models import Allocation, Fund
from project import imports
from project.demo.people import COUNTY, TOWNSHIP, VILLAGE, named
from project.kernel.months import Month
from project.kernel.steps import do
from project.kernel.tables import Column, write
from registry.accounts import enter_account
from registry.models import Area, ImportedFile, Person, Unit
from workrelief import flows, papers, publicity, records, roster, services, wage_papers, wages
from workrelief.models import Party, Project, ProjectPaper, WageBatch
from workrelief.workbooks import dispatch_workbook

NUMBER, FUND, MONTH = "YGDZ-2026-001", "central_investment", Month(2026, 10)
PEOPLE, RATE, STARTED = 6, Decimal("130.00"), date(2026, 9, 20)
FIRST_DAY, LAST_DAY = date(2026, 10, 8), date(2026, 12, 20)
PAPER = "青石村通组道路"
SIDES = (
    (Party.Part.OWNER, "yezhu"),
    (Party.Part.CONTRACTOR, "lishi"),
    (Party.Part.ENGINEER, "jianli"),
)
DESCRIBED = {
    "number": NUMBER,
    "name": "云岭镇青石村通组道路硬化以工代赈项目",
    "field": Project.Field.TRANSPORT,
    "mode": Project.Mode.VILLAGERS,
    "year": MONTH.year,
    "content": "硬化通组道路 3.2 公里，修建挡土墙 800 立方米",
    "scale": "3.2 公里",
    "investment": Decimal(800000),
    "beneficiaries": 860,
    "contractor": "青石村项目理事会",
    "engineer": "示例县恒正监理有限公司",
    "designer": "示例县交通设计院",
    "legal_person": "王建国",
    "responsible": "李志明",
    "supervision": "示例县发展和改革局",
    "hotline": "0990-12345",
    "planned_start": STARTED,
    "planned_end": LAST_DAY,
    "budget_lists_labour": True,
    "contract_has_clauses": True,
}
ISSUED = {
    "document": "示例县发改〔2026〕12号",
    "received_on": date(2026, 8, 3),
    "on": date(2026, 8, 10),
}
PROJECT_WALK = [
    (Project.State.RESERVE, "apply", "yezhu", {}),
    (Project.State.APPLIED, "issue_plan", "fagai", ISSUED),
    (Project.State.PLAN_ISSUED, "prepare", "yezhu", {}),
]
CONTRACT_WALK = [
    (Contract.State.DRAFT, "offer", "jingban", {}),
    (Contract.State.OFFERED, "sign", "wenshu", {"on": FIRST_DAY}),
    (Contract.State.SIGNED, "start", "fenguan", {"note": "补录"}),
]
WAGE_WALK = [
    (WageBatch.State.SIGNED, "examine", "jianli", {}),
    (WageBatch.State.CHECKED, "approve", "yezhu", {}),
    (WageBatch.State.APPROVED, "verify", "cunzhang", {}),
]
DAYS = [
    Column("id_number", "身份证号", kind="id"),
    Column("name", "姓名"),
    Column("day", "日期", kind="date"),
    Column("in_at", "上班", kind="time"),
    Column("out_at", "下班", kind="time"),
    Column("device", "设备号"),
]


def walked(record, walk):
    """Take the steps of a walk that the record has not taken yet."""
    for state, step, username, details in walk:
        if record.state == state:
            record = do(record, step, by=named(username), **details)
    return record


def plan():
    """The project, its money and sides, and the labour plan, as far as the preparation.

    Where the month was told and paid before there was a project, it stays as it was told.
    """
    project = _project()
    if project is None and PayRun.objects.filter(month=MONTH).exists():
        return
    project = walked(project or _drafted(), PROJECT_WALK)
    if publicity.hanging(project, publicity.What.PLAN) is None:
        publicity.publicise(project, by=named("yezhu"), what=publicity.What.PLAN, on=ISSUED["on"])


def _project():
    return Project.objects.filter(number=NUMBER).first()


def _drafted():
    county = Area.objects.get(pk=COUNTY)
    unit, _made = Unit.objects.get_or_create(area=county, name="云岭镇人民政府")
    owner, office = named("yezhu"), named("fagai")
    project = flows.draft(
        by=owner, area=Area.objects.get(pk=TOWNSHIP), owner=unit, insurance=_policy(), **DESCRIBED
    )
    for part, username in SIDES:
        records.name_party(project, by=office, user=named(username), part=part)
    line = services.add_fund_line(
        project,
        by=office,
        fund=Fund.objects.get(pk=FUND),
        year=MONTH.year,
        amount=Decimal(600000),
        issued_on=ISSUED["on"],
        document=ISSUED["document"],
    )
    rows = [
        (line.pk, "普工", 20, "day", Decimal(75), RATE),
        (line.pk, "瓦工", 2, "day", Decimal(60), 160),
    ]
    services.plan_labour(project, by=owner, rows=rows)
    _course(project)
    return project


def _policy():
    """The work-injury insurance of the site."""
    return InsurancePolicy.objects.filter(number="GS-2026-001").first() or insurance.add_policy(
        by=named("jingban"),
        area=Area.objects.get(pk=TOWNSHIP),
        number="GS-2026-001",
        insurer="示例财险示例县支公司",
        kind=InsurancePolicy.Kind.WORK_INJURY,
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 12, 31),
    )


def _course(project):
    records.plan_training(
        project,
        by=named("lishi"),
        on=date(2026, 10, 8),
        topic="混凝土施工与安全",
        hours=Decimal(8),
        teacher="陈老师",
        planned_people=PEOPLE,
    )


def begin():
    """People of the village who hold no post, listed and carded; the signboard; work begins."""
    project = _project()
    if project is None or project.state != Project.State.PREPARING:
        return
    line, village = project.fund_lines.get(), Area.objects.get(pk=VILLAGE)
    for place, person in enumerate(_without_a_post()):
        enter_account(
            person, by=named("jingban"), number=f"6217990{place:012d}", bank="示例县农商行"
        )
        roster.enlist(
            project,
            by=named("lishi"),
            person=person,
            area=village,
            fund_line=line,
            trade="普工",
            category="lifted" if place % 2 else "monitored",
            rate=RATE,
            starts_on=FIRST_DAY,
            ends_on=LAST_DAY,
        )
    records.keep_paper(
        project, by=named("yezhu"), kind=ProjectPaper.Kind.SIGNBOARD, upload=_picture("公示牌")
    )
    do(project, "start", by=named("yezhu"), on=STARTED, note="本村无易地搬迁群众")


def _without_a_post():
    """Villagers of working age whom no contract binds."""
    free = Person.objects.filter(area=VILLAGE, contracts=None, accounts=None)
    aged = free.filter(born_on__range=(date(1968, 1, 1), date(2006, 1, 1)))
    return aged.order_by("pk")[:PEOPLE]


def _picture(words):
    """A picture of its own, for a photo or a scan."""
    picture = BytesIO()
    segno.make(f"{PAPER} {words}", micro=False).save(picture, kind="png", scale=4)
    picture.seek(0)
    picture.name = f"{words}.png"
    return picture


def place():
    """Contracts signed and insured, the course held, and October's days from the gate."""
    project = _project()
    if project is None:
        return
    members = list(project.members.filter(struck_off_on=None).select_related("person", "contract"))
    for member in members:
        if member.contract is None:
            member = flows.place(member, by=named("jingban"))
            insurance.enrol(
                project.insurance, by=named("jingban"), starts_on=FIRST_DAY, person=member.person
            )
        walked(member.contract, CONTRACT_WALK)
    course = project.trainings.get()
    if not course.held:
        people = [member.person for member in members]
        records.hold_training(course, by=named("lishi"), on=course.on, people=people)
    _take_days_in(members)


def _take_days_in(members):
    """Each worked a different number of days, as people do."""
    name = "以工代赈考勤.xlsx"
    if ImportedFile.objects.filter(kind="attendance", name=name).exists():
        return
    rows = [
        (
            m.person.id_number,
            m.person.name,
            date(2026, 10, day),
            time(7, 40),
            time(17, 30),
            "KQ200-1",
        )
        for least, m in enumerate(members)
        for day in range(8 + least, 29)
    ]
    by = named("jingban")
    area = Area.objects.get(pk=TOWNSHIP)
    staged = imports.stage("attendance", write(DAYS, rows), by=by, area=area, name=name)
    imports.commit(staged, by=by)


def draw_up():
    """October's wages: signed by the workers, examined, accepted, confirmed by the village."""
    project, site = _project(), named("lishi")
    if project is None:
        return
    batch = project.batches.filter(month=MONTH).first()
    if batch is None:
        batch = flows.draft_wages(project, MONTH, by=site)
    if batch.state == WageBatch.State.DRAFTED:
        numbers = list(batch.lines.values_list("number", flat=True))
        scan = _picture(f"F-27 {MONTH}")
        wages.keep_signatures(batch, by=site, numbers=numbers, scan=scan)
        batch = do(batch, "sign", by=site)
    walked(batch, WAGE_WALK)
    if not project.progress.exists():
        records.report_progress(project, by=site, on=date(2026, 10, 31), percent=Decimal(20))


def allocate():
    """The county's own money for the project's fund, so that finance can guard it."""
    Allocation.objects.get_or_create(
        fund_id=FUND,
        area_id=COUNTY,
        year=MONTH.year,
        defaults={
            "amount": Decimal(600000),
            "document": ISSUED["document"],
            "added_by": named("caizheng"),
        },
    )


def file_wages():
    """Every wage of October has arrived; the county files the ledger."""
    for batch in WageBatch.objects.filter(project__number=NUMBER, month=MONTH):
        walked(batch, [(WageBatch.State.VERIFIED, "file", "fagai", {})])


def print_papers(out, keep):
    """The month's wage list, the ledger, the roster, and the county's dispatch table."""
    batch = WageBatch.objects.filter(project__number=NUMBER, month=MONTH).first()
    if batch is None:
        return
    by, project = named("fagai"), batch.project
    for code in ("F-26", "F-27", "F-28"):
        keep(out / f"{code}-{MONTH}.pdf", lambda c=code: wage_papers.pdf_of(c, batch, by))
    for code in ("F-23", "F-24", "F-25"):
        keep(out / f"{code}-以工代赈.pdf", lambda c=code: papers.pdf_of(c, project, by))
    county = Area.objects.get(pk=COUNTY)
    projects = Project.objects.visible_to(by)
    keep(
        out / "X-12-调度表.xlsx",
        lambda: dispatch_workbook(projects, date(2026, 11, 20), place=county.name),
    )
