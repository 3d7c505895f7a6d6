"""Accident insurance: entering an insurer's policy, and people on it (W-4)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import Cover, InsurancePolicy
from contracts.selectors import without_cover
from project.kernel.guards import Refused, log
from project.kernel.roles import Permission
from registry.access import contains


@transaction.atomic
def add_policy(*, by, area, number, insurer, starts_on, ends_on):
    """Enter a policy of an insurer; nobody is covered by it yet."""
    _permit(by, area.pk)
    if ends_on < starts_on:
        raise Refused(_("The last day lies before the first day."))
    if InsurancePolicy.objects.filter(number=number).exists():
        raise Refused(_("Policy %(number)s is entered already.") % {"number": number})
    policy = InsurancePolicy.objects.create(
        area=area, number=number, insurer=insurer, starts_on=starts_on, ends_on=ends_on
    )
    log(policy, "add", by=by)
    return policy


@transaction.atomic
def enrol(policy, *, by, starts_on, area=None, person=None):
    """Put on a policy one person, or everybody in an area, whose contract nothing covers."""
    where = area.pk if area else person.area_id
    _permit(by, where)
    policy = InsurancePolicy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
    first = max(starts_on, policy.starts_on)
    if reasons := _against(policy, where, first):
        raise Refused(reasons)
    open_ = without_cover(policy.area_id, first, until=policy.ends_on)
    open_ = open_.inside(area.pk) if area else open_.filter(person=person)
    needed = {}
    for pk, day in open_.order_by("-starts_on").values_list("person", "needed_from"):
        needed[pk] = day
    if not needed:
        raise Refused(
            _("Nobody here is without cover from %(day)s on under a contract.") % {"day": first}
        )
    Cover.objects.bulk_create(
        Cover(policy=policy, person_id=pk, starts_on=day, ends_on=policy.ends_on)
        for pk, day in sorted(needed.items())
    )
    words = _("%(count)s people from %(day)s") % {"count": len(needed), "day": first}
    log(policy, "enrol", by=by, note=words, people=sorted(needed))
    return policy


def _against(policy, where, first):
    reasons = []
    if not contains(policy.area_id, where):
        reasons.append(_("This policy was taken out for another area."))
    if first > policy.ends_on:
        reasons.append(
            _("The policy ends on %(day)s; choose one that is still running.")
            % {"day": policy.ends_on}
        )
    return reasons


def _permit(by, area):
    if not by.has_perm(Permission.INSURANCE_EDIT, area):
        raise PermissionDenied(_("Insurance belongs to the township officer of the area."))
