"""What stands behind a sheet: scanned pages of the book, and the workers' own word by phone."""

import hashlib

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from attendance import corrections
from attendance.models import Acknowledgement, CheckIn, Sheet, SheetLine, SheetScan
from project.kernel.guards import Refused, log
from project.kernel.roles import Permission
from project.kernel.uploads import handed_in

SAMPLE = 20  # days of the book that are looked up on the scan, a sheet


@transaction.atomic
def add_scan(sheet, *, by, scan):
    """Keep a scanned page of the sign-in book with the sheet; it is not replaced."""
    sheet = Sheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if not by.has_perm(Permission.SHEET_RECORD, sheet.area_id):
        raise PermissionDenied(_("Recording days belongs to the village clerk."))
    if sheet.state not in (Sheet.State.OPEN, Sheet.State.RETURNED):
        raise Refused(_("The sheet is confirmed: its days no longer change."))
    handed = handed_in(scan)
    known = SheetScan.objects.filter(sha256=handed.sha256).select_related("sheet__area").first()
    if known:
        words = {"sheet": known.sheet}
        raise Refused(_("This very scan is kept with the sheet %(sheet)s already.") % words)
    made = SheetScan(sheet=sheet, name=handed.name, sha256=handed.sha256, added_by=by)
    made.file.save(handed.stored_as, handed.file)
    log(sheet, "scan", by=by, note=handed.name, sha256=handed.sha256)
    return made


@transaction.atomic
def acknowledge_line(sheet, *, phone, disputes=()):
    """A worker says on the own phone that the days are right, or which are not.

    Each day that is not right becomes a correction that somebody decides (`disputes` are pairs of
    a contract, or None, and {day, wanted, reason}); until then nobody takes the sheet further.
    """
    sheet = Sheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    lines = list(sheet.lines.filter(contract__person=phone.person_id).select_related("contract"))
    if not lines:
        raise Sheet.DoesNotExist
    if sheet.state != Sheet.State.CONFIRMED:
        raise Refused(_("The days are confirmed by the village first, and said to be right then."))
    asked = [
        corrections.ask(contract=_disputed(lines, contract).contract, phone=phone, **dispute)
        for contract, dispute in disputes
    ]
    for line in lines:
        _say(line, phone, agrees=not asked)
    return asked


def _disputed(lines, contract):
    """The line of a contract; who has only one need not name it."""
    return next((line for line in lines if contract in (None, line.contract_id)), lines[0])


def _say(line, phone, **said):
    """Keep what was said once, however often it is sent."""
    said |= {name: getattr(line, name) for name in ("full_days", "half_days", "quantity")}
    last = line.acknowledgements.filter(phone=phone).order_by("-pk").values(*said).first()
    if last != said:
        Acknowledgement.objects.create(line=line, phone=phone, **said)


def agreed(sheet):
    """The lines whose worker said on the phone that these very days are right."""
    return (
        sheet.lines.filter(
            Q(quantity=None) | Q(acknowledgements__quantity=F("quantity")),
            acknowledgements__agrees=True,
            acknowledgements__full_days=F("full_days"),
            acknowledgements__half_days=F("half_days"),
        )
        .distinct()
        .order_by("number")
    )


def not_agreed(sheet):
    """The lines whose worker has said nothing on the phone about the days as they stand."""
    rest = sheet.lines.exclude(pk__in=agreed(sheet).values("pk"))
    return rest.select_related("contract__person").order_by("number")


def lines_of(phone):
    """The lines of a worker's sheets that wait for the worker's word or had it, newest first."""
    lines = SheetLine.objects.filter(
        contract__person=phone.person_id, sheet__state__in=Sheet.FROZEN
    )
    return lines.select_related("sheet__area", "contract").order_by("-sheet__month", "pk")


def to_look_up(sheet):
    """Days of the book to look up on the scan: a few, the same ones however often one asks."""
    book = CheckIn.objects.filter(
        contract__sheet_lines__sheet=sheet,
        day__range=(sheet.month.first, sheet.month.last),
        source=CheckIn.Source.BOOK,
        voids=None,
        voided_by=None,
    ).select_related("contract__person", "received_by")
    return sorted(sorted(book, key=_lot)[:SAMPLE], key=lambda row: (row.day, row.pk))


def _lot(entry):
    """Nobody who fills in the book can tell beforehand which days are drawn."""
    return hashlib.sha256(entry.client_id.bytes).digest()
