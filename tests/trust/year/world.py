"""A county of three townships as it stands on the day before the year begins."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import product

from django.contrib.auth.hashers import make_password

from contracts.models import Contract, Cover, InsurancePolicy
from policy.models import Allocation, Fund, PolicyDocument
from posts.models import Hire, Post
from project.kernel.models import User
from project.kernel.months import Month
from project.kernel.secrets import digest
from registry import passes, tokens
from registry.models import (
    Appointment,
    Area,
    BankAccount,
    CalendarDay,
    Household,
    Pass,
    Person,
    Unit,
)
from tests import given
from tests.trust.year import works

FIRST = Month(2025, 9)
BEFORE = date(2025, 8, 31)
COUNTY = "990123000000"
TOWNS = ("990123100000", "990123101000", "990123102000")
MANY = 100  # from so many people on each village has its own, and a site is worked on
PASSWORD = "一年三镇-2025"
# Most are at work for a year from September and sign for the next one in time; every eighth has
# a contract for the calendar year, which is renewed while the year is lived.
TERMS = [(date(2025, 9, 1), date(2026, 8, 31)), (date(2026, 9, 1), date(2026, 12, 31))]
SHORT = [(date(2025, 1, 1), date(2025, 12, 31))]
# How many people of each office there are in a village, a township and the county.
VILLAGE = {"village_clerk": 1, "village_head": 1, "village_supervisor": 1}
TOWN = {"township_officer": 3, "township_reviewer": 3, "township_leader": 3}
OFFICES = {
    "department_officer": 8,
    "finance_officer": 6,
    "inspector": 4,
    "discipline_viewer": 2,
    "ndrc_officer": 2,
    "sysadmin": 1,
}
SITE = ("relief_owner", "relief_contractor", "relief_engineer")
HOLIDAYS = {  # as the State Council published them
    (2025, 10): range(1, 9),
    (2026, 1): range(1, 4),
    (2026, 2): range(15, 24),
    (2026, 4): range(4, 7),
    (2026, 5): range(1, 6),
    (2026, 6): range(19, 22),
    (2026, 10): range(1, 8),
}
KINDS = [
    ("保洁员", "保洁保绿", "600.00", "employment"),
    ("护林员", "护林护河", "733.33", "employment"),
    ("水管员", "设施维护", "512.10", "linking"),
]
RULES = [  # code, value, from, to; the days required change in the middle of the year
    (
        "attendance.required_days",
        {"mode": "fixed", "days": 20},
        date(2025, 1, 1),
        date(2026, 3, 31),
    ),
    ("attendance.required_days", {"mode": "fixed", "days": 22}, date(2026, 4, 1), None),
    ("publicity.attendance", {"days": 2, "unit": "calendar"}, date(2025, 1, 1), None),
    ("publicity.pay", {"days": 2, "unit": "calendar"}, date(2025, 1, 1), None),
    ("publicity.wages", {"days": 2, "unit": "calendar"}, date(2025, 1, 1), None),
    ("age.max", 65, date(2025, 1, 1), None),
    ("contract.max_term_months", 24, date(2025, 1, 1), None),
    ("notice.photos", [], date(2025, 1, 1), None),
]


@dataclass
class Somebody:
    """A person at work: who they are, where, and by what they are let in."""

    pk: int
    username: str
    role: str
    area: str
    token: str = ""


@dataclass
class World:
    """What the people of the year know: each other, the contracts, the cards of the workers."""

    people: list = field(default_factory=list)
    contracts: dict = field(default_factory=dict)  # contract: (village, person)
    cards: list = field(default_factory=list)  # (contract, card with which a phone is let in)

    def of(self, *roles, town=None):
        return [
            one for one in self.people if one.role in roles and (town is None or one.area == town)
        ]


def make(*, people, holders):
    """A county with so many people who act, the phones of workers among them."""
    world = World()
    towns = _places()
    _rules()
    _staff(world, towns, people)
    clerk = User.objects.get(pk=world.of("village_clerk")[0].pk)
    for code, villages in towns.items():
        _town(world, code, villages[: 8 if people >= MANY else 1], holders, by=clerk)
    if people >= MANY:
        works.build(world, TOWNS[1], partial(_person, by=clerk))
    _phones(world, people - len(world.people))
    return world


def _places():
    given.country()
    given.area(COUNTY, "示例县")
    towns = {}
    for number, code in enumerate(TOWNS, 1):
        given.area(code, f"云岭{number}镇")
        towns[code] = [given.area(f"{code[:9]}{200 + n}", f"青石{number}-{n}村") for n in range(8)]
    for (year, month), days in HOLIDAYS.items():
        CalendarDay.objects.bulk_create(
            CalendarDay(day=date(year, month, day), works=False, name="放假") for day in days
        )
    for place in ("农业农村局", "林业局", "水务局"):
        Unit.objects.create(area_id=COUNTY, name=place)
    return towns


def _rules():
    county = Area.objects.get(pk=COUNTY)
    document = PolicyDocument.objects.create(
        area=county, title="示例县公益性岗位管理办法", valid_from=date(2025, 1, 1)
    )
    for code, value, first, last in RULES:
        given.rule(county, code, value, document, valid_from=first, valid_to=last)


def _staff(world, towns, people):
    """The offices, smaller where fewer people act; each signs in by password or has a token."""
    add = partial(_somebody, world, make_password(PASSWORD, hasher="md5"))
    wanted = _few(towns) if people < MANY else _many(towns)
    for role, area, count in wanted:
        for _one in range(count):
            add(role, area)
    (user, *_others) = world.of("finance_officer")
    for year, fund in product((2025, 2026), ("employment", "linking")):
        Allocation.objects.create(
            fund_id=fund,
            area_id=COUNTY,
            year=year,
            amount=Decimal("9000000.00"),
            document=f"示财社〔{year}〕1号",
            added_by_id=user.pk,
        )


def _few(towns):
    """One person of each office of a village serves the whole township."""
    for town in towns:
        yield from ((role, town, 1) for role in VILLAGE)
        yield from ((role, town, 2 if role == "township_officer" else 1) for role in TOWN)
    yield from ((role, COUNTY, min(count, 2)) for role, count in OFFICES.items())


def _many(towns):
    for town, villages in towns.items():
        yield from ((role, town, count) for role, count in TOWN.items())
        yield from ((role, town, 1) for role in SITE)
        yield from ((role, at.pk, count) for at in villages for role, count in VILLAGE.items())
    yield from ((role, COUNTY, count) for role, count in OFFICES.items())


def _somebody(world, password, role, area):
    number = len(world.people) + 1
    user = User.objects.create(username=f"{role}-{number}", name=f"用户{number}", password=password)
    Appointment.objects.create(user=user, role=role, area_id=area, starts_on=given.SINCE)
    secret = tokens.issue(user, by=user, name="自己的程序")[1] if number % 5 else ""
    world.people.append(Somebody(user.pk, user.username, role, area, secret))


def _town(world, code, villages, holders, *, by):
    """Holders of three posts in each village, insured for the whole time."""
    policy = InsurancePolicy.objects.create(
        state=InsurancePolicy.State.IN_FORCE,
        area_id=code,
        number=f"PICC-{code}",
        starts_on=date(2025, 1, 1),
        ends_on=date(2026, 12, 31),
    )
    for village in villages:
        posts = [_post(village, n) for n in range(len(KINDS))]
        for n in range(holders):
            who = _person(village, by=by)
            Cover.objects.create(
                policy=policy, person=who, starts_on=policy.starts_on, ends_on=policy.ends_on
            )
            before = None
            for first, last in SHORT if n % 8 == 7 else TERMS:
                before = _holder(who, posts[n % 3], first, last, before)
                world.contracts[before.pk] = (village.pk, who.pk)


def _post(village, n):
    title, kind, standard, fund = KINDS[n]
    return Post.objects.create(
        area=village,
        number=f"{village.pk}-{n}",
        title=title,
        post_type=kind,
        department=Unit.objects.get(area_id=COUNTY, name=("农业农村局", "林业局", "水务局")[n]),
        fund=Fund.objects.get(pk=fund),
        standard=Decimal(standard),
        headcount=100,
        starts_on=date(2025, 1, 1),
        state=Post.State.OPEN,
    )


def _person(village, *, by):
    """Somebody of the village with an account of their own."""
    n = next(given.number)
    born = date(1968, 3, 5) + timedelta(days=n % 4000)
    number = given.id_number(born, n)
    who = Person.objects.create(
        area=village,
        household=Household.objects.create(area=village, number=f"H{n}"),
        name=f"李四{n}",
        id_number=number,
        id_digest=digest(number),
        id_tail=number[-4:],
        sex="m",
        born_on=born,
        capacity="weak",
    )
    account = f"62172230{n:011d}"
    BankAccount.objects.create(
        person=who,
        number=account,
        number_digest=digest(account),
        bank="示例县农商行",
        holder_name=who.name,
        added_by=by,
    )
    return who


def _holder(who, post, first, last, before):
    """A contract in force and the hire behind it."""
    terms = ("title", "post_type", "department", "fund", "standard")
    contract = Contract.objects.create(
        area=who.area,
        person=who,
        state=Contract.State.IN_FORCE,
        starts_on=first,
        ends_on=last,
        signed_on=date(2024, 12, 20),
        renews=before,
        **{name: getattr(post, name) for name in terms},
    )
    Hire.objects.create(
        state=Hire.State.PLACED,
        area=who.area,
        post=post,
        person=who,
        contract=contract,
        applied_on=first,
        starts_on=first,
    )
    return contract


def _phones(world, count):
    """Cards for the phones of workers, spread over the county."""
    every = max(1, len({who for _v, who in world.contracts.values()}) // max(1, count))
    people = {}  # the first contract of each
    for contract, (_village, who) in sorted(world.contracts.items()):
        people.setdefault(who, contract)
    chosen = list(people.values())[::every][: max(0, count)]
    by = {one.area: one for one in world.of("village_clerk")}
    for contract in chosen:
        village, person = world.contracts[contract]
        clerk = by.get(village) or by[f"{village[:9]}000"]
        _pass, card = passes.issue(
            Person.objects.get(pk=person),
            by=User.objects.get(pk=clerk.pk),
            purpose=Pass.Purpose.ENTER,
            hours=240,
        )
        world.cards.append((contract, card))
