"""The sums of pay agree with a plain count, each obligation once, in every place they are told."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from payroll import flows
from payroll.models import PayLine, Release, Repayment
from posts.checks import LIVE, cost
from posts.models import Post
from project.kernel.months import Month
from project.kernel.steps import do
from registry import tokens
from registry.models import Area
from reports.pay_pages import largest
from reports.pay_scope import Span
from reports.pay_sums import COLUMNS, pay_sums
from tests import given, given_pay_sums

pytestmark = pytest.mark.django_db
YEAR = Span(Month(2026, 1), Month(2026, 12))
ZERO = Decimal(0)
OF_LINE = {
    "township": lambda line: line.area_id[:9] + "000",
    "department": lambda line: str(line.contract.department_id),
    "fund": lambda line: line.run.fund_id,
    "type": lambda line: line.contract.post_type,
}
OF_POST = {
    "township": lambda post: post.area_id[:9] + "000",
    "department": lambda post: str(post.department_id),
    "fund": lambda post: post.fund_id,
    "type": lambda post: post.post_type,
}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_pay_sums.everything()


def stands(line):
    """Where a line stands, read record by record; None where another line stands for it."""
    sent = getattr(line, "sent", None)
    if sent:
        result = sent.results.first()
        return answered(line, result) if result else "committed"
    if PayLine.objects.filter(carried_from=line).exists():
        return None
    if line.run.state in ("returned", "voided"):
        return "held" if line.run.supplements_id else None
    if any(not released(line, hold) for hold in line.holds.all()):
        return "held"
    return "prepared" if line.run.state == "prepared" else "committed"


def answered(line, result):
    if result.outcome == "success":
        return "paid"
    again = [c.fresh for c in line.corrections.filter(state="confirmed", way="account")]
    follows = any(one.standing or hasattr(one, "sent") for one in again)
    return None if follows or paid_anew(line) else "returned"


def released(line, hold):
    said = {"run": line.run, "contract": line.contract, "code": hold.code, "fact": hold.fact}
    return Release.objects.filter(**said).exists()


def paid_anew(line):
    """Whether a supplement computes the pay again that went back to the fund."""
    same = {"contract": line.contract, "month": line.month, "item": line.item}
    return any(
        one.standing or (one.run.supplements_id and stands(one) == "held")
        for one in PayLine.objects.filter(**same).exclude(pk=line.pk)
        if not hasattr(one, "sent")
    )


def by_hand(by):
    """{group: {column: sum}} and {group: people}, in plain Python."""
    sums, people = defaultdict(lambda: defaultdict(Decimal)), defaultdict(set)
    for line in PayLine.objects.filter(amount__gt=0):
        if column := stands(line):
            sums[OF_LINE[by](line)][column] += line.amount
            people[OF_LINE[by](line)].add(line.person_id)
    for post in Post.objects.filter(state="open"):
        last = post.ends_on or date(2026, 12, 31)
        months = last.month - post.starts_on.month + 1
        sums[OF_POST[by](post)]["planned"] += months * post.headcount * post.standard
    for one in Repayment.objects.exclude(way="offset"):
        line = one.recovery.lines.get().line
        sums[OF_LINE[by](line)]["recovered"] += one.amount
    return {key: dict(found) for key, found in sums.items()}, {k: len(p) for k, p in people.items()}


def told(found):
    """The same of what the house counts, without the zeros."""
    return {row.key: {name: sum for name, sum in row.sums.items() if sum} for row in found.rows}


@pytest.mark.parametrize("by", ["township", "department", "fund", "type"])
def test_every_grouping_agrees_with_a_plain_count(scene, by):
    sums, people = by_hand(by)

    found = pay_sums(scene.staff.finance_officer, YEAR, by)

    assert told(found) == sums
    assert {row.key: row.people for row in found.rows if row.people} == people
    together = {name: sum((of.get(name, ZERO) for of in sums.values()), ZERO) for name in COLUMNS}
    assert found.total.sums == together
    assert all(together.values())
    assert found.total.people == PayLine.objects.values("person").distinct().count()


def test_pictures_show_what_the_table_adds_up_to(scene):
    found = pay_sums(scene.staff.finance_officer, YEAR, "type")

    for shown in (found.months.values(), dict(found.towns).values()):
        for name in COLUMNS:
            assert sum(of[name] for of in shown) == found.total.sums[name]
    assert list(found.months) == YEAR.months
    assert found.months[Month(2026, 2)]["planned"] == (8 + 3) * 600
    assert [(one.month, one.days, one.most) for one in found.arrivals] == [
        (given.OCTOBER, Decimal("20.0"), 20)
    ]


def test_what_a_correction_run_was_to_pay_again_has_come_back_when_the_run_is_given_back(scene):
    before = pay_sums(scene.staff.township_officer, YEAR).total.sums
    (fresh,) = scene.waiting.lines.all()

    flows.services.send_back(scene.waiting, by=scene.staff.finance_officer, note="账号有误")

    after = pay_sums(scene.staff.township_officer, YEAR).total.sums
    moved = {name: after[name] - before[name] for name in COLUMNS if after[name] != before[name]}
    assert moved == {"committed": -fresh.amount, "returned": fresh.amount}


def test_a_line_carried_over_counts_once_even_if_the_supplement_is_thrown_away(scene):
    officer, finance = scene.staff.township_officer, scene.staff.finance_officer

    extra = flows.supplement(scene.run, by=officer)
    assert told(pay_sums(finance, YEAR)) == by_hand("township")[0]
    flows.services.void(extra, by=scene.staff.department_officer, note="重新编制")

    assert extra.lines.filter(carried_from__isnull=False).exists()
    assert told(pay_sums(finance, YEAR)) == by_hand("township")[0]
    total = pay_sums(officer, YEAR).total
    assert total.people == len(scene.contracts)
    due = PayLine.objects.filter(run=scene.run).values_list("amount", flat=True)
    counted = ("prepared", "committed", "held", "paid", "returned")
    assert sum(total.sums[name] for name in counted) == sum(due)


def test_households_are_those_of_several_payees_and_those_above_an_amount(scene):
    finance = scene.staff.finance_officer

    (row, other) = pay_sums(finance, YEAR, "household").rows
    assert (row.people, row.place) == (2, scene.place.villages[0].name)
    assert row.name == "李四 H-990123100000"
    lines = PayLine.objects.filter(person__household__number="H-990123100000")
    due = {stands(line): ZERO for line in lines}
    for line in lines:
        due[stands(line)] += line.amount
    assert {name: row.sums[name] for name in due if name} == {k: v for k, v in due.items() if k}
    assert other.name == "李四 H-990123101000"

    more = pay_sums(finance, YEAR, "household", above=Decimal(700))
    sums = [sum(row.sums.values()) - row.sums["recovered"] for row in more.rows]
    assert sums == sorted(sums, reverse=True)
    assert len(more.rows) > 2
    assert more.total.sums["paid"] == sum(row.sums["paid"] for row in more.rows)


def test_posts_by_the_hour_are_budgeted_by_their_hours(scene):
    before = pay_sums(scene.staff.finance_officer, YEAR).total.sums["planned"]
    post = Post.objects.visible_to(scene.staff.finance_officer).filter(state__in=LIVE)[0]
    Post.objects.filter(pk=post.pk).update(pay_basis="hour", hours="80.5", standard="22.00")

    hourly = Post.objects.get(pk=post.pk)
    after = pay_sums(scene.staff.finance_officer, YEAR).total.sums["planned"]
    assert after - before == cost(hourly, 2026) - cost(post, 2026) != 0
    months = cost(post, 2026) / (post.headcount * post.standard)
    assert cost(hourly, 2026) == months * post.headcount * Decimal("1771.00")


def test_nobody_counts_beyond_their_areas(scene):
    town, other = scene.place.town.pk, scene.other.place.town.pk

    assert told(pay_sums(scene.staff.township_officer, YEAR)).keys() == {town}
    assert told(pay_sums(scene.other.staff.township_officer, YEAR)).keys() == {other}
    village = given.user("village_head", at=scene.place.villages[1])
    mine = PayLine.objects.filter(area=scene.place.villages[1])
    total = pay_sums(village, YEAR).total
    assert total.people == mine.values("person").distinct().count()
    assert total.sums["planned"] == 8 * Decimal("733.33") * 8
    stranger = given.user("finance_officer", at=given.township("990456100000").county)
    assert pay_sums(stranger, YEAR).rows == []


def test_a_merged_township_counts_under_its_successor_and_nobody_twice(scene):
    finance, town = scene.staff.finance_officer, scene.place.town
    before = pay_sums(finance, YEAR)
    Area.objects.filter(pk=scene.other.place.town.pk).update(
        merged_into=town, valid_to=date(2026, 6, 30)
    )

    after = pay_sums(finance, YEAR)

    assert [row.key for row in after.rows] == [town.pk]
    assert after.total.sums == before.total.sums
    inside = pay_sums(finance, Span(YEAR.first, YEAR.last, town.pk))
    assert inside.total == after.total


def test_page_workbook_and_programs_tell_the_same(scene):
    page = Client()
    page.force_login(scene.staff.finance_officer)
    asked = {"year": "2026", "by": "department"}
    _token, secret = tokens.issue(
        scene.staff.finance_officer, by=scene.staff.finance_officer, name="sums"
    )
    program = Client(headers={"authorization": f"Bearer {secret}"})

    shown = page.get(reverse("reports:pay"), asked).context
    book = page.get(reverse("reports:pay"), asked | {"format": "xlsx"})
    answer = program.get("/api/v1/reports/pay", asked).json()

    rows = [[*row["of"], *row["numbers"]] for row in (*shown["rows"], shown["total"])]
    cells = openpyxl.load_workbook(BytesIO(book.content)).active.values
    next(cells)
    assert [[row[0], *(Decimal(str(n)) for n in row[1:])] for row in cells] == rows
    program_rows = [
        [row["name"], row["people"], row["months"], *(Decimal(row[name]) for name in COLUMNS)]
        for row in (*answer["rows"], answer["total"])
    ]
    assert program_rows == rows
    (october,) = [month for month in answer["months"] if month["month"] == "2026-10"]
    assert (october["days"], october["days_at_most"]) == ("20.0", 20)


def test_of_many_townships_the_largest_are_drawn_in_their_order_though_names_are_alike():
    towns = [("云岭镇", {"planned": Decimal(n % 7), "paid": Decimal(n)}) for n in range(20)]

    assert [sums["paid"] for _name, sums in largest(towns)] == list(range(8, 20))
    assert largest(towns[:3]) == towns[:3]


def test_a_recovery_undone_is_not_recovered(scene):
    (entry,) = scene.recovery.repayments.all()
    assert pay_sums(scene.staff.township_officer, YEAR).total.sums["recovered"] == entry.amount

    do(scene.recovery, "undo", repayment=entry.pk, by=scene.staff.finance_officer, note="记错")

    assert pay_sums(scene.staff.township_officer, YEAR).total.sums["recovered"] == ZERO


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"first": "2026-13"}, "first"),
        ({"first": "2026-10", "last": "2026-09"}, "last"),
        ({"first": "2024-01", "last": "2026-12"}, "last"),
        ({"year": "2026", "first": "2026-10"}, "year"),
        ({"area": "9901"}, "area"),
        ({"by": "colour"}, "by"),
        ({"above": "-1"}, "above"),
    ],
)
def test_what_cannot_be_read_is_named(asked, field):
    officer = given.staff(given.township()).township_officer
    page = Client()
    page.force_login(officer)
    _token, secret = tokens.issue(officer, by=officer, name="sums")
    program = Client(headers={"authorization": f"Bearer {secret}"})

    answer = program.get("/api/v1/reports/pay", asked)

    assert (answer.status_code, answer.json()["fields"].keys()) == (422, {field})
    assert len(page.get(reverse("reports:pay"), asked).context["faults"]) == 1


def test_who_sees_no_pay_is_refused_and_an_empty_year_says_so():
    place = given.township()
    page = Client()
    page.force_login(given.user("village_clerk", at=place.villages[0]))
    assert page.get(reverse("reports:pay")).status_code == 403

    page.force_login(given.user("township_officer", at=place.town))
    said = page.get(reverse("reports:pay"), {"year": "2019"})
    assert said.context["empty"]
    assert "office-empty" in said.content.decode()


@pytest.mark.parametrize("by", ["township", "department", "household"])
def test_more_to_count_asks_no_more_often(by):
    few = given_pay_sums.township(holders=3)
    many = given_pay_sums.township("990456100000", holders=12)
    asked = []
    for one in (few, many):
        given.pay_run(one, "sent")
        with CaptureQueriesContext(connection) as queries:
            pay_sums(one.staff.township_officer, YEAR, by)
        asked.append(len(queries))

    assert asked[0] == asked[1] <= 16
