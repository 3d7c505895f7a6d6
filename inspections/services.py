"""Looking for what is wrong, and looking into what was found."""

import time
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.models import Detection, Doubt
from inspections.patterns import ALL, Scope
from inspections.patterns.base import limits_of, look, prepare
from policy.selectors import rulings
from project.kernel.guards import Refused, log, take
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import prefix_of
from registry.calendar import end_of_notice
from registry.models import Area
from registry.workdays import Unit

VERIFY_DAYS = "doubt.verify_days"
ROOM = "SET LOCAL work_mem = '256MB'; SET LOCAL jit = off"


def detect(month, area, *, by, patterns=ALL):
    """Look for every pattern in a month of an area, county by county; the detections made.

    Each county is a transaction of its own: what was found stays if a later one fails.
    """
    may_detect(month, area, by=by)
    return [_detect(month, part, by, patterns) for part in counties(area)]


def may_detect(month, area, *, by):
    """Refuse whoever may not look for violations there, and a month that has not begun."""
    if not by.has_perm(Permission.DOUBT_DETECT, area.code):
        raise PermissionDenied(_("Looking for violations belongs to the county."))
    if month.first > today():
        raise Refused(_("%(month)s has not begun yet.") % {"month": month})


def counties(area):
    """The area itself, or its counties where it is larger than one."""
    if len(prefix_of(area.code)) >= Area.Level.COUNTY:
        return [area]
    return list(Area.objects.inside(area.code).filter(level=Area.Level.COUNTY).order_by("code"))


@transaction.atomic
def _detect(month, area, by, patterns):
    began = time.monotonic()
    scope = Scope(area.code, month)
    made = Detection.objects.create(area=area, month=month, started_by=by)
    due = due_by(area.code)
    limits = limits_of(patterns, scope)
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        prepare(cursor, scope)
    for pattern in patterns:
        found, fresh = look(pattern, scope, limits[pattern.code], detection=made.pk, due=due)
        made.found += found
        made.fresh += fresh
    made.seconds = round(Decimal(time.monotonic() - began), 2)
    made.save(update_fields=["found", "fresh", "seconds"])
    log(made, "detect", by=by, found=made.found, fresh=made.fresh)
    return made


def due_by(area):
    """The day by which a doubt found today is decided (doubt.verify_days, W-12)."""
    found = rulings([VERIFY_DAYS], on=today(), areas=[area])[area].get(VERIFY_DAYS)
    return end_of_notice(today(), found.value, Unit.WORKING) if found else None


@transaction.atomic
def verify(doubt, *, by, statement="", finding="", note=""):
    """Write down what the person says and what was found out; several times, as it comes."""
    if not (statement.strip() or finding.strip()):
        raise Refused(_("Write down what the person says, or what was found out."))
    said = {"statement": statement.strip(), "finding": finding.strip()}
    return take(_locked(doubt).verify, by=by, note=note, **said)


@transaction.atomic
def confirm(doubt, *, by, note=""):
    """Find a doubt true; somebody else than who looked into it decides."""
    return take(_locked(doubt).confirm, by=by, note=note, at=timezone.now())


@transaction.atomic
def dismiss(doubt, *, by, note=""):
    """Find a doubt untrue; nothing follows for anybody."""
    return take(_locked(doubt).dismiss, by=by, note=note, at=timezone.now())


@transaction.atomic
def reopen(doubt, *, by, note):
    """Look into a dismissed doubt again, with what is new."""
    if not note.strip():
        raise Refused(_("Say what is new."))
    return take(_locked(doubt).reopen, by=by, note=note)


def _locked(doubt):
    return Doubt.objects.select_for_update(of=("self",)).select_related("area").get(pk=doubt.pk)
