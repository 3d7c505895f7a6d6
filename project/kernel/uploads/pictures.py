"""Pictures decoded in bounds: their size is known before a pixel is, and they are drawn anew."""

import struct
import zlib
from contextlib import contextmanager
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from project.kernel.guards import Refused

FORMATS = ("JPEG", "PNG", "WEBP")
MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
MOST_PIXELS = 50_000_000
# A picture that is built up in thousands of passes over itself keeps a computer busy for hours.
MOST_PASSES = 100
LONGEST_SIDE = 2400
QUALITY = 85
# All that decoders throw at files that were made to break them.
HOSTILE = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError),
    *(EOFError, RecursionError, MemoryError, NotImplementedError, struct.error, zlib.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)


class NoPicture(Exception):
    """Bytes that cannot be decoded as a picture."""


class TooLarge(NoPicture):
    """A picture of more pixels than are decoded here."""


@contextmanager
def opened(content, formats=FORMATS, most_pixels=None):
    """A picture of few enough pixels; whatever is wrong with it, also later, is NoPicture."""
    try:
        with Image.open(BytesIO(content), formats=formats) as found:
            if found.width * found.height > (most_pixels or MOST_PIXELS):
                raise TooLarge
            if found.format == "JPEG" and content.count(b"\xff\xda") > MOST_PASSES:
                raise NoPicture
            yield found
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise TooLarge from bomb
    except HOSTILE as unread:
        raise NoPicture from unread


def redrawn(upload):
    """The picture alone, drawn anew: no place, no device, nothing hidden behind it."""
    content = upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        words = {"size": LARGEST // MEGABYTE}
        raise Refused(_("The photo is larger than %(size)s MB; send a smaller one.") % words)
    try:
        return anew(content)
    except TooLarge as bomb:
        raise Refused(_("The photo has more than 50 million pixels; send a smaller one.")) from bomb
    except NoPicture as unread:
        raise Refused(
            _("The file is not a whole photo. Send a photo as JPEG, PNG or WebP.")
        ) from unread


def anew(content):
    """A whole picture as a JPEG of our own, or NoPicture."""
    with opened(content) as found:
        _refuse_part(found.format, content)
        picture = ImageOps.exif_transpose(found).convert("RGB")
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return _written(picture, "JPEG", quality=QUALITY)


def anew_as_png(content):
    """A drawing with its transparency as a PNG of our own, or NoPicture."""
    with opened(content) as found:
        return _written(found.convert("RGBA"), "PNG")


def is_picture(content):
    """Whether bytes decode, to the last row of pixels, within the bounds."""
    try:
        with opened(content) as found:
            _refuse_part(found.format, content)
            found.load()
    except NoPicture:
        return False
    return True


def _written(picture, form, **options):
    drawn = BytesIO()
    picture.save(drawn, form, **options)
    return drawn.getvalue()


def _refuse_part(kind, content):
    """A photo cut off on its way would be filled up with grey; it lacks the mark of its end."""
    whole = {
        "JPEG": content.rfind(b"\xff\xd9") > content.rfind(b"\xff\xda"),
        "PNG": b"IEND" in content,
        "WEBP": len(content) >= int.from_bytes(content[4:8], "little"),
    }
    if not whole[kind]:
        raise NoPicture
