"""Two hundred ways to tamper with a signed paper that are more than one wrong byte."""

import random
import tempfile
from pathlib import Path

import pymupdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from project.kernel.signing.authority import found, subject
from project.kernel.signing.fields import Revision
from tests import given_signed

VARIATIONS = 10


def edited(pdf, edit, number):
    """One variation of one edit; the same one for the same number."""
    return edit(pdf, random.Random(f"{edit.__name__}{number}"))


def _page(out):
    return out.find_page_for_modification(0)[0]


def _array(*numbers):
    return generic.ArrayObject(generic.NumberObject(number) for number in numbers)


def _dict(**entries):
    return generic.DictionaryObject({pdf_name(f"/{k}"): v for k, v in entries.items()})


def page_content(pdf, chance):
    out = Revision(pdf)
    said = b"BT /F1 12 Tf (%d yuan) Tj ET" % chance.randrange(900, 9000)
    stream = out.add_object(generic.StreamObject(stream_data=said))
    _page(out).get_object()[pdf_name("/Contents")] = stream
    out.mark_update(_page(out))
    return out.written()


def annotation(pdf, chance):
    """A white note over the amount."""
    out = Revision(pdf)
    x = chance.randrange(50, 400)
    note = _dict(
        Type=pdf_name("/Annot"),
        Subtype=pdf_name("/FreeText"),
        Rect=_array(x, 700, x + 100, 740),
        Contents=generic.pdf_string("900"),
        DA=generic.pdf_string("/Helv 12 Tf"),
    )
    page = _page(out).get_object()
    page["/Annots"].append(out.add_object(note))
    out.update_container(page["/Annots"])
    return out.written()


def text_field(pdf, chance):
    """A new field with a value of its own."""
    out = Revision(pdf)
    value = generic.pdf_string(str(chance.randrange(900)))
    field = _dict(FT=pdf_name("/Tx"), T=generic.pdf_string("amount"), V=value)
    out.root["/AcroForm"]["/Fields"].append(out.add_object(field))
    out.update_container(out.root["/AcroForm"]["/Fields"])
    return out.written()


def store_swapped(pdf, chance):
    """Other certificates and lists in place of those that were signed along."""
    out = Revision(pdf)
    stranger = given_signed.revocations(_stranger(), number=chance.randrange(1, 99))
    store = out.root["/DSS"]
    stream = generic.StreamObject(stream_data=stranger)
    store[pdf_name("/CRLs")] = generic.ArrayObject([out.add_object(stream)])
    out.update_container(store)
    return out.written()


def store_removed(pdf, chance):
    out = Revision(pdf)
    del out.root[chance.choice(["/DSS"])]
    out.update_root()
    return out.written()


def stripped(pdf, chance):
    """One signature taken out of its place."""
    out = Revision(pdf)
    field = chance.choice(list(out.root["/AcroForm"]["/Fields"])).get_object()
    del field["/V"]
    out.update_container(field)
    return out.written()


def no_form(pdf, _chance):
    out = Revision(pdf)
    del out.root["/AcroForm"]
    out.update_root()
    return out.written()


def truncated(pdf, chance):
    return pdf[: chance.randrange(10, len(pdf) - 1)]


def cut_back(pdf, chance):
    """An older revision of the same file, whole in itself."""
    ends = [at + 6 for at in range(len(pdf) - 6) if pdf.startswith(b"%%EOF\n", at)]
    return pdf[: chance.choice(ends or [len(pdf) - 10])]


def saved_again(pdf, chance):
    """Opened and saved by another program."""
    with pymupdf.open(stream=pdf) as opened:
        return opened.tobytes(garbage=chance.randrange(4), deflate=True)


def saved_along(pdf, chance):
    """A note added by another program as a revision of its own."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        with pymupdf.open(file.name) as opened:
            opened[0].insert_text((chance.randrange(50, 300), 200), "900 yuan")
            opened.saveIncr()
        return Path(file.name).read_bytes()


def attachment(pdf, chance):
    """Other data attached under the same name."""
    out = Revision(pdf)
    file = out.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    stream = file["/EF"].raw_get("/F")
    said = b'{"number": %d}' % chance.randrange(900)
    out.objects[(0, stream.idnum)] = generic.StreamObject(stream_data=said)
    return out.written()


def mixed(pdf, chance):
    """The head of one contract with the last signature of another."""
    other = given_signed.whole(2)
    at = chance.choice([pdf.rindex(b"%%EOF", 0, -10), len(pdf) // 2, len(pdf) - 4000])
    return pdf[:at] + other[at:]


def appended(pdf, chance):
    return pdf + chance.randbytes(chance.randrange(1, 60)) + chance.choice([b"", b"\n%%EOF\n"])


def metadata(pdf, chance):
    out = Revision(pdf)
    said = generic.StreamObject(stream_data=b"<x:xmpmeta>%d</x:xmpmeta>" % chance.randrange(99))
    out.root[pdf_name("/Metadata")] = out.add_object(said)
    out.update_root()
    return out.written()


def script(pdf, chance):
    """Something to run when the file is opened."""
    out = Revision(pdf)
    said = generic.pdf_string(f"app.alert({chance.randrange(99)})")
    out.root[pdf_name("/OpenAction")] = _dict(S=pdf_name("/JavaScript"), JS=said)
    out.update_root()
    return out.written()


def appearance(pdf, chance):
    """Another picture over a place that is signed."""
    out = Revision(pdf)
    field = chance.choice(list(out.root["/AcroForm"]["/Fields"])).get_object()
    form = _dict(Subtype=pdf_name("/Form"), BBox=_array(0, 0, 9, 9))
    stream = out.add_object(generic.StreamObject(form, stream_data=b"0 0 9 9 re f"))
    field[pdf_name("/AP")] = _dict(N=stream)
    out.update_container(field)
    return out.written()


def moved(pdf, chance):
    out = Revision(pdf)
    field = chance.choice(list(out.root["/AcroForm"]["/Fields"])).get_object()
    field[pdf_name("/Rect")] = _array(0, 0, chance.randrange(9, 99), 99)
    out.update_container(field)
    return out.written()


def third_hand(pdf, chance):
    """A further signature under an authority of somebody's own."""
    out = Revision(pdf)
    name = f"third{chance.randrange(99)}"
    append_signature_field(out, SigFieldSpec(name, box=(10, 10, 90, 60)))
    signer = given_signed.worker("李四", root=_stranger())
    return given_signed.signed_by(out.written(), name, signer)


def encrypted(pdf, chance):
    with pymupdf.open(stream=pdf) as opened:
        key = str(chance.randrange(999))
        return opened.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw=key, user_pw=key)


def _stranger():
    """An authority with the very name of ours."""
    since, until = given_signed.SINCE, given_signed.UNTIL
    named = subject("示例县签章根证书", organisation="示例县人社局")
    return found(named, at=since, until=until)


EDITS = [
    page_content,
    annotation,
    text_field,
    store_swapped,
    store_removed,
    stripped,
    no_form,
    truncated,
    cut_back,
    saved_again,
    saved_along,
    attachment,
    mixed,
    appended,
    metadata,
    script,
    appearance,
    moved,
    third_hand,
    encrypted,
]
