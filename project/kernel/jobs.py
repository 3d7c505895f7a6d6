"""Long work: asked for in the transaction that needs it, watched on a page, done by any worker."""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from project.kernel.guards import Refused
from project.kernel.history import acts
from project.kernel.models import Job

KEPT_DAYS = 30
STALLED_AFTER = 60  # seconds without a sign of life from the worker that took the job


@transaction.atomic
def ask(task, *, title, by, **arguments):
    """Put long work in the queue; it is there exactly if the transaction commits."""
    job = Job.objects.create(kind=task.name, title=title, by=by)
    task.defer(job_id=job.pk, **arguments)
    return job


def carry_out(job_id, parts, work, *, url=""):
    """Do each part in its own transaction and show how far it is; a part may be done again."""
    job = Job.objects.select_related("by").get(pk=job_id)
    with acts(job.by, via=job.kind):
        return _carry_out(job, parts, work, url)


def _carry_out(job, parts, work, url):
    _show(job, state=Job.State.RUNNING, total=len(parts), done=0, message="")
    try:
        for done, part in enumerate(parts, start=1):
            work(part, job.by)
            _show(job, done=done)
    except Refused as refused:
        _end(job, Job.State.FAILED, message="\n".join(refused.messages))
    except Exception as error:
        _end(job, Job.State.FAILED, message=f"{type(error).__name__}: {error}")
        raise
    else:
        _end(job, Job.State.DONE, url=url)
    return job


def _show(job, **fields):
    for name, value in fields.items():
        setattr(job, name, value)
    job.save(update_fields=list(fields))


def _end(job, state, **fields):
    _show(job, state=state, finished_at=timezone.now(), **fields)


async def give_back_stalled(seconds=STALLED_AFTER):
    """Put the work of dead workers back into the queue; returns how many jobs came back."""
    manager = app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=seconds))
    for job in stalled:
        await manager.retry_job(job)
    return len(stalled)


async def forget_finished(days=KEPT_DAYS):
    """Jobs that ended well a month ago go: one comes every minute, for years."""
    await app.job_manager.delete_old_jobs(nb_hours=days * 24)
