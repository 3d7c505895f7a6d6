"""Anybody reports what is wrong; the county looks into it, and nobody complained about reads it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from notices import complaints, flows, objections
from notices.models import Objection
from project.inbox import inbox
from project.kernel.months import today
from project.kernel.steps import do
from tests import given

pytestmark = pytest.mark.django_db
TEXT = "护林员张三一直在外打工，由其子代签，村里都知道"


def complaint(place, **said):
    return flows.complain(**{"place": place.villages[0], "text": TEXT, "channel": "web"} | said)


def test_the_qr_code_of_a_village_leads_to_a_form_that_needs_no_name(place, page):
    street = page()
    at = f"/complaints/?at={place.villages[0].pk}"
    assert "selected" in street.get(at).content.decode()
    answer = street.post(at, {"place": place.villages[0].pk, "text": TEXT}, follow=True)
    made = Objection.objects.get()
    assert answer.redirect_chain[0][0] == f"/notices/objections/{made.code}/"
    assert TEXT not in answer.content.decode()
    assert (made.area, made.place) == (place.county, place.villages[0])
    assert (made.notice, made.complainant, made.received_by) == (None, "", None)
    short = street.post(at, {"place": place.villages[0].pk, "text": " "})
    robot = street.post(at, {"place": place.villages[0].pk, "text": TEXT, "website": "x"})
    assert (short.status_code, robot.status_code) == (422, 422)
    assert Objection.objects.count() == 1


def test_village_and_township_never_see_it_wherever_they_look(place, staff, page, client):
    made = complaint(place, complainant="赵大胆", contact="13912345678")
    for who in (
        staff.village_head,
        staff.village_clerk,
        staff.township_leader,
        staff.township_officer,
        staff.finance_officer,
    ):
        visitor = page(who)
        assert made.code not in visitor.get("/board/objections/").content.decode()
        assert visitor.get(f"/board/objections/{made.pk}/").status_code == 404
        assert not list(inbox(who))
        assert not Objection.objects.visible_to(who).exists()
    county = page(staff.department_officer).get(f"/board/objections/{made.pk}/").content.decode()
    assert TEXT in county and place.villages[0].name in county
    assert "赵大胆" not in county and "13912345678" not in county


def test_one_names_another_looks_and_the_first_answers(place, staff):
    made = complaint(place)
    inspector = given.user("inspector", at=place.county)
    officer = staff.department_officer
    made = do(made, "assign", by=officer, assignee=inspector)
    made = do(made, "verify", by=inspector, finding="查实代签", outcome="upheld")
    with pytest.raises(PermissionDenied), transaction.atomic():
        do(made, "reply", by=inspector, answer="已立案")
    made = do(made, "reply", by=officer, answer="情况属实，已立案处理。")
    assert do(made, "close", by=officer).state == "closed"


def test_the_hotline_is_written_down_by_staff_of_the_place_and_by_nobody_else(place, staff, page):
    clerk = page(staff.village_clerk)
    said = {"channel": "phone", "on": today(), "place": place.villages[0].pk, "text": TEXT}
    answer = clerk.post("/board/complaints/add/", said, follow=True)
    made = Objection.objects.get()
    assert made.code in answer.content.decode()
    assert clerk.get(f"/board/objections/{made.pk}/").status_code == 404
    other = given.township("990124100000")
    with pytest.raises(PermissionDenied):
        complaints.receive(
            place=other.villages[0], text=TEXT, channel="phone", by=staff.village_clerk
        )


def test_who_reported_it_is_shown_with_a_reason_to_the_county_alone(place, staff):
    made = complaint(place, complainant="赵大胆", contact="13912345678")
    with pytest.raises(PermissionDenied):
        objections.look(made, by=staff.township_leader, reason="想知道")
    name, contact = objections.look(made, by=staff.department_officer, reason="需要核实细节")
    assert (name, contact) == ("赵大胆", "13912345678")


def test_the_poster_of_a_village_is_printed_by_its_staff_only(place, staff, page):
    village = place.villages[0].pk
    paper = page(staff.village_clerk).get(f"/board/complaints/poster/{village}/")
    assert paper.content.startswith(b"%PDF")
    other = given.township("990124100000").villages[0].pk
    assert page(staff.village_clerk).get(f"/board/complaints/poster/{other}/").status_code == 404
    assert page().get(f"/board/complaints/poster/{village}/").status_code == 302
