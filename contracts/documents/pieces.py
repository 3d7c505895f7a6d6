"""A PDF as its numbered objects, and the pages of a blank sheet as text around its marks."""

import re
import zlib
from io import BytesIO
from typing import NamedTuple

from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader

from contracts.documents.layout import DIGITS, SQUARE, faces

# As WeasyPrint writes a line: its fonts and glyphs after the place where it begins.
LINE = re.compile(
    rb" Tm\n(?P<line>(?:/\w+ [\d.]+ Tf\n|\[[^\]]*\] TJ\n)+)|(?P<font>/\w+ [\d.]+ Tf)\n"
)
FONT = re.compile(rb"(/\w+ [\d.]+ Tf)\n")
GLYPHS = re.compile(rb"<([0-9a-f]+)>")
# The QR code: a path of level strokes inside the only figure of the sheet.
FIGURE = re.compile(
    rb"/Figure\n<</MCID \d+>>\nBDC\n.*?4 M\n(?P<path>(?:[\d.]+ [\d.]+ [ml]\n)+)B\n", re.DOTALL
)
LENGTH = re.compile(rb"/Length (\d+)")
QR = -1


class Slot(NamedTuple):
    """A place that each paper fills: a line in a face, or the path of the QR code.

    `font` sets the face and its size, `after` what the blank sheet had set when the line was over.
    """

    line: int
    face: int = 0
    font: bytes = b""
    after: bytes = b""


class Sheet(NamedTuple):
    """One page of a blank: what stands before all slots, the slots and between, what follows."""

    head: bytes
    middle: list
    tail: bytes


class Objects:
    """The objects of an uncompressed PDF by number, in its newest revision."""

    def __init__(self, pdf):
        self.pdf = pdf
        self.reader = PdfFileReader(BytesIO(pdf))
        self.size = int(self.reader.trailer["/Size"])
        self.plain, self.streams = {}, {}
        for number in range(1, self.size):
            self._read(number)

    def _read(self, number):
        try:
            first = self.reader.xrefs[Reference(number, 0)]
        except (KeyError, PdfReadError):
            return  # a number that no object has
        if first is None:
            return
        first = self.pdf.index(b"obj", first) + 3
        last = self.pdf.index(b"endobj", first)
        data = self.pdf.find(b"stream", first, last)
        if data < 0:
            self.plain[number] = self.pdf[first:last].strip()
            return
        said = self.pdf[first:data].strip()
        data = self.pdf.index(b"\n", data) + 1
        (length,) = LENGTH.findall(said)[:1]
        self.streams[number] = said, self.pdf[data : data + int(length)]

    def pages(self):
        """For each page the number of its object and that of its content."""
        kids = self.reader.root["/Pages"]["/Kids"]
        for n in range(len(kids)):
            yield kids.raw_get(n).idnum, kids[n].raw_get("/Contents").idnum

    def attachment(self):
        return self.reader.root["/AF"][0]["/EF"].raw_get("/F").idnum

    def metadata(self):
        return self.reader.root.raw_get("/Metadata").idnum

    def info(self):
        return self.reader.trailer.raw_get("/Info").idnum

    def fonts(self):
        """The name that the pages give to each face, by what the face is called."""
        found = {}
        named = self.reader.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]
        for name in named:
            found[0 if "Serif" in named[name]["/BaseFont"] else 1] = str(name).encode()
        return found


def squeezed(said, data):
    """A stream's dictionary and bytes, compressed unless they are already."""
    if b"/Filter" not in said:
        data = zlib.compress(data, 6)
        said = said.replace(b"<<", b"<</Filter /FlateDecode", 1)
    return LENGTH.sub(b"/Length %d" % len(data), said, count=1), data


def sheet_of(content, fonts):
    """A page's content in pieces."""
    names = {name: face for face, name in fonts.items()}
    font, places = b"", []
    for found in LINE.finditer(content):
        if found["font"]:
            font = found["font"]
            continue
        own = FONT.findall(found["line"])
        before, font = (own[0] if own else font), (own[-1] if own else font)
        face = names[before.split()[0]]
        number = _marked(found["line"], face)
        if number is not None:
            places.append((found.span("line"), Slot(number, face, before, font)))
    if figure := FIGURE.search(content):
        places.append((figure.span("path"), Slot(QR)))
    return _cut(content, sorted(places))


def _marked(line, face):
    """The number of the mark that a line begins with."""
    glyphs = faces()[face][0]
    shown = b"".join(GLYPHS.findall(line)).decode()
    square = f"{glyphs[SQUARE]:04x}"
    if not shown.startswith(square):
        return None
    digits = {f"{glyphs[digit]:04x}": digit for digit in DIGITS}
    said = [digits.get(shown[4 * n : 4 * n + 4], "") for n in range(1, 5)]
    return int("".join(said)) if all(said) else None


def _cut(content, places):
    if not places:
        return Sheet(content, [], b"")
    middle, last = [], places[0][0][0]
    for (first, end), slot in places:
        middle += [content[last:first], slot]
        last = end
    return Sheet(content[: places[0][0][0]], middle, content[last:])
