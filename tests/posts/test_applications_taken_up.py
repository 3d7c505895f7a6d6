"""The village takes up or declines what people sent in on their phones."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from posts import applications
from posts.models import Application, Hire
from project.inbox import inbox
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.models import Event
from project.kernel.pages import url_of
from project.kernel.steps import do
from registry.models import Kinship, Person
from tests import given, given_applications, given_hires
from tests.api.conftest import Program
from tests.given_applications import PHONE, browser, received, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_applications.scene()


def test_accepting_begins_the_hire_and_both_know_each_other(scene):
    made = received(scene)
    clerk = browser(scene.staff.village_clerk)
    at = reverse("posts:application-step", args=[made.pk, "accept"])

    answer = clerk.post(at, dict.fromkeys(given_hires.MATERIALS, "on"))

    hire = Hire.objects.get()
    assert answer.headers["Location"] == url_of(made)
    assert (hire.application, hire.person, hire.applied_on) == (
        made,
        scene.person,
        date(2026, 11, 22),
    )
    assert (hire.starts_on, hire.source) == (date(2026, 12, 1), f"本人手机报名 {made.code}")
    assert Event.objects.of(made).get().verb == "accept"
    assert url_of(hire) in text(clerk.get(url_of(made)))
    assert url_of(made) in text(clerk.get(url_of(hire)))
    assert [one.step for one in inbox(scene.staff.township_officer)] == ["screen"]


def test_whoever_takes_it_up_may_not_check_it(scene):
    officer = scene.staff.township_officer
    made = do(received(scene), "accept", by=officer, materials=list(given_hires.MATERIALS))

    with pytest.raises(NotThisPerson):
        do(made.hire, "screen", by=officer)


def test_kin_neither_accept_nor_decline(scene):
    clerk, made = scene.staff.village_clerk, received(scene)
    Kinship.objects.create(
        user=clerk, person=scene.person, relation="兄弟", declared_on=date(2026, 1, 1)
    )

    for step, details in (("accept", {}), ("decline", {"note": "不合适"})):
        with pytest.raises(NotThisPerson):
            do(made, step, by=clerk, **details)
    assert not Hire.objects.exists()


def test_somebody_unknown_is_registered_from_the_application_first(scene):
    number = given.id_number(born=date(1981, 2, 3))
    made = received(scene, id_number=number, name="孙新")
    clerk = browser(scene.staff.village_clerk)
    page = text(clerk.get(url_of(made)))
    with pytest.raises(Refused) as refused:
        do(made, "accept", by=scene.staff.village_clerk)

    at = reverse("posts:application-register", args=[made.pk])
    entry = text(clerk.get(at))
    answer = clerk.post(at, {"household": "H-新", "head_name": "孙新", "capacity": "weak"})

    assert at in page and "register the person first" in page
    assert refused.value.messages == [
        "Nobody with this ID number is in the register; register the person first."
    ]
    assert number not in entry
    person = Person.objects.get(name="孙新")
    assert (answer.headers["Location"], person.id_number, person.phone) == (
        url_of(made),
        number,
        PHONE,
    )
    done = do(Application.objects.get(), "accept", by=scene.staff.village_clerk)
    assert done.hire.person == person


def test_another_name_in_the_register_is_named_beside_the_one_sent(scene):
    made = received(scene, name="赵七")

    with pytest.raises(Refused) as refused:
        do(made, "accept", by=scene.staff.village_clerk)

    assert "赵七" in refused.value.messages[0] and "赵六" in refused.value.messages[0]
    assert not Hire.objects.exists()


def test_a_person_of_another_township_is_not_named(scene):
    far = given_hires.person(scene, name="钱远", at=given.township("990123101000").villages[0])
    made = received(scene, id_number=far.id_number, name="赵七")

    with pytest.raises(Refused) as refused:
        do(made, "accept", by=scene.staff.township_officer)

    assert "in another township" in refused.value.messages[0]
    assert "钱远" not in refused.value.messages[0]


def test_a_village_clerk_leaves_a_person_of_the_next_village_to_the_township():
    scene = given_applications.scene(villages=2)
    clerk = given.user("village_clerk", at=scene.village)
    made = received(scene)

    with pytest.raises(Refused) as refused:
        do(made, "accept", by=clerk)

    assert "the township officer accepts this" in refused.value.messages[0]
    assert do(made, "accept", by=scene.staff.township_officer).hire.person == scene.person


def test_who_applied_on_paper_already_is_not_taken_up_again(scene):
    given_hires.hire(scene, person=scene.person)
    made = received(scene)

    with pytest.raises(Refused) as refused:
        do(made, "accept", by=scene.staff.village_clerk)
    declined = do(made, "decline", by=scene.staff.village_clerk, note="已在村里报名")

    assert "has applied for this post already" in refused.value.messages[0]
    assert (declined.state, Hire.objects.count()) == ("declined", 1)
    assert Event.objects.of(made).get(verb="decline").note == "已在村里报名"
    assert "was not accepted" in applications.became(made.code, made.id_tail)


def test_declining_says_why(scene):
    made = received(scene)

    with pytest.raises(Refused):
        do(made, "decline", by=scene.staff.village_clerk, note="  ")
    assert Application.objects.get().state == "received"


def test_only_who_may_take_it_up_reads_the_whole_phone(scene):
    made = received(scene)

    clerk = text(browser(scene.staff.village_clerk).get(url_of(made)))
    head = text(browser(scene.staff.village_head).get(url_of(made)))

    assert PHONE in clerk and PHONE not in head and "139****5678" in head
    assert scene.person.id_number not in clerk + head


def test_another_township_sees_no_application(scene):
    made = received(scene)
    place = given.township("990123101000")
    stranger = given.user("village_clerk", at=place.town)
    there, program = browser(stranger), Program(stranger)

    answers = [
        there.get(url_of(made)),
        there.get(reverse("posts:application-step", args=[made.pk, "accept"])),
        there.post(reverse("posts:application-register", args=[made.pk])),
        program.get(f"/applications/{made.pk}"),
        program.post(f"/applications/{made.pk}/accept"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert "赵六" not in text(there.get(reverse("posts:application-list")))
    assert not inbox(stranger)


def test_programs_read_and_take_up_what_was_sent_but_no_numbers(scene):
    made = received(scene)
    program = Program(scene.staff.village_clerk)

    seen = program.get("/applications", state="received")
    done = program.post(f"/applications/{made.pk}/accept", {"application": "on"})

    assert [item["id"] for item in seen.json()["items"]] == [made.pk]
    assert (done.status_code, done.json()["state"]) == (200, "accepted")
    assert done.json()["hire_id"] == Hire.objects.get().pk
    assert Hire.objects.get().materials == ["application"]
    for answer in (seen, done):
        assert PHONE not in text(answer) and scene.person.id_number not in text(answer)
