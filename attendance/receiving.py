"""Check-ins as they arrive: stored first, once each, flagged where something is doubtful.

One statement recognises the sender, stores what is new and raises the flags that can be seen at
once, so that a check-in costs one journey to the database. What needs a look at other days or
other people is raised later, by attendance.judging.
"""

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from datetime import date, datetime
from datetime import time as clock
from decimal import Decimal
from threading import local
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic_core import to_json

from attendance.arrival_sql import ARRIVING
from attendance.devices import signed
from attendance.doubts import seen_in
from attendance.models import CheckIn, Flag
from contracts.models import Contract
from policy.selectors import rulings
from project.kernel.guards import Refused
from project.kernel.models import User
from project.kernel.months import today
from project.kernel.roles import Permission, roles_with
from registry.access import areas, in_areas

AT_ONCE = 200
CODES = {
    "max_accuracy": "attendance.max_accuracy_metres",
    "max_drift": "attendance.max_drift_seconds",
    "late": "attendance.max_late_upload_hours",
    "slack": "attendance.fence_slack_metres",
    "waits": "attendance.flags_that_wait",
}
ROLES = "{{{}}}".format(",".join(roles_with(Permission.SHEET_RECORD))).encode()


class NotStored(Exception):
    """Nothing was stored for a token; who asks with a person's name learns why."""


@dataclass(frozen=True)
class Sender:
    """Who sends: a program by its token's digest, a person by number, a phone by its digest."""

    kind: str
    known_by: object
    public_key: str = ""


# Reports and receipts come by the hundred thousand; frozen, each of their fields costs a call.
@dataclass(eq=False)
class Report:
    """A day of work as a device tells it, under the number the device gave it."""

    client_id: UUID
    contract: int
    day: date
    source: str = CheckIn.Source.PHONE
    kind: str = CheckIn.Kind.IN
    in_at: clock | None = None
    out_at: clock | None = None
    device: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    accuracy: int | None = None
    photo: str = ""
    at: datetime | None = None
    sequence: int | None = None
    previous: str = ""
    mock: bool = False
    said: str = ""
    signature: str = ""
    drift: int | None = None
    worth: Decimal = Decimal(1)
    quantity: Decimal | None = None
    file: int | None = None


@dataclass(eq=False)
class Receipt:
    """What became of a report: the check-in and its doubts, or the error that kept it out."""

    report: Report
    id: int = 0
    level: int = 0
    received_at: datetime | None = None
    doubts: tuple = ()
    error: Exception | None = None


def receive(reports, *, sender):
    """Store each report once by its number and answer alike however often it is sent."""
    first = {report.client_id: report for report in reversed(reports)}
    limits = limits_of({report.contract for report in reports})
    known = [report for report in first.values() if report.contract in limits]
    answers = _stored(known, limits, sender) if known else {}
    if rest := [report for report in reports if id(report) not in answers]:
        answers |= _again(rest, sender)
    return [answers[id(report)] for report in reports]


def _stored(reports, limits, sender):
    """{id of the report: receipt} of what the statement has newly stored."""
    now, on = timezone.now(), today()
    rows = [
        _row(number, report, limits[report.contract], sender, now, on)
        for number, report in enumerate(reports)
    ]
    waits = {found["area"]: found["waits"] for found in limits.values()}
    found = ARRIVING[sender.kind].rows(
        to_json(rows),
        str(sender.known_by).encode(),
        on.isoformat().encode(),
        ROLES,
        now.isoformat().encode(),
        to_json(waits),
    )
    places = [(int(n), int(pk), json.loads(text) if text else ()) for n, pk, text in found]
    return {
        id(reports[n]): Receipt(reports[n], pk, rows[n]["level"], now, tuple(sorted(doubts)))
        for n, pk, doubts in places
    }


def _row(number, report, limits, sender, now, on):
    """The report as the statement reads it, with its place and what it shows by itself."""
    forged = bool(sender.public_key) and not signed(
        sender.public_key, report.said, report.signature
    )
    given = {name: value for name, value in vars(report).items() if value is not None}
    return given | {
        "number": number,
        "level": _level(report, sender),
        "hash": hashlib.sha256(report.said.encode()).hexdigest() if report.said else "",
        "slack": limits["slack"],
        "found": seen_in(report, limits, now=now, today=on, forged=forged),
    }


