"""The two monthly tables of households without work, counted from what was recorded (C-31)."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from posts.models import JobOffer, ZeroEmployment
from project.kernel.months import Month
from registry.models import Area
from reports.zero_employment import clearing, progress, total
from tests import given, given_exits

pytestmark = pytest.mark.django_db
NOVEMBER = Month(2026, 11)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    """Three households: one from October, one cleared in November, one new and helped."""
    scene = given.scene(holders=1, villages=2)
    scene.first, scene.second = scene.place.villages
    recorded(scene, scene.first, "赵", recognised_on=date(2026, 10, 5))
    scene.cleared = recorded(
        scene,
        scene.first,
        "钱",
        recognised_on=date(2026, 10, 8),
        cleared_on=date(2026, 11, 9),
        cleared_by=scene.staff.township_officer,
        clearing="钱某务工",
    )
    scene.helped = recorded(
        scene,
        scene.second,
        "孙",
        recognised_on=date(2026, 11, 3),
        helped_on=date(2026, 11, 12),
        helped_by=scene.staff.township_officer,
    )
    return scene


def recorded(scene, at, name, **fields):
    who = given.person(at, name=name, born=date(1985, 4, 1))
    return ZeroEmployment.objects.create(
        area=at,
        household=who.household,
        applied_on=fields["recognised_on"],
        recognised_by=scene.staff.township_officer,
        helped_person=who if "helped_on" in fields else None,
        **fields,
    )


def numbers(rows):
    return {row["village"]: tuple(row["numbers"].values()) for row in rows}


def test_what_moved_in_a_month_stands_village_by_village(scene):
    JobOffer.objects.create(
        person=scene.helped.helped_person,
        offered_on=date(2026, 11, 4),
        employer="县工业园",
        result="已面试",
        recorded_by=scene.staff.township_officer,
    )
    placed = given.holder(
        scene.second,
        scene.staff.township_officer,
        person=scene.helped.helped_person,
        starts_on=date(2026, 11, 12),
    )
    given_exits.placed(scene, placed)

    rows = progress(ZeroEmployment.objects.all(), NOVEMBER)

    # At the start, recognised, helped, offers, placed, cleared, at the end.
    assert numbers(rows) == {"青石村0": (2, 0, 0, 0, 0, 1, 1), "青石村1": (0, 1, 1, 1, 1, 0, 1)}
    assert tuple(total(rows).values()) == (2, 1, 1, 1, 1, 1, 2)


def test_every_household_of_the_month_is_listed_and_no_other(scene):
    recorded(scene, scene.first, "李", recognised_on=date(2026, 12, 1))
    recorded(
        scene,
        scene.first,
        "周",
        recognised_on=date(2026, 8, 1),
        cleared_on=date(2026, 10, 31),
        cleared_by=scene.staff.township_officer,
    )

    listed = [row["of"] for row in clearing(ZeroEmployment.objects.all(), NOVEMBER)]

    assert len(listed) == 3
    assert [one.pk for one in listed if one.cleared_on] == [scene.cleared.pk]


def test_merged_villages_stand_on_one_line_from_the_month_of_the_merger(scene):
    Area.objects.filter(pk=scene.first.pk).update(
        merged_into=scene.second, valid_to=date(2026, 10, 31)
    )

    assert numbers(progress(ZeroEmployment.objects.all(), NOVEMBER)) == {
        "青石村1": (2, 1, 1, 0, 0, 1, 2)
    }
    assert numbers(progress(ZeroEmployment.objects.all(), Month(2026, 10))) == {
        "青石村0": (0, 2, 0, 0, 0, 0, 2)
    }


def test_the_page_shows_both_and_each_is_a_workbook(scene):
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.staff.township_officer)
    address = reverse("reports:zero-employment") + "?month=2026-11"

    page = client.get(address)
    assert page.context["total"] == [2, 1, 1, 0, 0, 1, 2]
    assert "钱某务工" in page.content.decode()
    first = rows_of(client.get(f"{address}&format=progress.xlsx"))
    second = rows_of(client.get(f"{address}&format=clearing.xlsx"))

    assert first[-1][2:] == (2, 1, 1, 0, 0, 1, 2)
    assert len(second) == 4
    narrowed = client.get(f"{address}&area={scene.second.pk}")
    assert narrowed.context["total"] == [0, 1, 1, 0, 0, 0, 1]


def rows_of(answer):
    book = openpyxl.load_workbook(BytesIO(answer.content))
    return list(book.active.iter_rows(values_only=True))


def test_the_queries_do_not_grow_with_the_households(scene):
    def count():
        with CaptureQueriesContext(connection) as asked:
            progress(ZeroEmployment.objects.all(), NOVEMBER)
            clearing(ZeroEmployment.objects.all(), NOVEMBER)
        return len(asked)

    few = count()
    for n in range(5):
        recorded(scene, scene.first, f"吴{n}", recognised_on=date(2026, 11, 2))
    assert count() == few


def test_another_township_sees_nothing_of_it(scene):
    client = Client()
    client.force_login(given.user("township_officer", at=given.township("990123101000").town))

    page = client.get(reverse("reports:zero-employment") + "?month=2026-11")

    assert page.status_code == 200 and page.context["rows"] == []
