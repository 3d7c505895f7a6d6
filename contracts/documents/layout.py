"""Where every line of a contract's paper breaks, known before the page is laid out.

Whatever differs from contract to contract stands in lines of its own that never wrap and begin at
the left. Two contracts with equal numbers of lines are therefore the same page but for the letters
in those lines, which is what makes a batch fast (contracts.documents.batch).
"""

from dataclasses import dataclass, field
from functools import cache

from fontTools.ttLib import TTFont

from contracts.documents.terms import LABELS
from contracts.documents.wording import said, varies
from project.kernel import fonts

# In points; the style sheet of the form (templates/print/f05_contract.html) says the same.
FACTS, CLAUSE, LARGE, FOOT = 10, 10, 19, 7
HALF, WHOLE = (mm * 72 / 25.4 for mm in (59, 150))
TEXT, PLAIN, PAGES = (mm * 72 / 25.4 for mm in (184, 170, 34))
MISSING = "〓"  # for a character that no face has; the form tells what it stands for
SQUARE, DIGITS = "■", "0123456789"
DOT, PART = "·", 8  # between the parts of a name; a part is rarely longer
# Never at the beginning of a line, and never at its end.
NOT_FIRST = frozenset("，。、；：！？）》”’】·%,.;:!?)")
NOT_LAST = frozenset("（《“‘【(")

ROWS = (
    ("number", "kind"),
    ("employer",),
    ("manager", "manager_phone"),
    ("name", "sex"),
    ("id_number", "phone"),
    ("address",),
    ("post", "post_type"),
    ("duties",),
    ("workload",),
    ("place",),
    ("unit", "department"),
    ("hours",),
    ("term",),
    ("pay_basis", "fund"),
    ("standard", "capitals"),
    ("pay_day", "insurance"),
    ("account",),
    ("policy",),
    ("renewal",),
    ("remaining",),
)


@dataclass
class Lines:
    """The lines of one paper in the order of the page; `blank` is what stands for them instead."""

    blank: list | None = None
    all: list = field(default_factory=list)
    shape: list = field(default_factory=list)

    def of(self, text, width, size):
        """The lines of a text in a column, and note them."""
        lines = [line for part in text.split("\n") for line in broken(part, width / size * 1000)]
        first = len(self.all)
        self.all += lines
        self.shape.append(len(lines))
        return self.blank[first : len(self.all)] if self.blank else lines


def mark(number):
    """What stands in a blank sheet where line `number` will stand."""
    return f"{SQUARE}{number:04d}{SQUARE}"


def sheet(paper, terms, *, blank=None):
    """What the form prints of a paper, and the lines in it that are this contract's own."""
    lines, body = Lines(blank), paper.template.body
    page = {
        "rows": [[_cell(name, terms, lines, alone=len(row) == 1) for name in row] for row in ROWS],
        "clauses": [_clause(clause, terms, lines) for clause in body["clauses"]],
        "parties": [lines.of(terms[name], HALF, CLAUSE) for name in ("employer", "name")],
        "summary": [lines.of(said(text, terms), PLAIN, LARGE) for text in body["summary"]],
        "foot": lines.of(foot(paper), TEXT - PAGES, FOOT),
    }
    return page, lines


def foot(paper):
    """The line under every page: code, version and hash."""
    return f"验证码 {paper.code}　第{paper.number}版　内容校验码 {paper.content_hash}"


def _cell(name, terms, lines, *, alone):
    width = WHOLE if alone else HALF
    return {"label": LABELS[name], "lines": lines.of(terms[name], width, FACTS), "alone": alone}


def _clause(clause, terms, lines):
    """Paragraphs that name no term are laid out by the press, the others line by line by us."""
    parts = []
    for text in clause["text"].split("\n"):
        if varies(text):
            parts.append({"lines": lines.of(f"　　{said(text, terms)}", TEXT, CLAUSE)})
        else:
            parts.append({"text": text})
    return {"heading": clause["heading"], "parts": parts}


def broken(text, room):
    """A text in lines no wider than `room` thousandths of its size, the last not one character."""
    lines, line, width = [], "", 0
    for char in text:
        char = char if advance(char) else MISSING
        wide = advance(char)
        if line and width + wide > room and char not in NOT_FIRST:
            line, carried = _carried(line, char)
            lines.append(line)
            line, width = carried, sum(map(advance, carried))
        line, width = line + char, width + wide
    if lines and all(char in NOT_FIRST for char in line[1:]):
        lines[-1], line = _joined(lines[-1], line)
    return [*lines, line] if line or not lines else lines


def _joined(line, last):
    """The last two lines, one character more on the last, so that none stands there alone."""
    at = len(line) - 1
    while at and line[at] in NOT_FIRST:
        at -= 1
    above, carried = _carried(line[:at], line[at])
    return (above, carried + line[at:] + last) if len(above) > 1 else (line, last)


def _carried(line, char):
    """The line as it ends, and what goes down with `char`: a bracket, half a word, half a name."""
    cut = len(line)
    while cut and (line[cut - 1] in NOT_LAST or (_is_latin(char) and _is_latin(line[cut - 1]))):
        cut -= 1
    dot = line.rfind(DOT)
    if dot > 0 and len(line) - dot <= PART and f"{line[dot + 1 :]}{char}".isalpha():
        cut = dot + 1
    return (line[:cut], line[cut:]) if cut > 0 and len(line) - cut <= 16 else (line, "")


def _is_latin(char):
    return char.isascii() and char.isalnum()


def advance(char):
    """The width of a character in thousandths of its size, 0 where no face has it."""
    for _cmap, widths in faces():
        if char in widths:
            return widths[char]
    return 0


@cache
def faces():
    """For the face of running text and for the other: glyph and width of every character."""
    return tuple(_face(path) for path in (fonts.serif(), fonts.sans()))


def _face(path):
    with TTFont(path, lazy=True) as font:
        names, advances = font.getBestCmap(), font["hmtx"].metrics
        glyphs = {chr(code): font.getGlyphID(name) for code, name in names.items()}
        widths = {chr(code): advances[name][0] for code, name in names.items()}
    return glyphs, widths
