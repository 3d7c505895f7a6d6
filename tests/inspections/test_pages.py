"""Doubts on pages: what was seen, about whom, and why; the village sees none."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections import risk
from inspections.evidence import SOURCES
from inspections.models import Doubt
from inspections.patterns import ALL
from inspections.tasks import detect
from project.kernel.models import Job
from project.kernel.pages import url_of
from project.kernel.steps import do
from tests import given, given_doubts
from tests.inspections.test_detect import inspected, shared_phone

pytestmark = pytest.mark.django_db
LISTS = ["inspections:doubt-list", "inspections:learnt", "inspections:risks", "inspections:detect"]


@pytest.fixture
def scene():
    return inspected(holders=3)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def seen(user, address):
    return signed_in(user).get(address).content.decode()


def decided(scene, doubt, verb):
    """A doubt looked into by one inspector and decided by another."""
    other = given.user("inspector", at=scene.place.county)
    do(doubt, "verify", by=scene.inspector, statement="手机坏了", finding="入户看过")
    return do(doubt, verb, by=other)


def test_a_doubt_says_what_was_seen_with_its_evidence_and_whom_it_is_about(scene):
    contract = scene.contracts[0]
    days = [contract.check_ins.first().pk]
    evidence = [{"kind": "check_in", "id": days[0]}, {"kind": "note", "text": "同一时间"}]
    doubt = given_doubts.doubt(contract, scene.inspector, evidence=evidence)

    page = seen(scene.inspector, url_of(doubt))

    assert "3" in page and "李四0" in page and "同一时间" in page
    assert url_of(contract) in page and reverse("inspections:risk", args=[contract.person_id])
    assert reverse("inspections:doubt-step", args=[doubt.pk, "verify"]) in page


def test_evidence_that_lies_elsewhere_is_not_named_to_the_township(scene):
    elsewhere = given.township("990123101000", villages=1)
    officer = given.user("township_officer", at=elsewhere.town)
    other = given.holder(elsewhere.villages[0], officer, name="王五九")
    found = [{"kind": "contract", "id": other.pk}]
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector, evidence=found)

    assert "王五九" not in seen(scene.staff.township_officer, url_of(doubt))
    assert "王五九" in seen(scene.inspector, url_of(doubt))


def test_the_list_is_narrowed_by_pattern_severity_state_month_and_name(scene):
    first = given_doubts.doubt(scene.contracts[0], scene.inspector)
    second = given_doubts.doubt(scene.contracts[1], scene.inspector, severity="C")
    client = signed_in(scene.inspector)

    def listed(**asked):
        answer = client.get(reverse("inspections:doubt-list"), asked)
        return [row["pk"] for row in answer.context["rows"]]

    assert listed() == [first.pk, second.pk]
    assert listed(severity="C") == [second.pk]
    assert listed(q="李四0") == [first.pk]
    assert listed(pattern="V-01.phone", state="open", month="2026-10") == [first.pk, second.pk]
    assert listed(month="2026-09") == [] and listed(state="confirmed") == []
    assert listed(area=scene.place.villages[0].code) == [first.pk, second.pk]


def test_a_name_finds_doubts_about_several_people(scene):
    people = [contract.person_id for contract in scene.contracts]
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector, people=people)
    answer = signed_in(scene.inspector).get(reverse("inspections:doubt-list"), {"q": "李四2"})

    assert [row["pk"] for row in answer.context["rows"]] == [doubt.pk]


def test_a_score_is_the_sum_of_its_reasons_and_never_without_them(scene):
    contract = scene.contracts[0]
    given_doubts.doubt(contract, scene.inspector)
    found_true = given_doubts.doubt(contract, scene.inspector, severity="B")
    untrue = given_doubts.doubt(contract, scene.inspector)
    decided(scene, found_true, "confirm")
    decided(scene, untrue, "dismiss")
    client = signed_in(scene.inspector)

    reasons = client.get(reverse("inspections:risk", args=[contract.person_id])).context
    (first,) = client.get(reverse("inspections:risks")).context["found"]

    assert [reason.weight for reason in reasons["reasons"]] == [10, 8] and reasons["score"] == 18
    assert (first.person, first.score, first.doubts) == (contract.person, 18, 2)


def test_the_county_sets_the_weights(scene):
    contract = scene.contracts[0]
    given_doubts.doubt(contract, scene.inspector)
    weights = {"A": 3, "B": 2, "C": 1, "confirmed": 2, "V-01.phone": 7}
    given.rule(scene.place.county, "detect.weights", weights, scene.place.document)
    doubts = Doubt.objects.all()

    (found,) = risk.riskiest(doubts, scene.place.county.code, 10)

    assert found.score == risk.score(risk.reasons(contract.person, doubts)) == 7


def test_doubts_of_long_ago_no_longer_count(scene):
    old = given.OCTOBER.plus(-12)
    given_doubts.doubt(scene.contracts[0], scene.inspector, month=old)

    assert risk.riskiest(Doubt.objects.all(), scene.place.county.code, 10) == []
    address = reverse("inspections:risk", args=[scene.contracts[0].person_id])
    assert signed_in(scene.inspector).get(address).status_code == 404


def test_a_pattern_learns_from_decisions_how_often_it_is_right(scene):
    for verb in ("confirm", "dismiss", "dismiss"):
        decided(scene, given_doubts.doubt(scene.contracts[0], scene.inspector), verb)
    waiting = given_doubts.doubt(scene.contracts[1], scene.inspector)
    rows = signed_in(scene.inspector).get(reverse("inspections:learnt")).context["rows"]
    learnt = {row.pattern: row for row in rows}["V-01.phone"]

    assert (learnt.hits, learnt.waiting, learnt.confirmed, learnt.cleared) == (4, 1, 1, 2)
    assert learnt.fraction == "1/3" and learnt.percent is None
    assert "3" in seen(scene.inspector, url_of(waiting))


def test_a_share_is_said_once_enough_was_decided(scene):
    for number in range(20):
        doubt = given_doubts.doubt(scene.contracts[0], scene.inspector)
        decided(scene, doubt, "confirm" if number % 4 else "dismiss")
    rows = signed_in(scene.inspector).get(reverse("inspections:learnt")).context["rows"]

    assert {row.pattern: row for row in rows}["V-01.phone"].words == "15/20 = 75.0 %"


def test_looking_for_doubts_is_work_for_the_workers_and_hands_each_doubt_over(scene):
    shared_phone(scene)
    asked = {"month": "2026-10", "area": scene.place.county.code}
    answer = signed_in(scene.inspector).post(reverse("inspections:detect"), asked)
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("job", args=[job.pk])
    detect.func(job.pk, "2026-10", scene.place.county.code)

    job.refresh_from_db()
    (doubt,) = Doubt.objects.all()
    assert job.state == "done" and doubt.pattern == "V-01.phone"
    assert url_of(doubt) in seen(scene.inspector, job.url)
    inbox = seen(scene.inspector, reverse("index"))
    assert reverse("inspections:doubt-step", args=[doubt.pk, "verify"]) in inbox


@pytest.mark.parametrize("role", ["village_clerk", "village_head", "village_supervisor"])
def test_the_village_sees_no_doubt_on_any_page(scene, role):
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector)
    user = getattr(scene.staff, role)
    client = signed_in(user)
    pages = [url_of(doubt), reverse("inspections:risk", args=[doubt.person_id])]
    pages += [reverse(name) for name in LISTS]

    assert {client.get(page).status_code for page in pages} <= {403, 404}
    assert 'href="/inspections/"' not in seen(user, reverse("index"))


def test_the_risk_of_people_elsewhere_is_hidden(scene):
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector)
    stranger = given.user("inspector", at=given.township("990456100000").county)
    client = signed_in(stranger)

    assert client.get(reverse("inspections:risk", args=[doubt.person_id])).status_code == 404
    asked = {"area": scene.place.county.code}
    assert not client.get(reverse("inspections:risks"), asked).context["found"]
    assert ask_to_detect_is_denied(stranger, scene.place.county)


def ask_to_detect_is_denied(user, area):
    answer = signed_in(user).post(
        reverse("inspections:detect"), {"month": "2026-10", "area": area.code}
    )
    return answer.status_code == 422 and answer.context["form"].errors and not Job.objects.exists()


def test_the_lists_go_out_as_workbooks(scene):
    given_doubts.doubt(scene.contracts[0], scene.inspector)
    client = signed_in(scene.inspector)
    for name in LISTS[:3]:
        answer = client.get(reverse(name), {"format": "xlsx"})
        assert answer.status_code == 200 and "spreadsheet" in answer.headers["Content-Type"]


def test_every_kind_of_evidence_has_its_name_and_its_page():
    named = re.compile(r"'kind', '(\w+)'|'(\w+)' AS kind")
    said = [name for pattern in ALL for pair in named.findall(pattern.sql) for name in pair if name]

    assert set(said) <= set(SOURCES)


def test_the_list_and_the_risks_ask_as_often_for_many_doubts_as_for_one(scene):
    client, counts = signed_in(scene.inspector), []
    for more in (1, 8):
        for number in range(more):
            given_doubts.doubt(scene.contracts[number % 3], scene.inspector)
        for name in ("inspections:doubt-list", "inspections:risks"):
            client.get(reverse(name))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(name))
            counts.append(len(queries))

    assert counts[:2] == counts[2:]
