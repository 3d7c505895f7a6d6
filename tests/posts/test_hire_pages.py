"""The way onto a post through the pages: what people see, press and are told."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from notices.models import Notice
from posts.models import Appraisal, Hire, Recruitment
from project.kernel.models import Event
from registry.models import Household, Kinship, Person
from tests import given, given_hires

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_hires.scene()


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def at(name, *args):
    return reverse(f"posts:{name}", args=args)


def step(client, hire, name, **fields):
    return client.post(at("hire-step", hire.pk, name), fields)


def bulk(client, name, hires, **fields):
    rows = {"pk": [hire.pk for hire in hires], "confirmed": "1"}
    return client.post(at("hire-bulk", name), rows | fields)


def text(response):
    return response.content.decode()


def test_a_clerk_finds_a_person_and_takes_the_application(scene):
    who = given_hires.person(scene, name="赵六")
    clerk = browser(scene.staff.village_clerk)

    by_name = clerk.post(at("apply", scene.post.pk), {"words": "赵"})
    by_number = clerk.post(at("apply", scene.post.pk), {"words": who.id_number})
    address = at("apply-person", scene.post.pk, who.pk)
    fields = dict.fromkeys(given_hires.MATERIALS, "on")
    days = {"applied_on": "2026-11-20", "starts_on": "2026-12-01"}
    saved = clerk.post(address, fields | days)

    assert address in text(by_name)
    assert address in text(by_number)
    assert who.masked_id in text(by_number)
    hire = Hire.objects.get()
    assert saved.headers["Location"] == at("hire", hire.pk)
    assert f"SQ20261120-{hire.pk}" in text(clerk.get(at("hire", hire.pk)))
    assert Event.objects.of(hire).get().verb == "apply"


def test_somebody_unknown_is_registered_on_the_way(scene):
    clerk = browser(scene.staff.village_clerk)
    number = given.id_number(date(1980, 5, 5))
    fields = {"name": "新人", "id_number": number, "household": "H-NEW", "head_name": "新父"}

    sent = clerk.post(at("apply-register", scene.post.pk), fields)
    again = clerk.post(at("apply-register", scene.post.pk), fields)
    wrong = clerk.post(at("apply-register", scene.post.pk), fields | {"id_number": "123"})

    who = Person.objects.get(name="新人")
    assert sent.headers["Location"] == at("apply-person", scene.post.pk, who.pk)
    assert (who.area, who.household.head_name) == (scene.village, "新父")
    assert "in the register already" in text(again)
    assert wrong.status_code == 422
    assert Person.objects.filter(name="新人").count() == 1


def test_too_late_is_said_above_the_form(scene):
    who = given_hires.person(scene)
    clerk = browser(scene.staff.village_clerk)
    other = given_hires.post(scene.village)
    given_hires.call(scene, other, closes_on=date(2026, 11, 10))

    days = {"applied_on": "2026-11-20", "starts_on": "2026-12-01"}
    answer = clerk.post(at("apply-person", other.pk, who.pk), days)

    assert "taken until 2026-11-10" in text(answer)
    assert not Hire.objects.exists()


def test_the_township_calls_for_applicants_on_the_page_of_the_post(scene):
    other = given_hires.post(scene.village)
    officer = browser(scene.staff.township_officer)

    page = officer.get(at("post", other.pk))
    fields = {"places": 1, "on": "2026-11-20", "closes_on": "2026-11-30"}
    answer = officer.post(at("call", other.pk), fields)

    assert at("call", other.pk) in text(page)
    made = Recruitment.objects.get(post=other)
    assert answer.headers["Location"] == at("recruitment", made.pk)
    assert officer.get(at("recruitment", made.pk)).status_code == 200


def test_one_meeting_votes_on_many(scene):
    yes, no, absent = (given_hires.hire(scene, "checked", name=name) for name in "甲乙丙")
    clerk = browser(scene.staff.village_clerk)
    fields = {
        "held_on": "2026-11-08",
        "place": "村委会",
        "host": "赵",
        "recorder": "钱",
        "expected": 30,
        "present": 20,
        "signatures": "赵一、钱二",
        f"for_{yes.pk}": 15,
        f"against_{yes.pk}": 5,
        f"for_{no.pk}": 8,
        f"against_{no.pk}": 12,
    }

    assert at("meeting", scene.village.code) in text(clerk.get(at("appraisal-list")))
    answer = clerk.post(at("meeting", scene.village.code), fields)

    assert answer.headers["Location"] == at("appraisal", Appraisal.objects.get().pk)
    states = [Hire.objects.get(pk=hire.pk).state for hire in (yes, no, absent)]
    assert states == ["appraised", "checked", "checked"]
    assert "8 of 20" in text(clerk.get(answer.headers["Location"]))


def test_five_chosen_on_the_list_hang_on_one_notice(scene):
    hires = [given_hires.hire(scene, "appraised", name=f"王{n}") for n in range(4)]
    early = given_hires.hire(scene, "checked", name="早")
    supervisor = browser(scene.staff.village_supervisor)

    done = bulk(supervisor, "publicise", [*hires, early], on="2026-11-20")

    notice = Notice.objects.get(kind="hire")
    assert [row["number"] for row in notice.content["rows"]] == [1, 2, 3, 4]
    assert Hire.objects.filter(notice=notice, state="on_notice").count() == 4
    assert "Not possible while the state" in text(done)


def test_the_ranking_shows_who_comes_first_and_why(scene):
    given_hires.hire(scene, "checked", person=given_hires.person(scene, "普", capacity="normal"))
    given_hires.hire(scene, "checked", name="弱")

    page = text(browser(scene.staff.township_officer).get(at("ranking", scene.post.pk)))

    assert page.index("弱") < page.index("普")
    assert "Weak or partial labour +30" in page


def test_the_papers_of_hiring_print(scene):
    hire = given_hires.hire(scene, "trained")
    officer = browser(scene.staff.township_officer)

    for kind, pk, code in (
        ("recruitment", hire.recruitment_id, "F-02"),
        ("hire", hire.pk, "F-03"),
        ("appraisal", hire.appraisal_id, "F-04"),
        ("notice", hire.notice_id, "F-06"),
        ("hire", hire.pk, "F-08"),
    ):
        answer = officer.get(reverse("paper", args=[kind, pk, code]))
        assert answer.content.startswith(b"%PDF"), code
        assert officer.get(reverse("paper-workbook", args=[kind, pk, code])).status_code == 200


class TestRefusals:
    """Each hard guard says its sentence on the page, by the API and in bulk."""

    def same_everywhere(self, scene, hire, who, name, sentence, **fields):
        client = browser(who)
        alone = text(step(client, hire, name, **fields))
        many = text(bulk(client, name, [hire], **fields))
        by_api = client.post(
            f"/api/v1/hires/{hire.pk}/{name}",
            fields,
            content_type="application/json",
        )
        assert sentence in alone
        assert sentence in many
        assert by_api.status_code in (403, 409)
        said = by_api.json()
        assert by_api.status_code == 403 or any(sentence in why for why in said["refusals"])
        assert Hire.objects.get(pk=hire.pk).state == hire.state

    def test_a_second_list(self, scene):
        """S-02."""
        hire = given_hires.hire(scene)
        given.fact(hire.person, scene.staff.township_officer, "其他岗位", date(2026, 5, 1))

        self.same_everywhere(
            scene,
            hire,
            scene.staff.township_officer,
            "screen",
            "数据中心，Holds another public post",
        )

    def test_a_household_with_a_holder(self, scene):
        """S-03: refused at the approval, allowed where two may hold a post."""
        home = Household.objects.create(area=scene.village, number="S-03")
        hire = given_hires.hire(scene, "cleared", person=given_hires.person(scene, household=home))
        father = given.person(scene.village, name="父", household=home)
        given.contract(scene.village, scene.staff.township_officer, person=father)

        self.same_everywhere(scene, hire, scene.staff.department_officer, "approve", "(V-06)")
        given.rule(scene.place.town, "household.max_active", 2, scene.place.document)
        step(browser(scene.staff.department_officer), hire, "approve", note="")

        assert Hire.objects.get().state == "approved"

    def test_an_approver_of_the_same_household(self, scene):
        """S-20: refused and logged; another officer approves."""
        hire = given_hires.hire(scene, "cleared")
        officer = scene.staff.department_officer
        own = given.person(scene.village, name="本人", household=hire.person.household)
        own.user = officer
        own.save()

        client = browser(officer)
        assert "V-26" in text(step(client, hire, "approve"))
        assert "V-26" in text(bulk(client, "approve", [hire]))
        answer = client.post(f"/api/v1/hires/{hire.pk}/approve", {}, "application/json")
        assert answer.status_code == 409
        assert "V-26" in answer.json()["refusals"][0]
        refused = Event.objects.of(hire).filter(after="refused")
        assert {event.by for event in refused} == {officer}
        another = given.user("department_officer", at=scene.place.county)
        step(browser(another), hire, "approve")

        assert Hire.objects.get().state == "approved"

    def test_a_declared_relative(self, scene):
        hire = given_hires.hire(scene, "on_notice")
        supervisor = scene.staff.village_supervisor
        Kinship.objects.create(
            user=supervisor, person=hire.person, relation="侄", declared_on=date(2026, 1, 1)
        )

        self.same_everywhere(scene, hire, supervisor, "clear", "V-26")

    def test_missing_papers(self, scene):
        hire = given_hires.hire(scene, materials=["application", "id_card", "promise"])

        self.same_everywhere(
            scene,
            hire,
            scene.staff.township_officer,
            "screen",
            "The copy of the household register is missing.",
        )

    def test_no_votes(self, scene):
        hire = given_hires.hire(scene, "checked")

        self.same_everywhere(
            scene, hire, scene.staff.village_clerk, "appraise", "record their meeting first (F-04)"
        )

    def test_a_notice_without_photos(self, scene):
        hire = given_hires.hire(scene, "on_notice")

        self.same_everywhere(
            scene,
            hire,
            scene.staff.village_supervisor,
            "clear",
            "Add the photo of the board at the end of the notice.",
        )

    def test_a_full_post(self, scene):
        scene.post.headcount = 1
        scene.post.save()
        first, hire = (given_hires.hire(scene, "cleared", name=name) for name in "甲乙")
        given_hires.WALK["approved"](scene, first)

        self.same_everywhere(
            scene,
            hire,
            scene.staff.department_officer,
            "approve",
            "All 1 places of the post are taken; keep the person in reserve.",
        )

    def test_a_suspended_post(self, scene):
        hire = given_hires.hire(scene, "cleared")
        type(scene.post).objects.update(state="suspended")

        self.same_everywhere(
            scene,
            hire,
            scene.staff.department_officer,
            "approve",
            "The post is not open for hiring.",
        )

    def test_no_training(self, scene):
        hire = given_hires.hire(scene, "approved")

        self.same_everywhere(
            scene,
            hire,
            scene.staff.township_officer,
            "place",
            "The training before the first day is not recorded.",
        )
