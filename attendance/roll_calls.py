"""Roll calls on site: kept whole or not at all, corrected only by another roll call (W-5, L2)."""

import uuid
from collections import Counter

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance import photos as pictures
from attendance.models import CheckIn, Correction, FlagReview, RollCall, RollCallLine, Sheet
from attendance.receiving import Report, Sender, receive
from contracts.models import HOLDING, Contract
from project.kernel.guards import Refused, log
from project.kernel.months import SHANGHAI, Month
from project.kernel.roles import Permission
from project.kernel.uploads import redrawn
from registry.models import Area

PICTURES = 6
PLACE = ("longitude", "latitude", "accuracy")
NAMED = 10


@transaction.atomic
def hold(*, by, client_id, area, kind, at, present, absent, photos=(), sent_at=None, **where):
    """Keep a roll call with its lines, pictures and check-ins; sent twice it is kept once.

    `present` and `absent` are contracts by number; `where` may tell title, place, longitude,
    latitude and accuracy. Who is on neither list is not recorded.
    """
    _hold_still(area.pk, by)
    marks = _marks(present, absent)
    day = at.astimezone(SHANGHAI).date()
    if known := RollCall.objects.filter(client_id=client_id).first():
        return _as_before(known, marks, area=area.pk, day=day, kind=kind, corrects=None)
    call = RollCall(client_id=client_id, area=area, kind=kind, at=at, day=day, by=by, **where)
    _refuse_strangers(area, marks)
    _refuse_frozen(area, day)
    drawn = _drawn(photos)
    if any(marks.values()) and not drawn:
        raise Refused(_no_picture())
    call.save()
    drift = sent_at and round((sent_at - timezone.now()).total_seconds())
    entries = _checked_in(call, [pk for pk in marks if marks[pk]], by, drift)
    return _kept(call, marks, entries, drawn, by)


@transaction.atomic
def correct(call, *, by, client_id, present, absent, reason, photos=()):
    """Say anew who was there; who is not named stays as before, and nothing is deleted.

    A day that falls away gets its counter-entry; one that is added needs a picture of the moment.
    """
    call = RollCall.objects.select_related("area", "first").get(pk=call.pk)
    _hold_still(call.area_id, by)
    named = _marks(present, absent)
    if known := RollCall.objects.filter(client_id=client_id).first():
        return _as_before(known, named, corrects=call.pk)
    old = {line.contract_id: line for line in call.lines.select_related("check_in")}
    changed = {pk: there for pk, there in named.items() if _was(old, pk) is not there}
    _refuse_to_correct(call, changed, reason)
    drawn, came = _drawn(photos), [pk for pk, there in changed.items() if there]
    if came and not drawn and not call.on_site.pictures.exists():
        raise Refused(_no_picture())
    made = _correction_of(call, client_id, reason.strip(), by)
    _take_back([old[pk].check_in for pk, there in changed.items() if not there and pk in old], by)
    entries = {pk: line.check_in_id for pk, line in old.items() if line.present}
    entries |= _checked_in(made, came, by)
    return _kept(made, {pk: _was(old, pk) for pk in old} | named, entries, drawn, by)


def _hold_still(village, by):
    """Whoever records days of the village does so; two who send at once come one after another."""
    if not by.has_perm(Permission.SHEET_RECORD, village):
        raise PermissionDenied(_("Recording days belongs to the village clerk."))
    Area.objects.select_for_update(of=("self",)).get(pk=village)


def _marks(present, absent):
    marks = dict.fromkeys(absent, False) | dict.fromkeys(present, True)
    if not marks:
        raise Refused(_("Mark at least one person as present or absent."))
    if len(marks) < len(set(present)) + len(set(absent)):
        raise Refused(_("Somebody is marked both present and absent. Mark everybody once."))
    return marks


def _was(old, contract):
    """Whether somebody was marked present or absent before; None where neither."""
    return old[contract].present if contract in old else None


def _as_before(known, marks, **same):
    """The answer to what was sent before; the same number with another content is refused."""
    lines = dict(known.lines.values_list("contract_id", "present"))
    found = {"area": known.area_id, "day": known.day, "kind": known.kind}
    found["corrects"] = known.corrects_id
    whole = marks == lines if known.corrects_id is None else marks.items() <= lines.items()
    if not whole or any(found[name] != value for name, value in same.items()):
        raise Refused(_("This number already belongs to another roll call. Load the page again."))
    return known


