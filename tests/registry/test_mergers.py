"""S-26: a village is merged; history keeps the old code, reports and lists count both together."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from attendance import flows as attendance
from attendance.models import Sheet
from project.kernel.months import Month
from registry.mergers import rolled_up, successors, township_of
from registry.models import Area
from tests import given

pytestmark = pytest.mark.django_db
JULY = Month(2026, 7)


@pytest.fixture
def scene():
    """Two townships; on 1 July the village of the second goes to the first under a new code."""
    scene = given.scene(holders=1)
    scene.other = given.township("990123101000", villages=1)
    scene.old = scene.other.villages[0]
    given.appoint(scene.staff.township_officer, "township_officer", scene.other.town)
    scene.new = given.area("990123100301", "青石新村")
    scene.held = given.holder(scene.old, scene.staff.township_officer, name="赵六")
    Area.objects.filter(pk=scene.old.pk).update(merged_into=scene.new, valid_to=date(2026, 6, 30))
    return scene


def codes(condition):
    return set(Area.objects.filter(condition).values_list("code", flat=True))


def test_before_the_merger_nothing_counts_elsewhere(scene):
    assert successors(date(2026, 6, 30)) == {}
    assert successors(date(2026, 7, 1)) == {scene.old.pk: scene.new.pk}


def test_an_area_takes_with_it_what_was_merged_into_it_and_loses_what_left(scene):
    day, town, other = date(2026, 7, 31), scene.place.town.pk, scene.other.town.pk

    assert {scene.old.pk, scene.new.pk} <= codes(rolled_up(town, day, "code"))
    assert scene.old.pk not in codes(rolled_up(other, day, "code"))
    assert codes(rolled_up(scene.new.pk, day, "code")) == {scene.new.pk, scene.old.pk}
    assert codes(rolled_up(scene.old.pk, day, "code")) == {scene.old.pk}


def test_chains_of_mergers_end_where_the_last_one_ended(scene):
    last = given.area("990123100302", "青石大村")
    Area.objects.filter(pk=scene.new.pk).update(merged_into=last, valid_to=date(2026, 9, 30))

    found = successors(date(2026, 12, 1))

    assert found == {scene.old.pk: last.pk, scene.new.pk: last.pk}
    assert township_of(scene.old.pk, found) == scene.place.town.pk


def test_a_merged_township_takes_its_villages_along(scene):
    Area.objects.filter(pk=scene.other.town.pk).update(
        merged_into=scene.place.town, valid_to=date(2026, 6, 30)
    )
    Area.objects.filter(pk=scene.old.pk).update(merged_into=None, valid_to=None)

    found = successors(date(2026, 7, 1))

    assert township_of(scene.old.pk, found) == scene.place.town.pk
    assert scene.old.pk in codes(rolled_up(scene.place.town.pk, date(2026, 7, 1), "code"))


def test_the_sheet_of_july_stays_under_the_old_code(scene):
    attendance.open_month(JULY, scene.other.town.pk, by=scene.staff.township_officer)

    (sheet,) = Sheet.objects.filter(month=JULY)
    assert sheet.area_id == scene.old.pk
    assert sheet.lines.get().contract == scene.held


def test_reports_and_the_list_behind_them_count_both_together(scene):
    officer = scene.staff.township_officer
    given.payroll.prepare(JULY, scene.place.town.pk, by=officer)
    given.payroll.prepare(JULY, scene.other.town.pk, by=officer)

    client = Client()
    client.force_login(officer)
    (row,) = client.get(reverse("reports:index") + "?month=2026-07").context["rows"]

    assert (row["town"], row["count"]) == (scene.place.town.name, 2)
    assert client.get(row["url"]).context["count"] == 2
