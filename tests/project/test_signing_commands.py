"""The commands about signatures: certificates as the office handles them, files as anybody may."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from registry import certificates, kept_files
from registry.models import Certificate
from tests import given, given_certificates, given_signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
COUNTY, TOWN = "990123000000", "990123100000"


@pytest.fixture(scope="module")
def english():
    """Read sentences as the code writes them, whatever the translations say."""
    with translation.override("en"):
        yield


@pytest.fixture
def place():
    return given.township()


def run(*words, **options):
    """What a command writes, with its exit status."""
    out, status = StringIO(), 0
    try:
        call_command(*words, stdout=out, stderr=StringIO(), **options)
    except CommandError as refused:
        return str(refused), refused.returncode
    except SystemExit as ended:
        status = ended.code
    return out.getvalue(), status


def answer(*words):
    return json.loads(run(*words, "--json")[0])["certificates"]


def test_a_county_is_made_able_to_sign_by_three_commands(place):
    keeper = given.user("sysadmin", at=place.county, username="xitong")

    for purpose, area in (("root", COUNTY), ("time_stamp", COUNTY), ("seal", TOWN)):
        said, status = run("certificates", "issue", purpose, "--area", area, "--as", "xitong")
        assert status == 0, said

    assert [one["purpose"] for one in answer("certificates", "list")] == [
        "root",
        "time_stamp",
        "seal",
    ]
    assert certificates.seal_signer(place.town)
    assert set(Certificate.objects.values_list("issued_by", flat=True)) == {keeper.pk}


def test_a_seal_is_renewed_and_the_old_one_revoked(place):
    office = given_certificates.office(place)
    name, old = office.keeper.username, office.seal.serial

    (renewed,) = answer("certificates", "renew", old, "--as", name)
    (revoked,) = answer("certificates", "revoke", old, "--as", name, "--reason", "superseded")

    assert renewed["subject"] == revoked["subject"] == "云岭镇100人民政府"
    assert (renewed["standing"], revoked["standing"]) == ("valid", "revoked")


def test_the_command_says_no_in_the_words_of_the_office(place):
    office = given_certificates.office(place)
    clerk = given.user("township_officer", at=place.town, username="jingban")
    seal = ("certificates", "issue", "seal", "--area", TOWN)

    assert run(*seal, "--as", clerk.username) == (
        "Certificates belong to the system administrator of the area.",
        1,
    )
    assert run("certificates", "issue", "stamp", "--area", TOWN)[1] == 2
    assert run("certificates", "renew", "77", "--as", office.keeper.username)[1] == 2


def test_a_named_person_lists_only_what_is_theirs(place):
    given_certificates.office(place)
    stranger = given.user("sysadmin", at=given.township("990124100000").county)

    assert answer("certificates", "list", "--as", stranger.username) == []


def test_without_a_token_no_key_is_taken_from_one(place):
    office = given_certificates.office(place)
    words = ("certificates", "issue", "seal", "--area", TOWN, "--token-label", "seal")

    said, status = run(*words, "--as", office.keeper.username)

    assert status == 1
    assert said.startswith("No token is set up on this machine")


@pytest.fixture
def paper(place, tmp_path):
    """A file signed by both sides, and where it lies."""
    given_certificates.office(place)
    known = {
        "stamper": certificates.time_stamper(),
        "revocations": certificates.revocation_lists(),
    }
    worker = certificates.one_time_signer(given.person(place.villages[0]))
    pdf = given_signed.signed_by(given_signed.prepared(), "worker", worker, **known)
    pdf = given_signed.signed_by(pdf, "township", certificates.seal_signer(place.town), **known)
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf)
    return file


def test_a_sound_file_is_told_with_its_signatures(paper):
    said, status = run("verify_pdf", str(paper), "--json")

    told = json.loads(said)
    assert (status, told["sound"], told["stored_sha256"]) == (0, True, None)
    assert [one["signer"] for one in told["signatures"]] == ["张三", "云岭镇100人民政府"]
    assert "Sound." in run("verify_pdf", str(paper))[0]


def test_an_altered_file_is_told_with_its_faults(paper):
    paper.write_bytes(paper.read_bytes() + b"\n")

    said, status = run("verify_pdf", str(paper))

    assert status == 1
    assert "Something was appended to the file beside its signatures." in said
    assert said.endswith("Not sound.\n")


def test_a_file_that_is_not_there_is_no_input(tmp_path):
    said, status = run("verify_pdf", str(tmp_path / "none.pdf"))

    assert status == 2
    assert "cannot be read" in said


def test_an_exchanged_file_is_told_by_the_record(paper, monkeypatch):
    monkeypatch.setattr(kept_files, "_KEEPERS", [])
    kept_files.keeper(lambda pdf: kept_files.Kept("0" * 64, ("worker", "township")))

    said, status = run("verify_pdf", str(paper))

    assert status == 1
    assert "This is not the file that was stored: its SHA-256 differs from the record." in said
