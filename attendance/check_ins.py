"""Check-ins sent by phones and machines: stored first, once each, and judged after."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import CheckIn
from contracts.models import Contract
from project.kernel.guards import Refused
from project.kernel.months import SHANGHAI
from project.kernel.roles import Permission
from registry.access import areas, in_areas

AT_ONCE = 200
# The third level asks for a live photo, which a check-in sent this way does not carry.
LEVELS = {
    CheckIn.Source.MACHINE: CheckIn.Level.CLERK,
    CheckIn.Source.PHONE: CheckIn.Level.CLERK,
}


@dataclass(frozen=True)
class Report:
    """A day of work as a device tells it, under the number the device gave it."""

    client_id: UUID
    contract: int
    day: date
    source: str
    in_at: time | None = None
    out_at: time | None = None
    device: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None


@dataclass(frozen=True)
class Receipt:
    """What became of a report: the check-in and its doubts, or the error that kept it out."""

    client_id: UUID
    check_in: CheckIn | None = None
    doubts: tuple = ()
    error: Exception | None = None


def check_in(reports, *, by):
    """Store each report once by its number and answer alike however often it is sent."""
    contracts = Contract.objects.filter(pk__in={report.contract for report in reports})
    seen = {contract.pk for contract in contracts.visible_to(by).only("pk")}
    own = {contract.pk: contract for contract in contracts.filter(person__user=by)}
    kept = {contract.pk: contract for contract in contracts.filter(_where_recording(by))}
    errors = [_not_theirs(report, seen, own, kept) for report in reports]
    fit = [report for report, error in zip(reports, errors, strict=True) if error is None]
    stored = _store(fit, by)
    return [
        Receipt(report.client_id, error=error)
        if error
        else _receipt(report, stored[report.client_id], (own | kept)[report.contract])
        for report, error in zip(reports, errors, strict=True)
    ]


def doubts(check_in, contract):
    """What an inspector should look at; it never keeps a check-in out."""
    found = []
    if not contract.starts_on <= check_in.day <= contract.ends_on:
        found.append(_("The day lies outside the contract."))
    if check_in.day > timezone.localdate(check_in.received_at, SHANGHAI):
        found.append(_("The day had not come yet when this was received."))
    if check_in.in_at and check_in.out_at and check_in.out_at < check_in.in_at:
        found.append(_("The worker left before arriving."))
    return tuple(found)


def _where_recording(by):
    return in_areas(areas(by, Permission.SHEET_RECORD))


def _not_theirs(report, seen, own, kept):
    """Those who record days report for their areas; workers report by phone for themselves."""
    if report.contract in kept:
        return None
    if report.contract in own:
        if report.source == CheckIn.Source.PHONE:
            return None
        return PermissionDenied(_("Workers report by phone; machines report for the village."))
    if report.contract in seen:
        return PermissionDenied(_("Recording days belongs to the village clerk."))
    return Contract.DoesNotExist()


@transaction.atomic
def _store(reports, by):
    """Insert what is new and read back what is there, whoever came first."""
    CheckIn.objects.bulk_create([_row(report, by) for report in reports], ignore_conflicts=True)
    stored = CheckIn.objects.filter(client_id__in=[report.client_id for report in reports])
    return {row.client_id: row for row in stored}


def _row(report, by):
    return CheckIn(
        client_id=report.client_id,
        contract_id=report.contract,
        day=report.day,
        in_at=report.in_at,
        out_at=report.out_at,
        source=report.source,
        level=LEVELS[report.source],
        device=report.device,
        longitude=report.longitude,
        latitude=report.latitude,
        received_by=by,
    )


def _receipt(report, row, contract):
    if (row.contract_id, row.day) != (report.contract, report.day):
        taken = _("This number already belongs to another check-in. Give each check-in its own.")
        return Receipt(report.client_id, error=Refused(taken))
    return Receipt(report.client_id, row, doubts(row, contract))
