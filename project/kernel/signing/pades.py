"""One signature in one revision: PAdES B-LT, complete without a network or a later visit."""

from datetime import datetime

from django.utils.translation import gettext as _
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from project.kernel.signing import cms
from project.kernel.signing.fields import Revision, show


class NotSignable(ValueError):
    """A paper that lacks the field, or whose field is signed already."""


def sign(
    pdf: bytes,
    field: str,
    *,
    signer,
    at: datetime,
    reason: str,
    location: str,
    appearance=None,
    stamper,
    revocations,
) -> bytes:
    """The paper with one field signed; certificates and revocation lists lie in it for good.

    `at` is what the signer claims (aware); the time stamp says when it really was. `revocations`
    are the authority's lists (CRL) as DER.
    """
    out = Revision(pdf)
    _store(out, certificates=[*signer.chain, *stamper.signer.chain], lists=revocations)
    embedding = PdfCMSEmbedder().write_cms(field, out, existing_fields_only=True)
    _checked(out, field)
    place = next(embedding)
    if appearance:
        show(out, place.get_object(), appearance)
    embedding.send(SigObjSetup(sig_placeholder=_empty(signer, stamper, at, reason, location)))
    prepared, written = embedding.send(SigIOSetup(md_algorithm="sha256"))
    embedding.send(cms.signed(prepared.document_digest, signer=signer, stamper=stamper))
    return written.getvalue()


def _checked(out, field):
    """Refuse in words what pyHanko would refuse in its own."""
    found = {name: value for name, value, _ref in enumerate_sig_fields(out.prev)}
    if field not in found:
        raise NotSignable(
            _("This paper has no place to sign named “%(field)s”.") % {"field": field}
        )
    if found[field] is not None:
        raise NotSignable(_("The place “%(field)s” is signed already.") % {"field": field})


def _empty(signer, stamper, at, reason, location):
    return SignatureObject(
        at,
        SigSeedSubFilter.PADES,
        reason=reason,
        location=location,
        bytes_reserved=2 * cms.longest(signer, stamper),
    )


def _store(out, *, certificates, lists):
    """The document security store: whatever a reader needs in ten years, each thing once."""
    known = "/DSS" in out.root
    store = out.root["/DSS"] if known else generic.DictionaryObject()
    for kind, wanted in (("/Certs", certificates), ("/CRLs", lists)):
        _kept(out, store, pdf_name(kind), dict.fromkeys(wanted))
    if known:
        out.update_container(store)
    else:
        out.root[pdf_name("/DSS")] = out.add_object(store)
        out.update_root()


def _kept(out, store, kind, wanted):
    kept = store.setdefault(kind, generic.ArrayObject()).get_object()
    there = {one.get_object().data for one in kept}
    for content in wanted:
        if content not in there:
            kept.append(out.add_object(generic.StreamObject(stream_data=content)))
