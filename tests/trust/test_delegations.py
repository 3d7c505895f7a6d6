"""A substitute acts for days in one role and area, and four eyes stay four eyes."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import translation

from payroll.approval import approval
from payroll.models import PayRun
from policy.delegations import delegate
from project.inbox import inbox
from project.integrity.eyes import FourEyes
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.models import Event, User
from project.kernel.months import today
from project.kernel.steps import do
from registry import tokens
from registry.delegations import end
from registry.holders import holders
from registry.models import Appointment, Delegation
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given.scene(holders=1, days=[])


def fresh(user):
    """The person as the next request reads them."""
    return User.objects.get(pk=user.pk)


def program(user):
    _token, secret = tokens.issue(fresh(user), by=user, name="tests")
    return Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_a_substitute_finds_the_task_takes_the_step_and_loses_the_role_with_its_days(scene):
    leader, near = scene.staff.township_leader, given.user("village_clerk", at=scene.place.town)
    run = given.pay_run(scene, "on_notice")
    assert not inbox(near)
    with pytest.raises(PermissionDenied):
        do(run, "township_approve", by=near)

    made = given.delegation(leader, near, "township_leader")
    assert [one.record for one in inbox(near)] == [run]
    done = do(run, "township_approve", by=near)

    assert done.state == "township_approved"
    taken = Event.objects.of(run).get(verb="township_approve")
    assert taken.by == near and taken.data["in_place_of"] == {leader.username: leader.name}
    rows = approval(done, near).rows
    (printed,) = (row["name"] for row in rows if row["office"] == "乡镇审核意见")
    assert printed == f"{near} (in place of {leader})"
    assert {near, leader} <= set(holders(["payroll.township_approve"], Q(area=scene.place.town)))
    assert not near.has_perm("payroll.township_approve", scene.place.county.pk)
    end(made, by=leader, reason="提前返回")
    assert not fresh(near).has_perm("payroll.township_approve", scene.place.town.pk)
    later = {"starts_on": today() - timedelta(days=9), "ends_on": today() - timedelta(days=1)}
    again = given.delegation(leader, near, "township_leader")
    Delegation.objects.filter(pk=again.pk).update(**later)
    assert not fresh(near).has_perm("payroll.township_approve", scene.place.town.pk)
    with pytest.raises(Refused, match="over already"):
        end(made, by=leader, reason="再次")
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


def test_a_substitute_has_no_more_than_the_absent_person_still_has(scene):
    leader, near = scene.staff.township_leader, scene.staff.village_clerk
    given.delegation(leader, near, "township_leader")
    assert near.has_perm("payroll.township_approve", scene.place.town.pk)

    leader.appointments.update(starts_on=date(2026, 1, 1), ends_on=today() - timedelta(days=1))

    assert not fresh(near).has_perm("payroll.township_approve", scene.place.town.pk)
    assert fresh(near).has_perm("attendance.record", scene.place.town.pk)


def test_whoever_stands_in_is_barred_like_the_absent_by_service_page_program_and_bulk(scene):
    """The reviewer confirmed, the leader stands in for them: a third person approves."""
    reviewer, leader = scene.staff.township_reviewer, scene.staff.township_leader
    run = given.pay_run(scene, "on_notice")
    made = given.delegation(reviewer, leader, "township_reviewer")
    said = f"{reviewer} took the step"
    page = reverse("payroll:payrun-step", args=[run.pk, "township_approve"])
    bulk = reverse("payroll:payrun-bulk", args=["township_approve"])

    with pytest.raises(NotThisPerson, match="a third person must take this one"):
        do(run, "township_approve", by=fresh(leader))
    answer = program(leader).post(
        f"/api/v1/pay-runs/{run.pk}/township_approve", "{}", content_type="application/json"
    )
    shown = browser(leader).post(page, {})
    together = browser(leader).post(bulk, {"pk": [run.pk], "confirmed": "1"})

    assert answer.status_code == 409 and said in answer.json()["refusals"][0]
    assert said in shown.content.decode()
    assert said in together.content.decode()
    assert PayRun.objects.get(pk=run.pk).state == "on_notice"
    end(made, by=reviewer, reason="返回")
    with pytest.raises(NotThisPerson, match="stands or stood in for the other"):
        do(run, "township_approve", by=fresh(leader))
    third = given.user("township_leader", at=scene.place.town)
    assert do(run, "township_approve", by=third).state == "township_approved"
    assert not list(FourEyes().findings())
    Event.objects.create(record=run, verb="finance_approve", by=leader)
    told = [finding.said for finding in FourEyes().findings()]
    assert len(told) == 1 and "stood in for" in told[0]


def test_what_was_done_in_somebodys_stead_stays_theirs_when_they_are_back(scene):
    reviewer = given.appoint(scene.staff.township_reviewer, "township_leader", scene.place.town)
    near = scene.staff.village_clerk
    made = given.delegation(reviewer, near, "township_reviewer")
    run = given.pay_run(scene)
    do(run, "confirm", by=near)
    end(made, by=reviewer, reason="返回")
    run = do(run, "publicise", by=scene.staff.township_officer, on=date(2026, 11, 6))

    with pytest.raises(NotThisPerson, match=f"{near} took the step"):
        do(run, "township_approve", by=fresh(reviewer))

    assert do(run, "township_approve", by=scene.staff.township_leader).state == "township_approved"


def refused(sentence, **asked):
    with pytest.raises(Refused) as told:
        delegate(**asked)
    assert [one for one in told.value.messages if sentence in one], sentence


def test_wrong_substitutions_are_refused_each_with_its_sentence(scene):
    leader, clerk = scene.staff.township_leader, scene.staff.village_clerk
    town, county = scene.place.town, scene.place.county
    admin = given.user("sysadmin", at=county)
    stranger = given.user("township_leader", at=given.township("990224100000").town)
    closed = given.user("village_clerk", at=town, is_active=False)
    day = today()
    good = {
        **{"absent": leader, "substitute": clerk, "role": "township_leader", "area": town},
        **{"by": leader, "starts_on": day, "ends_on": day, "reason": "学习"},
    }
    for sentence, change in [
        ("today at the earliest", {"starts_on": day - timedelta(days=1)}),
        ("before its first day", {"ends_on": day - timedelta(days=1)}),
        ("Say why", {"reason": " "}),
        ("Nobody stands in for themselves", {"substitute": leader}),
        ("Nobody makes themselves", {"substitute": admin, "by": admin}),
        ("is closed", {"substitute": closed}),
        ("at most 30 days", {"ends_on": day + timedelta(days=30)}),
        ("decides nothing", {"substitute": admin, "by": leader}),
        ("holds no duty in this county", {"substitute": stranger}),
        ("is not appointed", {"role": "township_reviewer"}),
        ("is not appointed", {"area": county}),
    ]:
        refused(sentence, **good | change)
    for by in (clerk, stranger):
        with pytest.raises(PermissionDenied):
            delegate(**good | {"by": by})
    made = delegate(**good | {"by": admin})
    third = scene.staff.township_officer
    away = {"absent": clerk, "substitute": third, "role": "village_clerk", "by": clerk}
    for sentence, change in [
        ("already", {"substitute": third}),
        ("a substitute has no substitute", away),
        ("is away themselves", {**away, "absent": third, "substitute": leader, "by": admin}),
    ]:
        refused(sentence, **good | change)
    assert Event.objects.of(made).get().by == admin


def test_people_name_and_end_their_substitute_on_pages_that_strangers_do_not_see(scene):
    leader, clerk = scene.staff.township_leader, scene.staff.village_clerk
    stranger = given.user("sysadmin", at=given.township("990224100000").county)
    adding = reverse("policy:delegate")
    listed = reverse("policy:delegation-list")
    fields = {
        **{"substitute": clerk.username, "role": "township_leader", "area": scene.place.town.pk},
        **{"starts_on": today(), "ends_on": today(), "reason": "赴县开会"},
    }

    client = browser(leader)
    wrong = client.post(adding, fields | {"substitute": "nobody", "area": "1" * 12})
    assert b"Nobody signs in" in wrong.content and b"No area in use" in wrong.content
    assert client.post(adding, fields).url == listed
    ending = reverse("policy:delegation-end", args=[Delegation.objects.get().pk])
    assert "赴县开会" in client.get(listed).content.decode()
    assert client.get(ending).status_code == 200
    assert "赴县开会" not in browser(stranger).get(listed).content.decode()
    assert browser(stranger).post(ending, {"note": "无关"}).status_code == 404
    assert browser(clerk).post(ending, {"note": "无关"}).status_code == 403
    assert client.post(ending, {"note": "会议取消"}).url == listed
    assert "Ended" in client.get(listed).content.decode()
    assert Appointment.objects.filter(user=clerk).count() == 1
