"""Scans of what was signed on paper, kept as they came."""

from django.utils.translation import gettext as _

from contracts.models import ContractScan
from project.kernel.guards import Refused, log
from project.kernel.uploads import handed_in


def keep_scan(contract, scan, *, by):
    """Keep a scan as it came, once; a file that is no PDF and no picture is no scan."""
    handed = handed_in(scan)
    name = handed.name
    made = ContractScan(contract=contract, name=name, sha256=handed.sha256, added_by=by)
    if contract.scans.filter(sha256=made.sha256).exists():
        raise Refused(_("This very scan is kept already; choose the scan of the new paper."))
    made.file.save(handed.stored_as, handed.file)
    log(contract, "scan", by=by, note=name, sha256=made.sha256)
    return made
