"""What a file is, said by its first bytes and never by its name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of file: how it begins, what its name ends in, and how it is served."""

    title: str
    starts: bytes
    endings: tuple
    content_type: str

    @property
    def ending(self):
        return self.endings[0]


PDF = Kind("PDF", b"%PDF-", (".pdf",), "application/pdf")
JPEG = Kind("JPEG", b"\xff\xd8\xff", (".jpg", ".jpeg"), "image/jpeg")
PNG = Kind("PNG", b"\x89PNG\r\n\x1a\n", (".png",), "image/png")
PACKAGE = Kind(
    "Office", b"PK\x03\x04", (".docx", ".xlsx", ".pptx", ".wps", ".et", ".ofd"), "application/zip"
)
KINDS = (PDF, JPEG, PNG, PACKAGE)
UNKNOWN = Kind("", b"", (".bin",), "application/octet-stream")


def kind_of(content):
    """The kind of a file, or the kind of which nothing is known."""
    return next((kind for kind in KINDS if content.startswith(kind.starts)), UNKNOWN)
