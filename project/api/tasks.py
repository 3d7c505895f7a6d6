"""What waits for the person who asks."""

from typing import Annotated

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from project.api.kinds import BY_MODEL
from project.api.shapes import LatePage, TaskPage
from project.inbox import inbox
from project.kernel.roles import Permission
from project.late import late_below, told

router = Router(tags=["tasks"])


@router.get("", response=TaskPage)
def tasks(
    request,
    after: Annotated[int, Field(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Field(ge=1, le=1000)] = 200,
):
    """What waits for you, the longest waiting first; `next` goes into `after`."""
    waiting = inbox(request.user, after=after, at_most=limit + 1)
    more = len(waiting) > limit
    items = [_task(one) for one in waiting[:limit]]
    return {"items": items, "next": waiting[limit - 1].number if more else None}


@router.get("/late", response=LatePage)
def late_tasks(
    request,
    after: Annotated[int, Field(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Field(ge=1, le=1000)] = 200,
):
    """What lies late in the offices below you; you see it, and its own office acts on it."""
    if not request.user.has_perm(Permission.LATE_VIEW):
        raise PermissionDenied(_("Late tasks of others are shown to the office above."))
    found = late_below(request.user).filter(pk__gt=after).order_by("pk")[: limit + 1]
    lines = told(found, request.user)
    more = len(lines) > limit
    items = [_late(line) for line in lines[:limit]]
    return {"items": items, "next": items[-1]["task"] if more else None}


def _late(line):
    return {
        "task": line.pk,
        "kind": line.kind,
        "record": line.record.pk if line.record is not None else None,
        "name": line.what,
        "area": line.owner_permission_obj_pk,
        "title": line.step,
        "roles": line.roles,
        "names": line.names,
        "since": line.since,
        "due": line.due,
    }


def _task(waiting):
    record = waiting.record
    return {
        "kind": BY_MODEL[type(record)].name,
        "kind_title": waiting.kind,
        "record": record.pk,
        "name": str(record),
        "area": record.area_id,
        "state": record.state,
        "step": waiting.step,
        "title": waiting.title,
        "since": waiting.since,
        "due": waiting.due,
        "late": waiting.late,
    }
