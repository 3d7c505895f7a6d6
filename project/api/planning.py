"""What the API says of rounds of inspection and of their lists; a village's program meets none.

Once somebody was looked at in a village, its programs read their own part of that list.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema
from pydantic import Field

from inspections import plan_flows, plans, proofs
from inspections.drawn_pages import listed
from inspections.models import Drawn, Plan
from inspections.plan_forms import PlanForm
from project.api.shapes import RecordShape, Sentence, Whole
from project.kernel.roles import Permission
from project.kernel.steps import Verb

router = Router(tags=["plans"])
INSIDE = ("reason", "seen", "missed")


class RoundShape(RecordShape):
    """A round of inspection: where, how, when, and which shares are drawn (parts of one)."""

    way: str
    way_title: Sentence
    first: date
    last: date
    share: Decimal
    risk_share: Decimal
    drawn_at: datetime | None

    @staticmethod
    def resolve_way_title(plan):
        return plan.get_way_display()


class WholeRound(Whole, RoundShape):
    """A round with its seed, the hash of its list and how many people could be drawn."""

    seed: str
    frozen: str
    report: str
    people: int

    @staticmethod
    def resolve_people(plan):
        return len(plan.population)


class DrawnShape(Schema):
    """Somebody on a list; why and with which score only for those who inspect by it."""

    id: int
    number: int
    area: str
    area_name: str
    contract_id: int
    worker: str
    phone: str
    reason: str | None
    score: int | None
    looked_at: datetime | None
    seen: str | None
    missed: str | None


class DrawnPage(Schema):
    """A page of a list; `next`, where there is more, goes into `after`."""

    items: list[DrawnShape]
    next: int | None


class ProofShape(Schema):
    """Whether the seed draws the list on record, the numbers that differ, and its hash."""

    same: bool
    differing: list[int]
    sealed: bool


class MissAsked(Schema):
    """Why somebody is not looked at after all."""

    why: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("/{int:number}/drawn", response=DrawnPage)
def drawn(request, number: int, after: int = 0, limit: Annotated[int, Field(ge=1, le=200)] = 50):
    """The list of a round, by number: all of it to inspectors, to the village its part, later."""
    inspects = Plan.objects.visible_to(request.user).filter(pk=number).exists()
    rows = listed(request.user) if inspects else _told(request.user)
    rows = rows.filter(plan=number)
    if not inspects and not rows.exists():
        raise Http404
    rows = list(rows.filter(number__gt=after).order_by("number")[: limit + 1])
    more = len(rows) > limit
    return {
        "items": [_line(row, inspects) for row in rows[:limit]],
        "next": rows[limit - 1].number if more else None,
    }


@router.get("/{int:number}/proof", response=ProofShape)
def proof(request, number: int):
    """Draw the list again from what was frozen with it, and compare."""
    seen = Plan.objects.visible_to(request.user).filter(drawn_at__isnull=False)
    return proofs.redraw(get_object_or_404(seen, pk=number))


@router.post("/{int:number}/drawn/{int:person}/miss", response=DrawnShape)
def miss(request, number: int, person: int, asked: MissAsked):
    """Write down why somebody on the list is not looked at after all."""
    row = get_object_or_404(listed(request.user), plan=number, number=person)
    plans.miss(row, by=request.user, why=asked.why)
    return _line(listed(request.user).get(pk=row.pk), True)


def _told(user):
    told = Drawn.objects.told_to(user).select_related("area", "contract__person")
    return proofs.looked_at(told)


def _line(row, inspects):
    """One line of a list, and of it only what the reader may know."""
    line = {
        "id": row.pk,
        "number": row.number,
        "area": row.area_id,
        "area_name": row.area.name,
        "contract_id": row.contract_id,
        "worker": row.contract.person.name,
        "phone": row.contract.person.phone,
        "looked_at": row.looked_at,
    }
    line |= {name: getattr(row, name) if inspects else None for name in INSIDE}
    return line | {"score": row.score if inspects and row.may_know else None}


def without_lists(seen):
    """What is frozen with a list is long and is no part of any answer."""
    return seen.defer("population", "scores")


def in_days_of(month):
    """Rounds that last on at least one day of a month."""
    return Q(first__lte=month.last, last__gte=month.first)


PLANS = ("plans", Plan, RoundShape, WholeRound, in_days_of)
MAKE = Verb(plan_flows.make, _("Plan a round"), PlanForm, "make", Permission.SAMPLE_DRAW)
