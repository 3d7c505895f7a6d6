"""The office's own certificates: a root it issues to itself, what the root issues, what it revokes.

A self-issued authority proves that a paper was not changed since it was signed and which of our
keys signed it. It is no licensed authority under the Electronic Signature Law (docs/adr/0008).
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from project.kernel.signing.keys import SoftwareSigner, new_key

# Clocks of two machines differ a little; a signature made at once must not come “too early”.
SKEW = timedelta(minutes=10)
SHA256 = hashes.SHA256()


class Issued(NamedTuple):
    """A certificate and the key it was made for."""

    certificate: x509.Certificate
    key: object


class Revoked(NamedTuple):
    """A certificate that no longer counts, from a moment on; `reason` is a name of RFC 5280."""

    serial: int
    at: datetime
    reason: str = "cessation_of_operation"


class Authority(NamedTuple):
    """A root certificate with its key: it issues and revokes, and signs no paper itself."""

    certificate: x509.Certificate
    key: object

    def issue(self, subject, public_key, *, at, until, stamps_time=False) -> x509.Certificate:
        """A certificate for signing papers or, if it `stamps_time`, for time stamps alone."""
        builder = _begun(subject, self.certificate.subject, public_key, at, until)
        builder = builder.add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        )
        builder = builder.add_extension(_usage(commits=not stamps_time), critical=True)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
            critical=False,
        )
        if stamps_time:
            # RFC 3161 asks for this one purpose, alone and critical.
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(purpose, critical=True)
        return builder.sign(self.key, SHA256)

    def signer(self, subject, *, at, until, stamps_time=False, key=None) -> SoftwareSigner:
        """A new certificate together with the key that was made for it."""
        key = key or new_key()
        made = self.issue(subject, key.public_key(), at=at, until=until, stamps_time=stamps_time)
        return SoftwareSigner(key, made, issuers=[self.certificate])

    def revocations(self, revoked, *, number, at, until) -> bytes:
        """The list of revoked certificates (CRL) as DER."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(at - SKEW)
            .next_update(until)
            .add_extension(x509.CRLNumber(number), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        for one in revoked:
            builder = builder.add_revoked_certificate(_struck(one))
        return builder.sign(self.key, SHA256).public_bytes(serialization.Encoding.DER)


def found(subject, *, at, until, key=None) -> Authority:
    """A new authority: a root that names itself and may issue to nobody who issues further."""
    key = key or new_key()
    builder = _begun(subject, subject, key.public_key(), at, until)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(issues=True), critical=True)
    return Authority(builder.sign(key, SHA256), key)


def subject(name, *, organisation="", unit="", number="") -> x509.Name:
    """A subject in Chinese; `number` is what sets people of one name apart."""
    parts = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        (NameOID.COMMON_NAME, name),
        (NameOID.SERIAL_NUMBER, number),
    ]
    return x509.Name([x509.NameAttribute(oid, said[:64]) for oid, said in parts if said])


def common_name(certificate) -> str:
    """Whom a certificate names."""
    return certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value


def _begun(subject, issuer, public_key, at, until):
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - SKEW)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _usage(*, commits=False, issues=False):
    """Papers are signed with commitment (non-repudiation); roots only issue and revoke."""
    return x509.KeyUsage(
        digital_signature=not issues,
        content_commitment=commits,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )


def _struck(revoked):
    reason = x509.CRLReason(x509.ReasonFlags[revoked.reason])
    return (
        x509.RevokedCertificateBuilder()
        .serial_number(revoked.serial)
        .revocation_date(revoked.at)
        .add_extension(reason, critical=False)
        .build()
    )
