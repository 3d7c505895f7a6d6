"""What waits for the person who asks."""

from typing import Annotated

from ninja import Router
from pydantic import Field

from project.api.kinds import BY_MODEL
from project.api.shapes import TaskPage
from project.inbox import inbox

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
