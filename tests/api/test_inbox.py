"""What waits for a person: theirs, where they hold the role, in a fixed number of queries."""

from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from attendance.flows import _village_day
from attendance.models import Sheet
from attendance.pages import SheetList, SheetPage
from policy.models import Fund, Rule
from policy.selectors import rules_read_once, rulings
from project.api.kinds import BY_MODEL
from project.inbox import inbox, inbox_count, lines
from project.kernel.models import User
from project.kernel.pages import record_paths
from project.kernel.roles import ROLES, Permission, roles_with
from project.kernel.steps import FLOWS, Step, do
from tests import given

pytestmark = pytest.mark.django_db
urlpatterns = [path("sheets/", include((record_paths(SheetList, SheetPage), "attendance")))]


def fresh(user):
    return User.objects.get(pk=user.pk)


def queries(user):
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as caught:
        found = inbox(fresh(user))
    return len(found), len(caught)


def test_a_task_says_what_who_since_when_and_due(program):
    scene = given.scene(holders=1)
    (sheet,) = given.sheets(scene, "open")

    (task,) = program(scene.staff.village_head).get("/tasks").json()["items"]

    assert (task["kind"], task["record"], task["step"]) == ("sheets", sheet.pk, "confirm")
    assert task["title"] == "Confirm the days"
    assert task["since"].startswith("2026-11-22T")
    assert (task["due"], task["late"]) == (str(_village_day(sheet)), True)


def test_each_role_counts_only_where_it_is_held():
    scene = given.scene(holders=2, villages=2)
    one, other = scene.place.villages
    given.sheets(scene, "open")
    both = given.appoint(given.user("village_head", at=one), "village_clerk", other)

    assert [(w.step, w.record.area_id) for w in inbox(both)] == [("confirm", one.code)]
    do(Sheet.objects.get(area=one), "confirm", by=both)
    assert inbox(both) == []
    assert inbox_count(both) == 0


def test_another_township_waits_for_its_own_people():
    given.sheets(given.scene(holders=1), "open")
    stranger = given.user("village_head", at=given.township("990456100000").town)

    assert inbox(stranger) == []
    assert inbox_count(stranger) == 0


def test_the_whole_country_waits_for_who_is_appointed_to_it():
    given.sheets(given.scene(holders=1), "open")

    assert inbox_count(given.user("village_head", at=given.country())) == 1


def test_a_task_is_gone_once_the_step_is_taken():
    scene = given.scene(holders=1)

    given.sheets(scene, "confirmed")

    assert inbox(fresh(scene.staff.village_head)) == []
    assert [one.step for one in inbox(fresh(scene.staff.village_clerk))] == ["acknowledge"]


def test_many_tasks_cost_as_many_queries_as_one():
    scene = given.scene(holders=1)
    given.sheets(scene, "open")
    few = queries(scene.staff.village_head)
    more = given.scene(holders=6, villages=6)
    given.sheets(more, "open")

    many = queries(scene.staff.village_head)

    assert (few[0], many[0]) == (1, 6)
    assert few[1] == many[1]


def test_a_deadline_nobody_set_is_none():
    scene = given.scene(holders=1)
    given.sheets(scene, "open")
    Rule.objects.filter(code="attendance.village_day").delete()

    (waiting,) = inbox(fresh(scene.staff.village_head))

    assert (waiting.due, waiting.late) == (None, False)


def test_pages_of_tasks_come_one_after_another(program):
    scene = given.scene(holders=3, villages=3)
    given.sheets(scene, "open")
    head = program(scene.staff.village_head)

    first = head.get("/tasks", limit=2).json()
    second = head.get("/tasks", limit=2, after=first["next"]).json()

    seen = [task["record"] for task in first["items"] + second["items"]]
    assert len(set(seen)) == 3
    assert second["next"] is None


@pytest.mark.urls(__name__)
def test_the_page_reads_the_same_lines_in_words():
    (sheet,) = given.sheets(given.scene(holders=1), "open")
    head = given.user("village_head", at=sheet.area)

    (line,) = lines(head)

    assert (line.kind, line.step) == ("attendance sheet", "Confirm the days")
    assert (line.what, line.area) == (str(sheet), sheet.area.name)
    assert (line.url, line.late) == (f"/sheets/{sheet.pk}/confirm/", True)


def test_rules_read_once_say_the_same_as_rules_asked_for():
    place = given.township()
    given.rule(place.town, "age.max", 60, place.document, fund_id="employment")
    asked = {"codes": ["age.max", "attendance.village_day"], "on": date(2026, 10, 1)}
    areas = [place.county.code, place.town.code, place.villages[0].code]

    for fund in (None, "employment", Fund.objects.get(code="employment")):
        one_by_one = rulings(areas=areas, fund=fund, **asked)
        with rules_read_once():
            rulings(areas=areas, fund=fund, **asked)
            assert rulings(areas=areas, fund=fund, **asked) == one_by_one


def test_whoever_may_take_a_step_sees_its_record():
    for flow in FLOWS.values():
        view = flow.record_class.objects.none().view_permission
        for node in flow.instance.nodes():
            if isinstance(node, Step):
                for role in roles_with(Permission(node._owner_permission)):
                    assert view in ROLES[role].permissions, (role, node.name)


def test_every_flow_has_its_kind_in_the_api():
    assert set(FLOWS) <= set(BY_MODEL)
