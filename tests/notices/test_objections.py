"""Anybody may object, nobody learns who did, and three duties answer within the days."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from notices import flows, objections, public
from notices.models import Objection
from project.inbox import inbox
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.models import Event
from project.kernel.steps import do, open_tasks
from tests import given, given_notices

pytestmark = pytest.mark.django_db
SAID = {
    "line": 2,
    "text": "王五去年已经外出务工",
    "complainant": "赵大胆",
    "contact": "13912345678",
}


@pytest.fixture
def notice(place, staff):
    return given_notices.notice(
        place.villages[0], staff.village_supervisor, on=date(2026, 11, 20), title="青石村拟聘公示"
    )


@pytest.fixture
def objection(notice):
    return flows.receive(notice, channel="web", **SAID)


def test_somebody_in_the_street_objects_and_gets_a_receipt(notice, page):
    street = page()

    answer = street.post(f"/notices/{notice.pk}/", SAID, follow=True)

    made = Objection.objects.get()
    said = answer.content.decode()
    assert answer.redirect_chain[0][0] == f"/notices/objections/{made.code}/"
    assert (made.channel, made.line, made.received_by) == ("web", 2, None)
    assert made.code in said and "Received" in said
    assert not any(word in said for word in ("赵大胆", "13912345678", "外出务工"))


def test_an_objection_may_be_anonymous_and_against_the_whole_notice(notice, page):
    page().post(f"/notices/{notice.pk}/", {"text": "没有开会评议"})

    made = Objection.objects.get()
    assert (made.complainant, made.contact, made.line) == ("", "", None)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"text": "x", "line": 3}, "The notice has no line 3."),
        ({"text": "x", "website": "http://x"}, "Leave the hidden box empty"),
        ({"text": "   "}, "This field is required"),
    ],
)
def test_what_cannot_be_taken_in_is_said_on_the_page(notice, page, sent, sentence):
    answer = page().post(f"/notices/{notice.pk}/", sent)

    assert sentence in answer.content.decode()
    assert not Objection.objects.exists()


def test_a_flood_from_one_address_is_stopped(notice, page, monkeypatch):
    monkeypatch.setattr(public, "OBJECTIONS_AN_HOUR", 2)

    answers = [page().post(f"/notices/{notice.pk}/", {"text": "x"}) for _time in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert "Too much was sent from here" in answers[-1].content.decode()
    assert Objection.objects.count() == 2


def test_the_answer_is_due_in_five_working_days(objection):
    """Sunday 22 November and five working days: Monday to Friday."""
    assert objection.due_on == date(2026, 11, 27)


def test_staff_write_down_what_came_by_telephone(notice, staff, page):
    browser = page(staff.village_clerk)
    sent = SAID | {"channel": "phone", "on": "2026-11-21"}

    answer = browser.post(f"/board/{notice.pk}/objections/add/", sent)

    made = Objection.objects.get()
    assert answer.headers["Location"] == f"/board/objections/{made.pk}/"
    assert (made.channel, made.received_by, made.received_on) == (
        "phone",
        staff.village_clerk,
        date(2026, 11, 21),
    )
    assert Event.objects.of(made).get().verb == "receive"


@pytest.mark.parametrize("day", ["2026-11-19", "2026-11-23"])
def test_an_objection_comes_since_the_posting_and_until_today(notice, staff, page, day):
    sent = SAID | {"channel": "paper", "on": day}

    answer = page(staff.village_clerk).post(f"/board/{notice.pk}/objections/add/", sent)

    assert "is received on a day since the notice was posted" in answer.content.decode()


def test_programs_take_objections_in_too(notice, staff, program):
    sent = SAID | {"channel": "paper", "on": "2026-11-21", "notice": notice.pk}

    answer = program(staff.village_clerk).post("/objections", sent)

    assert (answer.status_code, answer.json()["state"]) == (201, "received")
    assert "赵大胆" not in answer.content.decode()


def test_only_staff_of_the_place_write_objections_down(notice, staff):
    stranger = given.user("village_clerk", at=given.township("990123101000").town)

    for somebody in (None, staff.village_head, stranger):
        with pytest.raises(PermissionDenied):
            flows.receive(notice, channel="paper", by=somebody, text="x")
    assert not Objection.objects.exists()


def test_a_notice_taken_back_hears_no_more_objections(notice, staff):
    notice.void()
    notice.save()

    with pytest.raises(Refused) as refused:
        flows.receive(notice, channel="web", text="x")

    assert refused.value.messages == [
        "Objections are heard while a notice hangs; this one does not hang."
    ]


def test_an_objection_goes_from_hand_to_hand_to_its_answer(objection, staff, page):
    due = objection.due_on
    (waiting,) = [one for one in inbox(staff.township_leader) if one.record == objection]
    assert (waiting.step, waiting.due) == ("assign", due)

    done = given_notices.answered(objection, staff, answer="经查，王五在村。")
    done = do(done, "close", by=staff.township_leader)

    verbs = list(Event.objects.of(done).values_list("verb", flat=True))
    assert verbs == ["assign", "verify", "reply", "close"]
    assert (done.state, open_tasks(done).count()) == ("closed", 0)
    receipt = page().get(f"/notices/objections/{done.code}/").content.decode()
    board = page().get(f"/notices/{done.notice_id}/").content.decode()
    for said in (receipt, board):
        assert "经查，王五在村。" in said and "Unfounded" in said
        assert "赵大胆" not in said and "外出务工" not in said


def test_the_task_waits_for_the_person_named(objection, staff):
    named = do(objection, "assign", by=staff.township_leader, assignee=staff.township_officer)

    assert open_tasks(named).get().owner == staff.township_officer


def test_the_page_offers_those_who_may_look_into_it_here(objection, staff, page):
    stranger = given.user("township_officer", at=given.township("990123101000").town)

    form = page(staff.township_leader).get(f"/board/objections/{objection.pk}/assign/")

    offered = set(form.context["form"].fields["assignee"].queryset)
    assert staff.township_officer in offered and stranger not in offered


def test_the_steps_are_taken_by_programs_as_well(objection, staff, program):
    leader, officer = program(staff.township_leader), program(staff.township_officer)
    at = f"/objections/{objection.pk}"

    named = leader.post(f"{at}/assign", {"assignee": staff.township_officer.username})
    found = officer.post(f"{at}/verify", {"finding": "入户两次", "outcome": "upheld"})
    said = leader.post(f"{at}/reply", {"answer": "情况属实。"})

    assert [answer.status_code for answer in (named, found, said)] == [200, 200, 200]
    assert said.json()["state"] == "answered"
    assert "赵大胆" not in said.content.decode() and "13912345678" not in said.content.decode()


def named(objection, staff):
    return do(objection, "assign", by=staff.township_leader, assignee=staff.township_officer)


def test_nobody_names_themselves_or_somebody_who_may_not(objection, staff, program):
    both = given.appoint(
        given.user("township_leader", at=objection.area.parent),
        "township_officer",
        objection.area.parent,
    )
    for by, assignee, sentence in (
        (both, both, "Whoever assigns an objection does not look into it; name another person."),
        (staff.township_leader, staff.village_head, "does not look into objections here"),
    ):
        with pytest.raises(Refused) as refused:
            do(objection, "assign", by=by, assignee=assignee)
        assert sentence in refused.value.messages[0]
    answer = program(both).post(f"/objections/{objection.pk}/assign", {"assignee": both.username})
    assert answer.status_code == 409 and "name another person" in answer.content.decode()


def test_only_the_person_named_looks_into_it(objection, staff, place, page, program):
    other = given.user("township_officer", at=place.town)
    named(objection, staff)
    sentence = "looks into this objection; it is not yours to verify."
    words = {"finding": "x", "outcome": "upheld"}

    with pytest.raises(NotThisPerson) as refused:
        do(Objection.objects.get(), "verify", by=other, **words)
    shown = page(other).get(f"/board/objections/{objection.pk}/verify/")
    told = program(other).post(f"/objections/{objection.pk}/verify", words)

    assert sentence in refused.value.messages[0]
    assert sentence in shown.content.decode() and sentence in told.content.decode()


def test_whoever_looked_does_not_answer(objection, staff, place, page, program):
    given.appoint(staff.township_officer, "township_leader", place.town)
    found = do(
        named(objection, staff),
        "verify",
        by=staff.township_officer,
        finding="x",
        outcome="unfounded",
    )
    sentence = "You looked into this objection; another person must answer it."

    with pytest.raises(NotThisPerson) as refused:
        do(found, "reply", by=staff.township_officer, answer="x")
    shown = page(staff.township_officer).get(f"/board/objections/{found.pk}/reply/")
    told = program(staff.township_officer).post(f"/objections/{found.pk}/reply", {"answer": "x"})

    assert refused.value.messages == [sentence]
    assert sentence in shown.content.decode() and sentence in told.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_objection SET answered_by_id = assignee_id, answered_on = now()"
        )


@pytest.mark.parametrize("word", ["赵大胆", "13912345678"])
def test_the_answer_names_nobody_who_objected(objection, staff, page, program, word):
    found = do(
        named(objection, staff),
        "verify",
        by=staff.township_officer,
        finding="x",
        outcome="unfounded",
    )
    sentence = "The answer is public: leave out the name and telephone of whoever objected."
    sent = {"answer": f"{word}反映的情况不实"}

    with pytest.raises(Refused) as refused:
        do(found, "reply", by=staff.township_leader, **sent)
    shown = page(staff.township_leader).post(f"/board/objections/{found.pk}/reply/", sent)
    told = program(staff.township_leader).post(f"/objections/{found.pk}/reply", sent)

    assert refused.value.messages == [sentence]
    assert sentence in shown.content.decode()
    assert (told.status_code, sentence in told.content.decode()) == (409, True)


def test_steps_are_taken_in_their_order(objection, staff):
    with pytest.raises(Refused):
        do(objection, "verify", by=staff.township_officer, finding="x", outcome="upheld")
    with pytest.raises(PermissionDenied):
        do(objection, "assign", by=staff.village_head, assignee=staff.township_officer)

    assert Objection.objects.get().state == "received"


def test_an_upheld_objection_to_a_whole_notice_is_closed_once_that_is_void(notice, staff, program):
    made = flows.receive(notice, channel="web", text="没有评议")
    made = given_notices.answered(made, staff, "upheld", "情况属实，重新评议。")
    sentence = "The objection was upheld: send back what the notice shows, then close it."

    with pytest.raises(Refused) as refused:
        do(made, "close", by=staff.township_leader)
    told = program(staff.township_leader).post(f"/objections/{made.pk}/close")
    notice.refresh_from_db()
    notice.void()
    notice.save()

    assert refused.value.messages == [sentence]
    assert (told.status_code, sentence in told.content.decode()) == (409, True)
    assert do(Objection.objects.get(), "close", by=staff.township_leader).state == "closed"


def test_who_objected_is_told_to_the_county_and_every_look_is_written_down(objection, staff, page):
    browser = page(staff.department_officer)
    at = f"/board/objections/{objection.pk}/who/"

    before = browser.get(at).content.decode()
    shown = browser.post(at, {"reason": "核实举报人"}).content.decode()

    assert "赵大胆" not in before
    assert "赵大胆" in shown and "13912345678" in shown
    look = Event.objects.of(objection).get(verb="look")
    assert (look.by, look.note) == (staff.department_officer, "核实举报人")


def test_the_township_never_learns_who_objected(objection, staff, page, program):
    for somebody in (staff.township_leader, staff.township_officer, staff.village_clerk):
        with pytest.raises(PermissionDenied):
            objections.look(objection, by=somebody, reason="想知道")
        said = page(somebody).get(f"/board/objections/{objection.pk}/").content.decode()
        said += page(somebody).get("/board/objections/?format=csv").content.decode()
        said += program(somebody).get(f"/objections/{objection.pk}").content.decode()
        assert "外出务工" in said
        assert "赵大胆" not in said and "13912345678" not in said
        assert (
            page(somebody)
            .post(f"/board/objections/{objection.pk}/who/", {"reason": "想知道"})
            .status_code
            == 403
        )
    assert not Event.objects.of(objection).filter(verb="look").exists()


def test_a_look_without_a_reason_shows_nothing(objection, staff):
    with pytest.raises(Refused):
        objections.look(objection, by=staff.department_officer, reason=" ")

    assert not Event.objects.of(objection).exists()


def test_the_name_lies_sealed_in_the_database(objection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT complainant, contact FROM notices_objection")
        (sealed,) = cursor.fetchall()

    assert all("赵大胆".encode() not in bytes(part) for part in sealed)
    assert all(b"13912345678" not in bytes(part) for part in sealed)


def test_another_township_sees_no_objection(objection, page, program):
    place = given.township("990123101000")
    stranger = given.appoint(
        given.user("township_leader", at=place.town), "township_officer", place.town
    )
    listed = page(stranger).get("/board/objections/")

    answers = [
        page(stranger).get(f"/board/objections/{objection.pk}/"),
        page(stranger).get(f"/board/objections/{objection.pk}/assign/"),
        program(stranger).get(f"/objections/{objection.pk}"),
        program(stranger).post(f"/objections/{objection.pk}/close"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert objection.code not in listed.content.decode()
    assert not [one for one in inbox(stranger) if one.record == objection]


def test_a_receipt_nobody_gave_opens_nothing(notice, page):
    assert page().get("/notices/objections/AAAAAAAAAA/").status_code == 404


def test_what_was_said_is_never_empty(objection):
    with pytest.raises(DatabaseError), transaction.atomic():
        Objection.objects.update(text="")