def _refuse_strangers(area, marks):
    known = Contract.objects.filter(pk__in=marks, area=area, state__in=HOLDING).count()
    if known < len(marks):
        raise Refused(
            _(
                "%(count)s of the people marked hold no contract in this village. Load the list "
                "again."
            )
            % {"count": len(marks) - known}
        )


def _refuse_frozen(area, day):
    """What the village has confirmed no longer changes; nobody confirms it in the meantime."""
    sheets = Sheet.objects.filter(area=area, month=Month.of(day))
    if any(sheet.state in Sheet.FROZEN for sheet in sheets.select_for_update(of=("self",))):
        raise Refused(
            _(
                "The village's sheet of %(month)s is confirmed: its days no longer change. Have "
                "the sheet sent back, or ask for a correction of the day."
            )
            % {"month": Month.of(day)}
        )


def _refuse_to_correct(call, changed, reason):
    if RollCall.objects.filter(corrects=call).exists():
        raise Refused(_("This roll call was corrected already. Correct the newest one."))
    if not reason.strip():
        raise Refused(_("Say why."))
    if not changed:
        raise Refused(_("Nobody is marked otherwise than before."))
    _refuse_strangers(call.area, changed)
    _refuse_frozen(call.area, call.day)
    if names := _decided(call.day, changed):
        words = {"names": "、".join(names[:NAMED])}
        raise Refused(
            _(
                "The township has decided about this day of %(names)s. Ask for a correction of "
                "the day instead."
            )
            % words
        )


def _decided(day, contracts):
    """Who has a day about which somebody decided already: a doubt, or a correction."""
    looked_at = FlagReview.objects.filter(
        flag__check_in__contract__in=contracts, flag__check_in__day=day
    )
    granted = Correction.objects.filter(
        contract__in=contracts, day=day, state=Correction.State.GRANTED
    )
    found = set(looked_at.values_list("flag__check_in__contract", flat=True))
    found |= set(granted.values_list("contract", flat=True))
    held = Contract.objects.filter(pk__in=found).order_by("pk")
    return list(held.values_list("person__name", flat=True))


def _no_picture():
    return _(
        "Take a picture of those who are there. Without one the days belong into the sign-in book."
    )


def _drawn(photos):
    """The pictures alone, drawn anew; the same one twice is one."""
    if len(photos) > PICTURES:
        raise Refused(_("Send at most %(count)s pictures.") % {"count": PICTURES})
    return list(dict.fromkeys(redrawn(photo) for photo in photos))


def _correction_of(call, client_id, reason, by):
    same = ("area", "title", "place", "kind", "day", "at", *PLACE)
    return RollCall.objects.create(
        client_id=client_id,
        corrects=call,
        first=call.on_site,
        reason=reason,
        by=by,
        **{name: getattr(call, name) for name in same},
    )


def _checked_in(call, contracts, by, drift=None):
    """Store a check-in for everybody who is there, as all check-ins are; {contract: check-in}."""
    at = call.at.astimezone(SHANGHAI)
    reports = [
        Report(
            client_id=uuid.uuid5(call.client_id, str(contract)),
            contract=contract,
            day=call.day,
            source=CheckIn.Source.ROLL_CALL,
            kind=call.kind,
            in_at=at.time().replace(microsecond=0),
            at=at,
            drift=drift,
            **{name: getattr(call, name) for name in PLACE},
        )
        for contract in contracts
    ]
    receipts = receive(reports, sender=Sender("person", by.pk))
    for error in (receipt.error for receipt in receipts if receipt.error):
        raise error
    return {receipt.report.contract: receipt.id for receipt in receipts}


def _take_back(entries, by):
    """A counter-entry for each day that falls away, unless it was taken back before."""
    known = set(CheckIn.objects.filter(voids__in=entries).values_list("voids", flat=True))
    CheckIn.objects.bulk_create(
        CheckIn(
            client_id=uuid.uuid4(),
            contract_id=entry.contract_id,
            kind=entry.kind,
            day=entry.day,
            worth=entry.worth,
            source=entry.source,
            level=entry.level,
            voids=entry,
            received_by=by,
        )
        for entry in entries
        if entry.pk not in known
    )


def _kept(call, marks, entries, drawn, by):
    RollCallLine.objects.bulk_create(
        RollCallLine(
            roll_call=call,
            contract_id=contract,
            present=there,
            check_in_id=entries[contract] if there else None,
        )
        for contract, there in marks.items()
    )
    pictures.keep_of_group(call.on_site, drawn)
    count = Counter(marks.values())
    verb = "correct" if call.corrects_id else "hold"
    log(call, verb, by=by, note=call.reason, present=count[True], absent=count[False])
    return call
