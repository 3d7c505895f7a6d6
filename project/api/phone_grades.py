"""What a worker reads of the own grades on the phone, and says back: seen, right, or an appeal."""

from typing import Annotated

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from attendance import assessment_flows, telling
from attendance.assessment_rules import effects_in
from attendance.models import Assessment
from attendance.models.assessment_checks import appeal_until
from policy.selectors import rules_read_once
from project.api.phones import PhoneEntry
from project.api.shapes import MonthText
from project.kernel.guards import refusals

router = Router(tags=["phones"], auth=PhoneEntry())
MONTHS = 12
State = Assessment.State


class SeenShape(Schema):
    """That the grade was read; `agrees` where the worker finds it right."""

    agrees: bool = False


class AppealTextShape(Schema):
    """What is wrong with the grade, in the worker's own words."""

    text: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class OwnGradeShape(Schema):
    """The own grade of a month, item by item; `may_appeal` while there is time."""

    id: int
    month: MonthText
    post: str
    grade: str
    grade_words: str
    points: str
    items: list[str]
    effect: str
    state: str
    state_words: str
    seen: bool
    agreed: bool
    may_appeal: bool
    until: str
    appeal: str
    reply: str


@router.get("/grades", response=list[OwnGradeShape])
def own_grades(request):
    """The own grades, the newest first; nobody sees a month that is still being judged."""
    with rules_read_once():
        return [_told(one) for one in _own(request.auth)[:MONTHS]]


@router.post("/grades/{int:number}/seen", response=OwnGradeShape)
def seen(request, number: int, said: SeenShape):
    """Say that the own grade was read, and whether it is right."""
    one = _one(request.auth, number)
    telling.seen_on_phone(one, phone=request.auth, agrees=said.agrees)
    return _told(_one(request.auth, number))


@router.post("/grades/{int:number}/appeal", response=OwnGradeShape)
def appeal(request, number: int, said: AppealTextShape):
    """Appeal against the own grade; somebody who did not judge answers."""
    one = _one(request.auth, number)
    assessment_flows.appeal_by_phone(one, phone=request.auth, text=said.text)
    return _told(_one(request.auth, number))


def _own(phone):
    mine = Assessment.objects.filter(contract__person=phone.person_id).exclude(state=State.OPEN)
    mine = mine.select_related("contract__person", "area", "appealed")
    return mine.prefetch_related("deductions").order_by("-month", "-pk")


def _one(phone, number):
    found = _own(phone).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _told(one):
    asked = getattr(one, "appealed", None)
    told = one.state == State.NOTIFIED
    return {
        "id": one.pk,
        "month": one.month,
        "post": one.contract.title,
        "grade": one.grade,
        "grade_words": one.get_grade_display(),
        "points": "" if one.score is None else f"{one.score.normalize():f}",
        "items": [_item(item) for item in one.deductions.all() if item.waived_by_id is None],
        "effect": effects_in(one.month, one.area_id)[one.grade],
        "state": one.state,
        "state_words": one.get_state_display(),
        "seen": one.told_at is not None,
        "agreed": one.agreed_at is not None,
        "may_appeal": one.state == State.SCORED and not asked or told and not refusals(one.appeal),
        "until": f"{appeal_until(one)}" if told and not asked else "",
        "appeal": asked.text if asked else "",
        "reply": asked.reply if asked else "",
    }


def _item(deduction):
    """A deduction in plain words."""
    words = {"points": f"{deduction.points.normalize():f}", "item": deduction.item}
    return _("%(points)s points off: %(item)s") % words
