"""How much a stranger may send: a box that people do not see, and so many times an hour."""

import time

from django.core.cache import cache
from django.utils.translation import gettext as _

from project.kernel.guards import Refused

HOUR = 60 * 60


def refuse_programs(request, what, most):
    """A program fills in the box that people do not see, and sends more than people do."""
    if request.POST.get("website"):
        raise Refused(_("Leave the hidden box empty and send the form once more."))
    if not within_pace(f"{what}-{request.META.get('REMOTE_ADDR', '')}", most):
        raise Refused(_("Too much was sent from here; try again in an hour, or call the office."))


def within_pace(what, most):
    """So many an hour, and no more."""
    key = f"{what}-{int(time.time()) // HOUR}"
    cache.add(key, 0, 2 * HOUR)
    try:
        return cache.incr(key) <= most
    except ValueError:  # the cache dropped the count to make room; it begins again
        return True
