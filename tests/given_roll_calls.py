"""Roll calls on site, held as the clerk's page holds them."""

import uuid
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from attendance import roll_calls
from project.kernel.months import SHANGHAI
from tests.given_phones import picture

MORNING = datetime(2026, 11, 20, 8, 30, tzinfo=SHANGHAI)


def shot(seed="square", **how):
    """A picture of the group as it is uploaded."""
    return SimpleUploadedFile(f"{seed}.jpg", picture(seed, **how), "image/jpeg")


def held(scene, present=(), absent=(), **fields):
    """A roll call of a village of the scene, by contracts."""
    fields = {
        "by": scene.staff.village_clerk,
        "client_id": uuid.uuid4(),
        "area": scene.place.villages[0],
        "kind": "in",
        "at": MORNING,
        "photos": [shot()] if present else [],
    } | fields
    return roll_calls.hold(
        present=[one.pk for one in present], absent=[one.pk for one in absent], **fields
    )


def corrected(scene, call, present=(), absent=(), **fields):
    """The same muster said anew."""
    fields = {
        "by": scene.staff.village_clerk,
        "client_id": uuid.uuid4(),
        "reason": "点错了名",
    } | fields
    return roll_calls.correct(
        call, present=[one.pk for one in present], absent=[one.pk for one in absent], **fields
    )
