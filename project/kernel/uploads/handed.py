"""Files that people hand in as evidence: kept byte for byte, named by what they are."""

import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from project.kernel.guards import Refused
from project.kernel.sealing import seal_file
from project.kernel.uploads import packages, pdfs, pictures
from project.kernel.uploads.kinds import JPEG, PACKAGE, PDF, PNG, Kind, kind_of

MEGABYTE = 1024 * 1024
AT_MOST = 20 * MEGABYTE
SCANS = (PDF, JPEG, PNG)
PAPERS = (PDF, JPEG, PNG, PACKAGE)
OFFICE = {"parts": 5_000, "unpacked": 400 * MEGABYTE}
OFFICE_PARTS = {"[content_types].xml", "ofd.xml", "mimetype"}


@dataclass(frozen=True)
class Handed:
    """A file as it was handed in, named by what it is and by its hash."""

    content: bytes
    name: str
    sha256: str
    kind: Kind

    @property
    def file(self):
        return ContentFile(self.content, name=self.stored_as)

    @property
    def stored_as(self):
        return f"{self.sha256}{self.kind.ending}"


def read_within(upload, most, sentence):
    """The bytes of an upload, of which no more is read than there may be."""
    content = upload.read(most + 1)
    if len(content) > most:
        raise Refused(sentence)
    return content


def handed_in(upload, kinds=SCANS):
    """Read a file once; what is no whole file of these kinds shows nothing and is refused."""
    large = _("The file is larger than 20 MB; scan it at a lower resolution.")
    content = read_within(upload, AT_MOST, large)
    kind = kind_of(content)
    if kind not in kinds:
        raise Refused(_wanted(kinds))
    if said := CHECKS[kind](content):
        raise Refused(said)
    name = PurePath(upload.name or "").name[-120:]
    return Handed(content, name, seal_file(content), kind)


def _wanted(kinds):
    if PACKAGE in kinds:
        return _("The file must be a PDF, a picture (JPEG, PNG) or an Office file.")
    return _("The file must be a PDF, JPEG or PNG file.")


def _of_picture(content):
    if pictures.is_picture(content):
        return ""
    return _("The picture is damaged or has too many pixels. Scan it again.")


def _of_package(content):
    """An Office file without programs and without other files inside."""
    try:
        with packages.opened(content, **OFFICE) as package:
            names = {name.lower() for name in package.namelist()}
            acts = packages.active(package)
            _read_through(package)
    except packages.OutOfBounds as refused:
        return str(refused)
    except packages.BROKEN_ZIP:
        return _("The Office file is damaged or locked. Save it again without a password.")
    if not names & OFFICE_PARTS:
        return _wanted(PAPERS)
    if acts:
        return _("The Office file holds a program or another file. Save it as a PDF.")
    return ""


def _read_through(package: zipfile.ZipFile):
    """What a package says of the length of its parts is not believed."""
    for part in package.infolist():
        with package.open(part) as file:
            while file.read(MEGABYTE):
                pass


CHECKS = {PDF: pdfs.fault, JPEG: _of_picture, PNG: _of_picture, PACKAGE: _of_package}
