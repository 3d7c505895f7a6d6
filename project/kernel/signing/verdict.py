"""The judgement of a file that says it is one of our papers: sound, or every fault by name."""

import hashlib
import struct
import zlib
from dataclasses import dataclass, field
from io import BytesIO

from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.errors import (
    CRLValidationError,
    OCSPValidationError,
    PathError,
    ValidationError,
)

from project.kernel.signing.reading import Seen, Trust, crl_from, seen

LARGEST = 30_000_000
# What parsers of PDF, ASN.1 and XML throw at a file that was made to break them. A fault of our
# own would be named so too, as a damaged file; the tests of untouched files would show it.
HOSTILE = (
    PdfError,
    PathError,
    ValidationError,
    CRLValidationError,
    OCSPValidationError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
    NotImplementedError,
    OSError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Verdict:
    """Whether a file can be relied on; `faults` says in full sentences why not."""

    sha256: str
    faults: tuple[str, ...] = ()
    signatures: tuple[Seen, ...] = ()
    missing: tuple[str, ...] = field(default=())

    @property
    def sound(self) -> bool:
        return not self.faults

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(note for one in self.signatures for note in one.notes)


def judged(pdf: bytes, *, roots, expected_sha256=None, fields=None, revocations=()) -> Verdict:
    """Judge a file, whatever it is; nothing in it can make this raise.

    `roots` are the certificates we believe; `fields` the places that must be signed, by default
    all there are; `revocations` today's lists (CRL, DER), beside those in the file.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    faults = []
    if expected_sha256 and is_replaced(pdf, expected_sha256):
        faults.append(
            _("This is not the file that was stored: its SHA-256 differs from the record.")
        )
    if reason := _refused(pdf):
        return Verdict(sha256, (*faults, reason))
    trust = Trust(_roots(roots), tuple(crl_from(one) for one in revocations))
    try:
        signatures, missing, found = _examined(pdf, trust, fields)
    except HOSTILE as error:
        said = _("The file is damaged: it cannot be read as a signed PDF (%(why)s).")
        return Verdict(sha256, (*faults, said % {"why": type(error).__name__}))
    return Verdict(sha256, (*faults, *found), tuple(signatures), tuple(missing))


def is_replaced(pdf: bytes, expected_sha256: str) -> bool:
    """Say whether a file is another than the one whose SHA-256 was stored: milliseconds."""
    return hashlib.sha256(pdf).hexdigest() != expected_sha256


def _roots(roots):
    return tuple(asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in roots)


def _refused(pdf):
    """What can be said without reading the file."""
    if len(pdf) > LARGEST:
        return _("The file is larger than %(limit)s MB and was not examined.") % {
            "limit": LARGEST // 1_000_000
        }
    if not pdf.startswith(b"%PDF-"):
        return _("This is not a PDF file.")
    if b"%%EOF" not in pdf[-32:]:
        return _("The file is cut off, or something follows its end.")
    return ""


def _examined(pdf, trust, fields):
    """The signatures of a file in their order, the places left empty, and every fault."""
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    if "/Encrypt" in reader.trailer:
        return [], [], [_("The file is encrypted and cannot be examined.")]
    signed, empty = _places(reader)
    missing = sorted(set(empty if fields is None else fields) - {one.fq_name for one in signed})
    signatures = [seen(pdf, one, trust) for one in signed]
    faults = [fault for one in signatures for fault in one.faults]
    faults += [_("The place “%(field)s” is not signed.") % {"field": name} for name in missing]
    if not signed:
        faults.append(_("The file carries no signature."))
    elif _continued(reader, signatures):
        faults.append(_("Something was appended to the file beside its signatures."))
    return signatures, missing, faults


def _places(reader):
    """Signed places by the revision that signed them, and the names of the empty ones."""
    places = list(enumerate_sig_fields(reader))
    signed = [EmbeddedPdfSignature(reader, ref, name) for name, value, ref in places if value]
    signed.sort(key=lambda one: one.signed_revision)
    return signed, [name for name, value, _ref in places if not value]


def _continued(reader, signatures):
    """Each revision from the first signature on must be one signature, the last up to the end."""
    revisions = [one.revision for one in signatures]
    expected = list(range(revisions[0], reader.xrefs.total_revisions))
    return revisions != expected or not signatures[-1].covers_file
