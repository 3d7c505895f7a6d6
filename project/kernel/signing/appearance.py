"""What a signature looks like on paper: the red seal as outlines, a drawn signature as ink."""

import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from math import cos, pi, radians, sin

from django.utils.translation import gettext as _
from fontTools.pens.basePen import BasePen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageOps, UnidentifiedImageError

from project.kernel import fonts

# A round seal in hundredths of its radius: on the township's 42 mm seal the ring is 1.2 mm wide
# and the star 14 mm across (国发〔1999〕25号).
RING, STAR = 5.7, 33.0
INNER, OUTER = 55.0, 86.0
RED = "0.84 0.09 0.09"
INK = (20, 30, 90)
WIDEST = 900
LARGEST = 4_000_000
LONGEST = 20
END_OF_PNG = b"IEND\xaeB`\x82"


class NoSuchPicture(ValueError):
    """A drawn signature that is no picture, is empty, or is far too large."""


@dataclass(frozen=True)
class Ink:
    """A drawn signature: one colour, and how much of it lies on each pixel (deflated)."""

    width: int
    height: int
    alpha: bytes


@dataclass(frozen=True)
class Appearance:
    """A drawing of a size, as PDF operators; `ink` is the picture they place, if any."""

    width: float
    height: float
    content: bytes
    ink: Ink | None = None


@lru_cache(maxsize=256)
def seal(name: str) -> Appearance:
    """The round red seal of a unit: ring, five-pointed star, its name from left to right."""
    if not 1 <= len(name) <= LONGEST:
        raise NoSuchPicture(_("A seal carries a name of 1 to 20 characters."))
    ring = f"{RING} w {_circle(100 - RING / 2)} S"
    setting = f"{RED} rg {RED} RG 1 0 0 1 100 100 cm"
    # Seals are cut bolder than books are printed.
    parts = [setting, ring, f"{_star()} f", "0.7 w", *_arc(name)]
    return Appearance(200, 200, "\n".join(parts).encode())


def drawn(png: bytes) -> Appearance:
    """A signature drawn on a screen; paper, whether white or transparent, becomes no ink."""
    alpha = _ink_of(_opened(png))
    box = alpha.getbbox()
    if box is None:
        raise NoSuchPicture(_("The signature is empty. Please sign again."))
    alpha = alpha.crop(box)
    alpha.thumbnail((WIDEST, WIDEST))
    width, height = alpha.size
    content = f"{width} 0 0 {height} 0 0 cm /Ink Do".encode()
    ink = Ink(width, height, zlib.compress(alpha.tobytes(), 6))
    return Appearance(width, height, content, ink)


def _opened(png):
    if len(png) > LARGEST:
        raise NoSuchPicture(_("The picture of the signature is too large."))
    if not png.endswith(END_OF_PNG):
        # Pillow would show the upper half of a picture that was cut off on its way.
        raise NoSuchPicture(_("The signature is not a PNG picture. Please sign again."))
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as picture:
            if max(picture.size) > 4000:
                raise NoSuchPicture(_("The picture of the signature is too large."))
            return picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, NoSuchPicture):
            raise
        raise NoSuchPicture(_("The signature is not a PNG picture. Please sign again.")) from error


def _ink_of(picture):
    """Dark and opaque is ink."""
    white = Image.new("RGBA", picture.size, "white")
    flat = Image.alpha_composite(white, picture).convert("L")
    # Below a faint grey there is no ink, only the noise of the screen.
    return ImageOps.invert(flat).point(lambda dark: 0 if dark < 24 else dark)


def _circle(radius):
    """A circle of four Bézier arcs around the origin."""
    k = radius * 4 * (2**0.5 - 1) / 3
    curves = [
        (radius, k, k, radius, 0, radius),
        (-k, radius, -radius, k, -radius, 0),
        (-radius, -k, -k, -radius, 0, -radius),
        (k, -radius, radius, -k, radius, 0),
    ]
    return " ".join([f"{radius:.2f} 0 m", *(_numbers(one) + " c" for one in curves), "h"])


def _star():
    corners = []
    for step in range(10):
        far = STAR if step % 2 == 0 else STAR * 0.381966
        turn = pi / 2 + step * pi / 5
        corners.append(_numbers((far * cos(turn), far * sin(turn))))
    return " l ".join([corners[0] + " m " + corners[1], *corners[2:]]) + " l h"


def _arc(name):
    """The characters, upright towards the rim, on an arc that opens at the foot of the seal."""
    gaps = max(len(name) - 1, 1)
    span = min(36.0 * gaps, 205.0 + 4.2 * len(name))
    step = span / gaps
    tall = OUTER - INNER
    wide = min(tall, radians(step) * (INNER + OUTER) / 2 * 0.96)
    first = span / 2 if len(name) > 1 else 0
    for place, char in enumerate(name):
        turn = radians(first - place * step)
        yield _placed(char, turn, wide, tall)


def _placed(char, turn, wide, tall):
    glyphs, name, em = _outline(char)
    c, s = cos(turn), sin(turn)
    x, y = wide / em, tall / em
    # The em box of the face hangs 12 % below the line; its middle comes to the middle of the arc.
    left, foot = -wide / 2, INNER + 0.12 * tall
    matrix = (x * c, x * s, -y * s, y * c, left * c - foot * s, left * s + foot * c)
    pen = _Operators(glyphs)
    glyphs[name].draw(TransformPen(pen, matrix))
    return " ".join([*pen.operators, "B"])


class _Operators(BasePen):
    """Writes an outline as PDF path operators."""

    def __init__(self, glyphs):
        super().__init__(glyphs)
        self.operators = []

    def _moveTo(self, point):  # noqa: N802 - fontTools' own spelling
        self.operators.append(_numbers(point) + " m")

    def _lineTo(self, point):  # noqa: N802
        self.operators.append(_numbers(point) + " l")

    def _curveToOne(self, first, second, point):  # noqa: N802
        self.operators.append(_numbers((*first, *second, *point)) + " c")

    def _closePath(self):  # noqa: N802
        self.operators.append("h")


def _outline(char):
    """The glyph of a character: seals are cut in Song type; what it lacks comes from the other."""
    for path in (fonts.serif(), fonts.sans()):
        glyphs, names, em = _face(path)
        if name := names.get(ord(char)):
            return glyphs, name, em
    raise NoSuchPicture(_("The seal cannot be drawn: no face has “%(char)s”.") % {"char": char})


@cache
def _face(path):
    font = TTFont(path, lazy=True)
    return font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm


def _numbers(values):
    return " ".join(f"{value:.2f}" for value in values)
