"""Who leaves hands everything over at once; who gets it holds the role, and four eyes stay four."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from viewflow.workflow.models import Task

from attendance.models import Sheet
from notices.models import Objection
from project import handing
from project.holdings import holdings, in_office
from project.inbox import inbox
from project.integrity.system import house_account
from project.kernel.guards import Refused
from project.kernel.models import Event, Look, SignIn, User
from project.kernel.months import today
from project.kernel.steps import do
from registry import tokens
from registry.appointments import appoint
from registry.handovers import open_again
from registry.models import Appointment, Delegation
from tests import given, given_doubts, given_notices, given_visits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def fresh(user):
    return User.objects.get(pk=user.pk)


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def program(user):
    _token, secret = tokens.issue(fresh(user), by=user, name="tests")
    return Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})


@pytest.fixture
def scene():
    """An officer who looks into an objection and a doubt, has a round planned and a task taken."""
    scene = given.scene(holders=3, villages=3)
    staff, town = scene.staff, scene.place.town
    scene.admin = given.user("sysadmin", at=scene.place.county)
    scene.officer, scene.next = staff.township_officer, given.user("township_officer", at=town)
    given.appoint(scene.officer, "inspector", scene.place.county)
    scene.inspector = given.user("inspector", at=scene.place.county)
    scene.sheets = given.sheets(scene, "open")
    notice = given_notices.notice(town, staff.village_supervisor, on=today())
    scene.objection = do(
        given_notices.objection(notice, line=None),
        "assign",
        by=staff.township_leader,
        assignee=scene.officer,
    )
    scene.doubt = given_doubts.doubt(scene.contracts[0], scene.officer)
    scene.doubt = do(scene.doubt, "verify", by=scene.officer, finding="在外务工", statement="是")
    scene.plan = given_visits.plan(scene.place.county, scene.officer)
    return scene


def confirming(scene):
    """The village heads' turn on the sheets of the township."""
    found = in_office(scene.place.town.pk, scene.admin)
    return [held for held in found if isinstance(held.record, Sheet)]


def keys(user, by):
    return {held.source: held for held in holdings(user, by)}


def test_a_person_leaves_in_one_go_and_is_appointed_again(scene):
    officer, admin = scene.officer, scene.admin
    _token, secret = tokens.issue(officer, by=officer, name="tests")
    client = browser(officer)
    given.delegation(officer, scene.next, "inspector")
    town, county = officer.appointments.order_by("pk")
    held = keys(officer, admin)
    assert set(held) == {"objection", "doubt", "plan"}
    assert scene.contracts[0].person.name not in held["doubt"].what

    handing.plan(officer, by=admin, on=today(), successors={town.pk: scene.next}, note="调离")

    assert not holdings(officer, admin)
    assert Objection.objects.get().assignee == scene.next
    assert [one.record for one in inbox(fresh(scene.next)) if one.kind == "objection"]
    assert set(keys(scene.next, admin)) == {"objection", "doubt"}
    left = fresh(officer)
    assert not left.is_active and not Appointment.objects.on(today()).filter(user=officer).exists()
    assert Delegation.objects.get().ended_by == admin
    assert not SignIn.objects.filter(user=officer, ended_at=None).exists()
    assert client.get("/").status_code == 302
    assert (
        Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})
        .get("/api/v1/tasks")
        .status_code
        == 401
    )
    assert Event.objects.of(scene.doubt).get(verb="hand_over").data["to"] == scene.next.username
    assert Event.objects.of(left).filter(verb="hand_over").count() == 2
    with pytest.raises(Refused, match="open already"):
        open_again(scene.next, by=admin, note="误关")

    open_again(left, by=admin, note="调回")
    appoint(left, "township_officer", scene.place.town, by=admin, starts_on=today())
    handing.give(keys(scene.next, admin)["objection"].pk, fresh(officer), by=admin, note="调回")
    assert do(
        Objection.objects.get(), "verify", by=fresh(officer), finding="属实", outcome="upheld"
    )


def test_without_a_successor_the_office_has_it_again(scene):
    handing.hand_over(scene.officer, by=scene.admin, successors={}, note="退休")

    assert Objection.objects.get().state == "received" and Objection.objects.get().assignee is None
    assert [
        one.step for one in inbox(fresh(scene.staff.township_leader)) if one.kind == "objection"
    ]
    assert not [
        h for h in in_office(scene.place.county.pk, scene.admin) if h.holder == scene.officer
    ]


