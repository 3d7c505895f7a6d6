"""The paper of a contract: what it says, how it is kept, and that every reader shows it."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import pymupdf
import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation
from pyhanko.pdf_utils.reader import PdfFileReader

from contracts import documents, services
from contracts.documents.layout import (
    FACTS,
    HALF,
    LARGE,
    MISSING,
    PLAIN,
    TEXT,
    broken,
    sheet,
)
from contracts.models import PaperFile
from project.kernel.guards import Refused
from project.kernel.sealing import seal_file
from tests import given

pytestmark = pytest.mark.django_db
LONG = "阿卜杜拉·买买提江·吐尔逊尼亚孜古丽艾"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def place():
    return given.township()


@pytest.fixture
def officer(place):
    return given.user("township_officer", at=place.town)


@pytest.fixture
def offered(place, officer):
    def offer(**fields):
        drafted = given.contract(place.villages[0], officer, **fields)
        return services.offer(drafted, by=officer).papers.get()

    return offer


@pytest.fixture(autouse=True)
def kept_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def pages_of(pdf):
    with pymupdf.open(stream=pdf) as document:
        return [page.get_text() for page in document]


def content(file):
    with file.file.open() as kept:
        return kept.read()


def test_offering_freezes_the_terms_in_a_paper(offered):
    paper = offered(name="李秀英", standard="800.00")
    assert paper.number == 1 and len(paper.code) == 12 and paper.code.isalpha()
    assert paper.terms["standard"] == "800.00元/月"
    assert paper.terms["capitals"] == "人民币捌佰元整"
    assert paper.terms["term"] == "自2026年1月1日起至2026年12月31日止"
    assert documents.is_as_sealed(paper)


def test_no_id_number_stands_in_clear_in_the_terms(offered):
    paper = offered()
    number = paper.contract.person.id_number
    assert number not in json.dumps(paper.terms)
    assert number in pages_of(documents.pressed(paper))[0]


def test_a_corrected_id_number_asks_for_a_new_paper(offered):
    paper = offered()
    paper.contract.person.id_digest = "0" * 64
    with pytest.raises(Refused, match="ID number"):
        documents.pressed(paper)


def test_a_file_is_made_once_and_is_what_its_hash_says(offered):
    paper = offered()
    first, again = documents.file_of(paper), documents.file_of(paper)
    assert first == again and PaperFile.objects.count() == 1
    assert seal_file(content(first)) == first.sha256 and first.size == len(content(first))


def test_the_page_shows_the_facts_and_every_clause(offered):
    paper = offered(name="李𬱖䶮㛃")
    pages = pages_of(documents.pressed(paper))
    whole = "".join(pages).replace("\n", "")
    assert "李𬱖䶮㛃" in pages[0] and paper.contract.person.id_number in pages[0]
    for clause in paper.template.body["clauses"]:
        assert clause["heading"] in whole
    assert all(paper.content_hash in page and paper.code in page for page in pages)
    assert f"第 {len(pages)} 页　共 {len(pages)} 页" in pages[-1]


def test_a_name_of_twenty_characters_is_whole(offered):
    name = LONG + "合"
    assert len(name) == 20
    text = "".join(pages_of(documents.pressed(offered(name=name)))).replace("\n", "")
    assert text.count(name) >= 2


def test_a_strict_reader_draws_rare_characters(offered):
    """Blank paper would have no ink where the name stands."""
    with pymupdf.open(stream=documents.pressed(offered(name="𬱖䶮㛃"))) as document:
        (box,) = document[0].search_for("𬱖䶮㛃")[:1]
        picture = document[0].get_pixmap(dpi=200, clip=box, colorspace="gray")
    assert sum(dot < 128 for dot in picture.samples) > 0.05 * len(picture.samples)


def test_the_paper_is_tagged_pdf_a_with_its_data_attached(offered):
    paper = offered()
    root = PdfFileReader(BytesIO(documents.pressed(paper))).root
    metadata = root["/Metadata"].data.decode()
    assert 'pdfaid:part="3"' in metadata and 'pdfaid:conformance="A"' in metadata
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]["/K"]
    assert root["/OutputIntents"] and root["/Lang"]
    (attached,) = root["/AF"]
    attached = attached.get_object()
    assert attached["/AFRelationship"] == "/Data"
    said = json.loads(attached["/EF"]["/F"].data)
    assert said["code"] == paper.code and said["terms"]["name"] == paper.terms["name"]


def test_both_places_to_sign_are_there_before_anybody_signs(offered):
    reader = PdfFileReader(BytesIO(documents.pressed(offered())))
    fields = [field.get_object() for field in reader.root["/AcroForm"]["/Fields"]]
    assert [field["/T"] for field in fields] == ["office", "worker"]
    assert not any("/V" in field for field in fields)


def test_the_code_is_found_in_the_file_and_in_no_other(offered):
    paper = offered()
    assert documents.code_in(documents.pressed(paper)) == paper.code
    assert documents.code_in(b"") == documents.code_in(b"%PDF-1.7 nothing") == ""


def test_a_new_version_takes_the_place_of_the_first(offered, officer):
    paper = offered()
    again = documents.reissue(paper.contract, by=officer, note="地址写错")
    assert again.number == 2 and again.code != paper.code
    with pytest.raises(Refused, match="why"):
        documents.reissue(paper.contract, by=officer, note=" ")


def test_the_paper_of_a_concluded_contract_is_not_made_anew(offered, officer):
    paper = offered()
    services.sign(paper.contract, by=officer, on=date(2025, 12, 20))
    with pytest.raises(Refused, match="concluded"):
        documents.reissue(paper.contract, by=officer, note="晚了")


def test_only_who_offers_makes_a_paper_anew(offered, place):
    paper, clerk = offered(), given.user("village_clerk", at=place.town)
    with pytest.raises(PermissionDenied):
        documents.reissue(paper.contract, by=clerk, note="不该")


def test_a_renewal_says_what_remains(place, officer):
    first = given.holder(place.villages[0], officer)
    drafted = given.contract(
        place.villages[0],
        officer,
        person=first.person,
        renews=first,
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
    )
    terms = documents.terms_of(drafted)
    assert terms["renewal"].startswith("续签，原合同编号 990123-2026-")
    assert terms["remaining"] == "期满时累计24个月，还剩12个月（上限36个月）"


def test_the_summary_is_short_sentences_with_the_terms_in_them(offered):
    sentences = documents.summary_of(offered(title="护林员"))
    assert 1 <= len(sentences) <= 10 and all(len(one) <= 40 for one in sentences)
    assert "护林员" in sentences[0] and not any("{" in one for one in sentences)


def test_the_whole_contract_can_be_read_on_a_screen(offered):
    facts, *clauses = documents.clauses_of(offered(name="李秀英"))
    assert "乙方姓名：李秀英" in facts["text"] and len(clauses) == 15


def test_lines_break_where_the_face_says_and_lose_nothing():
    text = "负责村内主干道（含支路）的清扫，每月补贴800.00元，ABC123，" * 9
    lines = broken(text, TEXT / 10 * 1000)
    assert "".join(lines) == text and len(lines) > 3
    assert not any(line[0] in "，。）" or line[-1] in "（" for line in lines)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("补贴标准是1,000.00元/月，次月28日前打到您本人的卡里。", ["的", "卡里。"]),
        ("在青石村干活，每天上工，不要找人来顶替，您自己到村，去。", ["到", "村，去。"]),
    ],
)
def test_no_character_stands_alone_on_the_last_line(text, ends):
    lines = broken(text, PLAIN / LARGE * 1000)
    assert "".join(lines) == text and len(lines) == 2
    assert [lines[0][-1], lines[1]] == ends


def test_a_long_name_breaks_between_its_parts():
    name = "阿卜杜热西提·阿卜杜外力·买买提艾力江汗"
    assert broken(name, HALF / FACTS * 1000) == ["阿卜杜热西提·阿卜杜外力·", "买买提艾力江汗"]


def test_what_says_where_to_sign_stands_beside_seal_and_signature(offered):
    with pymupdf.open(stream=documents.pressed(offered())) as document:
        (page,) = [page for page in document if page.first_widget]
        places = {field.field_name: field.rect for field in page.widgets()}
        for name, words in (("office", "加盖公章处"), ("worker", "签名（手印）处")):
            (said,) = page.search_for(words)
            assert places[name].contains(said)
            assert said.y1 - places[name].y0 < 10


def test_a_character_that_no_face_has_is_marked():
    assert broken("王\U000323b1", 9000) == ["王" + MISSING]


def test_two_papers_of_one_shape_have_their_lines_in_the_same_places(offered):
    papers = [offered(name=name) for name in ("张三", "欧阳秀英")]
    shapes = [sheet(paper, paper.terms)[1].shape for paper in papers]
    assert shapes[0] == shapes[1]


def test_the_wordings_say_what_a_seal_proves_and_nothing_more():
    wordings = json.loads(Path("contracts/templates.json").read_text(encoding="utf-8"))
    for wording in wordings.values():
        text = "".join(clause["text"] for clause in wording["clauses"])
        assert "只能证明文件自签署以后没有被改动，其本身不等于" in text
        assert documents.faults(wording) == []
