"""What inspectors' phones ask before they leave: rounds, villages, and the list to take along."""

from datetime import date
from typing import Annotated

from django.core.exceptions import PermissionDenied
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from inspections import visit_lists
from inspections.inspectors import fellows
from inspections.models import Visit
from inspections.questions import LONGEST, QUESTIONS
from inspections.visit_checks import WAYS
from inspections.visit_photos import MOST
from project.api.shapes import AreaAsked, Sentence
from project.kernel.months import today
from project.kernel.roles import Permission

router = Router(tags=["field"])
VILLAGES = 30
Words = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]


class ChoiceShape(Schema):
    """One of several answers: what is sent, and what is read."""

    value: str
    words: Sentence


class QuestionShape(Schema):
    """A question; without choices it takes a few words."""

    code: str
    words: Sentence
    choices: list[ChoiceShape]
    most: int = LONGEST

    @staticmethod
    def resolve_choices(question):
        return choices_of(question.choices.items())


class FellowShape(Schema):
    """Somebody who may be the second inspector."""

    id: int
    name: str


class FieldRoundShape(Schema):
    """A round under way, with how many people stand on its list."""

    id: int
    title: str
    way: str
    first: date
    last: date
    people: int

    @staticmethod
    def resolve_people(plan):
        return plan.drawn.count()


class KitShape(Schema):
    """Whose phone it is, and all that a visit asks for."""

    id: int
    name: str
    today: date
    token: str
    pictures: int
    seen: list[ChoiceShape]
    ways: list[ChoiceShape]
    questions: list[QuestionShape]
    fellows: list[FellowShape]
    rounds: list[FieldRoundShape]


class HoursShape(Schema):
    """When work is due: weekdays from 1, hours as HH:MM or empty, or so many days a month."""

    weekdays: list[int]
    opens_at: str
    closes_at: str
    days: int | None


class TakenShape(Schema):
    """One holder on the list; of the person only the name and, in a round, the face."""

    contract: int
    name: str
    village: str
    title: str
    duties: str
    hours: HoursShape | None
    portrait: str
    visited: bool


class ListShape(Schema):
    """A list to take along, and the last day on which the phone keeps it."""

    key: str
    title: str
    way: str
    plan: int | None
    until: date
    people: list[TakenShape]


class VillageShape(Schema):
    """A village by name."""

    code: str
    name: str
    township: str

    @staticmethod
    def resolve_township(area):
        return area.parent.name if area.parent else ""


def choices_of(pairs):
    return [{"value": value, "words": words} for value, words in pairs]


def _refuse(request):
    if not request.user.has_perm(Permission.VISIT_RECORD):
        raise PermissionDenied(_("Recording visits belongs to inspectors of the area."))


@router.get("", response=KitShape)
def kit(request):
    """What a phone keeps for the road: questions, colleagues, rounds, and the token to send by."""
    _refuse(request)
    return {
        "id": request.user.pk,
        "name": request.user.name,
        "today": today(),
        "token": get_token(request),
        "pictures": MOST,
        "seen": choices_of(Visit.Seen.choices),
        "ways": choices_of((way, way.label) for way in WAYS),
        "questions": list(QUESTIONS),
        "fellows": list(fellows(request.user)),
        "rounds": list(visit_lists.plans(request.user)),
    }


@router.get("/rounds/{int:number}", response=ListShape)
def of_round(request, number: int):
    """The people of a round, with their faces; taking them along is written down."""
    _refuse(request)
    plan = get_object_or_404(visit_lists.plans(request.user), pk=number)
    people = visit_lists.of_plan(plan, request.user)
    said = {"key": f"round-{plan.pk}", "title": plan.title, "way": plan.way, "plan": plan.pk}
    return said | {"until": plan.last, "people": people}


@router.get("/villages", response=list[VillageShape])
def villages(request, q: Words = ""):
    """The villages of the person's areas by name."""
    _refuse(request)
    return list(visit_lists.villages(request.user, q)[:VILLAGES])


@router.get("/villages/{code}", response=ListShape)
def of_village(request, code: AreaAsked):
    """Everybody who holds a post in a village today; the phone keeps the list for today."""
    _refuse(request)
    area = get_object_or_404(visit_lists.villages(request.user), pk=code)
    people = visit_lists.of_village(area, request.user)
    said = {"key": f"village-{area.pk}", "title": area.name, "way": "site", "plan": None}
    return said | {"until": today(), "people": people}
