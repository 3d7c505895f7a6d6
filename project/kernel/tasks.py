"""What the workers do by the clock, whatever the apps ask of them."""

from procrastinate.contrib.django import app

from project.kernel.jobs import give_back_stalled


@app.periodic(cron="* * * * *")
@app.task(name="kernel.give_back_stalled", queueing_lock="kernel.give_back_stalled")
async def look_after_the_dead(timestamp):
    """Every minute the jobs of workers that died go back into the queue."""
    await give_back_stalled()
