"""A township of three hundred holders with names as people have them."""

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

import time_machine

from attendance.models import Sheet
from payroll import flows as payroll
from project.kernel.months import SHANGHAI
from project.kernel.steps import do
from registry.models import Fact
from tests import given

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜"
GIVEN = (
    "秀英建国桂兰玉珍志强淑华国平丽萍德明春梅永福凤英文斌金花长林小红大军翠兰"
    "海燕正德素芬明辉玉兰光荣月娥树林爱民水生艳丽世杰"
)
VILLAGES = "青石柳河高坪双桥龙潭枫树石门白云清泉新民长岭东坡"
POSTS = [
    ("乡村保洁员", "保洁保绿", "600.00"),
    ("生态护林员", "护林护河", "800.00"),
    ("河道巡查员", "护林护河", "650.00"),
    ("村级水管员", "设施维护", "500.00"),
    ("孤老残幼看护员", "养老托幼", "700.00"),
]


def name(n):
    return SURNAMES[n * 7 % len(SURNAMES)] + pairs(GIVEN)[n * 11 % (len(GIVEN) // 2)]


def pairs(characters):
    return [characters[at : at + 2] for at in range(0, len(characters), 2)]


NAMES = {
    "township_officer": "陈晓燕",
    "township_reviewer": "刘志远",
    "township_leader": "赵国栋",
    "department_officer": "孙丽华",
    "finance_officer": "周明",
    "village_clerk": "吴小芳",
    "village_head": "王德胜",
    "village_supervisor": "何正山",
}


def staff(place):
    """The people of the office, by names that stand on the pictures."""
    return named(given.staff(place))


def named(people):
    """The same people under the names that stand on the pictures."""
    for role, called in NAMES.items():
        someone = getattr(people, role)
        someone.name = called
        someone.save()
    return people


def settled(holders=300):
    """Twelve villages in October: sheets at every stage, the pay prepared to be looked at."""
    place = given.township(villages=len(pairs(VILLAGES)))
    place.town.name = "云岭镇"
    place.town.save()
    for village, called in zip(place.villages, pairs(VILLAGES), strict=True):
        village.name = f"{called}村"
        village.save()
    people = staff(place)
    held = [_holder(n, place, people) for n in range(holders)]
    scene = SimpleNamespace(place=place, staff=people, contracts=held, month=given.OCTOBER)
    _facts(scene)
    _walk(scene)
    scene.run = payroll.prepare(scene.month, place.town.code, by=people.township_officer)[0]
    return scene


def _holder(n, place, people):
    title, kind, standard = POSTS[n % len(POSTS)]
    village = place.villages[n % len(place.villages)]
    made = given.holder(
        village,
        people.township_officer,
        insured=n % 97 != 5,
        name=name(n),
        title=title,
        post_type=kind,
        standard=Decimal(standard),
    )
    days = [day for day in range(1, 29) if day % 7 not in (3, 4)][: 12 + n % 9]
    given.worked(made, people.township_officer, days)
    return made


def _facts(scene):
    by = scene.staff.township_officer
    given.fact(scene.contracts[12].person, by)
    given.fact(scene.contracts[16].person, by, Fact.Kind.INSURED, date(2026, 8, 1))
    given.fact(scene.contracts[19].person, by, Fact.Kind.LEGAL_REP, date(2025, 3, 11))


def _walk(scene):
    """Two sheets stay open, four wait for the township's review, the others go further."""
    sheets = given.attendance.open_month(
        scene.month, scene.place.town.code, by=scene.staff.township_officer
    )
    for place, sheet in enumerate(Sheet.objects.filter(pk__in=[s.pk for s in sheets])):
        with time_machine.travel(datetime(2026, 11, 5 + place % 4, 8, 5 * place, tzinfo=SHANGHAI)):
            _as_far_as(sheet, (0, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 5)[place], scene.staff)
    (late,) = given.attendance.open_month(
        given.OCTOBER.previous(), scene.place.villages[1].code, by=scene.staff.township_officer
    )
    _as_far_as(late, 2, scene.staff)


def _as_far_as(sheet, steps, staff):
    for step, who, details in given.SHEET_WALK[:steps]:
        sheet = do(sheet, step, by=getattr(staff, who), **details)
