"""The sign-in book: its days entered by hand, with the hours or pieces where these are paid."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from attendance.models import CheckIn, Sheet
from attendance.models.measuring import most_of_a_day
from attendance.models.showing import shown
from contracts.changes import suspended_days
from project.kernel.guards import Refused, log
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.models import NATION

TWICE = ("contract__person", "contract__area")
WORTHS = (Decimal(0), Decimal("0.5"), Decimal(1))


@dataclass(frozen=True)
class Entry:
    """One day of one contract as it is entered: what it counts, and how much was done."""

    contract: int
    day: date
    worth: Decimal
    quantity: Decimal | None = None


@transaction.atomic
def record(sheet, *, by, marks, note=""):
    """Enter days of the sign-in book, {contract id: {day: 1, 0.5 or 0}}; 0 voids what was there.

    Where hours or pieces are paid, the mark of a day is their number. A day that the month does not
    have comes as its own number and is refused by name (S-05).
    """
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("area").get(pk=sheet.pk)
    if not by.has_perm(Permission.SHEET_RECORD, sheet.area_id):
        raise PermissionDenied(_("Recording days belongs to the village clerk."))
    if sheet.state not in (Sheet.State.OPEN, Sheet.State.RETURNED):
        raise Refused(_("The sheet is confirmed: its days no longer change."))
    lines = {line.contract_id: line for line in sheet.lines.select_related("contract__person")}
    problems, entries = _entries(sheet, lines, marks)
    problems = problems or _elsewhere(sheet, lines, entries)
    if problems:
        raise Refused(problems)
    _void_days(sheet, [(entry.contract, entry.day) for entry in entries], by)
    made = [_book_entry(entry, by) for entry in entries if entry.worth]
    CheckIn.objects.bulk_create(made)
    log(sheet, "record", by=by, note=note, days=len(entries))
    return sheet


def _entries(sheet, lines, marks):
    problems, entries = [], []
    paused = suspended_days(sheet.month, list(marks))
    for contract_id, days in marks.items():
        line = lines.get(contract_id)
        if line is None:
            problems.append(_("Somebody who is not on the sheet cannot be given days."))
            continue
        for day, said in days.items():
            problems += _day_problems(sheet, line, day, paused.get(contract_id, 0))
            entry = _entry(line.contract, day, Decimal(str(said)))
            problems += _mark_problems(line.contract, entry)
            entries.append(entry)
    return problems, entries


def _entry(contract, day, said):
    """Hours or pieces make a whole day of presence, and nothing of them none."""
    if not contract.is_measured:
        return Entry(contract.pk, day, said)
    return Entry(contract.pk, day, Decimal(bool(said)), said or None)


def _mark_problems(contract, entry):
    """A day is none, half or whole; hours are those of a day, pieces what can be kept."""
    words = {"name": contract.person.name, "day": entry.day}
    if entry.quantity is not None:
        most = most_of_a_day(contract)
        if 0 < entry.quantity <= most:
            return []
        sentence = _("%(name)s, %(day)s: enter a number from 0.01 to %(most)s.")
        return [sentence % (words | {"most": most})]
    if entry.worth in WORTHS:
        return []
    return [_("%(name)s, %(day)s: a day counts whole, half or not at all.") % words]


def _elsewhere(sheet, lines, entries):
    """A day recorded on another post of the person already is refused, and both are shown."""
    wanted = {
        (lines[entry.contract].contract.person_id, entry.day): entry.worth
        for entry in entries
        if entry.worth and entry.contract in lines
    }
    rows = shown(sheet.month, NATION).filter(
        contract__person__in={person for person, _day in wanted},
        day__in={day for _person, day in wanted},
    )
    found = {}
    own = {(entry.contract, entry.day) for entry in entries}
    for row in rows.select_related(*TWICE).order_by("worth", "pk"):
        if (row.contract_id, row.day) not in own:
            found[row.contract.person_id, row.day] = row
    return [
        _("%(name)s: %(day)s is recorded as %(post)s in %(village)s already (%(source)s).")
        % {
            "name": row.contract.person.name,
            "day": row.day,
            "post": row.contract.title,
            "village": row.contract.area.name,
            "source": row.get_source_display(),
        }
        for key, row in sorted(found.items())
        if key in wanted and row.worth + wanted[key] > 1
    ]


def _day_problems(sheet, line, day, paused):
    name, contract = line.contract.person.name, line.contract
    if not isinstance(day, date) or day not in sheet.month:
        words = {"name": name, "day": day, "month": sheet.month, "last": sheet.month.days}
        return [_("%(name)s: there is no day %(day)s in %(month)s; it has %(last)s days.") % words]
    if day > today():
        return [_("%(name)s: %(day)s has not come yet.") % {"name": name, "day": day}]
    if not contract.starts_on <= day <= contract.ends_on:
        return [_("%(name)s: %(day)s lies outside the contract.") % {"name": name, "day": day}]
    if paused >> day.day - 1 & 1:
        return [_("%(name)s: the contract is suspended on %(day)s.") % {"name": name, "day": day}]
    return []


def _void_days(sheet, pairs, by):
    """A day entered again replaces book entries by counter-entries; other evidence stays."""
    old = CheckIn.objects.filter(
        contract__in=[contract for contract, _day in pairs],
        day__range=(sheet.month.first, sheet.month.last),
        source=CheckIn.Source.BOOK,
        voids__isnull=True,
        voided_by__isnull=True,
    )
    wanted = set(pairs)
    counters = [
        CheckIn(
            client_id=uuid.uuid4(),
            contract_id=entry.contract_id,
            day=entry.day,
            worth=entry.worth,
            quantity=entry.quantity,
            source=entry.source,
            level=entry.level,
            voids=entry,
            received_by=by,
        )
        for entry in old
        if (entry.contract_id, entry.day) in wanted
    ]
    CheckIn.objects.bulk_create(counters)


def _book_entry(entry, by):
    return CheckIn(
        client_id=uuid.uuid4(),
        contract_id=entry.contract,
        day=entry.day,
        worth=entry.worth,
        quantity=entry.quantity,
        source=CheckIn.Source.BOOK,
        level=CheckIn.Level.BOOK,
        received_by=by,
    )
