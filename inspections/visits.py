"""Visits: what two inspectors saw is kept once and never changed; alarms become doubts (W-9).

A phone sends a visit until it was answered; the same number with the same content is the same
visit, with another content it is refused and stays on the phone.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.plans import due_at
from contracts.models import HOLDING, Contract
from inspections import questions, telling, visit_photos
from inspections.models import Plan, Visit
from inspections.visit_checks import hold_still, refuse_people, refuse_what_was_seen
from project.kernel.guards import Refused, log
from project.kernel.months import SHANGHAI

AHEAD = timedelta(minutes=10)
DUE = {True: Visit.Due.YES, False: Visit.Due.NO, None: Visit.Due.UNKNOWN}
# Whatever says that a visit sent again is the one that is known.
SAID = (
    *("contract_id", "plan_id", "way", "at", "longitude", "latitude", "accuracy", "place", "seen"),
    *("other", "work", "answers", "problem", "note", "signatures", "refused", "corrects_id"),
    *("because", "by_id", "second_id"),
)


@dataclass(frozen=True)
class Recorded:
    """A visit that was kept, and the doubts that came of it now."""

    visit: Visit
    doubts: tuple = ()


@transaction.atomic
def record(*, client_id, contract, way, at, seen, by, second, signatures, photos=(), **more):
    """Keep what was seen of one contract; sent twice it is kept once and answered alike.

    Whether work was due at that hour the server finds out by itself. `photos` are files; `more`
    may tell plan, longitude, latitude, accuracy, place, other, work, answers, problem, note,
    refused, corrects and because.
    """
    hold_still(contract.area_id, by)
    visit = Visit(
        client_id=client_id,
        contract=Contract.objects.select_related("area", "person").get(pk=contract.pk),
        area_id=contract.area_id,
        way=way,
        at=at,
        seen=seen,
        by=by,
        second=second,
        signatures=signatures,
        **more,
    )
    if known := Visit.objects.filter(client_id=client_id).first():
        return Recorded(_as_before(known, visit))
    _refuse(visit)
    visit.drawn = visit.plan and visit.plan.drawn.filter(contract=contract).first()
    visit.due = DUE[due_at(visit.contract, at)]
    visit.save()
    log(visit, "record", by=by, note=visit.because, seen=seen, due=visit.due)
    for photo in photos:
        visit_photos.keep(visit, by=by, picture=photo)
    return Recorded(visit, tuple(_doubts(visit)))


def _as_before(known, visit):
    """What was sent before, unless something else was sent under its number."""
    said = {name: getattr(visit, name) for name in SAID}
    if any(getattr(known, name) != value for name, value in said.items()):
        raise Refused(_("This number already belongs to another visit. Record the visit anew."))
    return known


def _refuse(visit):
    """Say everything that speaks against keeping a visit."""
    reasons = refuse_people(visit)
    if visit.at > timezone.now() + AHEAD:
        reasons.append(_("The visit lies in the future; set the clock of the phone right."))
    day = visit.at.astimezone(SHANGHAI).date()
    if visit.contract.state not in HOLDING or day < visit.contract.starts_on:
        reasons.append(_("The person held no post on that day."))
    if visit.plan and visit.plan.state == Plan.State.PLANNED:
        reasons.append(_("Nobody has been drawn for this round of inspection yet."))
    reasons += refuse_what_was_seen(visit) + questions.faults(visit.answers)
    if reasons:
        raise Refused(reasons)


def _doubts(visit):
    """The doubts that a visit opens: by what was seen, and by what the person said."""
    codes = dict.fromkeys(questions.alarming(visit.answers))
    if visit.is_violation:
        other = visit.seen == Visit.Seen.OTHER
        codes = {"V-01.visit" if other else "V-02.visit": None} | codes
    evidence = [{"kind": "visit", "id": visit.pk}]
    evidence += [{"kind": "visit_photo", "id": photo.pk} for photo in visit.photos.all()]
    shows = {"seen": visit.seen, "other": visit.other, "times": times_absent(visit)}
    for code in codes:
        yield telling.tell(
            code,
            visit.contract,
            by=visit.by,
            at=visit.at,
            subject=f"{visit.contract_id}:{visit.pk}",
            shows=shows,
            evidence=evidence,
        )


def times_absent(visit):
    """How often unannounced visits have found the holder absent while work was due (V-02)."""
    found = Visit.objects.filter(
        contract=visit.contract_id,
        way=Plan.Way.SITE,
        seen=Visit.Seen.ABSENT,
        due=Visit.Due.YES,
        corrected_by=None,
    )
    return found.count()
