"""A register carried out in the background, list by list."""

from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from project.disposals import emptying, lists, services
from project.kernel.jobs import ask, carry_out
from project.kernel.models import Job
from registry.models import Disposal

DONE = "done"


@app.task(name="disposals.carry_out", retry=RetryStrategy(max_attempts=5, wait=5))
def work_through(job_id, disposal):
    """Empty a register list by list, then close it; what a dead worker left is done again."""
    register = Disposal.objects.get(pk=disposal)

    def do(part, by):
        if part == DONE:
            services.finish(register, by=by)
        else:
            emptying.carry_out(part)

    url = reverse("registry:disposal", args=[disposal])
    carry_out(job_id, [*lists.chunks(register), DONE], do, url=url)


def under_way(disposal, user):
    """The newest job of a register that somebody asked for; jobs are seen by who asked."""
    mine = Job.objects.filter(kind=work_through.name, by=user)
    return mine.filter(title__endswith=disposal.number).order_by("-pk").first()


def ask_to_work_through(disposal, *, by):
    """Give the workers an approved register to carry out."""
    title = _("Register of disposal %(number)s") % {"number": disposal.number}
    return ask(work_through, title=title, by=by, disposal=disposal.pk)
