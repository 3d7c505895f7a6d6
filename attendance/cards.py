"""Cards that let phones in: one by one on a screen, or a village's at once on paper."""

from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from attendance.models import Device
from contracts.models import HOLDING, Contract
from policy.selectors import rule
from project.kernel.guards import NotThisPerson
from project.kernel.months import today
from registry import passes
from registry.models import Pass, Person


class Cards(NamedTuple):
    """What was made for a village: (person, secret) each, and who got none, with the reasons."""

    made: list
    left_out: list


def hand_out(person, *, by):
    """Make a card for a person and return its pass with its secret, which is never shown again.

    The card before counts no more; a phone that was let in by it stays.
    """
    hours = hours_in(person.area_id)
    return passes.issue(person, by=by, purpose=Pass.Purpose.ENTER, hours=hours)


@transaction.atomic
def hand_out_all(village, *, by, again=False):
    """Make a card for everybody who works in a village today and has no phone let in.

    With `again` for those too who have one. Kin of the clerk get theirs from another clerk.
    """
    made, left_out = [], []
    for person in holders(village, again=again):
        try:
            _pass, secret = hand_out(person, by=by)
        except NotThisPerson as refused:
            left_out.append((person, refused.messages))
        else:
            made.append((person, secret))
    return Cards(made, left_out)


def holders(village, *, again=False):
    """The people with a contract in a village today, in the order of its lists."""
    day = today()
    held = Contract.objects.filter(
        area=village, state__in=HOLDING, starts_on__lte=day, ends_on__gte=day
    )
    people = Person.objects.filter(pk__in=held.values("person")).select_related("area")
    if not again:
        known = Device.objects.filter(ended_at__isnull=True)
        people = people.exclude(pk__in=known.values("person"))
    return people.order_by("name_key", "pk")


def hours_in(village):
    """How long a card of a village lets a phone in (phone.card_hours)."""
    return rule("phone.card_hours", on=today(), area=village)


def valid_until(village):
    """Until when a card that is made now lets a phone in."""
    return timezone.now() + timedelta(hours=hours_in(village.pk))
