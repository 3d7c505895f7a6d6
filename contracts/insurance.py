"""Insurance from the list that is planned to the insurer's policy, and people on it (W-4)."""

from django.db import transaction
from django.utils.translation import gettext as _

from contracts import insurance_checks as checks
from contracts.insurance_changes import Change, in_office, locked, record, take_off
from contracts.models import Cover, Endorsement, InsurancePolicy
from contracts.selectors import without_cover
from project.kernel.guards import Refused, log, take
from registry.access import contains
from registry.models import Person


@transaction.atomic
def plan(*, by, area, starts_on, ends_on, insurer="", **terms):
    """Plan a policy: a list is made up, approved and sent before the insurer gives a number."""
    in_office(by, area.pk)
    policy = InsurancePolicy(
        area=area, insurer=insurer, starts_on=starts_on, ends_on=ends_on, **terms
    )
    if reasons := _against_terms(policy):
        raise Refused(reasons)
    policy.save()
    log(policy, "plan", by=by, after=policy.state)
    return policy


@transaction.atomic
def add_policy(*, by, area, number, insurer, starts_on, ends_on, **terms):
    """Enter a policy of an insurer as it is in force; nobody is covered by it yet."""
    in_office(by, area.pk)
    policy = InsurancePolicy(
        state=InsurancePolicy.State.IN_FORCE,
        area=area,
        number=number,
        insurer=insurer,
        starts_on=starts_on,
        ends_on=ends_on,
        **terms,
    )
    if reasons := [*_against_terms(policy), *_taken(number)]:
        raise Refused(reasons)
    policy.save()
    log(policy, "add", by=by, after=policy.state)
    return policy


def _against_terms(policy):
    reasons = []
    if policy.ends_on < policy.starts_on:
        reasons.append(_("The last day lies before the first day."))
    if None not in (policy.age_min, policy.age_max) and policy.age_min > policy.age_max:
        reasons.append(_("The youngest age is above the oldest."))
    return reasons + checks.premium_is_allowed.failures(policy)


def _taken(number, but=None):
    if InsurancePolicy.objects.filter(number=number).exclude(pk=but).exists():
        return [_("Policy %(number)s is entered already.") % {"number": number}]
    return []


@transaction.atomic
def enrol(policy, *, by, starts_on, area=None, person=None):
    """Put on a policy one person, or everybody in an area, whose contract nothing covers.

    On a planned policy they are listed; on one in force they are covered by an endorsement.
    """
    where = area.pk if area else person.area_id
    in_office(by, where)
    policy = locked(policy)
    first = max(starts_on, policy.starts_on)
    if reasons := _against(policy, where, first):
        raise Refused(reasons)
    needed = _needing(policy, area, person, first)
    if not needed:
        raise Refused(
            _("Nobody here is without cover from %(day)s on under a contract.") % {"day": first}
        )
    people = Person.objects.in_bulk(needed)
    entering = [(people[pk], day) for pk, day in sorted(needed.items())]
    reasons = checks.outside_the_ages(policy, entering)
    if reasons := reasons + checks.beyond_the_fund(policy, more=len(entering)):
        raise Refused(reasons)
    changes = [Change(person_in=who, starts_on=day) for who, day in entering]
    record(policy, Endorsement.Action.ADD, changes, by=by, from_on=first)
    words = _("%(count)s people from %(day)s") % {"count": len(needed), "day": first}
    log(policy, "enrol", by=by, note=words, people=sorted(needed))
    return policy


def _needing(policy, area, person, first):
    """{person: first day} of those whom nothing covers; who is listed already waits only once."""
    open_ = without_cover(policy.area_id, first, until=policy.ends_on, kind=policy.kind)
    open_ = open_.inside(area.pk) if area else open_.filter(person=person)
    needed = {}
    for pk, day in open_.order_by("-starts_on").values_list("person", "needed_from"):
        needed[pk] = day
    if policy.state == InsurancePolicy.State.PLANNED:
        for listed, _day in policy.listed():
            needed.pop(listed.pk, None)
    return needed


def _against(policy, where, first):
    reasons = []
    if policy.state not in (InsurancePolicy.State.PLANNED, InsurancePolicy.State.IN_FORCE):
        reasons.append(
            _("The policy is “%(state)s”; its list cannot be changed now.")
            % {"state": policy.get_state_display()}
        )
    if not contains(policy.area_id, where):
        reasons.append(_("This policy was taken out for another area."))
    if first > policy.ends_on:
        reasons.append(
            _("The policy ends on %(day)s; choose one that is still running.")
            % {"day": policy.ends_on}
        )
    return reasons


@transaction.atomic
def approve(policy, *, by, note=""):
    """Let the list go to the insurer; ages, premium and the fund's share are in order."""
    return take(locked(policy).approve, by=by, note=note)


@transaction.atomic
def reopen(policy, *, by, note):
    """Take the list back from the insurer, with a reason."""
    _explained(note)
    return take(locked(policy).reopen, by=by, note=note)


@transaction.atomic
def issue(policy, *, by, number, note=""):
    """Enter the insurer's policy; everybody on its list is covered from their first day."""
    policy, number = locked(policy), number.strip()
    if not number:
        raise Refused(_("Enter the number of the insurer's policy."))
    if reasons := _taken(number, but=policy.pk):
        raise Refused(reasons)
    listed = policy.listed()
    policy = take(policy.issue, by=by, note=note, number=number)
    Cover.objects.bulk_create(
        Cover(policy=policy, person=person, starts_on=day, ends_on=policy.ends_on)
        for person, day in listed
    )
    first_list = policy.endorsements.filter(number="")
    for endorsement in first_list:
        endorsement.answer(number)
    return policy


@transaction.atomic
def cancel(policy, *, by, on, note):
    """Give a policy up, with a reason: it covers nobody after the day named."""
    _explained(note)
    policy = locked(policy)
    covers = list(policy.covers.held().filter(ends_on__gt=on).select_related("person"))
    if policy.state == InsurancePolicy.State.IN_FORCE and not covers and policy.ends_on <= on:
        raise Refused(_("The policy ends on %(day)s by itself.") % {"day": policy.ends_on})
    policy = take(policy.cancel, by=by, note=note)
    if covers:
        take_off(policy, covers, by=by, on=on, note=note)
    return policy


def _explained(note):
    if not note.strip():
        raise Refused(_("Say why."))
