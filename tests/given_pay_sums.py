"""A month of pay in which everything has happened once, and a neighbour who only prepares it."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from policy.models import Fund
from posts.models import Post
from project.kernel.steps import do
from registry.models import Fact, Household, Unit
from tests import given, given_recoveries, given_results

HELD = 4
KINDS = [
    ("保洁员", "保洁保绿", "600.00", "农业农村局"),
    ("护林员", "护林护河", "733.33", "林业局"),
    ("水管员", "设施维护", "512.10", "水务局"),
]


def township(code="990123100000", holders=8):
    """Holders of three posts in two villages, two of them of one household; October worked."""
    place = given.township(code, villages=2)
    staff = given.staff(place)
    scene = SimpleNamespace(place=place, staff=staff, contracts=[], month=given.OCTOBER)
    home = Household.objects.create(area=place.villages[0], number=f"H-{code}", head_name="李四")
    for n in range(holders):
        scene.contracts.append(holder(scene, n, home if n in (0, 2) else None))
    for n, village in enumerate(place.villages):
        post(village, KINDS[n], n, headcount=holders, by=staff)
    return scene


def holder(scene, n, home):
    title, kind, standard, department = KINDS[n % len(KINDS)]
    village = scene.place.villages[n % 2]
    made = given.holder(
        village,
        scene.staff.township_officer,
        person=given.person(village, name=f"李四{n}", household=home),
        title=title,
        post_type=kind,
        standard=Decimal(standard),
        fund_id=Fund.objects.order_by("code")[0].pk,
        department=unit(scene.place, department),
    )
    given.worked(made, scene.staff.township_officer, range(8, 23 - n % 4))
    return made


def unit(place, name):
    return Unit.objects.get_or_create(area=place.county, name=name)[0]


def post(village, kind, n, headcount, by):
    """An open post from a month of the year on; the second ends in the middle of one."""
    title, post_type, standard, department = kind
    return Post.objects.create(
        area=village,
        number=f"P-{village.pk}",
        title=title,
        post_type=post_type,
        department=Unit.objects.get(name=department, area_id=village.county_code),
        fund=Fund.objects.order_by("code")[0],
        standard=Decimal(standard),
        headcount=headcount,
        starts_on=date(2026, 3 * n + 1, 15),
        ends_on=date(2026, 11, 3) if n else None,
        state="open",
    )


def everything(holders=8):
    """One line held, four came back: paid again, on its way again, written back, left."""
    scene = township(holders=holders)
    officer, finance = scene.staff.township_officer, scene.staff.finance_officer
    given.fact(scene.contracts[HELD].person, officer, Fact.Kind.AWAY)
    scene.run = given.pay_run(scene, "sent")
    given_results.answered(scene.run, finance, back=(1, 2, 3, 4))
    lines = [sent.line for sent in given_results.sent_lines(scene.run)]
    scene.again = do(given_results.confirmed(scene, lines[0]), "send", by=finance)
    given_results.answered(scene.again, finance)
    scene.waiting = given_results.confirmed(scene, lines[1])
    given_results.confirmed(scene, lines[2], way="write_back", voucher="财20261120-1")
    scene.recovery = given_recoveries.recovery(scene, "demanded", contract=lines[5].contract)
    given_recoveries.repaid(scene, scene.recovery, "100.05", "财20261121-1")
    scene.other = township("990123101000", holders=3)
    scene.other.run = given.pay_run(scene.other, "prepared")
    return scene
