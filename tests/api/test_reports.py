"""The sums of a month, the same to programs as on the page, and no further than one's areas."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """Two villages with a paid run, one line of it held."""
    scene = given.scene(holders=2, villages=2)
    given.fact(scene.contracts[0].person, scene.staff.township_officer)
    scene.run = given.pay_run(scene)
    return scene


def states(sums):
    """{state: (count, sum)} of what there is."""
    return {one["state"]: (one["count"], one["sum"]) for one in sums["states"] if one["count"]}


def test_programs_read_the_numbers_of_the_page(scene, program):
    page = Client()
    page.force_login(scene.staff.township_officer)
    (row,) = page.get(reverse("reports:index"), {"month": "2026-10"}).context["rows"]

    report = program(scene.staff.township_officer).get("/reports/monthly", month="2026-10").json()

    (told,) = report["rows"]
    assert (told["area"], told["area_name"]) == (scene.place.town.code, row["town"])
    assert (told["fund"], told["fund_name"]) == (scene.run.fund_id, row["fund"])
    assert (told["count"], told["sum"]) == (row["count"], f"{row['sum']:.2f}")
    assert states(told) == {
        cell["state"]: (cell["count"], f"{cell['sum']:.2f}")
        for cell in row["cells"]
        if cell["count"]
    }
    assert states(report["total"]) == states(told)
    assert states(told).keys() == {"payable", "held"}


def test_without_a_month_the_newest_is_told(scene, program):
    officer = program(scene.staff.township_officer)

    assert officer.get("/reports/monthly").json()["month"] == "2026-10"
    assert officer.get("/reports/monthly", month="2026-09").json()["rows"] == []


def test_an_area_is_counted_alone_by_programs_and_on_the_page(scene, program):
    village = scene.place.villages[1].code
    officer, page = program(scene.staff.township_officer), Client()
    page.force_login(scene.staff.township_officer)

    report = officer.get("/reports/monthly", month="2026-10", area=village).json()
    (row,) = page.get(reverse("reports:index"), {"area": village}).context["rows"]

    assert states(report["total"]) == {"payable": (1, "600.00")}
    assert (row["count"], row["sum"]) == (1, 600)


def test_another_area_counts_nothing_and_another_role_is_refused(scene, program):
    stranger = program(given.user("township_officer", at=given.township("990456100000").town))
    asked = {"month": "2026-10", "area": scene.place.town.code}

    report = stranger.get("/reports/monthly", **asked).json()

    assert (report["rows"], report["total"]["count"]) == ([], 0)
    assert program(given.user()).get("/reports/monthly").status_code == 403


@pytest.mark.parametrize(("field", "value"), [("month", "2026-13"), ("area", "9901")])
def test_what_cannot_be_read_is_named(scene, program, field, value):
    answer = program(scene.staff.township_officer).get("/reports/monthly", **{field: value})

    assert (answer.status_code, answer.json()["fields"].keys()) == (422, {field})
