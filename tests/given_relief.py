"""A work-for-relief project, brought to a state the way its people do."""

import base64
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import count
from types import SimpleNamespace

from contracts.models import Cover, InsurancePolicy
from project.kernel.steps import do
from registry.models import BankAccount, Unit
from tests import given
from workrelief import flows, records, roster, services, wages
from workrelief.models import Project

# A whole picture of one white spot; what a test puts behind it makes another file of it.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)
number = count(1)
STATES = ["reserve", "applied", "plan_issued", "preparing", "started"]
CARDED = date(2026, 8, 1)


def scene(code="990123100000", *, state="started", funds=None, **described):
    """A township with a project at a state, and everybody who acts in it.

    `funds` are (fund, yuan, planned labour in yuan); one central line with enough by default.
    """
    place = given.township(code)
    staff = given.staff(place)
    staff.ndrc_officer = given.user("ndrc_officer", at=place.county)
    for role in ("relief_owner", "relief_contractor", "relief_engineer"):
        setattr(staff, role, given.user(role, at=place.town))
    made = SimpleNamespace(place=place, staff=staff, month=given.OCTOBER, contracts=[], members=[])
    made.project = project(made, **described)
    enter_funds(made, funds or [("central_investment", "1000000", "400000")])
    for step, who, details in WALK[: STATES.index(state)]:
        if step == "start":
            enlist(made, 1)
            signboard(made)
        made.project = do(made.project, step, by=getattr(staff, who), **details)
    return made


def project(scene_, **described):
    """A project on the reserve list, described in full, its three sides named."""
    n = next(number)
    policy = InsurancePolicy.objects.create(
        state=InsurancePolicy.State.IN_FORCE,
        kind=InsurancePolicy.Kind.WORK_INJURY,
        area=scene_.place.town,
        number=f"GS{n}",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )
    said = description(scene_, n) | {"insurance": policy}
    made = flows.draft(by=scene_.staff.relief_owner, area=scene_.place.town, **said | described)
    for part in ("owner", "contractor", "engineer"):
        user = getattr(scene_.staff, f"relief_{part}")
        records.name_party(made, by=scene_.staff.ndrc_officer, user=user, part=part)
    records.plan_training(
        made,
        by=scene_.staff.relief_owner,
        on=date(2026, 9, 2),
        topic="混凝土施工与安全",
        hours=Decimal(8),
        teacher="陈老师",
        planned_people=20,
    )
    return made


def description(scene_, n):
    """What a signboard wants to know of a project (R-78)."""
    return {
        "number": f"YGDZ-2026-{n:03d}",
        "name": "云岭镇青石村通组道路硬化以工代赈项目",
        "field": Project.Field.TRANSPORT,
        "mode": Project.Mode.VILLAGERS,
        "year": 2026,
        "content": "硬化通组道路 3.2 公里，修建挡土墙 800 立方米",
        "scale": "3.2 公里",
        "investment": Decimal(1200000),
        "beneficiaries": 860,
        "owner": Unit.objects.get_or_create(area=scene_.place.county, name="云岭镇人民政府")[0],
        "contractor": "青石村项目理事会",
        "engineer": "示例县恒正监理有限公司",
        "designer": "示例县交通设计院",
        "legal_person": "王建国",
        "responsible": "李志明",
        "hotline": "0990-12345",
        "planned_start": date(2026, 9, 1),
        "planned_end": date(2026, 12, 20),
        "budget_lists_labour": True,
        "contract_has_clauses": True,
    }


def enter_funds(scene_, funds, issued_on=date(2026, 8, 10)):
    """Fund lines with a plan of one trade each: people-days of 100 yuan."""
    rows = []
    scene_.lines = []
    for fund, yuan, labour in funds:
        line = services.add_fund_line(
            scene_.project,
            by=scene_.staff.ndrc_officer,
            fund=fund_(fund),
            year=2026,
            amount=Decimal(yuan),
            issued_on=issued_on,
        )
        scene_.lines.append(line)
        rows.append((line.pk, "普工", 1, "day", Decimal(labour) / 100, Decimal(100)))
    services.plan_labour(scene_.project, by=scene_.staff.relief_owner, rows=rows)


def fund_(code):
    return given.Fund.objects.get(pk=code)


