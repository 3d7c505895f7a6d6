"""Why a pay line comes to its amount and what holds it, for whoever may see the line."""

from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from payroll import services
from payroll.explain import explain
from payroll.models import Hold, PayLine
from payroll.reasons import sentence_of
from project.api.shapes import Sentence

router = Router(tags=["pay-lines"])


class HeldShape(Schema):
    """What holds a line and is not answered yet, as its worker would be told."""

    id: int
    code: str
    code_title: Sentence
    sentence: str

    @staticmethod
    def resolve_code_title(hold):
        return hold.get_code_display()

    @staticmethod
    def resolve_sentence(hold):
        return sentence_of(hold, hold.line)


class ReleaseAsked(Schema):
    """Which hold is answered, and why the line may be paid."""

    hold: int
    reason: str


def _seen(request, number):
    return get_object_or_404(PayLine.objects.visible_to(request.user), pk=number)


@router.get("/{int:number}/explain", response=dict)
def why(request, number: int):
    """Everything the line was computed from and everything that happened to it."""
    return explain(_seen(request, number)).as_dict()


@router.get("/{int:number}/holds", response=list[HeldShape])
def holds(request, number: int):
    """What holds the line and waits for an answer."""
    found = Hold.objects.waiting().filter(line=_seen(request, number)).order_by("pk")
    return list(found.select_related("fact", "line__account", "line__person"))


@router.post("/{int:number}/release", response=list[HeldShape])
def release(request, number: int, asked: ReleaseAsked):
    """Answer a hold with a reason; what still holds the line is the answer."""
    hold = get_object_or_404(_seen(request, number).holds, pk=asked.hold)
    services.release(hold, by=request.user, reason=asked.reason)
    return holds(request, number)
