"""A township at the end of its year: hundreds of holders, written in a few statements."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from contracts.models import Contract
from policy.models import Fund
from posts.models import Hire, Post
from project.kernel.secrets import digest
from registry.models import BankAccount, Fact, Household, Person, Unit
from tests import given, given_exits

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
VILLAGES = [
    "青石村",
    "柳河社区",
    "高坪村",
    "阿克塔什乡英巴格村民委员会第三村民小组",
    "双桥村",
    "龙潭村",
]
POSTS = ["乡村保洁员", "公路养护员", "农村人居环境整治和公共设施维护管理员（含河道巡查）"]
NAMES = [
    "王秀英",
    "李建国",
    "阿卜杜热合曼·麦麦提依明江·吐尔逊尼亚孜",
    "欧阳桂兰",
    "尼玛·扎西次仁",
    "陈志强",
    "迪丽努尔·阿布都克里木",
]


def year_end(holders=300, blocked=24):
    """Holders of six villages whose contracts end with the year; so many may not be renewed."""
    place = given.township(villages=len(VILLAGES))
    place.town.name = "云岭镇"
    place.town.save()
    for village, called in zip(place.villages, VILLAGES, strict=True):
        village.name = called
        village.save()
    scene = SimpleNamespace(place=place, staff=given.staff(place))
    posts = _posts(scene, holders)
    people = _people(scene, holders)
    scene.hires = _hires(people, posts, _contracts(people, posts))
    for place_, hire in enumerate(scene.hires[:blocked]):
        BLOCKS[place_ % len(BLOCKS)](scene, hire)
    return scene


def _posts(scene, holders):
    department = Unit.objects.create(area=scene.place.county, name="农业农村局")
    return Post.objects.bulk_create(
        Post(
            area=village,
            number=f"{village.code}-R{n}",
            title=title,
            post_type="保洁保绿",
            department=department,
            fund=Fund.objects.get(pk="employment"),
            standard=Decimal("600.00"),
            headcount=holders,
            starts_on=FIRST,
            state=Post.State.OPEN,
        )
        for village in scene.place.villages
        for n, title in enumerate(POSTS, start=1)
    )


def _people(scene, count):
    homes = Household.objects.bulk_create(
        Household(area=scene.place.villages[n % len(VILLAGES)], number=f"NM-{n}")
        for n in range(count)
    )
    people = Person.objects.bulk_create(_person(n, home) for n, home in enumerate(homes))
    BankAccount.objects.bulk_create(_account(scene, who) for who in people)
    return people


def _person(n, home):
    born = date(1970 + n % 10, 3, 5)
    number = given.id_number(born, order=n + 1)
    return Person(
        area=home.area,
        household=home,
        name=NAMES[n % len(NAMES)],
        id_number=number,
        id_digest=digest(number),
        id_tail=number[-4:],
        sex="m",
        born_on=born,
        capacity="weak",
    )


def _account(scene, who):
    number = f"62172231{who.pk:011d}"
    return BankAccount(
        person=who,
        number=number,
        number_digest=digest(number),
        bank="示例县农商行",
        holder_name=who.name,
        added_by=scene.staff.township_officer,
    )


def _contracts(people, posts):
    terms = ("area", "title", "post_type", "department", "fund", "standard")
    return Contract.objects.bulk_create(
        Contract(
            person=who,
            state=Contract.State.IN_FORCE,
            starts_on=FIRST,
            ends_on=LAST,
            signed_on=date(2025, 12, 20),
            **{name: getattr(_post_of(n, posts), name) for name in terms},
        )
        for n, who in enumerate(people)
    )


def _hires(people, posts, contracts):
    return Hire.objects.bulk_create(
        Hire(
            state=Hire.State.PLACED,
            area=contract.area,
            post=_post_of(n, posts),
            person=who,
            contract=contract,
            applied_on=FIRST,
            starts_on=FIRST,
        )
        for n, (who, contract) in enumerate(zip(people, contracts, strict=True))
    )


def _post_of(n, posts):
    """People stand on a post of their own village."""
    return posts[n % len(VILLAGES) * len(POSTS) + n // len(VILLAGES) % len(POSTS)]


def _excluded(scene, hire):
    """Two lists of other departments name the person."""
    by = scene.staff.township_officer
    given.fact(hire.person, by, Fact.Kind.INSURED)
    given.fact(hire.person, by, Fact.Kind.OTHER_POST)


def _leaves(scene, hire):
    given_exits.proposed(hire.contract, scene.staff.village_clerk, last_day=LAST)


def _too_old_and_excluded(scene, hire):
    hire.person.born_on = date(1958, 3, 5)
    hire.person.save()
    given.fact(hire.person, scene.staff.township_officer, Fact.Kind.PENSION)
    _leaves(scene, hire)


def _suspended(scene, hire):
    Contract.objects.filter(pk=hire.contract_id).update(state=Contract.State.SUSPENDED)


BLOCKS = [_excluded, _leaves, _too_old_and_excluded, _suspended]
