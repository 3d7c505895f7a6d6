"""A scan as PDF is pages and nothing else: what acts, carries files or hides is found."""

import re
import zlib

from django.utils.translation import gettext as _

ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|RichMedia|Rendition|SubmitForm|ImportData|GoToR|GoToE"
    rb"|EmbeddedFiles?|Filespec|XFA)(?=[\s/<>\[\](){}%]|\d|$)"
)
# In compressed pages three letters occur by chance; names as long as these do not.
ANYWHERE = re.compile(rb"/(?:JavaScript|EmbeddedFiles?|RichMedia|SubmitForm)(?![A-Za-z])")
LOCKED = re.compile(rb"/Encrypt(?![A-Za-z])")
BODY = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
# Names may stand in compressed bundles of objects.
BUNDLE = re.compile(rb"/ObjStm(?![A-Za-z])")
HEAD = 2048
UNPACKED = 64 * 1024 * 1024
STREAM = re.compile(rb"(?<!end)stream\r?\n")
MOST_STREAMS = 20_000
UNUSUAL = re.compile(
    rb"/(?:ASCIIHexDecode|ASCII85Decode|LZWDecode|RunLengthDecode|Crypt|Predictor)"
    rb"|/FlateDecode.*/FlateDecode",
    re.DOTALL,
)


def fault(content):
    """Why a PDF is not taken, or nothing."""
    plain = _unescaped(content)
    if LOCKED.search(plain):
        return _("The PDF is locked. Remove the password, or scan the paper again.")
    bundles = _bundles(content) if BUNDLE.search(plain) else []
    if bundles is None:
        return _("The PDF is packed in an unusual way. Scan the paper again.")
    acts = ANYWHERE.search(plain) or ACTIVE.search(BODY.sub(b"stream endstream", plain))
    if acts or any(ACTIVE.search(_unescaped(bundle)) for bundle in bundles):
        return _(
            "The PDF holds a program, a form that acts or another file. Scan the paper again, or"
            " print the PDF to a new one."
        )
    return ""


def _unescaped(content):
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _bundles(content):
    """What bundles of objects hold, unpacked in bounds; None where that cannot be said."""
    found, room = [], UNPACKED
    for number, begin in enumerate(STREAM.finditer(content)):
        if number > MOST_STREAMS:
            return None
        head = _unescaped(content[max(0, begin.start() - HEAD) : begin.start()])
        head = head[head.rfind(b"obj") + 1 :]
        if not BUNDLE.search(head):
            continue
        if UNUSUAL.search(head):
            return None
        unpacked = _inflated(content, begin.end(), room) if b"FlateDecode" in head else b""
        if unpacked is None or len(unpacked) >= room:
            return None
        room -= len(unpacked)
        found.append(unpacked)
    return found


def _inflated(content, start, room):
    try:
        return zlib.decompressobj().decompress(memoryview(content)[start:], room)
    except zlib.error:
        return None
