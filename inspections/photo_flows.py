"""Looking through pictures, and whose turn it is on the doubts that come of it."""

from django.db import transaction

from inspections import photo_queue
from project.kernel.steps import follow


@transaction.atomic
def review(photo, *, by, **said):
    """Say what a picture shows, and leave the doubt that comes of it with whoever looks into it."""
    made, doubt = photo_queue.review(photo, by=by, **said)
    if doubt:
        follow(doubt, by=by)
    return made
