"""Chinese fonts whose glyphs every PDF reader draws, strict ones too."""

import os
import struct
import tempfile
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from django.conf import settings
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable


@cache
def serif() -> Path:
    """The file of the face for running text, safe for strict readers."""
    return _cached(pylopdf_fonts_zh_cn.serif_path())


@cache
def sans() -> Path:
    """The file of the face for headings, safe for strict readers."""
    return _cached(pylopdf_fonts_zh_cn.sans_path())


def missing_characters(text: str) -> set[str]:
    """The characters of a text that no printed form can show; ask before a name is stored."""
    return {char for char in text if ord(char) not in _drawable() and not char.isspace()}


@cache
def _drawable():
    # A face that lacks a character hands it to the other, so either of the two is enough.
    faces = pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path()
    return frozenset().union(*(_characters(path) for path in faces))


def _characters(path):
    with TTFont(path, lazy=True) as font:
        return set(font.getBestCmap())


def _cached(source):
    folder = Path(getattr(settings, "VAR_DIR", settings.BASE_DIR / "var")) / "fonts"
    target = folder / f"{source.stem}-{pylopdf_fonts_zh_cn.__version__}-identity.otf"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_whole(target, source)
    return target


def _write_whole(target, source):
    # Other processes may be at the same work: each writes its own file and renames it over the
    # name, so a reader meets a whole font or none.
    handle, scratch = tempfile.mkstemp(dir=target.parent, suffix=".otf")
    try:
        with os.fdopen(handle, "wb") as file:
            rewrite_charset(source, file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(scratch, 0o644)
        os.replace(scratch, target)
    finally:
        Path(scratch).unlink(missing_ok=True)


def rewrite_charset(source, file):
    """Write a CID-keyed font again with CID i naming glyph i (docs/adr/0002)."""
    with (
        source.open("rb") as original,
        TTFont(original, lazy=True, recalcBBoxes=False, recalcTimestamp=False) as font,
    ):
        top = font["CFF "].cff.topDictIndex[0]
        # Read from the bytes: a parsed `maxp` would be counted anew from the list that goes.
        (glyphs,) = struct.unpack_from(">H", font.reader["maxp"], 4)
        offset = top.rawDict["charset"]
        outlines = bytearray(font.reader["CFF "])
        # Format 2: one range that begins at CID 1 and runs on for `glyphs - 2` more. It is far
        # shorter than the list it replaces, so nothing else in the table moves.
        identity = struct.pack(">BHH", 2, 1, glyphs - 2)
        outlines[offset : offset + len(identity)] = identity
        font["CFF "] = DefaultTable("CFF ")
        font["CFF "].data = bytes(outlines)
        if "DSIG" in font:
            del font["DSIG"]  # It signs the bytes that have just changed.
        font.save(file, reorderTables=None)
