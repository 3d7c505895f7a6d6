"""Opening the month's sheets, and walking a sheet to its final state."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.judging import judge_days
from attendance.models import Sheet, SheetLine
from attendance.models.measuring import anybody_measured, measured_days
from attendance.selectors import grid, masks
from contracts.selectors import live_in
from notices import services as notices
from notices.models import Notice
from policy.selectors import rule
from project.kernel.guards import Refused, refusals, take
from project.kernel.masking import mask_id
from project.kernel.models import Event
from project.kernel.roles import Permission
from project.kernel.steps import looks_first
from registry.models import Area

FREEZE = """
    UPDATE attendance_sheetline line
    SET full_days = coalesce(m.full, 0), half_days = coalesce(m.half, 0) & ~coalesce(m.full, 0)
        {measured}
    FROM attendance_sheetline mine LEFT JOIN ({masks}) m ON m.contract_id = mine.contract_id
    {joins} WHERE mine.sheet_id = ANY(%s) AND line.id = mine.id
"""
WITH_NUMBERS = ", quantities = q.quantities, quantity = q.quantity"


@transaction.atomic
def open_month(month, area, *, by):
    """Open the sheets due: one per village with holders; those already open get the new holders."""
    if not by.has_perm(Permission.SHEET_OPEN, str(area)):
        raise PermissionDenied(_("Opening a month's sheets belongs to the township officer."))
    holders = list(live_in(month, area).order_by("area_id", "id").values_list("area_id", "id"))
    opened = _open_sheets(month, _taking_turns({village for village, _pk in holders}), by)
    _add_lines(month, holders)
    return opened


def _taking_turns(villages):
    """The villages; of two who open them at the same moment, the second finds them open."""
    return list(
        Area.objects.select_for_update(no_key=True).filter(pk__in=villages).order_by("code")
    )


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
    measured, joins = "", ""
    if anybody_measured(month, area):
        sql, more = measured_days(month, area, level)
        joins = f"LEFT JOIN ({sql}) q ON q.contract_id = mine.contract_id"
        measured, params = WITH_NUMBERS, [*params, *more]
    said = FREEZE.format(masks=query, measured=measured, joins=joins)
    with connection.cursor() as cursor:
        cursor.execute(said, [*params, list(sheets)])


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
    rows = grid(sheet)
    measured = any(line.quantity is not None for line, *_rest in rows)
    return {
        "village": sheet.area.name,
        "month": str(sheet.month),
        "rows": [_row(*row, measured=measured) for row in rows],
    }


def _row(line, marks, days, *, measured):
    """What hangs in public of one holder; hours and pieces where anybody is paid by them."""
    contract = line.contract
    number = "" if line.quantity is None else line.measured_words
    return {
        "number": line.number,
        "name": contract.person.name,
        "id_number": mask_id(contract.person.id_number),
        "post_title": contract.title,
        "days_worked": str(days),
        **({"quantity": number} if measured else {}),
        "marks": marks,
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
