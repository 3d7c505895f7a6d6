"""Why a pay line comes to its amount, for whoever may see the line."""

from django.shortcuts import get_object_or_404
from ninja import Router

from payroll.explain import explain
from payroll.models import PayLine

router = Router(tags=["pay-lines"])


@router.get("/{int:number}/explain", response=dict)
def why(request, number: int):
    """Everything the line was computed from and everything that happened to it."""
    line = get_object_or_404(PayLine.objects.visible_to(request.user), pk=number)
    return explain(line).as_dict()
