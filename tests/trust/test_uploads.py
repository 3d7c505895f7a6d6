"""A file is what its content says: taken in bounds, kept as it came, served inert."""

import io
import socket
import struct
import threading

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import translation
from PIL import Image

from project.kernel.guards import Refused
from project.kernel.uploads import PAPERS, handed_in, redrawn, refuse_infected, served
from project.kernel.uploads.pictures import MOST_PIXELS, anew
from tests.trust import attacks

pytestmark = pytest.mark.usefixtures("english")
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def upload(content, name="扫描.pdf"):
    return ContentFile(content, name=name)


def test_no_hostile_file_is_taken_as_evidence_as_a_paper_or_as_a_photo():
    taken = []
    for kind, content in attacks.files().items():
        for take in (handed_in, lambda file: handed_in(file, PAPERS), redrawn):
            try:
                take(upload(content))
            except Refused as refused:
                assert refused.messages[0].endswith(".")
            else:
                taken.append(kind)
    assert taken == []


def test_honest_files_are_taken_byte_for_byte_and_named_by_what_they_are():
    document = attacks.packed({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"})
    honest = {
        attacks.PLAIN_PDF: ".pdf",
        attacks.picture(): ".png",
        attacks.picture((9, 9), "JPEG") + b"what a camera puts behind": ".jpg",
        document: ".docx",
    }
    for content, ending in honest.items():
        handed = handed_in(upload(content, "a.exe"), PAPERS)
        assert (handed.content, handed.name) == (content, "a.exe")
        assert handed.stored_as == f"{handed.sha256}{ending}"


def test_a_photo_drawn_anew_keeps_neither_place_nor_payload():
    exif = Image.Exif()
    exif[0x010E] = "lies at 26.1, 106.2"
    output = io.BytesIO()
    Image.new("RGB", (40, 20)).save(output, "JPEG", exif=exif)

    drawn = anew(output.getvalue() + b"PK\x03\x04 hidden")

    assert b"Exif" not in drawn and b"hidden" not in drawn
    assert MOST_PIXELS < 60_000 * 60_000


@pytest.mark.parametrize(
    ("content", "content_type", "name"),
    [
        (b"<script>alert(1)</script>", "application/octet-stream", "a.html"),
        (attacks.PLAIN_PDF, "application/pdf", "a.html.pdf"),
        (attacks.picture(), "image/png", "a.html.png"),
    ],
)
def test_what_is_kept_goes_out_to_be_saved_under_a_type_of_its_own(content, content_type, name):
    answer = served(ContentFile(content, name="kept"), "a.html")

    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == content


@pytest.fixture
def clamd(settings):
    """A scanner that speaks clamd's protocol and knows one file as harmful."""
    listening = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD = f"127.0.0.1:{listening.getsockname()[1]}"
    threading.Thread(target=_scan_until_closed, args=[listening], daemon=True).start()
    yield settings
    listening.close()


def _scan_until_closed(listening):
    while True:
        try:
            line, _from = listening.accept()
        except OSError:
            return
        with line, line.makefile("rb") as asked:
            assert asked.read(10) == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack(">L", asked.read(4))[0]:
                content += asked.read(length)
            said = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
            line.sendall(b"stream: " + said + b"\0")


@pytest.mark.django_db
def test_where_there_is_a_scanner_every_upload_passes_it(clamd):
    clean, found = (
        Client(headers={"accept-language": "en"}).post("/v/NOSUCHCODE00", {"file": upload(content)})
        for content in (b"clean" * 200_000, bytes(300_000) + EICAR)
    )
    clamd.CLAMD = "127.0.0.1:1"
    silent = Client(headers={"accept-language": "en"}).post(
        "/v/NOSUCHCODE00", {"file": upload(b"clean")}
    )

    assert clean.status_code == 404
    assert found.status_code == 422 and "Eicar-Test-Signature" in found.content.decode()
    assert silent.status_code == 503 and "does not answer" in silent.content.decode()
    with pytest.raises(Refused, match="does not answer"):
        refuse_infected(b"a picture of a phone")
