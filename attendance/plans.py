"""Which days of a month are due, by plan, season, pause, calendar and rule (W-5, R-33).

A requirement that a month cannot meet falls back to the days that can be worked in it: February
2026 has sixteen working days, and nobody has to work a seventeenth.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from attendance.models import Leave, Pause, WorkPlace, WorkPlan
from contracts.changes import days_between, suspended_days
from project.kernel.guards import Refused, log
from project.kernel.months import SHANGHAI, Month
from project.kernel.roles import Permission
from registry.access import ancestors, prefix_of
from registry.calendar import exceptions
from registry.workdays import is_workday

ALL_POSTS = ""


@dataclass(frozen=True)
class Schedule:
    """A post's month: how many days are required, which can be worked, which are due.

    The days are masks with day 1 in bit 0; where the days are free to choose, none is due.
    """

    required: int
    days: int
    due: int = 0


def schedules(month, required):
    """{(village, post): Schedule} for villages with their rule; "" is every post without its own.

    `required` is {village: the value of attendance.required_days, or None}. Three queries.
    """
    known = exceptions(month.first, month.last)
    above = {village: ancestors(village) for village in required}
    wanted = {code for line in above.values() for code in line}
    plans, pauses = _plans(month, wanted), _pauses(month, wanted)
    found = {}
    for village, value in required.items():
        mine = [plan for plan in plans if plan.area_id in above[village]]
        rests = [pause for pause in pauses if pause.area_id in above[village]]
        titles = {row.title for row in [*mine, *rests]} | {ALL_POSTS}
        for title in titles:
            plan = _nearest(mine, title, month)
            paused = _paused(rests, title, month)
            found[village, title] = _schedule(month, plan, value, paused, known)
    return found


def _plans(month, areas):
    rows = WorkPlan.objects.filter(area__in=areas, starts_on__lte=month.last)
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=month.first))
    return [plan for plan in rows if not plan.months or month.month in plan.months]


def _pauses(month, areas):
    rows = Pause.objects.filter(area__in=areas, withdrawn_by=None)
    return list(rows.filter(starts_on__lte=month.last, ends_on__gte=month.first))


def _nearest(plans, title, month):
    """The post's own plan before that of all posts, the village's before the township's."""
    fit = [plan for plan in plans if plan.title in (ALL_POSTS, title)]
    return max(
        fit,
        key=lambda p: (
            bool(p.title),
            len(prefix_of(p.area_id)),
            p.starts_on <= month.first,
            p.starts_on,
        ),
        default=None,
    )


def _paused(pauses, title, month):
    mask = 0
    for pause in pauses:
        if pause.title in (ALL_POSTS, title):
            mask |= days_between(month, pause.starts_on, pause.ends_on)
    return mask


def _schedule(month, plan, value, paused, known):
    if plan is None:
        days = _by_rule(month, value, known) & ~paused
        wanted = value["days"] if value and value["mode"] == "fixed" else days.bit_count()
        return Schedule(_required(wanted, days), days)
    days = _by_plan(month, plan, known) & ~paused
    wanted = plan.days or days.bit_count()
    return Schedule(_required(wanted, days), days, days if plan.weekdays else 0)


def _required(wanted, days):
    return max(1, min(wanted, days.bit_count()))


def _by_rule(month, value, known):
    """By a rule of calendar days all of them, else the ones on which the office works (W-7)."""
    if value and value["mode"] not in ("fixed", "workdays"):
        return mask_of(month.dates())
    return mask_of(day for day in month.dates() if is_workday(day, known))


def _by_plan(month, plan, known):
    """The plan's weekdays without public holidays and with the days worked in their place."""
    rests = plan.rests_on_holidays

    def is_due(day):
        if rests and day in known:
            return known[day]
        if plan.weekdays:
            return day.isoweekday() in plan.weekdays
        return not rests or is_workday(day, known)

    return mask_of(day for day in month.dates() if is_due(day))


def mask_of(days):
    """Days of one month as a mask with day 1 in bit 0."""
    return sum(1 << day.day - 1 for day in days)


def due_days(month, villages):
    """{(village, post): mask} of the days on which somebody is missed who is not there."""
    found = schedules(month, dict.fromkeys(villages))
    return {key: schedule.due for key, schedule in found.items() if schedule.due}


