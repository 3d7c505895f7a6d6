"""Files that people hand in as evidence: kept as they came, known by their hash."""

from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from project.kernel.guards import Refused
from project.kernel.sealing import seal_file

AT_MOST = 20 * 1024 * 1024
KINDS = {b"%PDF": ".pdf", b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png"}


@dataclass(frozen=True)
class Handed:
    """A file as it was handed in, named by what it is and by its hash."""

    content: ContentFile
    name: str
    sha256: str

    @property
    def stored_as(self):
        return self.content.name


def handed_in(file):
    """Read a file once; what is no PDF and no picture shows nothing and is refused."""
    content = file.read()
    if len(content) > AT_MOST:
        raise Refused(_("The file is larger than 20 MB; scan it at a lower resolution."))
    ending = next((KINDS[start] for start in KINDS if content.startswith(start)), None)
    if ending is None:
        raise Refused(_("The file must be a PDF, JPEG or PNG file."))
    sha256 = seal_file(content)
    return Handed(
        content=ContentFile(content, name=f"{sha256}{ending}"),
        name=PurePath(file.name).name[-120:],
        sha256=sha256,
    )
