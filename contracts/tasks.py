"""Making the contracts of a village in the background."""

from django.urls import reverse
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from contracts import batches
from project.kernel.jobs import carry_out


@app.task(name="contracts.make", retry=RetryStrategy(max_attempts=5, wait=5))
def make(job_id, batch):
    """Make the contracts of a batch; what a dead worker left is done by the next, never twice."""
    carry_out(
        job_id,
        [*batches.open_parts(batch), batches.PACK],
        lambda part, by: batches.do_part(batch, part, by=by),
        url=reverse("contracts:contractbatch", args=[batch]),
    )