def due_at(contract, moment):
    """Whether work of a contract is due at a moment: yes, no, or None where no plan says so (W-9).

    Days that are free to choose and days without hours leave it open; leave, a pause, a
    suspension, a day of rest and the months outside a season do not.
    """
    local = moment.astimezone(SHANGHAI)
    day, month = local.date(), Month.of(local.date())
    if not contract.starts_on <= day <= contract.ends_on or _is_off(contract, month, day):
        return False
    plans = plans_on(day, ancestors(contract.area_id))
    plan = nearest(plans, contract, day)
    if plan is None:
        return False if _nearest(plans, contract.title, month) else None
    if not plan.weekdays:
        return None
    if not _by_plan(month, plan, exceptions(day, day)) >> day.day - 1 & 1:
        return False
    return None if plan.opens_at is None else plan.opens_at <= local.time() <= plan.closes_at


def nearest(plans, contract, day):
    """Which of some plans holds for a contract on a day, or None."""
    above = ancestors(contract.area_id)
    fit = [p for p in plans if p.area_id in above and (not p.months or day.month in p.months)]
    return _nearest(fit, contract.title, Month.of(day))


def plans_on(day, codes):
    """The plans of some areas that hold on a day, whatever the season."""
    rows = WorkPlan.objects.filter(area__in=codes, starts_on__lte=day)
    return list(rows.filter(Q(ends_on=None) | Q(ends_on__gte=day)))


def _is_off(contract, month, day):
    """Whether a day is one of leave, of a suspension or of a pause."""
    mask = leave_days(month, [contract.pk]).get(contract.pk, 0)
    mask |= suspended_days(month, [contract.pk]).get(contract.pk, 0)
    mask |= _paused(_pauses(month, ancestors(contract.area_id)), contract.title, month)
    return bool(mask >> day.day - 1 & 1)


def leave_days(month, contracts):
    """Each contract's days of granted leave in a month as a mask: {contract: mask}."""
    rows = Leave.objects.filter(
        contract__in=contracts,
        state=Leave.State.GRANTED,
        starts_on__lte=month.last,
        ends_on__gte=month.first,
    )
    found = defaultdict(int)
    for contract, first, last in rows.values_list("contract_id", "starts_on", "ends_on"):
        found[contract] |= days_between(month, first, last)
    return found


def _may(by, area):
    if not by.has_perm(Permission.SHEET_OPEN, str(area)):
        raise PermissionDenied(_("Plans and places of work belong to the township officer."))


@transaction.atomic
def set_plan(*, by, area, starts_on, **terms):
    """Say on which days work is due from a day on."""
    _may(by, area.code)
    if not terms.get("days") and not terms.get("weekdays"):
        raise Refused(_("Say how many days a month are due, or on which weekdays."))
    made = WorkPlan.objects.create(area=area, starts_on=starts_on, set_by=by, **terms)
    log(made, "set", by=by)
    return made


@transaction.atomic
def add_pause(*, by, area, starts_on, ends_on, reason, title=""):
    """Let a village's posts rest from a day to a day; these days are not required."""
    _may(by, area.code)
    if ends_on < starts_on:
        raise Refused(_("The last day lies before the first."))
    made = Pause.objects.create(
        area=area, title=title, starts_on=starts_on, ends_on=ends_on, reason=reason, added_by=by
    )
    log(made, "add", by=by, note=reason)
    return made


@transaction.atomic
def take_back(pause, *, by, note=""):
    """Take a pause back: it never was."""
    pause = Pause.objects.select_for_update(of=("self",)).get(pk=pause.pk)
    _may(by, pause.area_id)
    if pause.withdrawn_by_id:
        raise Refused(_("The pause is taken back already."))
    pause.withdrawn_by = by
    pause.save(update_fields=["withdrawn_by"])
    log(pause, "take_back", by=by, note=note)
    return pause


@transaction.atomic
def add_place(*, by, area, **place):
    """Fence a place of work in; check-ins farther away raise a doubt and are kept."""
    _may(by, area.code)
    made = WorkPlace.objects.create(area=area, added_by=by, **place)
    log(made, "add", by=by)
    return made


@transaction.atomic
def end(row, *, by, on, note=""):
    """End a place or a plan with its last day; a new one follows it where there is one."""
    row = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    _may(by, row.area_id)
    if row.ends_on:
        raise Refused(_("It has ended already."))
    if on < row.starts_on:
        raise Refused(_("The last day lies before the first."))
    row.ends_on, row.ended_by = on, by
    row.save(update_fields=["ends_on", "ended_by"])
    log(row, "end", by=by, note=note, on=str(on))
    return row
