"""How far long work is, for the person who asked for it."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Schema

from project.api.shapes import Sentence
from project.kernel.models import Job

router = Router(tags=["jobs"])


class JobShape(Schema):
    """Work that the workers do; where it failed, `refusals` are the sentences that say why."""

    id: int
    title: str
    address: str
    state: str
    state_title: Sentence
    done: int
    total: int
    refusals: list[str]
    asked_at: datetime
    finished_at: datetime | None

    @staticmethod
    def resolve_address(job):
        return reverse("api:read_job", args=[job.pk])

    @staticmethod
    def resolve_state_title(job):
        return job.get_state_display()

    @staticmethod
    def resolve_refusals(job):
        return job.message.splitlines() if job.state == Job.State.FAILED else []

    @staticmethod
    def resolve_asked_at(job):
        return job.created_at


@router.get("/{int:number}", response=JobShape, url_name="read_job")
def read_job(request, number: int):
    """Work that you asked for; it is over when `finished_at` is set."""
    return get_object_or_404(Job, pk=number, by=request.user)
