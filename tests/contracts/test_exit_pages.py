"""The same exit through the pages, in bulk and through the API, with the same sentences."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from contracts.models import Exit
from project.site import papers_for
from tests import given, given_exits
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
FINDING = "A disciplinary exit needs the finding it rests on."
PROOF = "The death must be shown: enter the certificate or the department's record."
UNPAID = "The days of 2026-10 are not paid yet; the exit is settled when they are."


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given.scene(holders=2)


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def step(exit_, name):
    return reverse("contracts:exit-step", args=[exit_.pk, name])


def said(response):
    """What a page says, quotation marks as they were written."""
    return response.content.decode().replace("&#x27;", "'")


def test_an_exit_goes_its_whole_way_through_the_pages(scene):
    contract = given.holder(scene.place.villages[0], scene.staff.township_officer, name="王五")
    clerk, officer = browser(scene.staff.village_clerk), browser(scene.staff.township_officer)
    leader = browser(scene.staff.township_leader)

    page = said(clerk.get(reverse("contracts:contract", args=[contract.pk])))
    address = f"{reverse('contracts:exit-propose')}?contract={contract.pk}"
    assert address in page
    assert f'value="{contract.pk}"' in said(clerk.get(address)) or str(contract.pk) in said(
        clerk.get(address)
    )
    answer = clerk.post(
        address, {"contract": contract.pk, "reason": "E10", "last_day": "2026-10-20"}
    )
    exit_ = Exit.objects.get()
    assert answer.url == reverse("contracts:exit", args=[exit_.pk])

    assert FINDING in said(officer.get(step(exit_, "notify")))
    clerk.post(step(exit_, "prove"), {"finding": "九月考核不合格"})
    officer.post(step(exit_, "notify"), {"on": "2026-11-22"})
    early = officer.post(step(exit_, "hear"), {"statement": ""})
    assert "2026-11-27" in said(early)
    officer.post(step(exit_, "hear"), {"statement": "我认可"})
    leader.post(step(exit_, "approve"), {})
    officer.post(step(exit_, "settle"), {"note": "十月没有出勤"})
    officer.post(step(exit_, "close"), {"follow_up": "县工业园"})

    exit_ = Exit.objects.get()
    assert (exit_.state, exit_.statement, exit_.follow_up) == ("closed", "我认可", "县工业园")


def test_whoever_is_missing_on_the_page_is_told_what_to_write(scene):
    clerk = browser(scene.staff.village_clerk)
    page = clerk.post(
        reverse("contracts:exit-propose"),
        {"contract": 99999999, "reason": "E02", "last_day": "2026-10-20"},
    )

    assert "No contract in your areas has this number." in said(page)
    assert not Exit.objects.exists()


def test_bulk_names_those_that_cannot_be_approved_with_every_reason(scene):
    told, untold = scene.contracts
    good = given_exits.proposed(told, scene.staff.village_clerk)
    given_exits.do(good, "notify", by=scene.staff.township_officer, on=good.proposed_on)
    dead = given_exits.proposed(untold, scene.staff.village_clerk, reason="E06")
    leader = browser(scene.staff.township_leader)
    address = reverse("contracts:exit-bulk", args=["approve"])

    asked = leader.post(address, {"pk": [good.pk, dead.pk]})
    assert PROOF in said(asked)
    done = leader.post(address, {"pk": [good.pk, dead.pk], "confirmed": 1})

    assert PROOF in said(done)
    states = dict(Exit.objects.values_list("pk", "state"))
    assert states == {good.pk: "approved", dead.pk: "proposed"}


def test_the_paper_is_printed_and_tabled(scene):
    exit_ = given_exits.approved(scene, scene.contracts[0], reason="E12", finding="他人顶岗")
    officer = browser(scene.staff.township_officer)
    (form,) = papers_for(exit_)

    assert officer.get(form.url).content[:5] == b"%PDF-"
    assert officer.get(form.workbook).status_code == 200


def test_the_api_takes_the_same_way_and_answers_with_the_same_sentences(scene):
    contract = scene.contracts[0]
    clerk, officer = Program(scene.staff.village_clerk), Program(scene.staff.township_officer)
    leader = Program(scene.staff.township_leader)
    facts = {"contract": contract.pk, "reason": "E11", "last_day": "2026-10-20"}

    made = clerk.post("/exits", facts)
    assert made.status_code == 201
    number = made.json()["id"]
    assert clerk.post("/exits", facts).status_code == 409
    assert clerk.post("/exits", facts | {"reason": "E99"}).status_code == 422

    assert officer.post(f"/exits/{number}/notify", {"on": "2026-11-22"}).json()["refusals"] == [
        FINDING
    ]
    clerk.post(f"/exits/{number}/prove", {"finding": "旷工九天"})
    assert officer.post(f"/exits/{number}/notify", {"on": "2026-11-22"}).status_code == 200
    unheard = leader.post(f"/exits/{number}/approve").json()["refusals"]
    assert unheard == ["The person must be heard before a disciplinary exit is approved."]
    assert officer.post(f"/exits/{number}/hear", {"statement": "病了"}).status_code == 200
    assert leader.post(f"/exits/{number}/approve").status_code == 200
    unpaid = officer.post(f"/exits/{number}/settle", {"note": "没有"}).json()["refusals"]
    assert unpaid == [UNPAID]


def test_the_api_refuses_a_kin_a_stranger_and_another_role(scene):
    exit_ = given_exits.proposed(scene.contracts[0], scene.staff.village_clerk)
    stranger = given.user("township_leader", at=given.township("990123101000").town)

    assert Program(stranger).post(f"/exits/{exit_.pk}/approve").status_code == 404
    assert Program(scene.staff.village_clerk).post(f"/exits/{exit_.pk}/approve").status_code == 403
    assert Program(scene.staff.finance_officer).post("/exits", {}).status_code == 403


def test_the_person_in_charge_finds_the_exit_among_what_waits(scene):
    exit_ = given_exits.proposed(
        scene.contracts[0], scene.staff.village_clerk, reason="E06", last_day=date(2026, 10, 12)
    )

    tasks = Program(scene.staff.township_leader).get("/tasks").json()["items"]

    assert [(t["kind"], t["record"], t["step"]) for t in tasks] == [("exits", exit_.pk, "approve")]
