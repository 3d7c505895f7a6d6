"""What a worker looks up on the own phone: the own days, pay and contract, nobody else's."""

import pymupdf
import pytest

from attendance.models import Flag, FlagReview
from payroll.models import PayLine
from project.kernel.documents import FORMS
from project.kernel.looks import look
from project.kernel.models import Look
from registry import look_papers
from tests import given, given_signing
from tests.given_phones import Phone

pytestmark = pytest.mark.django_db
NOW = "2026-11-22T08:00:00+08:00"
HERE = {"longitude": "104.065735", "latitude": "30.659462", "accuracy": 12}
MONTH = "/api/v1/phones/days?month=2026-11"


@pytest.fixture
def scene():
    return given.scene(holders=2)


@pytest.fixture
def phone(scene):
    return Phone(scene.contracts[0].person, clerk=scene.staff.village_clerk)


def the_day(phone):
    (contract,) = phone.client.get(MONTH).json()["contracts"]
    return contract["days"], contract["list"][0]


def test_a_day_that_counts_shows_what_was_recorded(scene, phone):
    phone.send(phone.says(scene.contracts[0], NOW, **HERE))

    days, shown = the_day(phone)

    assert (days, shown["mark"], shown["why"]) == ("1", "counts", [])
    assert shown["said"] == [{"kind": "in", "at": "08:00"}]


def test_a_day_that_waits_says_why_and_what_came_of_the_look(scene, phone):
    record = phone.says(scene.contracts[0], NOW, **HERE)
    phone.send(record | {"signature": phone.sign("another text")})

    waiting = the_day(phone)
    FlagReview.objects.create(
        flag=Flag.objects.get(),
        decision="does_not",
        reason="换了手机",
        by=scene.staff.township_officer,
    )
    decided = the_day(phone)

    assert (waiting[0], waiting[1]["mark"]) == ("0", "waits")
    assert waiting[1]["why"] == ["The check-in does not fit this phone."]
    assert decided[1]["mark"] == "not"
    assert "换了手机" in decided[1]["why"][0]


def test_a_day_without_a_check_in_at_coming_says_what_to_do(scene, phone):
    phone.send(phone.says(scene.contracts[0], NOW, kind="out", **HERE))

    _days, shown = the_day(phone)

    assert shown["mark"] == "not"
    assert "Tell the village clerk" in shown["why"][0]


def test_a_confirmed_month_is_told_by_its_sheet(scene, phone):
    given.sheets(scene, "confirmed")

    answer = phone.client.get("/api/v1/phones/days?month=2026-10").json()

    assert answer["contracts"][0]["days"] == "15"
    assert {day["mark"] for day in answer["contracts"][0]["list"]} == {"counts"}


def test_pay_is_told_with_its_reasons_to_its_own_worker(scene, phone):
    given.pay_run(scene, "prepared")
    mine = PayLine.objects.get(contract=scene.contracts[0])

    (line,) = phone.client.get("/api/v1/phones/pay").json()["lines"]

    assert (line["month"], line["amount"]) == ("2026-10", str(mine.amount))
    assert line["why"]
    assert line["why_state"]


def test_the_contract_is_read_in_short_sentences_and_whole(scene, phone):
    (terms,) = phone.client.get("/api/v1/phones/papers").json()["contracts"]

    assert terms["id"] == scene.contracts[0].pk
    assert (terms["paper"], terms["summary"]) == (False, [])


def test_the_paper_of_a_contract_is_for_its_own_worker_alone(scene, phone):
    signing = given_signing.one_of_each(scene)
    other = Phone(scene.contracts[1].person, clerk=scene.staff.village_clerk)
    address = f"/api/v1/phones/papers/{signing.contract.pk}.pdf"

    assert b"".join(phone.client.get(address)).startswith(b"%PDF")
    assert other.client.get(address).status_code == 404
    told = phone.client.get("/api/v1/phones/papers").json()["contracts"][0]
    assert told["paper"]
    assert len(told["clauses"]) > 5


@pytest.mark.parametrize("address", [MONTH, "/api/v1/phones/pay", "/api/v1/phones/papers"])
def test_a_stranger_learns_nothing(scene, client, address):
    client.force_login(scene.staff.township_officer)

    assert client.get(address).status_code == 401


def test_a_month_that_is_none_is_refused_in_words(phone):
    assert phone.client.get("/api/v1/phones/days?month=2026-13").status_code == 422


def test_a_worker_reads_who_looked_and_whatever_for(scene, phone):
    worker, other = (one.person for one in scene.contracts)
    officer = scene.staff.township_officer
    look(officer, Look.What.NUMBER, [worker.pk], purpose="核对银行账号")
    look(officer, Look.What.PAPER, [worker.pk, other.pk], purpose="F-14")
    look(officer, Look.What.EXPORT, [worker.pk], purpose="contract")
    look(officer, Look.What.PHOTO, [other.pk])

    answer = phone.client.get("/api/v1/phones/looks")

    assert [(one["purpose"], one["people"]) for one in answer.json()["looks"]] == [
        ("", 1),
        (FORMS["F-14"].title, 2),
        ("核对银行账号", 1),
    ]
    assert answer.json()["looks"][0]["office"] == f"{scene.place.town.name} · Township officer"
    assert officer.name not in answer.content.decode()
    printed = look_papers.pdf_of("F-35", worker, officer)
    said = "".join(pymupdf.open("pdf", printed)[0].get_text().split())
    assert f"{scene.place.town.name}·乡镇" in said and "核对银行账号" in said
