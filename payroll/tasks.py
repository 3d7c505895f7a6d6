"""Preparing the pay of many townships in the background, and what is forgotten by the clock."""

from asgiref.sync import sync_to_async
from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from payroll import flows
from payroll.locking import forget_passwords
from payroll.services import due_in, townships_due
from project.kernel.jobs import ask, carry_out
from project.kernel.months import Month


@app.task(name="payroll.prepare", retry=RetryStrategy(max_attempts=5, wait=5))
def prepare(job_id, month, area):
    """Prepare a month township by township; what a dead worker left is done again, never twice."""
    month = Month.parse(month)
    carry_out(
        job_id,
        townships_due(month, area),
        lambda township, by: flows.prepare(month, township, by=by),
        url=reverse("payroll:payrun-list") + f"?month={month}&area={area}",
    )


def ask_to_prepare(*, by, month, area):
    """Give the workers a month to prepare, unless it is plain already why it may not be."""
    due_in(month, area.code, by=by)
    title = _("Prepare %(month)s in %(area)s") % {"month": month, "area": area}
    return ask(prepare, title=title, by=by, month=str(month), area=area.code)


@app.periodic(cron="10 1 * * *")
@app.task(name="payroll.forget_passwords", queueing_lock="payroll.forget_passwords")
async def forget(timestamp):
    """Every night the passwords of locked bank files that nobody came for in time are deleted."""
    return await sync_to_async(forget_passwords)()
