"""What people with bad intentions send, by class of attack, drawn from one seed."""

import base64
import io
import json
import struct
import zipfile
import zlib
from functools import cache

import xlsxwriter
from PIL import Image

NUL = "\0"
TEXTS = {
    "sql": "'; DROP TABLE payroll_payline; --",
    "sql in numbers": "1 OR 1=1",
    "template": "{{ request.user }}{% load static %}{%",
    "format": "%s%n%(name)s{0.__class__.__mro__}",
    "script": "<script>alert(1)</script><svg/onload=alert(1)>",
    "formula": "=cmd|' /C calc'!A0",
    "right to left": "\u202e元008\u202c\u200b\ufeff",
    "huge number": "9" * 5000,
    "beyond every number": "1e999999999",
    "nothing of a number": "NaN",
    "without end": "-Infinity",
    "64 bits and one": str(2**63),
    "below nothing": "-1",
    "other digits": "１２٣৪",
    "no day": "2026-02-30",
    "last day of days": "9999-12-31",
    "day nought": "0000-00-00",
    "way out": "../../../../etc/passwd",
    "two heads": "a\r\nSet-Cookie: a=b",
    "very long": "长" * 60_000,
    "nul": f"a{NUL}b",
    "emoji": "👩‍👩‍👧‍👦" * 40,
    "json": '{"a": [1, {"b": null}]}',
    "deep json": "[" * 50_000,
    "empty": "   ",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "true": "true",
}
# JSON says more than forms can.
VALUES = {
    **TEXTS,
    "half a sign": "\ud800",
    "list": [[[[]]]],
    "object": {"a": {"b": 1}},
    "null": None,
    "yes": True,
    "huge integer": 10**400,
    "float": 1e308,
    "many": list(range(5000)),
}
# Bodies that are no JSON document at all, or none of ours.
BODIES = {
    "cut": b'{"note": "',
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000,
    "not utf-8": b'{"note": "\xff\xfe\x80"}',
    "list": b"[1, 2]",
    "number": b"1e400",
    "nothing": b"null",
    "not a number": b"NaN",
    "xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "half a sign": b'{"note": "\\ud800", "reason": "\\ud800", "area": "\\ud800"}',
    "repeated": b"{" + b",".join(b'"a%d":1' % n for n in range(20_000)) + b"}x",
}
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><l>&j;</l>"
)
TELL = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
PLAIN_PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n%%EOF"


