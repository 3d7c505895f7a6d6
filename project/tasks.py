"""What the workers do by the clock for the whole house: seal each hour, examine each night."""

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from project import handing, late
from project.disposals.monthly import propose_everywhere
from project.integrity import rounds, sealing
from project.integrity.system import house_account
from project.kernel.history import acts


@app.periodic(cron="7 * * * *")
@app.task(name="project.seal", queueing_lock="project.seal")
async def seal(timestamp):
    """Every hour what was written is sealed; where that cannot be done, the next hour does it."""
    await sync_to_async(sealing.seal)()


@app.periodic(cron="20 2 * * *")
@app.task(name="project.examine", queueing_lock="project.examine")
async def examine(timestamp):
    """Every night flows that left their records begin again, and everything is looked at."""
    await sync_to_async(_examine)()


def _examine():
    house = house_account()
    with acts(house, via="project.examine"):
        rounds.nightly(by=house)


@app.periodic(cron="3 * * * *")
@app.task(name="project.hand_over", queueing_lock="project.hand_over")
async def hand_over(timestamp):
    """Every hour whoever leaves today hands over; after midnight the first time."""
    await sync_to_async(_hand_over)()


def _hand_over():
    house = house_account()
    with acts(house, via="project.hand_over"):
        handing.carry_out_due(by=house)


@app.periodic(cron="10 4 * * *")
@app.task(name="project.escalate", queueing_lock="project.escalate")
async def escalate(timestamp):
    """Every night what has been late for too long shows to the office above."""
    await sync_to_async(_escalate)()


def _escalate():
    house = house_account()
    with acts(house, via="project.escalate"):
        late.escalate(by=house)


@app.periodic(cron="50 3 2 * *")
@app.task(name="project.propose_disposals", queueing_lock="project.propose_disposals")
async def propose_disposals(timestamp):
    """On the second of each month what has expired is listed for somebody to read."""
    await sync_to_async(propose_everywhere)()
