"""Doubts as a pattern leaves them, for whoever looks into them."""

from inspections.models import Detection, Doubt
from project.kernel.steps import follow
from tests import given


def doubt(contract, by, **fields):
    """A doubt about the holder of a contract, with its flow under way."""
    month = fields.pop("month", given.OCTOBER)
    made = Doubt.objects.create(
        area=contract.area,
        month=month,
        found_in=Detection.objects.create(area=contract.area, month=month, started_by=by),
        **{
            "person": contract.person,
            "contract": contract,
            "pattern": "V-01.phone",
            "severity": "A",
            "people": [contract.person_id],
            "subject": f"{contract.pk}/{Doubt.objects.count()}",
            "shows": {"people": 3, "days": 5},
            "evidence": [{"kind": "contract", "id": contract.pk}],
        }
        | fields,
    )
    follow(made, by=by)
    return made


def addresses(made):
    """The pages of a doubt and of whom it is about."""
    return {
        "inspections:doubt": {"pk": made.pk},
        "inspections:doubt-step": {"pk": made.pk, "step": "verify"},
        "inspections:doubt-bulk": {"step": "verify"},
        "inspections:risk": {"pk": made.person_id},
    }
