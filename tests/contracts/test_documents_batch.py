"""A batch is laid out once and filled many times; nobody can tell by looking at the papers."""

import json
from io import BytesIO

import pymupdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from contracts import documents, services
from contracts.documents.batch import WINDOW
from contracts.models import PaperFile
from project.kernel.sealing import seal_file
from tests import given

pytestmark = pytest.mark.django_db
NAMES = ["张三", "李𬱖䶮㛃", "欧阳秀英", "阿卜杜拉·买买提江·吐尔逊尼亚孜古丽艾合", "古丽·买买提"]


@pytest.fixture
def papers(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    place = given.township()
    officer = given.user("township_officer", at=place.town)
    drafted = [given.contract(place.villages[0], officer, name=name) for name in NAMES]
    return [services.offer(one, by=officer).papers.get() for one in drafted]


def pictures(pdf):
    with pymupdf.open(stream=pdf) as document:
        return [page.get_pixmap(dpi=100, colorspace="gray").samples for page in document]


def texts(pdf):
    with pymupdf.open(stream=pdf) as document:
        return [page.get_text() for page in document]


def farthest(one, other):
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def test_a_filled_paper_is_the_pressed_one_to_the_eye(papers):
    for paper, pdf in zip(papers, documents.filled(papers), strict=True):
        alone = documents.pressed(paper)
        assert texts(pdf) == texts(alone)
        for mine, theirs in zip(pictures(pdf), pictures(alone), strict=True):
            assert farthest(mine, theirs) <= 8


def test_a_filled_paper_keeps_tags_data_and_identity(papers):
    for paper, pdf in zip(papers, documents.filled(papers), strict=True):
        reader = PdfFileReader(BytesIO(pdf))
        root = reader.root
        said = root["/Metadata"].data.decode()
        assert 'pdfaid:part="3"' in said and 'pdfaid:conformance="A"' in said
        assert paper.terms["number"] in said and "■" not in said
        assert paper.terms["number"] in reader.trailer["/Info"]["/Title"]
        assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]["/K"]
        (attached,) = root["/AF"]
        attached = attached.get_object()["/EF"]["/F"]
        assert json.loads(attached.data)["terms"]["name"] == paper.terms["name"]
        assert int(attached["/Params"]["/Size"]) == len(attached.data)
        assert documents.code_in(pdf) == paper.code


def test_a_filled_paper_has_its_own_identifier(papers):
    named = {bytes(PdfFileReader(BytesIO(pdf)).document_id[0]) for pdf in documents.filled(papers)}
    assert len(named) == len(papers)


def test_a_filled_paper_has_both_places_to_sign(papers):
    alone = PdfFileReader(BytesIO(documents.pressed(papers[0]))).root["/AcroForm"]["/Fields"]
    for pdf in documents.filled(papers):
        fields = PdfFileReader(BytesIO(pdf)).root["/AcroForm"]["/Fields"]
        assert [field.get_object()["/T"] for field in fields] == ["office", "worker"]
    places = [field.get_object()["/Rect"] for field in alone]
    (first, *_rest) = documents.filled(papers)
    fields = PdfFileReader(BytesIO(first)).root["/AcroForm"]["/Fields"]
    assert [field.get_object()["/Rect"] for field in fields] == places


def test_no_strict_reader_has_to_mend_a_filled_paper(papers):
    for pdf in documents.filled(papers):
        pymupdf.TOOLS.reset_mupdf_warnings()
        with pymupdf.open(stream=pdf) as document:
            assert not document.is_repaired
            assert all(page.get_text() for page in document)
        assert pymupdf.TOOLS.mupdf_warnings() == ""


def test_a_batch_is_filed_in_the_order_asked_and_once(papers):
    asked = [papers[2], papers[0], papers[1]]
    files = documents.files_of(asked)
    assert [file.paper_id for file in files] == [paper.pk for paper in asked]
    assert documents.files_of(papers)[0] == documents.file_of(papers[0])
    assert PaperFile.objects.count() == len(papers)
    for file in files:
        with file.file.open() as kept:
            assert seal_file(kept.read()) == file.sha256


def test_a_paper_alone_in_its_shape_is_pressed(papers):
    assert WINDOW > 1
    (pdf,) = documents.filled(papers[3:4])
    assert NAMES[3] in "".join(texts(pdf)).replace("\n", "")
    assert list(documents.filled([])) == []
