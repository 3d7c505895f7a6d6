"""A blank sheet: what stays the same in every paper is written once, what each fills is put in."""

import hashlib
import re
import struct
import zlib
from datetime import UTC
from functools import cache

from contracts.documents.layout import faces, mark
from contracts.documents.pieces import QR, Objects, Slot, sheet_of, squeezed
from contracts.documents.press import code_of, moment_of, title_of
from project.kernel.months import SHANGHAI

HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
ENTRY = struct.Struct(">BIH")  # of the cross-reference stream: kind, place, place within
DIRECT, PACKED = 1, 2
CHECKSUM = re.compile(rb"/CheckSum ?<[0-9a-f]+>")
SIZE = re.compile(rb"/Size ?\d+")
DATES = re.compile(rb"/(CreationDate|ModDate) ?\([^)]*\)")
TITLE = re.compile(rb"/Title ?(<[0-9a-fA-F]*>|\([^)]*\))")


class Blank:
    """One shape of a wording, ready to be filled.

    All that no paper changes stands in front, so its places in the file are known for good; what a
    paper fills follows, and the table of places is the last.
    """

    def __init__(self, pdf, paper, marks):
        self.old = title_of(paper, mark(len(marks))).encode(), moment_of(paper).encode()
        objects = Objects(pdf)
        self.fonts, self.pages = objects.fonts(), []
        self.root = objects.reader.trailer.raw_get("/Root").idnum
        self.count = objects.size
        for page, content in list(objects.pages()):
            self._divide(objects, page, content)
        self.info = objects.info(), objects.plain.pop(objects.info())
        self.data = objects.attachment(), objects.streams.pop(objects.attachment())[0]
        self.metadata = objects.metadata(), *objects.streams.pop(objects.metadata())
        self._write_front(objects)
        found = {slot.line for _n, pieces in self.pages for slot in pieces if type(slot) is Slot}
        assert found >= {QR, *range(len(marks))}, "a line of the sheet was not found again"

    def _divide(self, objects, page, content):
        """Let a page have three contents, of which each paper writes only the middle one."""
        sheet = sheet_of(objects.streams.pop(content)[1], self.fonts)
        head, middle, tail = content, self.count, self.count + 1
        self.count += 2
        objects.streams[head] = b"<</Length 0>>", sheet.head
        objects.streams[tail] = b"<</Length 0>>", sheet.tail
        self.pages.append((middle, sheet.middle))
        objects.plain[page] = objects.plain[page].replace(
            b"/Contents %d 0 R" % content,
            b"/Contents [%d 0 R %d 0 R %d 0 R]" % (head, middle, tail),
        )

    def _write_front(self, objects):
        self.table = bytearray(ENTRY.size * (self.count + 2))
        front = [HEADER]
        self.place = len(HEADER)
        for number, (said, data) in objects.streams.items():
            self._put(front, self.table, number, *squeezed(said, data))
        packed = self.count
        for n, number in enumerate(objects.plain):
            ENTRY.pack_into(self.table, ENTRY.size * number, PACKED, packed, n)
        self._put(front, self.table, packed, *_packed(objects.plain))
        self.front = b"".join(front)

    def _put(self, out, table, number, said, data=None):
        """Append one object and note where it stands."""
        ENTRY.pack_into(table, ENTRY.size * number, DIRECT, self.place, 0)
        body = said if data is None else b"%b\nstream\n%b\nendstream" % (said, data)
        written = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        out.append(written)
        self.place += len(written)

    def filled(self, paper, lines, data):
        """The PDF of one paper."""
        out, table = [self.front], bytearray(self.table)
        self.place = len(self.front)
        code = _strokes(code_of(paper).matrix)
        for number, pieces in self.pages:
            self._put(out, table, number, *_stream(self._page(pieces, lines, code)))
        self._put(out, table, *self._attached(paper, data.encode()))
        self._put(out, table, *self._described(paper))
        self._put(out, table, *self._informed(paper))
        self._close(out, table, paper)
        return b"".join(out)

    def _page(self, pieces, lines, code):
        said = []
        for piece in pieces:
            if type(piece) is not Slot:
                said.append(piece)
            elif piece.line == QR:
                said.append(code)
            else:
                said.append(self._line(piece, lines[piece.line]))
        return b"".join(said)

    def _line(self, slot, text):
        """A line in its face; what the face lacks comes from the other, as the press does it."""
        own = _hexes(slot.face)
        if all(char in own for char in text):
            shown = "".join(map(own.__getitem__, text))
            end = b"" if slot.after == slot.font else slot.after + b"\n"
            return b"%b\n<%b> Tj\n%b" % (slot.font, shown.encode(), end)
        other, said = 1 - slot.face, []
        borrowed = self.fonts[other] + slot.font[slot.font.index(b" ") :]
        for char in text:
            font, shown = (slot.font, own) if char in own else (borrowed, _hexes(other))
            said.append(b"%b\n<%b> Tj\n" % (font, shown[char].encode()))
        return b"".join([*said, slot.after, b"\n"])

    def _attached(self, paper, data):
        number, said = self.data
        digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
        said = CHECKSUM.sub(b"/CheckSum <%b>" % digest.encode(), said)
        said = SIZE.sub(b"/Size %d" % len(data), said)
        return number, *squeezed(_dated(said, paper.made_at.astimezone(UTC), "Z"), data)

    def _described(self, paper):
        number, said, data = self.metadata
        title, moment = self.old
        data = data.replace(title, title_of(paper).encode())
        return number, *squeezed(said, data.replace(moment, moment_of(paper).encode()))

    def _informed(self, paper):
        number, said = self.info
        title = ("\ufeff" + title_of(paper)).encode("utf-16-be").hex().encode()
        said = TITLE.sub(b"/Title <%b>" % title, said)
        return number, _dated(said, paper.made_at.astimezone(SHANGHAI), "+08'00")

    def _close(self, out, table, paper):
        """The cross-reference stream: where every object stands."""
        number, place = self.count + 1, self.place
        ENTRY.pack_into(table, ENTRY.size * number, DIRECT, place, 0)
        name = hashlib.sha256(f"{paper.code} {paper.content_hash}".encode()).hexdigest()[:32]
        data = zlib.compress(table, 6)
        said = (
            f"<</Type /XRef /Size {number + 1} /W [1 4 2] /ID [<{name}> <{name}>] "
            f"/Root {self.root} 0 R /Info {self.info[0]} 0 R "
            f"/Filter /FlateDecode /Length {len(data)}>>"
        )
        self._put(out, table, number, said.encode(), data)
        out.append(b"startxref\n%d\n%%%%EOF\n" % place)


def _packed(plain):
    """The object stream of everything that is no stream itself."""
    places, bodies, place = [], [], 0
    for number, body in plain.items():
        places.append(b"%d %d" % (number, place))
        bodies.append(body)
        place += len(body) + 1
    head = b" ".join(places) + b"\n"
    said = b"<</Type /ObjStm /N %d /First %d /Length 0>>" % (len(bodies), len(head))
    return squeezed(said, head + b"\n".join(bodies))


def _stream(data):
    return squeezed(b"<</Length 0>>", data)


def _dated(said, moment, zone):
    written = f"(D:{moment:%Y%m%d%H%M%S}{zone})".encode()
    return DATES.sub(lambda found: b"/%b %b" % (found[1], written), said)


@cache
def _hexes(face):
    """Every character of a face as the four digits by which a page shows it."""
    return {char: f"{glyph:04x}" for char, glyph in faces()[face][0].items()}


def _strokes(matrix):
    """The dark runs of a QR code as level strokes, one module wide."""
    said = []
    for y, row in enumerate(matrix):
        for run in re.finditer(b"\x01+", bytes(row)):
            said.append(f"{run.start()} {y}.5 m\n{run.end()} {y}.5 l\n")
    return "".join(said).encode()
