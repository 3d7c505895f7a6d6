"""What the code on a paper shows everybody, and whether a file is the one that was signed."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import translation

from contracts.documents import reissue
from contracts.kept_papers import record_of
from contracts.models import Contract
from project.kernel.signing.fields import Revision
from project.kernel.steps import do
from registry.kept_files import kept
from tests import given_signing

pytestmark = pytest.mark.django_db
SAID = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def kept_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def held():
    return given_signing.signed()


def shown(held):
    return Client(headers=SAID).get(f"/v/{held.paper.code}").content.decode()


def compare(held, content):
    """What the page says of a file."""
    file = SimpleUploadedFile("contract.pdf", content)
    answer = Client(headers=SAID).post(f"/v/{held.paper.code}", {"file": file})
    assert answer.status_code == 200
    return answer.content.decode()


def replace(kept, content):
    """Somebody with access to the disk writes over a stored file."""
    with kept.file.storage.open(kept.file.name, "wb") as file:
        file.write(content)


def test_the_page_tells_where_the_contract_stands_and_who_sealed(held):
    said = shown(held)

    assert "The contract is signed by both sides; it is not in force yet." in said
    assert "云岭镇100人民政府" in said
    assert held.paper.files.get(number=2).sha256 in said
    assert held.paper.content_hash in said


def test_the_page_names_nobody(held):
    said, person = shown(held), held.contract.person

    assert "赵**" in said
    for secret in (person.name, person.id_number, person.id_number[-6:], person.masked_id):
        assert secret not in said
    assert person.accounts.get().number[-4:] not in said.replace(held.paper.content_hash, "")


def test_the_code_is_read_as_people_type_it(held):
    typed = f" {held.paper.code[:4].lower()} {held.paper.code[4:]}"

    answer = Client(headers=SAID).get("/v/", {"code": typed})

    assert answer.url == f"/v/{held.paper.code}"


def test_an_unknown_code_says_so(held):
    answer = Client(headers=SAID).get("/v/NOSUCHCODEXX")

    assert answer.status_code == 404
    assert "There is no paper with the code NOSUCHCODEXX." in answer.content.decode()


def test_each_file_we_made_is_untouched(held):
    said = [compare(held, given_signing.content(held, number)) for number in (0, 1, 2)]

    assert "nobody has signed this file" in said[0]
    assert "Since then another signature has been put under it." in said[1]
    assert "This file is untouched: byte for byte the one that is kept." in said[2]


def test_one_altered_byte_is_named(held):
    content = bytearray(given_signing.content(held))
    content[len(content) // 3] ^= 1

    said = compare(held, bytes(content))

    assert "at least one byte is different" in said
    assert "This file must not be relied on." in said
    assert "赵小六" not in said


def test_an_appended_revision_is_named(held):
    out = Revision(given_signing.content(held))
    out.update_root()

    said = compare(held, out.written())

    assert "at least one byte is different" in said
    assert "Something was appended to the file beside its signatures." in said


def test_a_paper_of_somebody_else_is_named(held):
    content = given_signing.content(held)
    second = given_signing.offered(held.scene, name="钱七", title="护林员")

    said = compare(second, content)

    assert f"This file belongs to another paper, with the code {held.paper.code}." in said


def test_a_file_that_is_no_pdf_is_named(held):
    assert "This is not a PDF file." in compare(held, b"hello")


def test_a_replaced_stored_file_is_named(held):
    kept = held.paper.files.get(number=2)
    replace(kept, given_signing.content(held, 1))

    said = shown(held)

    assert "Something is wrong with what is kept" in said
    assert "The stored file with 2 signatures was replaced or altered." in said


def test_a_missing_stored_file_is_named(held):
    kept = held.paper.files.get(number=1)
    kept.file.storage.delete(kept.file.name)

    assert "The stored file with 1 signatures is missing." in shown(held)


def test_terms_altered_in_the_register_are_named(held):
    table = "contracts_contractpaper"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"UPDATE {table} SET terms = jsonb_set(terms, '{{standard}}', '\"9元/月\"') "
            "WHERE id = %s",
            [held.paper.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    assert "The terms in the register are not those that were sealed." in shown(held)


def test_a_void_contract_is_worth_nothing(held):
    do(Contract.objects.get(), "void", by=held.scene.staff.township_leader, note="重复")

    assert "The contract was thrown away; this paper is worth nothing." in shown(held)


def test_an_older_version_counts_no_more():
    held = given_signing.offered()
    reissue(held.contract, by=held.scene.staff.township_officer, note="更正")

    assert "A newer version has taken the place of this paper" in shown(held)


def test_files_come_so_many_an_hour():
    client = Client(headers=SAID)

    answers = [client.post("/v/NOSUCHCODEXX").status_code for _try in range(61)]

    assert answers[-1] == 429
    assert set(answers[:-1]) == {404}


def test_the_record_of_a_file_is_found_by_its_hash_or_its_code(held):
    content = given_signing.content(held)

    same = record_of(content)
    altered = record_of(content + b"\n")
    stranger = record_of(b"hello")

    assert (same, altered, stranger) == (held.paper, held.paper, None)


def test_at_the_console_an_exchanged_file_is_told_by_the_record(held):
    content = given_signing.content(held)

    same, altered = kept(content), kept(content + b"\n")

    assert same == altered
    assert (same.sha256, same.fields) == (
        held.paper.files.get(number=2).sha256,
        ("worker", "office"),
    )
    assert kept(b"hello") is None
