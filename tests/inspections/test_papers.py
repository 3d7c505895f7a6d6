"""F-19 to F-21 say what the records say, to whoever sees the record, and leave a look (W-9)."""

import io
from decimal import Decimal

import openpyxl
import pymupdf
import pytest

from inspections import cases, papers, visit_photos
from inspections.models import Visit
from project.kernel.models import Look
from project.kernel.roles import ROLES, Permission
from project.site import papers_for
from registry.models import Person
from tests import given, given_cases, given_doubts, given_notices, given_visits
from tests.given_cases import BASIS, DECISION, FINDING, SAID

pytestmark = pytest.mark.django_db
LONG = "买买提艾力·阿卜杜热合曼·吾斯曼江𬱖䶮"
LINE = "M100 250L200 100L300 400L900 250"


def words_of(pdf):
    pages = pymupdf.open(stream=pdf)
    return "".join("".join(page.get_text() for page in pages).split())


def table_of(book):
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)], sheet.oddFooter.left.text


@pytest.fixture
def scene():
    made = given_cases.paid()
    Person.objects.update(name=LONG)
    for contract in made.contracts:
        contract.refresh_from_db()
    return made


def visit_of(scene, **fields):
    """A visit that saw somebody else at work, with a picture and three signatures."""
    plan = given_visits.plan(scene.place.town, scene.inspector, steps=["draw"])
    marks = {"first": LINE, "second": "paper", "person": LINE}
    facts = {"seen": "other", "other": "其子赵小六", "longitude": "105.123456", "latitude": "33.5"}
    facts |= {"accuracy": 12, "place": "村口老槐树下", "problem": "由他人代岗"}
    facts |= {"answers": {"card": "other", "returned": "yes"}, "signatures": marks} | fields
    return given_visits.visit(plan.drawn.first(), scene.inspector, second=scene.other, **facts)


def test_what_two_inspectors_saw_stands_on_the_form_with_their_own_lines(scene):
    seen = Visit.objects.get(pk=visit_of(scene).pk)
    photo = visit_photos.keep(seen, by=scene.inspector, picture=given_notices.picture())
    refused = visit_of(scene, seen="idle", other="", refused=True, signatures=given_visits.SIGNED)

    pdf = papers.pdf_of("F-19", seen, scene.inspector)
    rows, foot = table_of(papers.workbook_of("F-19", seen, scene.inspector))

    words = words_of(pdf)
    for said in (
        *("现场检查记录表", LONG, "其子赵小六", "东经105.123456，北纬33.5", "他人顶替作业"),
        *("检查员甲、检查员乙", "由他人代岗", photo.sha256, "签字见纸质原件"),
    ):
        assert said in words
    drawn = sum(len(page.get_drawings()) for page in pymupdf.open(stream=pdf))
    assert drawn > 0 and seen.contract.person.id_number not in words
    facts = dict(zip(*rows, strict=True))
    assert (facts["被查人员"], facts["实际作业人"], facts["被检查方签字"]) == (
        *(LONG, "其子赵小六"),
        "已签字",
    )
    assert photo.sha256 in facts["照片编号"] and "检查员甲" in foot
    assert "被检查人拒绝签字" in words_of(papers.pdf_of("F-19", refused, scene.inspector))


def test_a_doubt_is_printed_with_its_evidence_and_who_looked_into_it(scene):
    made = given_doubts.doubt(scene.contracts[0], scene.inspector)
    given_cases.do(
        *(made, "verify"), by=scene.inspector, statement="手机借给邻居", finding="属邻里互助"
    )
    made = given_cases.do(type(made).objects.get(pk=made.pk), "dismiss", by=scene.other)

    words = words_of(papers.pdf_of("F-20", made, scene.inspector))
    rows, _foot = table_of(papers.workbook_of("F-20", made, scene.inspector))

    for said in (
        *("疑点核查表", "V-01.phone", "2026年10月", "手机借给邻居", "属邻里互助", "不属实"),
        *("查阅系统记录、听取本人说明", "核查人：检查员甲", "审核人：检查员乙", LONG),
    ):
        assert said in words
    assert LONG in str(rows[1][4]) and len(rows) == 2


def test_a_decision_names_grounds_months_sum_in_capitals_and_the_way_to_appeal(scene):
    wanted = [
        {"kind": "recover", "amount": Decimal("1200.00"), "words": "退回十月补贴"},
        {"kind": "rectify", "words": "加强到岗核查", "due_on": given.OCTOBER.last},
    ]
    made = given_cases.case(scene, "heard", measures=wanted)
    draft = papers.FILL["F-21"](made, scene.inspector)
    assert "尚未作出决定" in words_of(papers.pdf_of("F-21", made, scene.inspector))

    made = given_cases.do(made, "decide", by=scene.other, decision=DECISION, basis=BASIS)
    words = words_of(papers.pdf_of("F-21", made, scene.inspector))
    rows, _foot = table_of(papers.workbook_of("F-21", made, scene.inspector))

    for said in (
        *("问题处置决定书暨整改通知书", made.number, LONG, FINDING, SAID, BASIS, DECISION),
        *("2026年10月", "1200.00元", "人民币壹仟贰佰元整", "追缴已发补贴", "限期整改"),
        *("2026年10月31日", "提出书面或口头申诉", "决定人：检查员乙", "盖章"),
    ):
        assert said in words
    assert "尚未作出决定" not in words
    assert draft.sha256 != papers.FILL["F-21"](made, scene.inspector).sha256
    assert [(row[2], row[5]) for row in rows[1:]] == [("追缴已发补贴", 1200), ("限期整改", None)]


def test_papers_open_for_those_who_see_the_record_and_each_leaves_a_look(scene, client):
    case = given_cases.case(scene, "decided", measures=[{"kind": "warn"}])
    records = [visit_of(scene), case.doubt, case]
    found = [paper for record in records for paper in papers_for(record)]
    assert [paper.title[:4] for paper in found] == ["F-19", "F-20", "F-21"]

    client.force_login(scene.inspector)
    for paper in found:
        assert client.get(paper.url).content[:5] == b"%PDF-"
        assert client.get(paper.workbook).status_code == 200
    person = scene.contracts[0].person_id
    looks = Look.objects.order_by("pk").values_list("what", "people", "by", "record_id")
    assert list(looks) == [
        (what, [person], scene.inspector.pk, record.pk)
        for record in records
        for what in ("paper", "export")
    ]

    clerk = scene.staff.village_clerk
    assert Permission.CASE_VIEW not in ROLES["village_clerk"].permissions
    client.force_login(clerk)
    assert {client.get(paper.url).status_code for paper in found} == {404}
    assert Look.objects.filter(by=clerk).count() == 0


def test_a_case_of_an_employer_is_printed_without_a_person(scene):
    facts = {"violation": "V-29", "allegation": "机械费计入劳务报酬", "employer": "兴农劳务公司"}
    facts |= {"first": given.OCTOBER, "last": given.OCTOBER}
    made = cases.open_case(area=scene.place.town, by=scene.inspector, **facts)

    words = words_of(papers.pdf_of("F-21", made, scene.inspector))

    assert "兴农劳务公司" in words and "机械费计入劳务报酬" in words