def packed(parts, **options):
    """A zip of named parts."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, **options) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return output.getvalue()


def book(xml, **more):
    """A workbook whose one sheet is as told."""
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": "<Relationships/>",
            "xl/workbook.xml": "<workbook/>",
            "xl/worksheets/sheet1.xml": xml,
        }
        | more
    )


@cache
def picture(size=(8, 8), form="PNG"):
    output = io.BytesIO()
    Image.new("RGB", size, "white").save(output, form)
    return output.getvalue()


def wide_png(width, height):
    """A picture that says it is so wide and so high, and holds next to nothing."""

    def chunk(name, content):
        crc = zlib.crc32(name + content)
        return struct.pack(">L", len(content)) + name + content + struct.pack(">L", crc)

    head = struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    ends = chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + ends


def pdf(inside, name=b"/JavaScript"):
    """A scan with a program, said in one of the ways in which PDF can say it."""
    acts = b"<< /S " + name + b" /JS (app.alert(1)) >>"
    if inside == "bundle":
        bundle = zlib.compress(b"5 0 " + acts)
        acts = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n" + bundle
        acts += b"\nendstream"
    return b"%PDF-1.7\n4 0 obj\n" + acts + b"\nendobj\n%%EOF"


@cache
def files():
    """Files of every bad kind, none of which any page takes as evidence or as a picture."""
    zeros = bytes(30 * 1024 * 1024)
    png = picture()
    return {
        "program": b"MZ\x90\0" + bytes(500),
        "script": b"#!/bin/sh\nrm -rf /\n",
        "page": b"<!doctype html><script>alert(1)</script>",
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "gif and script": b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)",
        "nothing": b"",
        "one byte": b"\0",
        "a picture's head": b"\x89PNG\r\n\x1a\n",
        "half a picture": picture((300, 300), "JPEG")[:700],
        "pixel bomb": wide_png(60_000, 60_000),
        "wider bomb": wide_png(2**31 - 1, 2**31 - 1),
        "narrow bomb": wide_png(1, 2**31 - 1),
        "jpeg of passes": picture((64, 64), "JPEG")[:-2] + b"\xff\xda\0\x08" * 4000 + b"\xff\xd9",
        "png of text": png[:33] + _text_bomb() + png[33:-12],
        "pdf with a program": pdf("plain"),
        "pdf in other letters": pdf("plain", b"/J#61vaScript"),
        "pdf in a bundle": pdf("bundle"),
        "pdf with a file": PLAIN_PDF + b"\n<< /Type /EmbeddedFile >>",
        "pdf that starts": PLAIN_PDF + b"\n<< /S /Launch /F (cmd.exe) >>",
        "pdf that is locked": PLAIN_PDF + b"\ntrailer << /Encrypt 9 0 R >>",
        "zip": packed({"a.txt": "a"}),
        "zip bomb": packed({"a": zeros}),
        "zip in zip": packed({"a.zip": packed({"b": "c"})}),
        "zip that leads out": packed({"../../a.jpg": png, "/etc/a.jpg": png}),
        "zip of many": packed({f"{n}.txt": "" for n in range(6000)}),
        "macros": book("<worksheet/>", **{"xl/vbaProject.bin": b"\xd0\xcf"}),
        "document with a file": packed({"[Content_Types].xml": "", "word/embeddings/a.exe": "MZ"}),
        "old office": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000),
        "broken gb18030": "姓名,金额\n张".encode("gb18030")[:-1] + b"\xff",
        "utf-16": "姓名,金额\n张三,1".encode("utf-16"),
        "archive": b"Rar!\x1a\x07\0" + bytes(100),
    }


def _text_bomb():
    content = b"a\0\0" + zlib.compress(bytes(20 * 1024 * 1024))
    crc = zlib.crc32(b"zTXt" + content)
    return struct.pack(">L", len(content)) + b"zTXt" + content + struct.pack(">L", crc)


@cache
def sheets():
    """Spreadsheets that no page of imports writes anything of."""
    cell = '<c r="{0}" t="inlineStr"><is><t>{1}</t></is></c>'
    row = "<worksheet><sheetData><row r='1'>{}</row></sheetData></worksheet>"
    return files() | {
        "laughs": book(LAUGHS),
        "entity": book(TELL),
        "sheet bomb": book("<worksheet>" + " " * (60 * 1024 * 1024)),
        "a million columns": ("," * 1_000_000).encode(),
        "a line without end": b"a" * 6_000_000,
        "cells far away": book(row.format(cell.format("A1", "a") + cell.format("XFD1048576", "b"))),
        "no column": book(row.format(cell.format("ZZZZ1", "a"))),
        "open quote": '姓名,"'.encode() + b"a," * 1000,
        "only commas": b",\n" * 200_000,
        "pain.002": b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03">'
        + b"<a/>" * 40_000,
        "pain.002 that laughs": LAUGHS.replace(
            "<l>", '<l xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.">'
        ).encode(),
        "rules as deep json": b"[" * 100_000,
        "rules of nothing": json.dumps([{"code": "\ud800", "value": 1e400, "area": {}}]).encode(),
        "macros and rows": book(
            row.format(cell.format("A1", "=1+1")), **{"xl/vbaProject.bin": b"x"}
        ),
        "other workbook": book(row, **{"xl/externalLinks/externalLink1.xml": TELL}),
        "a cut one": book(row)[:300],
        "base64": base64.b64encode(book(row)),
    }


def table(headings, cells, *, as_text):
    """A table under the right headings, with hostile cells below them."""
    if as_text:
        quoted = (
            ['"' + str(cell).replace('"', '""') + '"' for cell in line]
            for line in (headings, *cells)
        )
        return "\r\n".join(",".join(line) for line in quoted).encode("utf-8", "replace")
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_urls": False}) as made:
        sheet = made.add_worksheet()
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading)
        for number, line in enumerate(cells, 1):
            for place, cell in enumerate(line):
                if str(cell).startswith("="):
                    sheet.write_formula(number, place, cell, value=cell)
                else:
                    sheet.write_string(number, place, str(cell)[:32_000])
    return output.getvalue()
