"""Renewing many contracts in the background."""

from datetime import date

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from posts.models import Hire
from posts.renewals import ending, renew_all
from project.kernel.jobs import carry_out

PART = 20


@app.task(name="posts.renew", retry=RetryStrategy(max_attempts=5, wait=5))
def renew(job_id, hires, until):
    """Renew contracts in small parts; what a dead worker left is done again, never twice."""
    parts = [hires[place : place + PART] for place in range(0, len(hires), PART)]
    carry_out(job_id, parts, _renew_part, url=f"/posts/renewals/?until={until}")


def _renew_part(numbers, by):
    """A contract that another one follows by now is left alone."""
    waiting = ending(Hire.objects.filter(pk__in=numbers), date.max)
    renew_all(waiting.order_by("area_id", "pk"), by=by)