def _level(report, sender):
    """Own check-in is a signed one with place and picture; the picture itself follows."""
    whole = sender.kind == "phone" and report.longitude is not None and report.photo
    return int(CheckIn.Level.OWN if whole else CheckIn.Level.CLERK)


class Limits:
    """Where contracts lie, for good, and what their areas allow, read again every so often."""

    def __init__(self):
        self.until, self.areas, self.limits = 0, {}, {}

    def of(self, contracts):
        """{contract: limits} of those contracts that there are."""
        if time.monotonic() >= self.until:
            self.until, self.limits = time.monotonic() + settings.CHECK_IN_RULES_SECONDS, {}
        if new := [pk for pk in contracts if pk not in self.areas]:
            found = Contract.objects.filter(pk__in=new).values_list("pk", "area_id")
            self.areas.update(found)
        areas = {pk: self.areas[pk] for pk in contracts if pk in self.areas}
        if new := sorted(set(areas.values()) - self.limits.keys()):
            ruled = rulings(list(CODES.values()), on=today(), areas=new)
            for area, found in ruled.items():
                limits = {name: found[code].value for name, code in CODES.items()}
                self.limits[area] = limits | {"area": area}
        return {pk: self.limits[area] for pk, area in areas.items()}


_limits = local()


def limits_of(contracts):
    """The limits that reports on some contracts are judged by."""
    if not hasattr(_limits, "kept"):
        _limits.kept = Limits()
    return _limits.kept.of(contracts)


def _again(reports, sender):
    """Answer for what was there already, and say of the rest why it was kept out."""
    if sender.kind == "token":
        return {id(report): Receipt(report, error=NotStored()) for report in reports}
    rights = _rights(sender, {report.contract for report in reports})
    known = CheckIn.objects.filter(client_id__in=[report.client_id for report in reports])
    known = {row.client_id: row for row in known.prefetch_related("flags")}
    return {id(r): _one_again(r, known.get(r.client_id), rights) for r in reports}


def _one_again(report, row, rights):
    if error := rights.error(report):
        return Receipt(report, error=error)
    if row is None:  # another one was quicker and was undone: the device sends it again
        return Receipt(report, error=Refused(_("Send this check-in once more.")))
    if row.contract_id != report.contract:
        taken = _("This number already belongs to another check-in. Give each check-in its own.")
        return Receipt(report, error=Refused(taken))
    if (row.day, row.kind, row.said) != (report.day, report.kind, report.said):
        return _replayed(row, report)
    return _as_before(report, row)


def _as_before(report, row):
    doubts = tuple(sorted(flag.code for flag in row.flags.all()))
    return Receipt(report, row.pk, row.level, row.received_at, doubts)


def _replayed(row, report):
    """The number came again with another content: the first stands, the second is evidence."""
    limits = limits_of({row.contract_id})[row.contract_id]
    Flag.objects.get_or_create(
        check_in=row,
        code=Flag.Code.REPLAY,
        defaults={
            "waits": Flag.Code.REPLAY in limits["waits"],
            "evidence": json.loads(json.dumps(asdict(report), default=str)),
        },
    )
    return _as_before(report, CheckIn.objects.prefetch_related("flags").get(pk=row.pk))


@dataclass(frozen=True)
class Rights:
    """The contracts a sender may write for from anywhere, those it may by phone, those it sees."""

    kept: frozenset = frozenset()
    own: frozenset = frozenset()
    seen: frozenset = frozenset()

    def error(self, report):
        """Why the sender may not write this report, if so."""
        if report.contract in self.kept:
            return None
        if report.contract in self.own:
            if report.source == CheckIn.Source.PHONE:
                return None
            return PermissionDenied(_("Workers report by phone; machines report for the village."))
        if report.contract in self.seen:
            return PermissionDenied(_("Recording days belongs to the village clerk."))
        return Contract.DoesNotExist()


def _rights(sender, wanted):
    """What the statement allows, asked again in words for the answer."""
    contracts = Contract.objects.filter(pk__in=wanted)
    if sender.kind == "phone":
        mine = contracts.filter(person__devices__digest=sender.known_by)
        return Rights(own=_keys(mine.filter(person__devices__ended_at__isnull=True)))
    by = User.objects.get(pk=sender.known_by)
    return Rights(
        kept=_keys(contracts.filter(in_areas(areas(by, Permission.SHEET_RECORD)))),
        own=_keys(contracts.filter(person__user=by)),
        seen=_keys(contracts.visible_to(by)),
    )


def _keys(contracts):
    return frozenset(contracts.values_list("pk", flat=True))
