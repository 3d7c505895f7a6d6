"""What lies late shows to the office above, once, and the right to act stays where it is."""

from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from viewflow.workflow.models import Task

from attendance.models import Sheet
from project.inbox import inbox
from project.integrity.system import house_account
from project.kernel.models import Event, Look, User
from project.kernel.steps import do
from project.late import count, escalate, late_below, told
from registry import tokens
from tests import given

PAGE = reverse("late-below")


@pytest.fixture
def scene(db):
    with translation.override("en"):
        scene = given.scene(holders=3, villages=3)
        given.sheets(scene, "open")
        yield scene


def fresh(user):
    return User.objects.get(pk=user.pk)


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def written():
    return Event.objects.filter(verb="escalate").count()


def test_late_tasks_show_above_once_and_stay_with_whoever_acts(scene):
    leader, head = scene.staff.township_leader, scene.staff.village_head
    sheets = Sheet.objects.count()
    assert count(leader) == 0 and count(head) is None

    assert escalate(by=house_account()) == sheets and escalate(by=house_account()) == 0

    lines = told(late_below(fresh(leader)), fresh(leader))
    assert {(line.kind, line.step, line.roles) for line in lines} == {
        ("attendance sheet", "Confirm the days", "Village head")
    }
    assert str(head) in lines[0].names and lines[0].due < lines[0].since.date()
    assert not inbox(leader) and count(scene.staff.department_officer) == 0
    with pytest.raises(PermissionDenied):
        do(Sheet.objects.first(), "confirm", by=leader)
    stranger = given.user("township_leader", at=given.township("990224100000").town)
    assert count(stranger) == 0

    shown = browser(leader).get(PAGE).content.decode()
    assert shown.count("Confirm the days") == sheets and "Late below <strong" in shown
    village = Sheet.objects.order_by("area").first().area_id
    assert browser(leader).get(PAGE, {"area": village}).content.decode().count("Confirm the") == 1
    assert browser(leader).get(PAGE, {"format": "xlsx"}).status_code == 200
    assert Look.objects.get(what="export").purpose == "late"
    assert browser(head).get(PAGE).status_code == 403

    do(Sheet.objects.order_by("area").first(), "confirm", by=head)
    assert count(fresh(leader)) == sheets - 1 and written() == sheets


def test_the_list_is_the_same_for_programs(scene):
    escalate(by=house_account())
    _token, secret = tokens.issue(
        scene.staff.township_leader, by=scene.staff.township_leader, name="t"
    )
    program = Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})

    first = program.get("/api/v1/tasks/late", {"limit": 1}).json()
    rest = program.get("/api/v1/tasks/late", {"after": first["next"]}).json()

    assert len(first["items"]) == 1 and rest["next"] is None
    numbers = [item["task"] for item in first["items"] + rest["items"]]
    assert numbers == list(
        late_below(scene.staff.township_leader).order_by("pk").values_list("pk", flat=True)
    )
    assert first["items"][0]["title"] == "Confirm the days"
    _token, secret = tokens.issue(scene.staff.village_head, by=scene.staff.village_head, name="t")
    other = Client(headers={"authorization": f"Bearer {secret}"})
    assert other.get("/api/v1/tasks/late").status_code == 403


def test_the_page_asks_as_often_for_three_hundred_rows_as_for_three(scene):
    def asked(user):
        client = browser(user)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(PAGE).status_code == 200
        return len(caught)

    escalate(by=house_account())
    few = asked(scene.staff.township_leader)
    task = Task.objects.filter(pk__in=late_below(scene.staff.township_leader)).first()
    event = Event.objects.filter(verb="escalate", record_id=task.pk).get()
    for _n in range(300):
        task.pk, event.pk = None, None
        task.save(force_insert=True)
        event.record_id = task.pk
        event.save(force_insert=True)
    assert count(fresh(scene.staff.township_leader)) > 300
    assert asked(scene.staff.township_leader) == few


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_each_late_task_once():
    scene = given.scene(holders=3, villages=3)
    given.sheets(scene, "open")
    house, start, found = house_account(), Barrier(2), []

    def work():
        start.wait()
        found.append(escalate(by=house))
        connection.close()

    workers = [Thread(target=work) for _n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(found) == [0, Sheet.objects.count()] or sum(found) == Sheet.objects.count()
    assert written() == Sheet.objects.count()
