"""A visit, and whose turn it is on the doubts that come of it."""

from django.db import transaction

from inspections import visits
from project.kernel.steps import follow


@transaction.atomic
def record(*, by, **said):
    """Keep a visit, and leave each doubt that it opens with whoever looks into it."""
    kept = visits.record(by=by, **said)
    for doubt in kept.doubts:
        follow(doubt, by=by)
    return kept.visit
