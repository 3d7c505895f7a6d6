"""Wordings of contracts: dated, nearest first, looked at before they hold, never changed."""

from datetime import date

import pymupdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from contracts import documents, services
from contracts.models import Contract, ContractTemplate
from contracts.template_pages import clauses_in, text_of
from project.kernel.guards import Refused
from registry.models import NATION
from tests import given

pytestmark = pytest.mark.django_db
BODY = {
    "clauses": [{"heading": "一、岗位", "text": "乙方担任{岗位名称}，" * 12}],
    "summary": ["您的岗位是{岗位名称}。"],
}
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def place():
    return given.township()


@pytest.fixture
def department(place):
    return given.user("department_officer", at=place.county)


@pytest.fixture
def wording(place, department):
    def enter(**fields):
        said = {
            "area": place.county,
            "kind": Contract.Kind.SERVICE,
            "title": "示例县劳务协议书",
            "body": BODY,
            "valid_from": TODAY,
        }
        return documents.enact(by=department, **(said | fields))

    return enter


@pytest.fixture
def drafted(place):
    officer = given.user("township_officer", at=place.town)

    def draft(**fields):
        return given.contract(place.villages[0], officer, **fields)

    return draft


def entered(place, **fields):
    said = {
        "area": place.county.pk,
        "kind": "service",
        "title": "示例县劳务协议书",
        "valid_from": "2026-12-01",
        "clauses": "# 一、岗位\n乙方担任{岗位名称}。",
        "summary": "您的岗位是{岗位名称}。",
    }
    return said | fields


@pytest.fixture
def page(department):
    client = Client()
    client.force_login(department)
    return client


def test_a_county_starts_from_the_nations_wordings(drafted):
    assert documents.template_for(drafted()).area_id == NATION
    assert documents.template_for(drafted(kind="labour")).kind == "labour"


def test_the_nearest_wording_holds_from_its_day(drafted, wording):
    made = wording()
    late = {"starts_on": date(2026, 12, 1), "ends_on": date(2027, 11, 30)}
    assert documents.template_for(drafted(**late)) == made
    assert documents.template_for(drafted()).area_id == NATION


def test_of_two_wordings_of_an_area_the_later_one_holds(drafted, wording):
    wording()
    later = wording(valid_from=date(2026, 11, 30))
    late = {"starts_on": date(2026, 12, 1), "ends_on": date(2027, 11, 30)}
    assert documents.template_for(drafted(**late)) == later


def test_a_neighbouring_county_keeps_its_own(drafted, wording):
    other = given.township("990124100000")
    made = given.contract(
        other.villages[0],
        given.user("township_officer", at=other.town),
        starts_on=date(2026, 12, 1),
        ends_on=date(2027, 11, 30),
    )
    wording()
    assert documents.template_for(made).area_id == NATION


def test_a_new_wording_leaves_printed_papers_alone(drafted, wording):
    contract = drafted(starts_on=date(2026, 12, 1), ends_on=date(2027, 11, 30))
    officer = given.user("township_officer", at=contract.area.parent)
    paper = services.offer(contract, by=officer).papers.get()
    wording()
    assert documents.is_as_sealed(paper) and paper.template.area_id == NATION


def test_a_wording_is_never_changed(wording):
    made = wording()
    with pytest.raises(Error), transaction.atomic():
        ContractTemplate.objects.filter(pk=made.pk).update(title="改")
    with pytest.raises(Error), transaction.atomic():
        made.delete()


def test_a_term_that_does_not_exist_is_named(wording):
    body = {"clauses": [{"heading": "一", "text": "每月{工资}"}], "summary": ["{岗位名称}"]}
    with pytest.raises(Refused, match="{工资}"):
        wording(body=body)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"clauses": [], "summary": ["好"]}, "no clause"),
        ({"clauses": [{"heading": "一", "text": "甲"}], "summary": []}, "0 sentences"),
        ({"clauses": [{"heading": "一", "text": "甲"}], "summary": ["好"] * 11}, "11 sentences"),
        ({"clauses": [{"heading": "一", "text": "甲{"}], "summary": ["好"]}, "stands alone"),
        ({"clauses": [{"heading": "{姓名}", "text": "甲"}], "summary": ["好"]}, "heading"),
    ],
)
def test_a_wording_that_cannot_be_printed_is_refused(wording, body, fault):
    with pytest.raises(Refused, match=fault):
        wording(body=body)


def test_a_wording_does_not_hold_from_a_day_that_is_over(wording):
    with pytest.raises(Refused, match="today"):
        wording(valid_from=date(2026, 11, 21))


def test_only_the_county_enters_wordings(place, wording):
    with pytest.raises(PermissionDenied):
        documents.enact(
            by=given.user("township_officer", at=place.town),
            area=place.county,
            kind="service",
            title="甲",
            body=BODY,
            valid_from=TODAY,
        )


def test_terms_inside_a_clause_are_laid_out_line_by_line(drafted, wording):
    wording()
    contract = drafted(
        title="护林员", starts_on=date(2026, 12, 1), ends_on=date(2027, 11, 30), name="王五"
    )
    officer = given.user("township_officer", at=contract.area.parent)
    paper = services.offer(contract, by=officer).papers.get()
    with pymupdf.open(stream=documents.pressed(paper)) as document:
        text = "".join(page.get_text() for page in document).replace("\n", "")
    assert "乙方担任护林员，" * 12 in text


def test_a_wording_is_seen_on_paper_before_it_is_entered(page, place):
    known = ContractTemplate.objects.count()
    answer = page.post(reverse("contracts:template-add"), entered(place, preview="1"))
    assert answer["Content-Type"] == "application/pdf"
    with pymupdf.open(stream=answer.content) as document:
        assert "〔岗位名称〕" in document[1].get_text()
    assert ContractTemplate.objects.count() == known


def test_a_wording_is_entered_by_page(page, place):
    answer = page.post(reverse("contracts:template-add"), entered(place), follow=True)
    made = ContractTemplate.objects.get(area=place.county)
    assert made.body["clauses"] == [{"heading": "一、岗位", "text": "乙方担任{岗位名称}。"}]
    assert "示例县劳务协议书" in answer.content.decode()


def test_the_page_names_an_unknown_term(page, place):
    answer = page.post(reverse("contracts:template-add"), entered(place, summary="{工资}"))
    assert "{工资}" in answer.content.decode()
    assert not ContractTemplate.objects.filter(area=place.county).exists()


def test_a_wording_begins_from_the_one_in_force(page):
    nation = ContractTemplate.objects.filter(kind="service").first()
    answer = page.get(reverse("contracts:template-add"), {"from": nation.pk})
    assert nation.body["clauses"][3]["heading"] in answer.content.decode()
    listed = page.get(reverse("contracts:contracttemplate-list")).content.decode()
    assert nation.title in listed


def test_what_is_entered_is_what_was_shown():
    clauses = [{"heading": "一、甲", "text": "乙\n丙"}]
    assert clauses_in(text_of({"clauses": clauses})) == clauses
    assert clauses_in("没有标题\n的条款") == [{"heading": "", "text": "没有标题\n的条款"}]
