"""Barred employers, as the decision of a case leaves them."""

from project.kernel.months import today
from registry.models import Bar

DECISION = "990123-2026-0007"


def bar(area, by, name="兴农劳务公司", **fields):
    """A bar from today on, for good."""
    facts = {"starts_on": today(), "reason": "虚报用工", "decision": DECISION} | fields
    return Bar.objects.create(area=area, name=name, made_by=by, **facts)


def addresses(made):
    """The pages of a bar."""
    return {"registry:bar": {"pk": made.pk}, "registry:bar-lift": {"pk": made.pk}}
