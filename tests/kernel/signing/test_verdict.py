"""A judgement says whether a paper can be relied on, and every fault in a plain sentence."""

from datetime import UTC, datetime, timedelta

import pymupdf
import pytest

from project.kernel.signing import verdict
from project.kernel.signing.authority import Revoked, found, subject
from project.kernel.signing.cms import TimeStamper
from project.kernel.signing.verdict import judged
from tests import given_signed
from tests.kernel.signing import edits

pytestmark = pytest.mark.usefixtures("english")
DAY = timedelta(days=1)


def judge(pdf, **known):
    return judged(pdf, **({"roots": given_signed.house().roots} | known))


def test_an_untouched_paper_is_sound_and_says_who_signed_what():
    said = judge(given_signed.whole())

    assert said.sound and not said.faults and not said.missing
    worker, township = said.signatures
    assert (worker.field, worker.signer, worker.intact, worker.trusted) == (
        "worker",
        "张三",
        True,
        True,
    )
    assert worker.changes == ("Afterwards the place “township” was signed.",)
    assert (township.signer, township.covers_file, township.changes) == ("云岭镇人民政府", True, ())
    assert abs(township.stamped_at - township.claimed_at) < timedelta(seconds=5)


def test_either_side_may_sign_first():
    house = given_signed.house()
    first = given_signed.signed_by(given_signed.prepared(), "township", house.township)

    said = judge(given_signed.signed_by(first, "worker", given_signed.worker()))

    assert said.sound
    assert [one.field for one in said.signatures] == ["township", "worker"]


def test_a_paper_that_one_side_signed_names_the_other():
    said = judge(given_signed.half())

    assert said.missing == ("township",)
    assert said.faults == ("The place “township” is not signed.",)
    assert judge(given_signed.half(), fields=["worker"]).sound


def test_a_paper_nobody_signed_is_no_signed_paper():
    assert "The file carries no signature." in judge(given_signed.paper()).faults


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This is not a PDF file."),
        (b"<html>", "This is not a PDF file."),
        (b"%PDF-1.7\n", "The file is cut off, or something follows its end."),
        (b"%PDF-1.7\n%%EOF", "The file is damaged: it cannot be read as a signed PDF"),
    ],
)
def test_what_is_no_paper_at_all_is_named(content, sentence):
    said = judge(content)

    assert not said.sound
    assert said.faults[0].startswith(sentence)


def test_a_huge_file_is_not_even_opened(monkeypatch):
    monkeypatch.setattr(verdict, "LARGEST", 1_000_000)

    said = judge(b"%PDF-1.7\n" + b"0" * 1_000_000 + b"%%EOF")

    assert said.faults == ("The file is larger than 1 MB and was not examined.",)


def test_an_encrypted_file_is_named():
    with pymupdf.open(stream=given_signed.paper()) as opened:
        locked = opened.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="a", owner_pw="b")

    assert judge(locked).faults == ("The file is encrypted and cannot be examined.",)


def test_an_appended_revision_is_named():
    changed = edits.edited(given_signed.whole(), edits.annotation, 1)

    faults = judge(changed).faults

    assert "Something was appended to the file beside its signatures." in faults
    assert "After 张三 signed, the paper was changed in a way that signing does not." in faults


@pytest.mark.parametrize(
    "edit",
    [
        edits.page_content,
        edits.annotation,
        edits.text_field,
        edits.attachment,
        edits.metadata,
        edits.script,
        edits.moved,
        edits.store_removed,
    ],
    ids=lambda edit: edit.__name__,
)
def test_a_change_slipped_in_before_the_second_signature_is_named(edit):
    changed = edits.edited(given_signed.half(), edit, 1)
    both = given_signed.signed_by(changed, "township", given_signed.house().township)

    said = judge(both)

    assert [one.intact for one in said.signatures] == [True, True]
    assert "Something was appended to the file beside its signatures." in said.faults


def test_another_authority_with_our_name_is_a_stranger():
    own = found(subject("示例县签章根证书"), at=given_signed.SINCE, until=given_signed.UNTIL)
    forged = given_signed.worker(root=own)

    said = judge(given_signed.signed_by(given_signed.prepared(), "worker", forged))

    (signature,) = said.signatures
    assert signature.intact and not signature.trusted
    assert said.faults[0] == (
        "The certificate of 张三 is unknown here, or nothing in the paper shows that it was not "
        "revoked."
    )


def test_without_a_list_of_revoked_certificates_nothing_is_trusted():
    pdf = given_signed.signed_by(
        given_signed.prepared(), "worker", given_signed.worker(), revocations=[]
    )

    assert not judge(pdf, fields=["worker"]).sound


def test_a_certificate_that_had_expired_is_named():
    early = given_signed.worker(at=datetime.now(UTC) - 5 * DAY)

    said = judge(given_signed.signed_by(given_signed.prepared(), "worker", early))

    assert "The certificate of 张三 had expired when it signed." in said.faults


def revoking(signer, at):
    revoked = [Revoked(signer.certificate.serial_number, at, "key_compromise")]
    return given_signed.revocations(given_signed.house().root, revoked, number=2)


def test_a_certificate_revoked_before_it_signed_is_named():
    house = given_signed.house()
    told = revoking(house.township, datetime.now(UTC) - DAY)

    known_here = judge(given_signed.whole(), revocations=[told])
    in_the_file = judge(
        given_signed.signed_by(given_signed.half(), "township", house.township, revocations=[told])
    )

    sentence = "The certificate of 云岭镇人民政府 was revoked before it signed."
    assert sentence in known_here.faults
    assert sentence in in_the_file.faults


def test_what_was_signed_before_a_revocation_still_counts():
    pdf = given_signed.whole()

    told = revoking(given_signed.house().township, datetime.now(UTC) + DAY)
    said = judge(pdf, revocations=[told])

    assert said.sound
    assert said.notes[0].startswith("云岭镇人民政府's certificate was revoked later;")


def test_a_signature_outlives_its_certificate(clock_at):
    pdf = given_signed.whole()

    clock_at(datetime.now(UTC) + 3000 * DAY)

    assert judge(pdf).sound


def test_a_time_stamp_of_a_stranger_is_named():
    own = found(subject("别的县"), at=given_signed.SINCE, until=given_signed.UNTIL)
    stamp = own.signer(
        subject("别的钟"), at=given_signed.SINCE, until=given_signed.UNTIL, stamps_time=True
    )
    pdf = given_signed.signed_by(
        given_signed.prepared(), "worker", given_signed.worker(), stamper=TimeStamper(stamp)
    )

    faults = judge(pdf).faults

    assert "The time stamp of the signature of 张三 comes from a stranger." in faults
