"""Papers signed by everybody who signs, with an authority that lives as long as the tests."""

from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from types import SimpleNamespace

from PIL import Image, ImageDraw
from weasyprint import HTML, Attachment

from project.kernel.signing.appearance import drawn, seal
from project.kernel.signing.authority import found, subject
from project.kernel.signing.cms import TimeStamper
from project.kernel.signing.fields import Box, with_fields
from project.kernel.signing.pades import sign

BOXES = {"worker": Box(0, 60, 80, 240, 160), "township": Box(0, 300, 60, 419, 179)}
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=3650)
PAGE = (
    "<html lang=en><title>{0}</title><style>@page{{size:A4}}</style>"
    "<h1>Contract {0}</h1><p>600 yuan a month.</p>"
)


@cache
def house():
    """An authority, a township, a clock and an empty list of revoked certificates."""
    root = found(subject("示例县签章根证书", organisation="示例县人社局"), at=SINCE, until=UNTIL)
    stamp = root.signer(subject("示例县时间戳"), at=SINCE, until=UNTIL, stamps_time=True)
    return SimpleNamespace(
        root=root,
        roots=[root.certificate],
        township=root.signer(subject("云岭镇人民政府"), at=SINCE, until=UNTIL),
        stamper=TimeStamper(stamp),
        revocations=[revocations(root)],
    )


def revocations(root, revoked=(), number=1):
    return root.revocations(revoked, number=number, at=SINCE, until=UNTIL)


def worker(name="张三", root=None, at=None):
    """A certificate for one signature."""
    at = at or datetime.now(UTC)
    root = root or house().root
    return root.signer(subject(name, number="0312"), at=at, until=at + timedelta(days=1))


@cache
def paper(number=1):
    """A paper with its data attached, as the press makes it."""
    data = Attachment(string=f'{{"number": {number}}}', name="contract.json", relationship="Data")
    return HTML(string=PAGE.format(number)).write_pdf(attachments=[data])


@cache
def prepared(number=1):
    return with_fields(paper(number), BOXES)


@cache
def handwriting():
    """A PNG as a phone sends it: black strokes on nothing."""
    picture = Image.new("RGBA", (600, 240), (255, 255, 255, 0))
    line = [(30, 200), (200, 40), (300, 180), (420, 60), (560, 150)]
    ImageDraw.Draw(picture).line(line, fill=(0, 0, 0, 255), width=9, joint="curve")
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def signed_by(pdf, field, signer, **changed):
    """The paper with one more signature."""
    said = {
        "at": datetime.now(UTC),
        "reason": "本人签署",
        "location": "云岭镇",
        "stamper": house().stamper,
        "revocations": house().revocations,
    }
    return sign(pdf, field, signer=signer, **(said | changed))


def half(number=1):
    """Signed by the worker alone."""
    return signed_by(prepared(number), "worker", worker(), appearance=drawn(handwriting()))


@cache
def whole(number=1):
    """Signed by both."""
    stamp = seal("示例县云岭镇人民政府")
    return signed_by(half(number), "township", house().township, appearance=stamp)