WALK = [
    ("apply", "relief_owner", {}),
    (
        "issue_plan",
        "ndrc_officer",
        {
            "document": "示例县发改〔2026〕12号",
            "received_on": date(2026, 8, 3),
            "on": date(2026, 8, 10),
        },
    ),
    ("prepare", "relief_owner", {}),
    ("start", "relief_owner", {"on": date(2026, 9, 1)}),
]


def signboard(scene_):
    return paper(scene_, "signboard")


def paper(scene_, kind):
    """A picture of its own kept with the project."""
    upload = BytesIO(PNG + f"{kind} {next(number)}".encode())
    upload.name = f"{kind}.png"
    return records.keep_paper(
        scene_.project, by=scene_.staff.relief_owner, kind=kind, upload=upload
    )


def enlist(scene_, people, *, line=None, **listed):
    """People of the first village on the roster, carded before their first day."""
    made = []
    village = listed.pop("area", scene_.place.villages[0])
    for _n in range(people):
        n = next(number)
        who = listed.pop("person", None) or given.person(village, name=f"务工{n}")
        if not who.accounts.exists():
            card(who, scene_.staff.township_officer)
        said = {
            "area": village,
            "fund_line": line or scene_.lines[0],
            "trade": "普工",
            "category": "lifted",
            "pay_basis": "day",
            "rate": Decimal("120.00"),
            "starts_on": date(2026, 9, 1),
            "ends_on": date(2026, 12, 20),
        }
        by = scene_.staff.relief_contractor
        made.append(roster.enlist(scene_.project, by=by, person=who, **said | listed))
    scene_.members += made
    return made


def card(who, by, on=CARDED):
    """An own account that was known on a day."""
    account = given.account(who, by)
    BankAccount.objects.filter(pk=account.pk).update(added_at=f"{on}T04:00:00Z")
    return account


def placed(scene_, members, insured=True):
    """Their contracts drafted by the township, signed and in force."""
    for member in members:
        flows.place(member, by=scene_.staff.township_officer)
    return in_force(scene_, members, insured)


def in_force(scene_, members, insured=True):
    """The drafted contracts of people on the roster offered, signed and begun."""
    for member in members:
        member.refresh_from_db()
        contract = member.contract
        if insured:
            Cover.objects.create(
                policy=scene_.project.insurance,
                person=member.person,
                starts_on=contract.starts_on,
                ends_on=contract.ends_on,
            )
        do(contract, "offer", by=scene_.staff.township_officer)
        contract.refresh_from_db()
        do(contract, "sign", by=scene_.staff.village_clerk, on=contract.starts_on)
        contract.refresh_from_db()
        do(contract, "start", by=scene_.staff.township_leader, note="补录")
        member.refresh_from_db()
        scene_.contracts.append(member.contract)
    return members


def worked(scene_, members, days=range(8, 28), month=given.OCTOBER):
    """Days of a month on the site, by the machine at the gate."""
    for member in members:
        given.worked(member.contract, scene_.staff.township_officer, days, month)


WAGE_WALK = [
    ("sign", "relief_contractor", {"note": "同工期班组，天数一致"}),
    ("examine", "relief_engineer", {}),
    ("approve", "relief_owner", {}),
    ("verify", "township_reviewer", {}),
]
WAGE_STATES = ["drafted", "signed", "checked", "approved", "verified"]


def batch(scene_, state="verified", sheets="final"):
    """The month's wages over confirmed sheets, walked to a state."""
    given.sheets(scene_, sheets)
    made = flows.draft_wages(scene_.project, scene_.month, by=scene_.staff.relief_contractor)
    return walk_wages(scene_, made, state)


def walk_wages(scene_, made, state):
    for step, who, details in WAGE_WALK[WAGE_STATES.index(made.state) : WAGE_STATES.index(state)]:
        if step == "sign":
            sign_all(scene_, made)
        made = do(made, step, by=getattr(scene_.staff, who), **details)
    return made


def sign_all(scene_, made):
    """The scan of a list that every worker signed."""
    from_ = BytesIO(PNG + f"signed {next(number)}".encode())
    from_.name = "F-27.png"
    numbers = list(made.lines.values_list("number", flat=True))
    wages_by = scene_.staff.relief_contractor
    return wages.keep_signatures(made, by=wages_by, numbers=numbers, scan=from_)
