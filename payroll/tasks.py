"""The pay of many townships in the background, to look at or to prepare; what time forgets."""

from asgiref.sync import sync_to_async
from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from payroll import flows
from payroll.locking import forget_passwords
from payroll.preview_shapes import plain
from payroll.preview_sums import joined
from payroll.previews import preview, townships
from payroll.services import due_in, may_prepare, townships_due
from payroll.what_if import what_if, wish_of
from project.kernel.guards import Refused
from project.kernel.history import acts
from project.kernel.jobs import ask, carry_out
from project.kernel.models import Job
from project.kernel.months import Month

PREVIEW, WHAT_IF = "payroll.preview", "payroll.what_if"


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


@app.task(name=PREVIEW, retry=RetryStrategy(max_attempts=5, wait=5))
def look_ahead(job_id, month, area):
    """Compute a month on the side township by township; the job keeps the sums."""
    _find_out(job_id, month, area, preview)


@app.task(name=WHAT_IF, retry=RetryStrategy(max_attempts=5, wait=5))
def try_out(job_id, month, area, wish):
    """Compute a month under other values township by township; the job keeps the sums."""
    asked = wish_of(**wish)
    _find_out(job_id, month, area, lambda month, town, by: what_if(month, town, asked, by=by))


def _find_out(job_id, month, area, ask_of):
    found = []

    def look(township, by):
        found.append(ask_of(Month.parse(month), township, by=by))
        Job.objects.filter(pk=job_id).update(found=plain(joined(found, area)))

    url = reverse("payroll:kept-preview", args=[job_id])
    carry_out(job_id, townships(Month.parse(month), area), look, url=url)


def ask_to_preview(*, by, month, area, wish):
    """Give the workers a month to look at, as it is or under other values."""
    may_prepare(area.code, by)
    names = {"month": month, "area": area}
    if not townships(month, area.code):
        raise Refused(_("Nobody in this area holds a contract in %(month)s.") % names)
    about = {"by": by, "month": str(month), "area": area.code}
    if wish:
        title = _("What if: %(month)s in %(area)s") % names
        return ask(try_out, title=title, wish=wish.plain, **about)
    return ask(look_ahead, title=_("Preview of %(month)s in %(area)s") % names, **about)


@app.periodic(cron="10 1 * * *")
@app.task(name="payroll.forget_passwords", queueing_lock="payroll.forget_passwords")
async def forget(timestamp):
    """Every night the passwords of locked bank files that nobody came for in time are deleted."""
    return await sync_to_async(acts(via="payroll.forget_passwords")(forget_passwords))()
