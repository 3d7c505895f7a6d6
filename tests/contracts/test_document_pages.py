"""The papers of a contract in the office: listed, opened, made anew; the card beside them."""

import pymupdf
import pytest
from django.test import Client
from django.urls import reverse

from contracts import services
from contracts.documents import file_of
from project.kernel.models import Event
from project.kernel.sealing import seal_file
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return given.township()


@pytest.fixture
def officer(place):
    return given.user("township_officer", at=place.town, phone="0990-1234567")


@pytest.fixture
def paper(place, officer):
    drafted = given.contract(place.villages[0], officer, name="李𬱖")
    return services.offer(drafted, by=officer).papers.get()


@pytest.fixture
def client(officer):
    client = Client()
    client.force_login(officer)
    return client


def content(answer):
    return b"".join(answer.streaming_content)


def test_the_contract_page_lists_its_papers(client, paper):
    page = client.get(reverse("contracts:contract", args=[paper.contract_id])).content.decode()
    assert paper.code in page and paper.content_hash in page
    assert reverse("contracts:contractpaper", args=[paper.pk]) in page


def test_opening_a_paper_gives_the_kept_file_and_notes_it(client, paper, officer):
    pdf = content(client.get(reverse("contracts:contractpaper", args=[paper.pk])))
    assert seal_file(pdf) == file_of(paper).sha256
    noted = Event.objects.of(paper.contract).get(verb="print")
    assert noted.by == officer and noted.data["sha256"] == file_of(paper).sha256


def test_a_paper_is_made_anew_by_page(client, paper):
    url = reverse("contracts:paper-anew", args=[paper.contract_id])
    client.post(url, {"note": "地址写错"})
    assert paper.contract.papers.count() == 2


def test_people_from_elsewhere_find_no_paper(paper):
    other = given.township("990124100000")
    stranger = Client()
    stranger.force_login(given.user("township_officer", at=other.town))
    assert stranger.get(reverse("contracts:contractpaper", args=[paper.pk])).status_code == 404
    answer = stranger.get(f"/api/v1/contracts/{paper.contract_id}/document.pdf")
    assert answer.status_code == 404


def test_the_api_gives_the_same_file(client, paper):
    answer = client.get(f"/api/v1/contracts/{paper.contract_id}/document.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert seal_file(content(answer)) == file_of(paper).sha256


def test_a_contract_that_was_not_offered_has_no_document(client, place, officer):
    drafted = given.contract(place.villages[0], officer)
    answer = client.get(f"/api/v1/contracts/{drafted.pk}/document.pdf")
    assert answer.status_code == 404


def test_the_card_says_who_what_pay_and_whom_to_ask(client, paper):
    answer = client.get(reverse("paper", args=["contract", paper.contract_id, "F-32"]))
    with pymupdf.open(stream=answer.content) as document:
        assert len(document) == 1
        text = document[0].get_text()
    for word in ("李𬱖", "保洁员", "600.00元/月", "次月28日前", "0990-1234567", "照片"):
        assert word in text
