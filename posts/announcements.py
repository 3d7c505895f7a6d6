"""What comes up: contracts ending, people reaching the age or the months they may be paid for."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from policy.selectors import rule, rulings
from posts.cases import cases
from posts.eligibility import within_the_subsidy_limit
from posts.models import Hire
from posts.renewals import JOINS, ending, term_after, wish_after
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.idnumber import birthday
from registry.models import NATION

KINDS = {
    "ending": _("Contract ends"),
    "age": _("Age limit reached"),
    "subsidy": _("Subsidised months used up"),
}


@dataclass(frozen=True)
class Announcement:
    """Something that comes up for one holder, and how many days are left."""

    kind: str
    hire: Hire
    day: date

    @property
    def days_left(self):
        return (self.day - today()).days

    @property
    def title(self):
        return KINDS[self.kind]


def windows():
    """How many days ahead things announce themselves, the widest first (exit.announce_days)."""
    return sorted(rule("exit.announce_days", on=today(), area=NATION), reverse=True)


def announced(user):
    """Everything that comes up in the areas where the person drafts contracts, the next first."""
    hires = Hire.objects.filter(in_areas(areas(user, Permission.CONTRACT_OFFER)))
    return upcoming(hires, today() + timedelta(days=windows()[0]))


def upcoming(hires, last):
    """What comes up from today to a day."""
    ends = list(_ending(hires, last))
    found = [Announcement("ending", hire, hire.contract.ends_on) for hire in ends]
    found += [Announcement("subsidy", hire, hire.contract.ends_on) for hire in _used_up(ends)]
    found += _of_age(hires, last)
    return sorted(found, key=lambda one: (one.day, one.kind, one.hire.pk))


def counts(found):
    """How many of each kind come up within each window: {kind: {days: number}}."""
    return {
        kind: {
            days: sum(1 for one in found if one.kind == kind and one.days_left <= days)
            for days in windows()
        }
        for kind in KINDS
    }


def _ending(hires, last):
    running = ending(hires, last).filter(contract__ends_on__gte=today())
    return running.select_related(*JOINS).order_by("contract__ends_on", "pk")


def _used_up(ends):
    """Those whose months are used up when the contract ends, so that no other may follow."""
    judged = cases([wish_after(hire, *term_after(hire)) for hire in ends]) if ends else []
    return [hire for hire, case in zip(ends, judged, strict=True) if within_the_subsidy_limit(case)]


def _of_age(hires, last):
    """Those who grow older than the rule allows while they hold a contract."""
    held = hires.filter(
        state=Hire.State.PLACED,
        contract__state__in=[Contract.State.IN_FORCE, Contract.State.SUSPENDED],
        contract__ends_on__gte=today(),
    )
    limits = _limits(held)
    youngest = min((limit for pair in limits.values() for limit in pair if limit), default=None)
    if youngest is None:
        return []
    born_by = last - relativedelta(years=youngest + 1)
    found = []
    for hire in held.filter(Q(person__born_on__lte=born_by)).select_related(*JOINS):
        most, relaxed = limits[hire.area_id]
        limit = relaxed if relaxed and "fitness" in hire.materials else most
        day = birthday(hire.person.born_on, limit + 1) if limit else None
        if day and today() <= day <= last:
            found.append(Announcement("age", hire, day))
    return found


def _limits(held):
    """The plain and the relaxed age limit of every village with a holder, in one query."""
    villages = sorted(set(held.values_list("area_id", flat=True)))
    ruled = rulings(["age.max", "age.max_relaxed"], on=today(), areas=villages)
    return {
        village: (_years(of.get("age.max")), _years(of.get("age.max_relaxed")))
        for village, of in ruled.items()
    }


def _years(ruling):
    """Regions with a limit for each sex announce the lower one."""
    if ruling is None:
        return None
    return min(ruling.value.values()) if isinstance(ruling.value, dict) else ruling.value
