"""A file is judged by its content, and one that cannot be read gets one clear sentence."""

import io
import struct
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from PIL import Image

from project.kernel.tables import Unreadable, read

pytestmark = pytest.mark.usefixtures("english")

SAMPLE = Path(__file__).parent.parent / "data" / "township-sample"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def workbook(*pages, hidden=()):
    """A workbook as bytes; each page is a list of rows."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"default_date_format": "yyyy-mm-dd"}) as book:
        for number, rows in enumerate(pages):
            sheet = book.add_worksheet()
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
            if number in hidden:
                sheet.hide()
    return output.getvalue()


def old_workbook(rows):
    """The rows as a workbook of Excel 97: a compound file with one BIFF8 stream."""
    stream = _biff(rows).ljust(4096, b"\0")
    sectors = len(stream) // 512
    chain = [*range(3, sectors + 2), 0xFFFFFFFE]
    fat = struct.pack("<128I", *[0xFFFFFFFD, 0xFFFFFFFE, *chain, *[0xFFFFFFFF] * (126 - sectors)])
    head = OLE + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    entries = _entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + _entry("Workbook", 2, 2, len(stream))
    return head + fat + entries.ljust(512, b"\0") + stream


def _entry(name, kind, first, size, child=0xFFFFFFFF):
    text = name.encode("utf-16-le")
    links = struct.pack("<3I", 0xFFFFFFFF, 0xFFFFFFFF, child)
    body = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1) + links
    return body + bytes(36) + struct.pack("<IQ", first, size)


def _biff(rows):
    start = _record(0x809, struct.pack("<4H2I", 0x600, 5, 0, 0, 0, 0))
    ahead = len(start) + 4 + 6 + 2 + 2 + 4
    named = _record(0x85, struct.pack("<IHBB", ahead, 0, 2, 0) + b"S1")
    cells = b"".join(
        _record(0x204, struct.pack("<4HB", row, place, 0, len(cell), 1) + cell.encode("utf-16-le"))
        for row, line in enumerate(rows)
        for place, cell in enumerate(line)
    )
    page = _record(0x809, struct.pack("<4H2I", 0x600, 0x10, 0, 0, 0, 0))
    return start + named + _record(10, b"") + page + cells + _record(10, b"")


def _record(kind, body):
    return struct.pack("<HH", kind, len(body)) + body


def package(**parts):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return output.getvalue()


def photo():
    output = io.BytesIO()
    Image.new("RGB", (64, 64), "green").save(output, "JPEG")
    return output.getvalue()


def refusal(content, name="holders.xlsx"):
    with pytest.raises(Unreadable) as refused:
        read(content, name)
    return refused.value.sentence


def test_a_workbook_keeps_its_row_numbers_and_types():
    sheet = read(workbook([[], [], ["姓名", "起"], ["李明", date(2026, 1, 1)], ["", 2.5]]))

    assert sheet.pages[0].rows[2] == ["姓名", "起"]
    assert sheet.pages[0].rows[3] == ["李明", date(2026, 1, 1)]
    assert sheet.pages[0].rows[4] == ["", 2.5]


def test_an_old_workbook_is_read():
    sheet = read(old_workbook([["姓名", "村"], ["李明", "青石村"]]), "old.xls")

    assert sheet.pages[0].rows == [["姓名", "村"], ["李明", "青石村"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_text_table_is_read_in_the_encodings_of_offices(encoding, delimiter):
    lines = [["姓名", "备注"], ["彭㛃", "奚𬱖福"], [], ["", '"a\nb"']]
    text = "\r\n".join(delimiter.join(line) for line in lines)

    rows = read(text.encode(encoding), "list.csv").pages[0].rows

    assert rows == [["姓名", "备注"], ["彭㛃", "奚𬱖福"], [], ["", "a\nb"]]


def test_a_file_on_disk_is_named_after_itself():
    assert read(SAMPLE / "attendance.csv").filename == "attendance.csv"
    assert len(read(SAMPLE / "attendance.csv").pages[0].rows) == 587


def test_hidden_and_empty_pages_are_left_out():
    sheet = read(workbook([["a"]], [["secret"]], [], [["b"]], hidden={1}))

    assert [page.rows for page in sheet.pages] == [[["a"]], [["b"]]]


def test_a_photo_is_not_a_spreadsheet_whatever_its_name():
    assert "not a spreadsheet" in refusal(photo(), "holders.xlsx")


@pytest.mark.parametrize("content", [b"", b"\r\n ,,\r\n", b"\xef\xbb\xbf", workbook([])])
def test_an_empty_file_is_said_to_be_empty(content):
    assert "is empty" in refusal(content)


def test_a_file_of_thirty_megabytes_is_refused_before_it_is_opened(tmp_path):
    file = tmp_path / "large.xlsx"
    with file.open("wb") as stream:
        stream.truncate(30 * 1024 * 1024)

    assert "too large: 30 MB" in refusal(file)
    assert "too large: 21 MB" in refusal(b"x" * (20 * 1024 * 1024 + 1))


def test_an_encrypted_workbook_asks_for_its_password_to_be_removed():
    encrypted = OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)

    assert "password" in refusal(encrypted)


def test_a_package_that_unpacks_to_too_much_is_not_unpacked():
    bomb = package(xl__workbook_xml="<workbook/>", xl__media="0" * (401 * 1024 * 1024))

    assert len(bomb) < 1024 * 1024
    assert "unpacks to more" in refusal(bomb)


def test_two_cells_far_apart_do_not_make_a_sheet_of_billions():
    output = io.BytesIO()
    with xlsxwriter.Workbook(output) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "here")
        sheet.write(1_048_575, 16_383, "there")

    assert "unpacks to more" in refusal(output.getvalue())


def test_too_many_cells_of_text_are_refused():
    assert "unpacks to more" in refusal(b"," * 6_000_001)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (package(word__document_xml="<document/>"), "not a spreadsheet"),
        (OLE + bytes(600), "not a spreadsheet"),
        (OLE + "Workbook".encode("utf-16-le") + bytes(600), "damaged"),
        (package(xl__workbook_xml="<workbook/>"), "damaged"),
        (workbook([["a"]])[:-100], "damaged"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
        (b'a,"b\nc', "damaged"),
        (b"<html><table></table></html>", "web page"),
        (b"\x00\x01\x02", "not a spreadsheet"),
        ("姓名".encode("utf-16"), "not a spreadsheet"),
        (b"\xff\xff\xff", "not a spreadsheet"),
    ],
)
def test_other_content_gets_its_own_sentence(content, word):
    assert word in refusal(content)
