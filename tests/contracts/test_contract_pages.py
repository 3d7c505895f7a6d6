"""Contracts and insurance on the pages and in the API."""

import hashlib
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from contracts.models import Contract, ContractScan, Cover, InsurancePolicy
from registry import tokens
from tests import given, given_insurance, given_posts

pytestmark = pytest.mark.django_db
SAID = {"accept-language": "en"}
PDF = b"%PDF-1.7 signed"
UNINSURED = "No accident insurance covers the first day; enrol the worker first."


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_posts.office()


@pytest.fixture
def post(scene):
    return given_posts.post(scene, headcount=9)


def browser(user):
    client = Client(headers=SAID)
    client.force_login(user)
    return client


def program(user):
    _token, secret = tokens.issue(user, by=user, name="tests")
    return Client(headers={"authorization": f"Bearer {secret}"} | SAID)


def sent(client, path, body):
    return client.post(f"/api/v1{path}", body, content_type="application/json")


def read(response):
    return response.content.decode()


def policy(scene, number="PICC-2027-1"):
    return InsurancePolicy.objects.create(
        state=InsurancePolicy.State.IN_FORCE,
        area=scene.place.town,
        number=number,
        insurer="人保财险",
        starts_on=given_posts.FIRST,
        ends_on=given_posts.LAST,
    )