def test_a_planned_day_comes_once_or_is_called_off(scene):
    officer, admin = scene.officer, scene.admin
    on = today() + timedelta(days=3)
    handing.plan(officer, by=admin, on=on, successors={}, note="退休")
    with pytest.raises(Refused, match="planned already"):
        handing.plan(officer, by=admin, on=on, successors={}, note="退休")
    assert handing.carry_out_due(by=house_account()) == 0
    handing.call_off(officer, by=admin, note="留任")
    town = officer.appointments.get(role="township_officer")
    handing.plan(officer, by=admin, on=on, successors={town.pk: scene.next}, note="退休")
    person = scene.contracts[0].person
    person.user = scene.next
    person.save(update_fields=["user"])
    scene.next.username = "renamed_meanwhile"
    scene.next.save(update_fields=["username"])

    with time_machine.travel(timezone.now() + timedelta(days=3), tick=True):
        house = house_account()
        assert handing.carry_out_due(by=house) == 1
        with CaptureQueriesContext(connection) as queries:
            assert handing.carry_out_due(by=house) == 0
    assert len(queries) == 1  # what is done is not asked about again

    assert not fresh(officer).is_active and handing.planned(officer) is None
    assert Event.objects.of(officer).get(verb="close_account").by == admin
    assert set(keys(scene.next, admin)) == {"objection"}
    back = Event.objects.of(scene.doubt).get(verb="hand_over")
    assert back.data["to"] == "" and "close to it" in back.note


def test_a_plan_of_somebody_who_may_no_longer_is_told_once_and_stays(scene):
    officer, admin = scene.officer, scene.admin
    second = given.user("sysadmin", at=scene.place.county)
    on = today() + timedelta(days=1)
    handing.plan(officer, by=second, on=on, successors={}, note="退休")
    handing.hand_over(second, by=admin, successors={}, note="离任")

    with time_machine.travel(timezone.now() + timedelta(days=1), tick=True):
        for _night in range(2):
            assert handing.carry_out_due(by=house_account()) == 0
        assert "whoever appoints" in handing.why_not_yet(officer)

    assert Event.objects.of(officer).filter(verb="leaving_refused").count() == 1
    assert fresh(officer).is_active


def test_whoever_cannot_take_it_over_is_refused_row_by_row(scene):
    held = keys(scene.officer, scene.admin)
    staff, admin = scene.staff, scene.admin
    closed = given.user("township_officer", at=scene.place.town, is_active=False)
    assigner = given.appoint(staff.township_leader, "township_officer", scene.place.town)
    given.delegation(scene.next, staff.township_reviewer, "township_officer")
    for to, key, sentence in [
        (staff.village_clerk, "objection", "holds no role here"),
        (closed, "objection", "is closed"),
        (scene.officer, "objection", "has it already"),
        (assigner, "objection", "took part in it"),
    ]:
        with pytest.raises(Refused) as refused:
            handing.give(held[key].pk, to, by=admin, note="调整")
        assert [one for one in refused.value.messages if sentence in one], sentence
    person = scene.contracts[0].person
    person.user = scene.next
    person.save(update_fields=["user"])
    wanted = [held["objection"].pk, held["doubt"].pk, "task:999999", "nonsense", "task:" + "9" * 40]
    done, cannot = handing.give_many(wanted, fresh(scene.next), by=admin, note="调整")
    assert [one.source for one in done] == ["objection"]
    said = dict(cannot)
    assert "took part in it or is close" in said[held["doubt"].pk][0]
    assert all("done by now" in said[key][0] for key in wanted[2:])


def test_only_whoever_appoints_there_hands_over_and_to_whom_it_fits(scene):
    held = keys(scene.officer, scene.admin)
    staff, admin = scene.staff, scene.admin
    for by in (
        staff.township_leader,
        given.user("sysadmin", at=given.township("990224100000").county),
    ):
        with pytest.raises(PermissionDenied):
            handing.hand_over(scene.officer, by=by, successors={}, note="越权")
    with pytest.raises(Refused, match="in other hands"):
        handing.give(held["doubt"].pk, None, by=staff.township_leader, note="越权")
    with pytest.raises(Refused, match="for themselves"):
        handing.hand_over(admin, by=admin, successors={}, note="自办")
    town = scene.officer.appointments.get(role="township_officer")
    with pytest.raises(Refused, match="appoint them there first"):
        handing.plan(
            scene.officer,
            by=admin,
            on=today(),
            successors={town.pk: staff.village_clerk},
            note="调",
        )
    with pytest.raises(Refused, match="today at the earliest"):
        handing.plan(
            scene.officer, by=admin, on=today() - timedelta(days=1), successors={}, note="调"
        )
    assert fresh(scene.officer).is_active


