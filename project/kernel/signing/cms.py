"""The two signed messages of a paper: the signature (CAdES inside PAdES) and its time stamp."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from project.kernel.signing.der import (
    NULL,
    integer,
    moment,
    octets,
    oid,
    sequence,
    set_of,
    tlv,
)
from project.kernel.signing.keys import Signer

DATA = oid("1.2.840.113549.1.7.1")
SIGNED_DATA = oid("1.2.840.113549.1.7.2")
TST_INFO = oid("1.2.840.113549.1.9.16.1.4")
CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE_V2 = oid("1.2.840.113549.1.9.16.2.47")
ALGORITHM_PROTECTION = oid("1.2.840.113549.1.9.52")
TIME_STAMP_TOKEN = oid("1.2.840.113549.1.9.16.2.14")
DIGEST = sequence(oid("2.16.840.1.101.3.4.2.1"), NULL)
# Our own policy of time stamps: the clock of the server that signs (RFC 3161, 2.4.2).
STAMP_POLICY = oid("2.25.176583401264870127366215438409273156921")
# What a message holds beside certificates: attributes, names, signature and headers.
FRAME = 900


@dataclass(frozen=True)
class TimeStamper:
    """A time-stamp service without a network: our own certificate and this machine's clock."""

    signer: Signer

    def stamp(self, imprint: bytes) -> bytes:
        """A time-stamp token (RFC 3161) over a SHA-256 imprint."""
        said = sequence(
            integer(1),
            STAMP_POLICY,
            sequence(DIGEST, octets(imprint)),
            integer(secrets.randbits(63) | 1),
            moment(datetime.now(UTC)),
        )
        content = tlv(0xA0, octets(said))
        return _message(3, TST_INFO, content, hashlib.sha256(said).digest(), self.signer)

    @property
    def longest(self):
        return FRAME + len(self.signer.der)


def signed(digest: bytes, *, signer: Signer, stamper: TimeStamper) -> bytes:
    """A detached signature over the SHA-256 of a paper, with the time stamp of the signature."""
    return _message(1, DATA, b"", digest, signer, stamper)


def longest(signer: Signer, stamper: TimeStamper) -> int:
    """More bytes than `signed` will ever answer with these two."""
    return FRAME + len(signer.der) + stamper.longest


def _message(version, kind, content, digest, signer, stamper=None):
    attributes = set_of(
        _attribute(CONTENT_TYPE, kind),
        _attribute(MESSAGE_DIGEST, octets(digest)),
        _fixed(signer),
        _protected(signer),
    )
    value = signer.signature(attributes)
    # Signed as a SET, carried as [0]: the same bytes after another tag (RFC 5652, 5.4).
    carried = [b"\xa0" + attributes[1:], signer.algorithm, octets(value)]
    if stamper:
        token = stamper.stamp(hashlib.sha256(value).digest())
        carried.append(tlv(0xA1, _attribute(TIME_STAMP_TOKEN, token)))
    return sequence(
        SIGNED_DATA,
        tlv(
            0xA0,
            sequence(
                integer(version),
                set_of(DIGEST),
                sequence(kind, content),
                tlv(0xA0, signer.der),  # The root stands in the paper's security store, once.
                set_of(sequence(integer(1), _who(signer), DIGEST, *carried)),
            ),
        ),
    )


def _attribute(kind, *values):
    return sequence(kind, set_of(*values))


def _who(signer):
    """The signer by issuer and serial number."""
    issuer = signer.certificate.issuer.public_bytes()
    return sequence(issuer, integer(signer.certificate.serial_number))


def _fixed(signer):
    """The certificate by its hash, so that no other can be put in its place (RFC 5035)."""
    named = sequence(octets(hashlib.sha256(signer.der).digest()))
    return _attribute(SIGNING_CERTIFICATE_V2, sequence(sequence(named)))


def _protected(signer):
    """The algorithms among what is signed, so that no weaker ones are put there (RFC 6211)."""
    said = sequence(DIGEST, b"\xa1" + signer.algorithm[1:])
    return _attribute(ALGORITHM_PROTECTION, said)