def test_a_contract_is_signed_on_its_page_with_the_scan(scene, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = given_posts.contract(scene, "offered")
    clerk = browser(scene.staff.village_clerk)
    scan = SimpleUploadedFile("协议书.pdf", PDF, "application/pdf")

    clerk.post(f"/contracts/{made.pk}/sign/", {"on": "2026-11-20", "scan": scan})

    page = read(clerk.get(f"/contracts/{made.pk}/"))
    answer = clerk.get(f"/contracts/scans/{ContractScan.objects.get().pk}/")
    assert Contract.objects.get().state == "signed"
    assert hashlib.sha256(PDF).hexdigest() in page
    assert b"".join(answer.streaming_content) == PDF


def test_a_scan_is_not_there_for_another_township(scene, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = given_posts.contract(scene, "offered")
    scan = SimpleUploadedFile("协议书.pdf", PDF)
    browser(scene.staff.village_clerk).post(
        f"/contracts/{made.pk}/sign/", {"on": "2026-11-20", "scan": scan}
    )
    stranger = browser(given.user("village_clerk", given.township("990456100000").town))

    kept = ContractScan.objects.get()

    assert stranger.get(f"/contracts/scans/{kept.pk}/").status_code == 404
    assert Client().get(f"/contracts/scans/{kept.pk}/").status_code == 302


def test_a_program_signs_without_a_scan(scene):
    made = given_posts.contract(scene, "offered")

    answer = sent(
        program(scene.staff.village_clerk), f"/contracts/{made.pk}/sign", {"on": "2026-11-20"}
    )

    assert (answer.status_code, answer.json()["state"]) == (200, "signed")


def test_a_start_without_insurance_is_refused_on_the_page(scene):
    made = given_posts.contract(scene, "signed")

    assert UNINSURED in read(
        browser(scene.staff.township_leader).get(f"/contracts/{made.pk}/start/")
    )


def test_a_start_without_insurance_is_refused_to_programs(scene):
    made = given_posts.contract(scene, "signed")

    answer = sent(program(scene.staff.township_leader), f"/contracts/{made.pk}/start", {})

    assert (answer.status_code, answer.json()["refusals"]) == (409, [UNINSURED])


def test_a_start_without_insurance_is_refused_in_bulk(scene, post):
    bare = given_posts.contract(scene, "signed", terms=post)
    ready = given_posts.contract(scene, "signed", post, given_posts.worker(scene, "钱七"))
    given_posts.insured(scene, ready.person)

    response = browser(scene.staff.township_leader).post(
        "/contracts/bulk/start/", {"pk": [bare.pk, ready.pk], "confirmed": 1}
    )

    assert response.context["cannot"] == [(bare, [UNINSURED])]
    assert Contract.objects.get(pk=ready.pk).state == "in_force"


def test_the_other_contract_is_named_on_page_and_to_programs(scene, post):
    held = given_posts.contract(scene, "offered", terms=post)
    second = given_posts.contract(scene, "offered", terms=post, who=held.person)
    clerk = scene.staff.village_clerk
    sent(program(clerk), f"/contracts/{held.pk}/sign", {"on": "2026-11-20"})

    page = read(browser(clerk).get(f"/contracts/{second.pk}/sign/"))
    answer = sent(program(clerk), f"/contracts/{second.pk}/sign", {"on": "2026-11-20"})

    assert "赵六 already holds" in page
    assert answer.status_code == 409
    assert answer.json()["refusals"][0].startswith("赵六 already holds “保洁员”")


@pytest.mark.parametrize("step", ["offer", "sign", "start", "void", "suspend"])
def test_a_contract_of_another_area_is_not_there(scene, step):
    made = given_posts.contract(scene)
    far = given.township("990456100000").town
    stranger = given.user("township_officer", far)
    given.appoint(stranger, "township_leader", far)

    assert browser(stranger).get(f"/contracts/{made.pk}/{step}/").status_code == 404
    assert sent(program(stranger), f"/contracts/{made.pk}/{step}", {}).status_code == 404


@pytest.mark.parametrize("step", ["end", "take_over"])
def test_nobody_ends_or_takes_over_a_contract_by_its_address(scene, step):
    made = given_posts.contract(scene, "in_force")
    officer = scene.staff.township_officer

    assert browser(officer).get(f"/contracts/{made.pk}/{step}/").status_code == 404
    assert sent(program(officer), f"/contracts/{made.pk}/{step}", {}).status_code == 404


def test_the_worker_of_a_contract_is_insured_from_its_page(scene, post):
    made = given_posts.contract(scene, "signed", terms=post)
    officer = browser(scene.staff.township_officer)
    kept = policy(scene)

    assert "Insure the worker" in read(officer.get(f"/contracts/{made.pk}/"))
    officer.post(f"/contracts/{made.pk}/insure/", {"policy": kept.pk, "starts_on": "2027-01-01"})

    page = read(officer.get(f"/contracts/{made.pk}/"))
    assert Cover.objects.get().person == made.person
    assert kept.number in page
    assert "Insure the worker" not in page


def test_the_gap_list_is_asked_for_a_day(scene, post):
    made = given_posts.contract(scene, "in_force", terms=post)
    given_insurance.covered_until(made.person, date(2027, 6, 30), scene.staff.township_officer)
    officer = browser(scene.staff.township_officer)

    def listed(query):
        found = officer.get(f"/contracts/insurance/gaps/?{query}").context
        return [row["pk"] for row in found["rows"]]

    assert listed("day=2027-06-30") == []
    assert listed("day=2027-07-01") == [made.pk]
    assert listed("day=soon") == []


def test_a_policy_is_entered_and_a_village_enrolled_on_pages(scene, post):
    given_posts.contract(scene, terms=post)
    officer, village = browser(scene.staff.township_officer), scene.place.villages[0]

    officer.post(
        "/contracts/insurance/add/",
        {
            "area": scene.place.town.code,
            "number": "P-9",
            "insurer": "人保财险",
            "starts_on": "2027-01-01",
            "ends_on": "2027-12-31",
        },
    )
    kept = InsurancePolicy.objects.get()
    page = officer.post(
        f"/contracts/insurance/{kept.pk}/enrol/",
        {"starts_on": "2027-01-01", "area": village.code},
        follow=True,
    )

    assert kept.covers.count() == 1
    assert "1 people were enrolled." in read(page)


def test_whom_to_enrol_is_said_once(scene, post):
    made = given_posts.contract(scene, terms=post)
    kept = policy(scene)

    page = browser(scene.staff.township_officer).post(
        f"/contracts/insurance/{kept.pk}/enrol/",
        {
            "starts_on": "2027-01-01",
            "area": scene.place.villages[0].code,
            "person": made.person_id,
        },
    )

    assert "Choose an area or one person, not both." in read(page)
    assert not Cover.objects.exists()


def test_a_program_enters_a_policy_and_enrols_people(scene, post):
    made = given_posts.contract(scene, terms=post)
    officer = program(scene.staff.township_officer)

    kept = sent(
        officer,
        "/policies",
        {
            "area": scene.place.town.code,
            "number": "P-9",
            "insurer": "人保财险",
            "starts_on": "2027-01-01",
            "ends_on": "2027-12-31",
        },
    ).json()
    answer = sent(
        officer,
        f"/policies/{kept['id']}/enrol",
        {"starts_on": "2027-01-01", "person": made.person_id},
    )

    assert answer.status_code == 200
    assert [cover["worker"] for cover in answer.json()["covers"]] == ["赵六"]


def test_a_program_of_another_role_enrols_nobody(scene, post):
    kept = policy(scene)
    said = {"starts_on": "2027-01-01", "area": scene.place.villages[0].code}

    answer = sent(program(scene.staff.township_leader), f"/policies/{kept.pk}/enrol", said)

    assert answer.status_code == 403


def test_policies_have_no_state_to_ask_for(scene):
    answer = program(scene.staff.township_officer).get("/api/v1/policies?state=open")

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["state"])


@pytest.mark.parametrize("address", ["/contracts/", "/contracts/insurance/gaps/"])
def test_more_contracts_cost_no_more_queries(scene, post, address):
    officer = browser(scene.staff.township_officer)
    given_posts.contract(scene, terms=post)

    def queries():
        officer.get(address)
        with CaptureQueriesContext(connection) as caught:
            officer.get(address)
        return len(caught)

    few = queries()
    for name in ("钱七", "孙八", "李九"):
        given_posts.contract(scene, terms=post, who=given_posts.worker(scene, name))

    assert queries() == few
