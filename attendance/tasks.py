"""What is looked at by the clock: the doubts about what arrived."""

from datetime import UTC, datetime, timedelta

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from attendance.judging import judge

# Some doubts show only once nothing more can be expected to arrive, an hour later.
RECENT = timedelta(hours=2)
NIGHTLY = timedelta(days=3)


@app.periodic(cron="*/10 * * * *")
@app.task(name="attendance.judge", queueing_lock="attendance.judge")
async def judge_what_arrived(timestamp):
    """Every ten minutes what arrived lately is seen beside the days of others."""
    return await sync_to_async(judge_since)(timestamp, RECENT)


@app.periodic(cron="30 3 * * *")
@app.task(name="attendance.judge_again", queueing_lock="attendance.judge_again")
async def judge_again(timestamp):
    """Every night the last days are seen once more, when late records have come."""
    return await sync_to_async(judge_since)(timestamp, NIGHTLY)


def judge_since(timestamp, span):
    """Judge what was received in the span before a moment."""
    until = datetime.fromtimestamp(timestamp, UTC)
    return judge(until - span, until)
