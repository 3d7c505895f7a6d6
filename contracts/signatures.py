"""One signature under one paper: the thin line to the machinery that signs PDF files."""

from django.core.files.base import ContentFile

from contracts.kept_papers import keep, newest_file, untouched
from project.kernel.guards import Refused
from project.kernel.signing import appearance
from project.kernel.signing.authority import common_name
from project.kernel.signing.pades import NotSignable, sign
from registry import certificates
from registry.models import Area


def sign_drawn(signature, contract, picture_png):
    """The worker's drawing under the paper, with a certificate that signs this once."""
    try:
        drawn = appearance.drawn(picture_png)
    except appearance.NoSuchPicture as wrong:
        raise Refused(str(wrong)) from wrong
    person = contract.person
    signer = certificates.one_time_signer(person, at=signature.signed_at)
    signature.picture.save(
        f"{signature.paper.code}-{signature.let_in_by_id}.png",
        ContentFile(picture_png),
        save=False,
    )
    return _put_under(signature, contract, signer, drawn, "本人签署")


def sign_sealed(signature, contract):
    """The township's seal under the paper."""
    township = township_of(contract.area)
    signer = certificates.seal_signer(township)
    drawn = appearance.seal(common_name(signer.certificate))
    return _put_under(signature, contract, signer, drawn, "用人单位盖章")


def township_of(area):
    """The township whose seal counts in an area."""
    if area.level == Area.Level.VILLAGE and area.parent_id:
        return area.parent
    return area


def _put_under(signature, contract, signer, drawn, reason):
    """The next file of the paper: the one before, signed in the field of this side."""
    paper = signature.paper
    before = newest_file(paper)
    try:
        signed = sign(
            untouched(before),
            signature.side,
            signer=signer,
            at=signature.signed_at,
            reason=reason,
            location=contract.area.name,
            appearance=drawn,
            stamper=certificates.time_stamper(),
            revocations=certificates.revocation_lists(),
        )
    except NotSignable as wrong:
        raise Refused(str(wrong)) from wrong
    signature.certificate = certificates.serial_of(signer.certificate)
    signature.save()
    return keep(paper, signed, number=before.number + 1, signature=signature)
