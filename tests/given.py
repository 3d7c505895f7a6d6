"""Bring records to a state the way people do: through the services."""

import json
import uuid
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import SimpleNamespace

from attendance import flows as attendance
from attendance.models import CheckIn, Sheet
from contracts import services as contracts
from contracts.models import Contract, ContractTemplate, Cover, InsurancePolicy
from payroll import flows as payroll
from payroll.models import PayRun
from policy.delegations import delegate
from policy.models import Fund, PolicyDocument, Rule
from project.kernel.models import User
from project.kernel.months import Month, today
from project.kernel.secrets import digest
from project.kernel.steps import do
from registry.access import prefix_of
from registry.idnumber import check_digit
from registry.models import NATION, Appointment, Area, BankAccount, Fact, Household, Person, Unit

OCTOBER = Month(2026, 10)
SINCE = date(2020, 1, 1)
HOUSE = Path(__file__).resolve().parent.parent
DEFAULTS = HOUSE / "policy" / "defaults.json"
WORDINGS = HOUSE / "contracts" / "templates.json"
number = count(1)


def country():
    """The whole country with its default rules; a flushed database gets them again."""
    nation, _made = Area.objects.get_or_create(
        code=NATION, defaults={"name": "全国", "valid_from": SINCE}
    )
    if not Fund.objects.exists():
        defaults = json.loads(DEFAULTS.read_text(encoding="utf-8"))
        Fund.objects.bulk_create(Fund(code=c, name=n) for c, n in defaults["funds"].items())
        title = PolicyDocument.objects.create(
            area=nation, title=defaults["document"], valid_from=SINCE
        )
        Rule.objects.bulk_create(
            Rule(code=c, area=nation, value=v, valid_from=SINCE, document=title)
            for c, v in defaults["rules"].items()
        )
        Rule.objects.bulk_create(
            Rule(
                code=row["code"],
                area=nation,
                fund_id=row["fund"],
                value=row["value"],
                valid_from=row["valid"][0],
                valid_to=row["valid"][1],
                document=title,
            )
            for row in defaults["by_fund"]
        )
    if not ContractTemplate.objects.exists():
        wordings = json.loads(WORDINGS.read_text(encoding="utf-8"))
        ContractTemplate.objects.bulk_create(
            ContractTemplate(area=nation, kind=kind, valid_from=SINCE, title=w.pop("title"), body=w)
            for kind, w in wordings.items()
        )
    return nation


def area(code, name):
    made = Area(code=code, level=len(prefix_of(code)))
    parent = Area.objects.filter(code=made.ancestors()[1]).first()
    return Area.objects.get_or_create(
        code=code, defaults={"name": name, "valid_from": SINCE, "parent": parent}
    )[0]


def township(code="990123100000", villages=2, required=15):
    """A county, its township and villages, with rules that ask for a fixed number of days."""
    country()
    county = area(code[:6] + "000000", f"示例县{code[4:6]}")
    town = area(code, f"云岭镇{code[6:9]}")
    homes = [area(f"{code[:9]}{200 + i}", f"青石村{i}") for i in range(villages)]
    document, _made = PolicyDocument.objects.get_or_create(
        area=county, title="示例县公益性岗位管理办法", defaults={"valid_from": date(2026, 1, 1)}
    )
    rule(county, "attendance.required_days", {"mode": "fixed", "days": required}, document)
    rule(county, "age.max", 65, document)
    return SimpleNamespace(county=county, town=town, villages=homes, document=document)


def rule(where, code, value, document, **fields):
    fields = {"valid_from": date(2026, 1, 1)} | fields
    return Rule.objects.get_or_create(
        area=where, code=code, document=document, **fields, defaults={"value": value}
    )[0]


def user(role=None, at=None, **fields):
    """Somebody who signs in and, with a role, is appointed in an area."""
    n = next(number)
    made = User.objects.create(
        username=fields.pop("username", f"user-{n}"), name=fields.pop("name", f"用户{n}"), **fields
    )
    if role:
        appoint(made, role, at)
    return made


def appoint(someone, role, at):
    Appointment.objects.create(user=someone, role=role, area=at, starts_on=SINCE)
    someone.__dict__.pop("_appointments", None)
    return someone


def delegation(absent, substitute, role, days=7):
    """Somebody stands in for another where that one holds the role, from today on."""
    area = absent.appointments.get(role=role).area
    fields = {"starts_on": today(), "ends_on": today() + timedelta(days=days), "reason": "出差"}
    return delegate(absent, substitute, role, area, by=absent, **fields)


def staff(place):
    """One person per role for a township and its villages, by role name."""
    at = {"township": place.town, "village": place.villages[0]}
    names = ["township_officer", "township_reviewer", "township_leader"]
    people = {name: user(name, at=at["township"]) for name in names}
    people |= {
        name: user(name, at=place.county) for name in ("department_officer", "finance_officer")
    }
    for name in ("village_clerk", "village_head", "village_supervisor"):
        people[name] = user(name, at=place.town)
    return SimpleNamespace(**people)


def id_number(born=date(1970, 3, 5), order=None):
    """A valid synthetic ID number; the prefix 99 belongs to no real area."""
    body = f"990123{born:%Y%m%d}{((order or next(number)) - 1) % 999 + 1:03d}"
    return body + check_digit(body)


