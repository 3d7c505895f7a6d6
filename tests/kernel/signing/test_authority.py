"""Certificates carry what readers of PAdES and of RFC 3161 look for."""

from datetime import timedelta

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from project.kernel.signing.authority import Revoked, subject
from project.kernel.signing.keys import certificate_from, certificate_pem, key_from, key_pem
from tests import given_signed


def extension(certificate, kind):
    return certificate.extensions.get_extension_for_class(kind)


def test_a_root_only_issues_and_revokes():
    root = given_signed.house().root.certificate

    limits, usage = extension(root, x509.BasicConstraints), extension(root, x509.KeyUsage)

    assert limits.critical and limits.value.ca and limits.value.path_length == 0
    assert usage.critical and usage.value.key_cert_sign and usage.value.crl_sign
    assert not usage.value.digital_signature


def test_a_seal_signs_with_commitment_and_issues_nothing():
    seal = given_signed.house().township.certificate

    usage = extension(seal, x509.KeyUsage)

    assert usage.critical and usage.value.content_commitment and usage.value.digital_signature
    assert not extension(seal, x509.BasicConstraints).value.ca
    seal.verify_directly_issued_by(given_signed.house().root.certificate)


def test_a_clock_stamps_time_and_nothing_else():
    clock = given_signed.house().stamper.signer.certificate

    purposes = extension(clock, x509.ExtendedKeyUsage)

    assert purposes.critical
    assert list(purposes.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    assert not extension(clock, x509.KeyUsage).value.content_commitment


def test_a_list_names_what_was_revoked_and_is_signed_by_the_root():
    root, at = given_signed.house().root, given_signed.SINCE + timedelta(days=3)

    told = x509.load_der_x509_crl(
        given_signed.revocations(root, [Revoked(77, at, "key_compromise")], number=5)
    )

    assert told.is_signature_valid(root.certificate.public_key())
    assert told.get_revoked_certificate_by_serial_number(77).revocation_date_utc == at
    assert told.get_revoked_certificate_by_serial_number(78) is None


def test_subjects_are_chinese_and_leave_out_what_is_unknown():
    assert subject("张三", number="0312").rfc4514_string() == "2.5.4.5=0312,CN=张三,C=CN"


def test_a_key_and_its_certificate_survive_being_written_down():
    root = given_signed.house().root

    key, certificate = (
        key_from(key_pem(root.key)),
        certificate_from(certificate_pem(root.certificate)),
    )

    assert key.public_key() == certificate.public_key() == root.key.public_key()
