"""Rounds of inspection and what inspectors saw, as the tests of others meet them."""

import uuid

from django.utils import timezone

from inspections import plan_flows, visit_photos
from inspections.models import Visit
from project.kernel.months import today
from project.kernel.steps import do
from tests import given, given_notices

SIGNED = {"first": "M0 0L9 9", "second": "M9 0L0 9"}


def plan(area, by, *, steps=(), **fields):
    """A round of an area from today on, taken through some of its steps."""
    facts = {"way": "site", "first": today(), "share": "0.5", "risk_share": "0.5"} | fields
    made = plan_flows.make(by=by, area=area, **facts)
    for step in steps:
        made = do(made, step, by=by)
    return made


def visit(drawn, by, **fields):
    """A look at somebody on a list, by somebody and a second inspector."""
    contract, plan_ = drawn.contract, drawn.plan
    return Visit.objects.create(
        client_id=uuid.uuid4(),
        plan=plan_,
        drawn=drawn,
        area=contract.area,
        contract=contract,
        by=by,
        second=fields.pop("second", None) or given.user("inspector", at=plan_.area),
        **{
            "way": plan_.way,
            "at": timezone.now(),
            "seen": "working",
            "due": "yes",
            "signatures": SIGNED,
        }
        | fields,
    )


def addresses(made):
    """The pages of a round, of its list and of a visit with a picture."""
    drawn = made.drawn.first()
    seen = visit(drawn, made.made_by)
    photo = visit_photos.keep(seen, by=made.made_by, picture=given_notices.picture())
    return {
        "inspections:visit": {"pk": seen.pk},
        "inspections:visit-photo": {"pk": photo.pk},
        "inspections:plan": {"pk": made.pk},
        "inspections:plan-step": {"pk": made.pk, "step": "dispatch"},
        "inspections:plan-bulk": {"step": "dispatch"},
        "inspections:proof": {"pk": made.pk},
        "inspections:drawn": {"pk": drawn.pk},
        "inspections:drawn-miss": {"pk": drawn.pk},
    }
