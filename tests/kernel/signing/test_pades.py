"""Signing: both places first, one revision a signature, and nothing else in it."""

import subprocess
from datetime import UTC, datetime
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.pdf_utils.reader import PdfFileReader

from project.kernel.signing.authority import subject
from project.kernel.signing.keys import SoftwareSigner, UnusableKey, new_key
from project.kernel.signing.pades import NotSignable
from project.kernel.signing.verdict import judged
from tests import given_signed

pytestmark = pytest.mark.usefixtures("english")


def pdfsig(pdf, folder):
    """What poppler says of a file."""
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(
        ["pdfsig", "-nocert", file], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_pdfsig_agrees_on_an_untouched_paper(tmp_path):
    said = pdfsig(given_signed.whole(), tmp_path)

    assert said.count("Signature Validation: Signature is Valid.") == 2
    assert said.count("Total document signed") == 1
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "CN=云岭镇人民政府" in said


def test_pdfsig_agrees_that_an_altered_paper_is_altered(tmp_path):
    pdf = given_signed.whole()
    at = pdf.index(b"/MediaBox") + 20

    said = pdfsig(pdf[:at] + b"9" + pdf[at + 1 :], tmp_path)

    assert said.count("Digest Mismatch") == 2


def test_both_places_stand_before_the_first_signature():
    fields = PdfFileReader(BytesIO(given_signed.prepared())).root["/AcroForm"]["/Fields"]

    assert [field.get_object()["/T"] for field in fields] == ["worker", "township"]
    assert all(field.get_object()["/AP"]["/N"] is not None for field in fields)


def test_a_signature_appends_and_rewrites_nothing():
    before, after = given_signed.prepared(1), given_signed.half()

    assert after.startswith(before)
    assert given_signed.whole()[len(given_signed.paper(1)) :].count(b"%%EOF") == 3


def test_the_store_holds_each_thing_once():
    house = given_signed.house()
    store = PdfFileReader(BytesIO(given_signed.whole())).root["/DSS"]

    certificates = [one.get_object().data for one in store["/Certs"]]

    assert len(set(certificates)) == len(certificates) == 4
    assert {house.township.der, house.stamper.signer.der} < set(certificates)
    assert [one.get_object().data for one in store["/CRLs"]] == house.revocations


def test_a_place_is_signed_once():
    with pytest.raises(NotSignable) as refused:
        given_signed.signed_by(given_signed.half(), "worker", given_signed.worker())

    assert str(refused.value) == "The place “worker” is signed already."


def test_only_a_place_that_was_prepared_is_signed():
    with pytest.raises(NotSignable) as refused:
        given_signed.signed_by(given_signed.prepared(), "witness", given_signed.worker())

    assert str(refused.value) == "This paper has no place to sign named “witness”."


def test_an_rsa_key_signs_too(tmp_path):
    key = rsa.generate_private_key(65537, 2048)
    signer = given_signed.house().root.signer(
        subject("县人社局"), at=given_signed.SINCE, until=given_signed.UNTIL, key=key
    )

    pdf = given_signed.signed_by(given_signed.half(), "township", signer)

    assert judged(pdf, roots=given_signed.house().roots).sound
    assert pdfsig(pdf, tmp_path).count("Signature is Valid") == 2


def test_a_key_signs_under_no_other_certificate():
    with pytest.raises(UnusableKey):
        SoftwareSigner(new_key(), given_signed.worker().certificate)


def test_names_reasons_and_places_stand_in_chinese():
    fields = PdfFileReader(BytesIO(given_signed.half())).root["/AcroForm"]["/Fields"]

    signature = fields[0]["/V"]

    assert (signature["/Reason"], signature["/Location"]) == ("本人签署", "云岭镇")
    assert signature["/M"].startswith(f"D:{datetime.now(UTC):%Y%m%d}")
