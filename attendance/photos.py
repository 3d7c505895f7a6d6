"""Pictures of check-ins and roll calls, known by their hash and by how they look.

What a phone signed for is kept byte for byte; what comes without a signature is drawn anew first.
"""

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from attendance.models import CheckIn, Flag, Photo
from attendance.receiving import limits_of
from project.kernel.guards import Refused
from project.kernel.sealing import seal_file
from project.kernel.uploads import pictures, redrawn, refuse_infected

AT_MOST = 2 * 1024 * 1024
MOST_PIXELS = 40_000_000


@transaction.atomic
def keep(check_in, content):
    """Keep the picture of a check-in once; sent again it is kept once.

    A picture that is not the one the phone signed for is kept all the same, and flagged.
    """
    if known := Photo.objects.filter(check_in=check_in).first():
        return known
    if len(content) > AT_MOST:
        raise Refused(_("The picture is larger than 2 MB; take it again with a lower resolution."))
    refuse_infected(content)
    made = _seen(content, check_in=check_in)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:  # the same picture came twice at the same moment
        return Photo.objects.get(check_in=check_in)
    if check_in.photo and check_in.photo != made.sha256:
        _flag(check_in, signed_for=check_in.photo, came=made.sha256)
    return made


def keep_of_group(roll_call, drawn):
    """Keep the pictures of a roll call, drawn anew; one that is there already is kept once."""
    known = set(roll_call.pictures.values_list("sha256", flat=True))
    made = [_seen(content, roll_call=roll_call) for content in drawn]
    Photo.objects.bulk_create(photo for photo in made if photo.sha256 not in known)


def keep_of_file(found):
    """Keep the pictures that came beside a file, drawn anew: pairs of a check-in and a reader.

    They are read one after another, so that a thousand pictures need no more room than one.
    """
    Photo.objects.bulk_create(
        [_seen(redrawn(ContentFile(read())), check_in_id=check_in) for check_in, read in found]
    )


def look_over(content):
    """Refuse with a reason what is no picture; a glance, without drawing it in full."""
    _opened(content)


def _seen(content, **of):
    """A picture as it is kept, with its hash and its look; its file is written, its row is not."""
    small, sha256 = _opened(content), seal_file(content)
    made = Photo(
        sha256=sha256,
        look=look_of(small),
        mirrored=look_of(ImageOps.mirror(small)),
        size=len(content),
        **of,
    )
    made.file.save(f"{sha256}.jpg", ContentFile(content), save=False)
    return made


def of_client(client_id, *, phone):
    """The check-in under a number that a phone sent, or None."""
    return CheckIn.objects.filter(client_id=client_id, phone=phone).first()


def look_of(image):
    """The difference hash of a picture: 64 bits, each whether a spot is darker than the next."""
    small = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    spots = list(small.tobytes())
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (spots[row * 9 + column] > spots[row * 9 + column + 1])
    return bits - 2**64 if bits >= 2**63 else bits


def _opened(content):
    """The picture, small enough to compare; what is no picture is refused with a reason."""
    try:
        with pictures.opened(content, most_pixels=MOST_PIXELS) as image:
            image.draft("L", (256, 256))
            return ImageOps.exif_transpose(image).convert("L")
    except pictures.TooLarge as bomb:
        raise Refused(_("The picture has too many pixels; take it again.")) from bomb
    except pictures.NoPicture as unread:
        raise Refused(_("This file is no picture that can be opened; take it again.")) from unread


def _flag(check_in, **evidence):
    waits = limits_of({check_in.contract_id})[check_in.contract_id]["waits"]
    code = Flag.Code.BAD_SIGNATURE
    Flag.objects.get_or_create(
        check_in=check_in, code=code, defaults={"waits": code in waits, "evidence": evidence}
    )
