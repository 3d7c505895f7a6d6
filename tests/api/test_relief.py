"""Programs plan projects, are refused what the plan does not reach, and keep rosters (S-15)."""

from datetime import date

import pytest
from django.test import Client

from tests import given, given_relief
from workrelief.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """A project whose plan was issued: 676 (ten thousand yuan) with 200 for labour."""
    return given_relief.scene(
        state="plan_issued", funds=[("central_investment", "6760000", "2000000")]
    )


def plan(scene, labour):
    """One trade of one fund line: people-days of 100 yuan."""
    (line,) = scene.lines
    days = {"headcount": 100, "units": f"{labour / 10000:.2f}", "rate": "100.00"}
    return {"rows": [{"fund_line": line.pk, "trade": "普工", **days}]}


def test_200_of_676_is_refused_and_206_is_accepted(scene, program):
    """S-15: the plan stands at 29.59 % and 30.47 % of the fund."""
    owner, at = program(scene.staff.relief_owner), f"/relief-projects/{scene.project.pk}"

    refused = owner.post(f"{at}/prepare")
    assert refused.status_code == 409
    assert "29.59% of 6,760,000.00 yuan; at least 30.00% is required" in str(refused.json())

    written = owner.post(f"{at}/labour-plan", plan(scene, 2060000))
    assert [row["amount"] for row in written.json()] == ["2060000.00"]
    done = owner.post(f"{at}/prepare")

    assert (done.status_code, done.json()["state"]) == (200, "preparing")
    (share,) = done.json()["shares"]
    assert (share["planned"], share["plan_reaches"]) == ("2060000.00", True)
    assert (share["paid"], share["paid_reaches"]) == ("0.00", False)


def test_a_project_is_entered_and_given_money(scene, program):
    owner, county = program(scene.staff.relief_owner), program(scene.staff.ndrc_officer)
    said = {
        "area": scene.place.town.code,
        "number": "YGDZ-API-1",
        "name": "石桥以工代赈项目",
        "form": "special",
        "field": "transport",
        "mode": "villagers",
        "year": 2026,
        "content": "修石桥一座",
        "investment": "500000.00",
        "beneficiaries": 300,
        "promised_posts": 0,
    }

    made = owner.post("/relief-projects", said)
    assert made.status_code == 201
    at = f"/relief-projects/{made.json()['id']}"
    money = {"fund": "central_investment", "year": 2026, "amount": "400000.00"}
    line = county.post(f"{at}/fund-lines", money | {"issued_on": "2026-08-10"})

    assert (line.status_code, line.json()["amount"]) == (201, "400000.00")
    assert made.json()["state"] == "reserve"
    assert owner.post(f"{at}/fund-lines", money | {"issued_on": "2026-08-11"}).status_code == 403
    wrong = county.post(f"{at}/fund-lines", money | {"fund": "gold", "issued_on": "2026-08-10"})
    assert (wrong.status_code, [*wrong.json()["fields"]]) == (422, ["fund"])


def test_a_roster_takes_people_of_the_register_and_says_what_speaks_against_one(program):
    scene = given_relief.scene()
    who, (line,) = given.person(scene.place.villages[0], name="务工甲"), scene.lines
    site, at = (
        program(scene.staff.relief_contractor),
        f"/relief-projects/{scene.project.pk}/members",
    )
    said = {
        "id_number": who.id_number.lower(),
        "area": scene.place.villages[0].code,
        "fund_line": line.pk,
        "trade": "瓦工",
        "category": "lifted",
        "rate": "150.00",
        "starts_on": "2026-10-01",
        "ends_on": "2026-12-01",
    }

    listed = site.post(at, said)
    again = site.post(at, said)

    assert (listed.status_code, listed.json()["worker"]) == (201, "务工甲")
    assert who.id_number not in str(site.get(at).json())
    assert again.status_code == 409 and "stands on the roster" in str(again.json())
    assert site.post(at, said | {"category": "rich"}).status_code == 422
    assert site.post(at, said | {"id_number": "990123190001010000"}).status_code == 422


def test_a_month_of_wages_is_drawn_up_and_examined(program):
    scene = given_relief.scene()
    people = given_relief.placed(scene, given_relief.enlist(scene, 1))
    given_relief.worked(scene, people)
    given.sheets(scene, "final")
    site = program(scene.staff.relief_contractor)

    made = site.post(f"/relief-projects/{scene.project.pk}/wage-batches", {"month": "2026-10"})
    batch = made.json()
    unsigned = site.post(f"/wage-batches/{batch['id']}/sign")

    assert (made.status_code, [row["amount"] for row in batch["lines"]]) == (201, ["2400.00"])
    assert unsigned.status_code == 409 and "have not signed" in str(unsigned.json())


def test_what_lies_in_another_area_is_not_there(scene, program):
    other = given.user("ndrc_officer", at=given.township("990223100000").county)
    stranger, at = program(other), f"/relief-projects/{scene.project.pk}"

    for part in ("", "/fund-lines", "/labour-plan", "/members"):
        assert stranger.get(f"{at}{part}").status_code == 404
    assert stranger.get("/relief-projects").json()["items"] == []
    assert Project.objects.get().plan_issued_on == date(2026, 8, 10)


def test_the_description_of_the_api_names_them(scene):
    paths = Client().get("/api/v1/openapi.json").json()["paths"]

    for end in ("", "/{number}", "/{number}/prepare", "/{number}/members"):
        assert f"/api/v1/relief-projects{end}" in paths
    assert "/api/v1/wage-batches/{number}/examine" in paths
