"""One signature read out of a PDF: what it covers, whether it holds, and what came after it."""

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import crl as asn1_crl
from django.utils.translation import gettext as _
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DSSCompareRule,
    FormUpdatingRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.validation import DocumentSecurityStore, async_validate_pdf_signature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko.sign.validation.utils import extract_message_digest
from pyhanko_certvalidator import ValidationContext

from project.kernel.signing.der import whole

# Between two signatures only the empty place of the second is filled and the store of
# certificates grows: no new fields, no filled-in forms, no notes, no new metadata.
STRICT = StandardDiffPolicy(
    global_rules=[
        # The version, the extensions and the tagging of a paper do not change by signing it.
        CatalogModificationRule(ignored_keys=frozenset({"/AcroForm", "/DSS"})),
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
    ],
    form_rule=FormUpdatingRule(field_rules=[SigFieldModificationRule()]),
)
WRITTEN = re.compile(rb"<((?:[0-9A-F]{2})+)>")


@dataclass(frozen=True)
class Seen:
    """What one signature says and how far it can be believed."""

    field: str
    signer: str
    claimed_at: datetime | None
    stamped_at: datetime | None
    intact: bool
    trusted: bool
    covers_file: bool
    revision: int
    changes: tuple[str, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trust:
    """Whom we believe: the roots, and what they have revoked as far as we know today."""

    roots: tuple
    lists: tuple = ()

    def revoked_at(self, certificate):
        """When a certificate stopped counting, as far as any list says."""
        moments = [
            entry["revocation_date"].native
            for known in self.lists
            if known.issuer == certificate.issuer
            for entry in known["tbs_cert_list"]["revoked_certificates"] or ()
            if entry["user_certificate"].native == certificate.serial_number
        ]
        return min(moments, default=None)


def crl_from(der) -> asn1_crl.CertificateList:
    return asn1_crl.CertificateList.load(der)


def seen(pdf, embedded, trust) -> Seen:
    """Examine one signature of an opened file."""
    stamped_at = _stamped_at(embedded)
    status = asyncio_free(_validated(embedded, trust, stamped_at or datetime.now(UTC)))
    said = {
        "name": _name(embedded.signer_cert),
        "at": f"{stamped_at:%Y-%m-%d %H:%M:%S} UTC" if stamped_at else "",
    }
    stamp = status.timestamp_validity
    return Seen(
        field=embedded.fq_name,
        signer=said["name"],
        claimed_at=embedded.self_reported_timestamp,
        stamped_at=stamped_at,
        intact=status.intact and status.valid,
        trusted=status.trusted and bool(stamp and stamp.trusted),
        covers_file=embedded.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        revision=embedded.signed_revision,
        changes=tuple(_changes(status.diff_result)),
        faults=tuple(
            sentence % said
            for sentence in (
                *_broken(pdf, embedded, status),
                *_unstamped(status.timestamp_validity),
                *_distrusted(embedded.signer_cert, status, trust, stamped_at),
            )
        ),
        notes=tuple(_noted(embedded.signer_cert, trust, stamped_at, said)),
    )


async def _validated(embedded, trust, moment):
    store = DocumentSecurityStore.read_dss(embedded.reader)
    context = ValidationContext(
        trust_roots=list(trust.roots),
        other_certs=list(store.load_certs()),
        crls=[crl_from(one.get_object().data) for one in store.crls],
        moment=moment,
        allow_fetching=False,
        revocation_mode="require",
    )
    return await async_validate_pdf_signature(
        embedded,
        signer_validation_context=context,
        diff_policy=STRICT,
        # Where the signed bytes themselves were altered nobody asks what came after them.
        skip_diff=not _is_untouched(embedded),
    )


def _is_untouched(embedded):
    return embedded.compute_digest() == extract_message_digest(embedded.signer_info)


def asyncio_free(coroutine):
    """Run what is only in form asynchronous: nothing here waits for anything.

    An event loop of our own could not be begun where one is running already.
    """
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise asyncio.InvalidStateError("A signature was examined by something that waits.")


def _stamped_at(embedded):
    """The moment the time stamp names; whether to believe it is asked separately."""
    for token in extract_tst_data_iter(embedded.signer_info, signed=False):
        return token["encap_content_info"]["content"].parsed["gen_time"].native
    return None


def _name(certificate):
    return certificate.subject.native.get("common_name") or certificate.subject.human_friendly


def _broken(pdf, embedded, status):
    """What is wrong with the bytes."""
    if not status.intact:
        yield _("What %(name)s signed was altered afterwards.")
    if not status.valid:
        yield _("The signature of %(name)s is damaged or forged.")
    if embedded.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        yield _("The signature of %(name)s does not cover the whole paper of its time.")
    if not _is_as_written(pdf, embedded):
        yield _("The place in the file that holds the signature of %(name)s was written over.")
    if isinstance(status.diff_result, SuspiciousModification):
        yield _("After %(name)s signed, the paper was changed in a way that signing does not.")


def _is_as_written(pdf, embedded):
    """Exactly one message in capital hexadecimal, then zeros: no byte is free to be altered."""
    start, end = embedded.byte_range[1], embedded.byte_range[2]
    held = WRITTEN.fullmatch(pdf[start:end])
    if held is None:
        return False
    content = bytes.fromhex(held[1].decode())
    return not content[whole(content) :].strip(b"\0")


def _unstamped(stamp):
    if stamp is None:
        yield _("The signature of %(name)s carries no time stamp.")
    elif not (stamp.intact and stamp.valid):
        yield _("The time stamp of the signature of %(name)s is damaged or forged.")
    elif not stamp.trusted:
        yield _("The time stamp of the signature of %(name)s comes from a stranger.")


def _distrusted(certificate, status, trust, stamped_at):
    """Why the certificate does not speak for the signer at the moment of signing."""
    at = stamped_at or datetime.now(UTC)
    revoked_at = trust.revoked_at(certificate)
    if status.revoked or (revoked_at and revoked_at <= at):
        yield _("The certificate of %(name)s was revoked before it signed.")
    elif certificate.not_valid_after < at:
        yield _("The certificate of %(name)s had expired when it signed.")
    elif certificate.not_valid_before > at:
        yield _("The certificate of %(name)s was not yet valid when it signed.")
    elif status.intact and status.valid and not status.trusted:
        yield _(
            "The certificate of %(name)s is unknown here, or nothing in the paper shows that it "
            "was not revoked."
        )


def _noted(certificate, trust, stamped_at, said):
    revoked_at = trust.revoked_at(certificate)
    if stamped_at and revoked_at and revoked_at > stamped_at:
        sentence = _("%(name)s's certificate was revoked later; what it signed on %(at)s counts.")
        yield sentence % said


def _changes(difference):
    """What came after the signature, in words."""
    for field in sorted(getattr(difference, "changed_form_fields", ())):
        yield _("Afterwards the place “%(field)s” was signed.") % {"field": field}
