"""Scans of what was signed on paper, kept as they came."""

from pathlib import PurePath

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from contracts.models import ContractScan
from project.kernel.guards import Refused, log
from project.kernel.sealing import seal_file

SCANS = (b"%PDF", b"\xff\xd8\xff", b"\x89PNG")
SCAN_AT_MOST = 20 * 1024 * 1024


def scanned(upload):
    """The bytes of an uploaded scan, if it is one: a PDF or a picture of at most 20 MB."""
    content = upload.read(SCAN_AT_MOST + 1)
    if len(content) > SCAN_AT_MOST:
        raise Refused(_("The scan is larger than 20 MB; scan it at a lower resolution."))
    if not content.startswith(SCANS):
        raise Refused(_("The scan must be a PDF, JPEG or PNG file."))
    return content


def keep_scan(contract, scan, *, by):
    """Keep a scan as it came, once; a file that is no PDF and no picture is no scan."""
    content = scanned(scan)
    name = PurePath(scan.name).name[-120:]
    made = ContractScan(contract=contract, name=name, sha256=seal_file(content), added_by=by)
    if contract.scans.filter(sha256=made.sha256).exists():
        raise Refused(_("This very scan is kept already; choose the scan of the new paper."))
    made.file.save(f"{made.sha256}{PurePath(name).suffix.lower()}", ContentFile(content))
    log(contract, "scan", by=by, note=name, sha256=made.sha256)
    return made
