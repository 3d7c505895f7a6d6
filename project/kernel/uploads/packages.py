"""Zip packages opened in bounds: how many parts, how long unpacked, under which names."""

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

# All that zipfile raises for a package that was cut, forged or packed in a way it does not know.
BROKEN_ZIP = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError),
    *(RuntimeError, ValueError, OSError, lzma.LZMAError),
)
END, END_64 = b"PK\x05\x06", b"PK\x06\x07"
TAIL = 65_557  # the record at the end, and the longest comment behind it
ENTRY = 300  # bytes of the list of parts that one part may take
MOST_TIMES = 400  # as long unpacked as packed, for all parts together
SMALL = 20 * 1024 * 1024
ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".jar", ".iso", ".zst")
MACROS = ("vbaproject", "macrosheets/", "activex/", "oleobject", "/embeddings/")


class OutOfBounds(ValueError):
    """A package that is not unpacked; the one sentence says why and what to do."""


def opened(source, *, parts, unpacked):
    """A package from a path, bytes or a file, or OutOfBounds; its list is read only when short."""
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    if isinstance(source, str | Path):
        with Path(source).open("rb") as file:
            _refuse_long_list(file, parts)
    else:
        _refuse_long_list(source, parts)
    package = zipfile.ZipFile(source)
    try:
        _refuse(package, parts, unpacked)
    except OutOfBounds:
        package.close()
        raise
    return package


def nested(package):
    """The first archive in an archive, or nothing."""
    names = (part.filename for part in package.infolist())
    return next((name for name in names if name.lower().endswith(ARCHIVES)), "")


def active(package):
    """The first part of an Office package that holds a program or another file, or nothing."""
    names = (part.filename for part in package.infolist())
    return next((name for name in names if any(m in name.lower() for m in MACROS)), "")


def _refuse_long_list(file, parts):
    """A list of millions of parts would be read into memory before anybody counts them."""
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    file.seek(0)
    if END_64 in tail:
        raise OutOfBounds(_too_many(parts))
    at = tail.find(END)
    while at >= 0:
        if len(tail) >= at + 16:
            (length,) = struct.unpack_from("<L", tail, at + 12)
            if length > parts * ENTRY:
                raise OutOfBounds(_too_many(parts))
        at = tail.find(END, at + 1)


def _refuse(package, parts, unpacked):
    found = package.infolist()
    if len(found) > parts:
        raise OutOfBounds(_too_many(parts))
    length, packed = (sum(getattr(x, n) for x in found) for n in ("file_size", "compress_size"))
    if length > unpacked or (length > SMALL and length > MOST_TIMES * max(packed, 1)):
        raise OutOfBounds(
            _("The file unpacks to more than can be read at once. Split it into smaller files.")
        )
    if strange := next((x.filename for x in found if _leads_away(x.filename)), ""):
        raise OutOfBounds(
            _("The package holds a name that leads out of its folder (%(name)s). Pack it anew.")
            % {"name": strange[:60]}
        )


def _leads_away(name):
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or name[1:2] == ":"


def _too_many(parts):
    return _("The package holds more than %(most)s files. Split it.") % {"most": parts}