def person(at, name="张三", born=date(1970, 3, 5), **fields):
    n = next(number)
    number_ = fields.pop("id_number", None) or id_number(born + timedelta(days=(n - 1) // 999), n)
    household = fields.pop("household", None) or Household.objects.create(area=at, number=f"H{n}")
    return Person.objects.create(
        area=at,
        household=household,
        name=name,
        id_number=number_,
        id_digest=digest(number_),
        id_tail=number_[-4:],
        sex="m",
        born_on=born,
        **fields,
    )


def account(of, by, holder_name=None):
    n = f"62172230{next(number):011d}"
    return BankAccount.objects.create(
        person=of,
        number=n,
        number_digest=digest(n),
        bank="示例县农商行",
        holder_name=holder_name or of.name,
        added_by=by,
    )


def contract(at, by, **fields):
    """A drafted contract of one year's rest, with a person who has an account."""
    who = fields.pop("person", None) or person(at, name=fields.pop("name", "张三"))
    if not who.accounts.exists():
        account(who, by)
    fields = {
        "title": "保洁员",
        "post_type": "保洁保绿",
        "standard": Decimal("600.00"),
        "fund_id": "employment",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "department": Unit.objects.get_or_create(area_id=at.county_code, name="农业农村局")[0],
    } | fields
    return Contract.objects.create(area=at, person=who, **fields)


def holder(at, by, insured=True, **fields):
    """A contract in force, insured for its whole length."""
    made = contracts.take_over(contract(at, by, **fields), by=by, signed_on=date(2025, 12, 20))
    if insured:
        policy = InsurancePolicy.objects.create(
            state=InsurancePolicy.State.IN_FORCE,
            area=at,
            number=f"PICC{next(number)}",
            starts_on=made.starts_on,
            ends_on=made.ends_on,
        )
        Cover.objects.create(
            policy=policy, person=made.person, starts_on=made.starts_on, ends_on=made.ends_on
        )
    return made


def worked(of, by, days, month=OCTOBER, level=2):
    """Machine check-ins on the given days of a month."""
    return CheckIn.objects.bulk_create(
        CheckIn(
            client_id=uuid.uuid4(),
            contract=of,
            day=month.first.replace(day=day),
            source=CheckIn.Source.MACHINE,
            level=level,
            received_by=by,
        )
        for day in days
    )


def fact(about, by, kind=Fact.Kind.DECEASED, since=date(2026, 9, 12)):
    return Fact.objects.create(
        person=about, kind=kind, starts_on=since, source="数据中心", received_by=by
    )


def scene(holders=3, villages=1, days=range(8, 23)):
    """A township at work in October: staff, holders and fifteen days of check-ins each."""
    place = township(villages=villages)
    people = staff(place)
    held = [
        holder(place.villages[i % villages], people.township_officer, name=f"李四{i}")
        for i in range(holders)
    ]
    for one in held:
        worked(one, people.township_officer, days)
    return SimpleNamespace(place=place, staff=people, contracts=held, month=OCTOBER)


SHEET_WALK = [
    ("confirm", "village_head", {}),
    ("acknowledge", "village_clerk", {}),
    ("review", "township_officer", {}),
    ("publicise", "village_supervisor", {"on": date(2026, 11, 1)}),
    ("certify", "village_supervisor", {}),
]
SHEET_STATES = ["open", "confirmed", "acknowledged", "reviewed", "on_notice", "final"]
RUN_WALK = [
    ("confirm", "township_reviewer", {}),
    ("publicise", "township_officer", {"on": date(2026, 11, 6)}),
    ("township_approve", "township_leader", {}),
    ("department_approve", "department_officer", {}),
    ("finance_approve", "finance_officer", {"note": "年初预算已安排，另行补录"}),
    ("send", "finance_officer", {}),
]
RUN_STATES = [
    "prepared",
    "confirmed",
    "on_notice",
    "township_approved",
    "department_approved",
    "finance_approved",
    "sent",
]


def sheets(scene_, state="final"):
    """The month's sheets, walked to a state by the people whose turn it is."""
    area_code = scene_.place.town.code
    attendance.open_month(scene_.month, area_code, by=scene_.staff.township_officer)
    made = Sheet.objects.due(scene_.month, area_code)
    for sheet in made:
        for step, who, details in SHEET_WALK[: SHEET_STATES.index(state)]:
            do(sheet, step, by=getattr(scene_.staff, who), **details)
    return list(Sheet.objects.due(scene_.month, area_code))


def pay_run(scene_, state="prepared"):
    """The month's run over final sheets, walked to a state by the people whose turn it is."""
    sheets(scene_)
    (run,) = payroll.prepare(scene_.month, scene_.place.town.code, by=scene_.staff.township_officer)
    return walk(scene_, run, state)


def walk(scene_, run, state):
    """A run walked on to a state by the people whose turn it is."""
    for step, who, details in RUN_WALK[RUN_STATES.index(run.state) : RUN_STATES.index(state)]:
        run = do(run, step, by=getattr(scene_.staff, who), **details)
    return PayRun.objects.get(pk=run.pk)
