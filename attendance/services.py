"""Opening the month's sheets, recording days, and walking a sheet to its final state."""

import uuid
from datetime import date
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.judging import judge_days
from attendance.models import CheckIn, Sheet, SheetLine
from attendance.models.showing import shown
from attendance.selectors import grid, masks
from contracts.changes import suspended_days
from contracts.selectors import live_in
from notices import services as notices
from notices.models import Notice
from policy.selectors import rule
from project.kernel.guards import Refused, log, refusals, take
from project.kernel.masking import mask_id
from project.kernel.models import Event
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.steps import looks_first
from registry.models import NATION, Area

TWICE = ("contract__person", "contract__area")
FREEZE = """
    UPDATE attendance_sheetline line
    SET full_days = coalesce(m.full, 0), half_days = coalesce(m.half, 0) & ~coalesce(m.full, 0)
    FROM attendance_sheetline mine LEFT JOIN ({masks}) m ON m.contract_id = mine.contract_id
    WHERE mine.sheet_id = ANY(%s) AND line.id = mine.id
"""


@transaction.atomic
def open_month(month, area, *, by):
    """Open the sheets due: one per village with holders; those already open get the new holders."""
    if not by.has_perm(Permission.SHEET_OPEN, str(area)):
        raise PermissionDenied(_("Opening a month's sheets belongs to the township officer."))
    holders = list(live_in(month, area).order_by("area_id", "id").values_list("area_id", "id"))
    villages = Area.objects.in_bulk({village for village, _pk in holders})
    opened = _open_sheets(month, villages.values(), by)
    _add_lines(month, holders)
    return opened


def _open_sheets(month, villages, by):
    known = set(Sheet.objects.filter(month=month, area__in=villages).values_list("area", flat=True))
    fresh = [Sheet(area=v, month=month, opened_by=by) for v in villages if v.pk not in known]
    sheets = Sheet.objects.bulk_create(fresh)
    record_type = ContentType.objects.get_for_model(Sheet)
    Event.objects.bulk_create(
        Event(record_type=record_type, record_id=s.pk, verb="open", by=by, after=s.state)
        for s in sheets
    )
    return sheets


def _add_lines(month, holders):
    """Give every holder a numbered line on an open sheet; a confirmed sheet takes nobody more."""
    still_open = [Sheet.State.OPEN, Sheet.State.RETURNED]
    sheets = Sheet.objects.filter(month=month, state__in=still_open)
    sheets = {sheet.area_id: sheet for sheet in sheets.annotate(last=Max("lines__number"))}
    listed = set(
        SheetLine.objects.filter(sheet__in=sheets.values()).values_list("contract_id", flat=True)
    )
    number = {code: sheet.last or 0 for code, sheet in sheets.items()}
    lines = []
    for village, contract in holders:
        if village in sheets and contract not in listed:
            number[village] += 1
            lines.append(
                SheetLine(sheet=sheets[village], contract_id=contract, number=number[village])
            )
    SheetLine.objects.bulk_create(lines, batch_size=5000)


@transaction.atomic
def record(sheet, *, by, marks, note=""):
    """Enter days of the sign-in book, {contract id: {day: 1, 0.5 or 0}}; 0 voids what was there.

    A day that the month does not have comes as its number and is refused by name (S-05).
    """
    sheet = _locked(sheet)
    if not by.has_perm(Permission.SHEET_RECORD, sheet.area_id):
        raise PermissionDenied(_("Recording days belongs to the village clerk."))
    if sheet.state not in (Sheet.State.OPEN, Sheet.State.RETURNED):
        raise Refused(_("The sheet is confirmed: its days no longer change."))
    lines = {line.contract_id: line for line in sheet.lines.select_related("contract__person")}
    problems, entries = _entries(sheet, lines, marks)
    problems = problems or _elsewhere(sheet, lines, entries)
    if problems:
        raise Refused(problems)
    _void_days(sheet, [(c, d) for c, d, _worth in entries], by)
    made = [_book_entry(c, d, worth, by) for c, d, worth in entries if worth]
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
        for day, worth in days.items():
            problems += _day_problems(sheet, line, day, paused.get(contract_id, 0))
            entries.append((contract_id, day, Decimal(str(worth))))
    return problems, entries


