"""Insurance brought to a state by the people whose turn it is."""

from contracts.insurance_changes import take_off
from contracts.models import Cover


def covered_until(person, day, by):
    """The person's covers end on a day, as an endorsement says."""
    covers = Cover.objects.filter(person=person, ends_on__gt=day).select_related("policy", "person")
    for cover in covers:
        take_off(cover.policy, [cover], by=by, on=day)