def test_tasks_of_an_office_are_given_to_people_and_the_last_of_a_role_is_named(scene):
    head, admin = scene.staff.village_head, scene.admin
    other = given.user("village_head", at=scene.place.town)
    tasks = confirming(scene)
    assert len(tasks) == len(scene.sheets)

    done, cannot = handing.give_many([held.pk for held in tasks], other, by=admin, note="分工")

    assert len(done) == len(tasks) and not cannot
    assert {held.holder for held in confirming(scene)} == {other}
    assert do(Sheet.objects.first(), "confirm", by=head).state == "confirmed"
    (doubted,) = (h for h in in_office(scene.place.town.pk, admin) if h.record == scene.doubt)
    handing.give(doubted.pk, scene.inspector, by=admin, note="分工")
    assert doubted.pk in [held.pk for held in holdings(scene.inspector, admin)]
    assert keys(scene.officer, admin)["doubt"].holder == scene.officer
    with pytest.raises(Refused, match="Say why"):
        handing.give(doubted.pk, None, by=admin, note=" ")
    assert not handing.warnings(other, admin)
    handing.hand_over(other, by=admin, successors={}, note="卸任")
    assert not Task.objects.filter(owner=other, status__in=["NEW", "ASSIGNED"]).exists()
    assert "“Village head”" in handing.warnings(head, admin)[0]


def test_rows_are_chosen_on_a_page_and_given_on(scene):
    officer, admin = scene.officer, scene.admin
    client = browser(admin)
    page = reverse("holdings", args=[officer.pk])
    shown = client.get(page).content.decode()
    assert "In somebody" not in shown and f"What {officer} holds" in shown
    assert str(officer) in client.get(reverse("registry:appointment-list")).content.decode()
    assert client.get(page, {"format": "xlsx"}).status_code == 200
    assert Look.objects.filter(what="export", purpose="holdings").exists()
    held = keys(officer, admin)
    asked = {"pk": [one.pk for one in held.values()], "back": page}
    first = client.post(reverse("holdings-give"), asked).content.decode()
    assert "apply to 3" in first and page in first
    answer = client.post(
        reverse("holdings-give"),
        asked | {"confirmed": "1", "to": scene.next.username, "note": "调整"},
    ).content.decode()
    assert "Applied to 2" in answer and "holds no role here" in answer
    assert browser(scene.staff.township_leader).get(page).status_code == 403
    far = given.user("sysadmin", at=given.township("990224100000").county)
    assert browser(far).get(page).status_code == 404


def test_programs_give_and_plan_and_pages_show_what_is_planned(scene):
    officer, admin = scene.officer, scene.admin
    client, robot = browser(admin), program(admin)
    page = reverse("holdings", args=[officer.pk])
    far = given.user("sysadmin", at=given.township("990224100000").county)
    held = keys(officer, admin)
    listed = robot.get(f"/api/v1/holdings/{officer.username}").json()
    assert {one["key"] for one in listed} == {one.pk for one in held.values()}
    said = {"keys": [held["plan"].pk], "to": scene.inspector.username, "note": "调整"}
    given_on = robot.post("/api/v1/holdings", said, content_type="application/json").json()
    assert given_on == {"done": said["keys"], "cannot": []}
    assert program(far).get(f"/api/v1/holdings/{officer.username}").status_code == 404

    leaving = reverse("holdings-leave", args=[officer.pk])
    wrong = client.post(leaving, {"on": "2020-01-01", "note": "调离"}).content.decode()
    assert "today at the earliest" in wrong
    later = {"on": today() + timedelta(days=2), "note": "调离"}
    assert client.post(leaving, later).url == page
    assert "planned for" in client.get(page).content.decode()
    client.post(reverse("holdings-call-off", args=[officer.pk]), {"note": "留任"})
    body = {"on": str(today()), "note": "调离"}
    address = f"/api/v1/holdings/{officer.username}/leave"
    assert robot.post(address, body, content_type="application/json").json() == {
        "open": False,
        "planned": False,
    }
    assert "The account is closed" in client.get(page).content.decode()
    client.post(reverse("holdings-open", args=[officer.pk]), {"note": "调回"})
    assert fresh(officer).is_active


def test_the_list_asks_as_often_for_three_hundred_tasks_as_for_three(scene):
    def asked():
        client = browser(scene.admin)
        page = reverse("holdings-office", args=[scene.place.county.pk])
        client.get(page)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(page).status_code == 200
        return len(caught)

    few = asked()
    task = Task.objects.filter(flow_task_type="HUMAN", status="NEW").first()
    for _n in range(300):
        task.pk = None
        task.save(force_insert=True)
    assert asked() == few
