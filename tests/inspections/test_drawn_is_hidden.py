"""S-29: nobody in the village, nor in the township of a county's round, knows whom it will meet."""

import json
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from inspections.models import Drawn, Plan
from project import inbox
from project.kernel.pages import url_of
from registry import tokens
from tests import given, given_visits

pytestmark = pytest.mark.django_db
VILLAGE = ("village_clerk", "village_head", "village_supervisor")
TOWNSHIP = ("township_officer", "township_reviewer", "township_leader")
TITLE = "冬季突击检查"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    """A county's round of everybody in two villages, under way, of which nobody was told."""
    made = given.scene(holders=4, villages=2, days=())
    made.inspector = given.user("inspector", at=made.place.county)
    facts = {"share": "1", "title": TITLE, "steps": ["draw", "dispatch"]}
    made.round = given_visits.plan(made.place.county, made.inspector, **facts)
    return made


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def program(user):
    secret = tokens.issue(user, by=user, name="tests")[1]
    return Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})


def places(round_):
    """Every address at which something of the round or its list could be read."""
    drawn = round_.drawn.order_by("area", "number").first()
    village = drawn.area_id
    lists = ("plan-list", "drawn-list", "told", "doubt-list", "risks")
    asked = ("", f"?plan={round_.pk}", f"?area={village}", "?q=李四", "?format=xlsx")
    pages = [reverse(f"inspections:{name}") + query for name in lists for query in asked]
    steps = [reverse("inspections:plan-step", args=[round_.pk, s]) for s in ("draw", "finish")]
    own = [reverse("inspections:drawn-miss", args=[drawn.pk]), url_of(drawn), url_of(round_)]
    own += [reverse("inspections:proof", args=[round_.pk]), reverse("index")]
    return pages + steps + own + [reverse("inspections:risk", args=[drawn.contract.person_id])]


def said(answer):
    """What an answer lets read, a workbook by its cells."""
    if "spreadsheet" not in answer.headers.get("Content-Type", ""):
        return answer.content.decode()
    rows = openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)
    return str(list(rows))


def known_to(user, round_):
    """Everywhere that somebody reads the round's title, a name of its list, or its record."""
    client, robot, found = signed_in(user), program(user), []
    for address in places(round_):
        answer = client.get(address)
        text = said(answer) if answer.status_code == 200 else ""
        inside = "/told/" in address or "/drawn/" in address or "/plans/" in address
        if TITLE in text or (inside and "李四" in text.replace('value="李四"', "")):
            found.append(address)
    for address in ("plans", f"plans/{round_.pk}", f"plans/{round_.pk}/drawn", "tasks", "doubts"):
        text = json.dumps(robot.get(f"/api/v1/{address}").json(), ensure_ascii=False)
        if TITLE in text or "李四" in text:
            found.append(address)
    return found


@pytest.mark.parametrize("role", [*VILLAGE, *TOWNSHIP])
def test_before_the_first_visit_nobody_below_the_county_learns_of_its_round(scene, role):
    user, round_ = getattr(scene.staff, role), scene.round
    robot = program(user)

    assert known_to(user, round_) == []
    assert not Plan.objects.visible_to(user).exists()
    assert not Drawn.objects.visible_to(user).exists()
    assert inbox.inbox_count(user) == 0 and inbox.inbox(user) == []
    told = signed_in(user).get(reverse("inspections:told"))
    assert told.context["count"] == 0 and "round" not in said(told).split("<main")[1]
    for address in (f"plans/{round_.pk}/draw", f"plans/{round_.pk}/drawn/1/miss"):
        sent = robot.post(f"/api/v1/{address}", {"why": "外出"}, "application/json")
        assert sent.status_code == 404
    assert robot.get("/api/v1/plans/999999/drawn").status_code == 404


def test_after_the_first_visit_a_village_reads_its_own_part_and_no_more(scene):
    clerk = given.user("village_clerk", at=scene.place.villages[0])
    beside = given.user("village_clerk", at=scene.place.villages[1])
    here, there = (scene.round.drawn.filter(area=one) for one in scene.place.villages)
    given_visits.visit(here.first(), scene.inspector)
    row = program(clerk).get(f"/api/v1/plans/{scene.round.pk}/drawn").json()["items"]

    assert set(known_to(clerk, scene.round)) == {
        *(address for address in places(scene.round) if "/told/" in address),
        f"plans/{scene.round.pk}/drawn",
    }
    assert set(Drawn.objects.visible_to(clerk)) == set(here)
    assert {one["number"] for one in row} == {one.number for one in here}
    assert {(one["reason"], one["score"], one["seen"]) for one in row} == {(None, None, None)}
    assert known_to(beside, scene.round) == [] and there.exists()
    assert set(Drawn.objects.visible_to(scene.staff.township_officer)) == set(here)


def test_a_township_reads_its_own_round_and_its_villages_do_not(scene):
    leader = scene.staff.township_leader
    own = given_visits.plan(scene.place.town, leader, share="1", title=TITLE, steps=["draw"])
    robot = program(scene.staff.township_officer)
    lines = robot.get(f"/api/v1/plans/{own.pk}/drawn").json()

    assert len(lines["items"]) == 4 and lines["next"] is None
    for role in VILLAGE:
        assert known_to(getattr(scene.staff, role), own) == []


def test_the_navigation_leads_each_to_the_page_that_is_theirs(scene):
    ways = {
        scene.inspector: "doubt-list",
        scene.staff.township_reviewer: "plan-list",
        scene.staff.village_clerk: "told",
    }
    for user, name in ways.items():
        page = signed_in(user).get(reverse("index")).content.decode()
        assert f'href="{reverse(f"inspections:{name}")}"' in page
        assert signed_in(user).get(reverse(f"inspections:{name}")).status_code == 200