def _elsewhere(sheet, lines, entries):
    """A day recorded on another post of the person already is refused, and both are shown."""
    wanted = {(lines[c].contract.person_id, day): w for c, day, w in entries if w and c in lines}
    rows = shown(sheet.month, NATION).filter(
        contract__person__in={person for person, _day in wanted},
        day__in={day for _person, day in wanted},
    )
    found = {}
    own = {(contract, day) for contract, day, _worth in entries}
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
            source=entry.source,
            level=entry.level,
            voids=entry,
            received_by=by,
        )
        for entry in old
        if (entry.contract_id, entry.day) in wanted
    ]
    CheckIn.objects.bulk_create(counters)


def _book_entry(contract_id, day, worth, by):
    return CheckIn(
        client_id=uuid.uuid4(),
        contract_id=contract_id,
        day=day,
        worth=worth,
        source=CheckIn.Source.BOOK,
        level=CheckIn.Level.BOOK,
        received_by=by,
    )


def look_at(sheet):
    """Judge the sheet's days beside all others before the village stands by them."""
    if sheet.state in (Sheet.State.OPEN, Sheet.State.RETURNED):
        judge_days(sheet.month, sheet.lines.values_list("contract_id", flat=True))


@looks_first(look_at)
@transaction.atomic
def confirm(sheet, *, by, note=""):
    """The village stands by the sheet; the days shown so far are frozen on its lines."""
    sheet = _locked(sheet)
    if not refusals(sheet.confirm, by=by):
        freeze(sheet.month, sheet.area_id, [sheet.pk])
    return take(sheet.confirm, by=by, note=note)


def freeze(month, area, sheets):
    """Write the days shown so far on the lines of an area's sheets, however many, in one go."""
    level = rule("attendance.evidence_level", on=month.first, area=area)
    query, params = masks(month, area, level).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(FREEZE.format(masks=query), [*params, list(sheets)])


@transaction.atomic
def acknowledge(sheet, *, by, note=""):
    """The workers have signed their days on the printed sheet."""
    return take(_locked(sheet).acknowledge, by=by, note=note)


@transaction.atomic
def review(sheet, *, by, note=""):
    """The township has checked the sheet."""
    return take(_locked(sheet).review, by=by, note=note)


@transaction.atomic
def publicise(sheet, *, by, on, note=""):
    """Hang the sheet up on a day; it stays for the length the rule asks."""
    sheet = _locked(sheet)
    if reasons := refusals(sheet.publicise, by=by):
        raise Refused(reasons)
    notice = notices.post(
        by=by,
        kind=Notice.Kind.ATTENDANCE,
        area=sheet.area,
        title=f"{sheet.area.name}{sheet.month.chinese}考勤公示",
        content=_public(sheet),
        on=on,
        length="publicity.attendance",
    )
    return take(sheet.publicise, by=by, note=note, notice=notice)


def _public(sheet):
    return {
        "village": sheet.area.name,
        "month": str(sheet.month),
        "rows": [
            {
                "number": line.number,
                "name": line.contract.person.name,
                "id_number": mask_id(line.contract.person.id_number),
                "post_title": line.contract.title,
                "days_worked": str(days),
                "marks": marks,
            }
            for line, marks, days in grid(sheet)
        ],
    }


@transaction.atomic
def certify(sheet, *, by, note=""):
    """The notice hung for its length; the days become final."""
    sheet = _locked(sheet)
    if not refusals(sheet.certify, by=by):
        notices.certify_along(sheet.notice, by=by)
    return take(sheet.certify, by=by, note=note, at=timezone.now())


@transaction.atomic
def send_back(sheet, *, by, note):
    """Give the sheet back to the village with a reason; its notice is void."""
    sheet = _locked(sheet)
    if not note.strip():
        raise Refused(_("Say why the sheet goes back."))
    notice = sheet.notice
    sheet = take(sheet.send_back, by=by, note=note)
    if notice:
        notices.void(notice, by=by, note=note)
    return sheet


@transaction.atomic
def bill(sheets, *, by):
    """Lock the sheets whose days have gone into a payment."""
    for sheet in sheets.select_for_update(of=("self",)).order_by("pk"):
        take(sheet.bill, by=by)


def _locked(sheet):
    return Sheet.objects.select_for_update(of=("self",)).select_related("area").get(pk=sheet.pk)
