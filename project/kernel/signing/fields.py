"""Where people sign: every signature field of a paper, made before anybody signs.

A field added after the first signature would be a change to what was signed.
"""

import zlib
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from project.kernel.signing.appearance import INK

PRINTED_AND_LOCKED = 4 | 128
EXIST_AND_APPEND_ONLY = 1 | 2


class Box(NamedTuple):
    """A place on a page (the first is 0), in points from the lower left corner."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def size(self):
        return self.x1 - self.x0, self.y1 - self.y0


class Revision(IncrementalPdfFileWriter):
    """What is appended to a PDF: what we add to it, and nothing of the writer's own."""

    def __init__(self, pdf: bytes):
        super().__init__(BytesIO(pdf))

    def _update_meta(self):
        # A new date in the metadata would be a change between two signatures, and PDF/A wants
        # its two copies alike.
        return None

    def written(self) -> bytes:
        out = BytesIO()
        self.write(out)
        return out.getvalue()


def with_fields(pdf: bytes, boxes: dict[str, Box]) -> bytes:
    """The paper with an empty signature field for each name, in one revision."""
    out = Revision(pdf)
    form = generic.DictionaryObject(
        {
            pdf_name("/Fields"): generic.ArrayObject(),
            pdf_name("/SigFlags"): generic.NumberObject(EXIST_AND_APPEND_ONLY),
        }
    )
    for name, box in boxes.items():
        form["/Fields"].append(_placed(out, name, box))
    out.root[pdf_name("/AcroForm")] = out.add_object(form)
    out.update_root()
    return out.written()


def _placed(out, name, box):
    page = out.find_page_for_modification(box.page)[0]
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Sig"),
            pdf_name("/T"): generic.pdf_string(name),
            pdf_name("/F"): generic.NumberObject(PRINTED_AND_LOCKED),
            pdf_name("/P"): page,
            pdf_name("/Rect"): _numbers(box[1:]),
            # PDF/A asks for an appearance even where nothing is to be seen yet.
            pdf_name("/AP"): generic.DictionaryObject(
                {pdf_name("/N"): out.add_object(_form(box.size, b"", {}))}
            ),
        }
    )
    placed = out.add_object(field)
    annotations = page.get_object().setdefault(pdf_name("/Annots"), generic.ArrayObject())
    annotations.get_object().append(placed)
    out.update_container(annotations.get_object())
    out.mark_update(page)
    return placed


def show(out, field, appearance):
    """Draw an appearance into a field: as large as fits, its proportions kept, in the middle."""
    x0, y0, x1, y1 = (float(number) for number in field["/Rect"])
    width, height = x1 - x0, y1 - y0
    scale = min(width / appearance.width, height / appearance.height)
    left, foot = (width - appearance.width * scale) / 2, (height - appearance.height * scale) / 2
    content = b"q %.4f 0 0 %.4f %.2f %.2f cm\n%s Q" % (scale, scale, left, foot, appearance.content)
    pictures = {"/Ink": _picture(out, appearance.ink)} if appearance.ink else {}
    form = out.add_object(_form((width, height), content, pictures))
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): form})


def _form(size, content, pictures):
    resources = generic.DictionaryObject()
    if pictures:
        named = {pdf_name(name): placed for name, placed in pictures.items()}
        resources[pdf_name("/XObject")] = generic.DictionaryObject(named)
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _numbers((0, 0, *size)),
            pdf_name("/Resources"): resources,
            **_deflated(content),
        },
        encoded_data=_squeezed(content),
    )


def _picture(out, ink):
    """One point of colour, spread over the drawing, which is its transparency."""
    alpha = _image((ink.width, ink.height), "/DeviceGray", ink.alpha)
    colour = _image((1, 1), "/DeviceRGB", _squeezed(bytes(INK)))
    colour[pdf_name("/SMask")] = out.add_object(alpha)
    return out.add_object(colour)


def _image(size, space, deflated):
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Image"),
            pdf_name("/Width"): generic.NumberObject(size[0]),
            pdf_name("/Height"): generic.NumberObject(size[1]),
            pdf_name("/BitsPerComponent"): generic.NumberObject(8),
            pdf_name("/ColorSpace"): pdf_name(space),
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
        },
        encoded_data=deflated,
    )


@lru_cache(maxsize=64)
def _squeezed(content):
    return zlib.compress(content) if content else b""


def _deflated(content):
    return {pdf_name("/Filter"): pdf_name("/FlateDecode")} if content else {}


def _numbers(values):
    return generic.ArrayObject(generic.FloatObject(f"{value:.2f}") for value in values)
