"""A visit with its picture, as an inspector's phone leaves it."""

import uuid

from django.utils import timezone

from inspections import visit_flows
from tests import given
from tests.given_roll_calls import shot

LINE = "M100 300L400 120L700 380L900 200"


def seen(contract, county, **fields):
    """A look at somebody by two inspectors of the county, with a picture."""
    first, second = (given.user("inspector", at=county, name=f"督查{n}") for n in "甲乙")
    said = {
        "client_id": uuid.uuid4(),
        "contract": contract,
        "way": "site",
        "at": timezone.now(),
        "seen": "working",
        "by": first,
        "second": second,
        "signatures": {"first": LINE, "second": LINE, "person": LINE},
        "answers": {"card": "self", "pay": "500"},
        "photos": [shot("visit")],
    }
    return visit_flows.record(**said | fields)
