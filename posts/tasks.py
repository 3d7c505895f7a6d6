"""Renewing many contracts in the background."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from posts.models import Hire
from posts.renewals import renew_all
from project.kernel.jobs import carry_out


@app.task(name="posts.renew", retry=RetryStrategy(max_attempts=5, wait=5))
def renew(job_id, hires, until):
    """Renew contracts one by one, as the page counts them; a worker that died is followed up."""
    carry_out(job_id, hires, _renew_one, url=f"/posts/renewals/?until={until}")


def _renew_one(number, by):
    """Never twice: a contract that another one follows by now is refused, and left alone."""
    renew_all(Hire.objects.filter(pk=number), by=by)
