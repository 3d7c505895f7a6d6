"""What the workers do by the clock, whatever the apps ask of them."""

from asgiref.sync import sync_to_async
from django.core.management import call_command
from procrastinate.contrib.django import app

from project.kernel.jobs import forget_finished, give_back_stalled


@app.periodic(cron="* * * * *")
@app.task(name="kernel.give_back_stalled", queueing_lock="kernel.give_back_stalled")
async def look_after_the_dead(timestamp):
    """Every minute the jobs of workers that died go back into the queue."""
    await give_back_stalled()


@app.periodic(cron="40 1 * * *")
@app.task(name="kernel.tidy", queueing_lock="kernel.tidy")
async def tidy(timestamp):
    """Every night sessions that ran out and jobs that ended well a month ago are deleted."""
    await forget_finished()
    await sync_to_async(call_command)("clearsessions")
