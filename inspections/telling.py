"""What people saw or were told becomes a doubt, like what a query finds (W-9, W-12)."""

from django.db import transaction

from inspections.models import Doubt
from inspections.patterns import BY_CODE
from inspections.services import due_by
from project.kernel.guards import log
from project.kernel.months import SHANGHAI, Month


@transaction.atomic
def tell(code, contract, *, by, at, subject, shows, evidence):
    """Open a doubt about the holder of a contract, found by a person; told again it is the same.

    It is a doubt and no verdict: somebody looks into it, hears the holder and decides.
    """
    doubt, made = Doubt.objects.get_or_create(
        pattern=code,
        month=Month.of(at.astimezone(SHANGHAI).date()),
        subject=subject,
        defaults={
            "area": contract.area,
            "severity": BY_CODE[code].severity,
            "person": contract.person,
            "contract": contract,
            "people": [contract.person_id],
            "shows": shows | {"at": at.isoformat()},
            "evidence": evidence,
            "found_by": by,
            "due_on": due_by(contract.area_id),
        },
    )
    if made:
        log(doubt, "tell", by=by, pattern=code)
    return doubt
