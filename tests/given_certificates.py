"""An area that can sign: a root, a clock and a seal, issued by a system administrator."""

from types import SimpleNamespace

from registry import certificates
from registry.models import Certificate
from tests import given

Purpose = Certificate.Purpose


def office(place):
    """A county with its root and clock, and a township with its seal."""
    keeper = given.user("sysadmin", at=place.county, name="周系统")
    return SimpleNamespace(
        keeper=keeper,
        root=certificates.issue(Purpose.ROOT, place.county, by=keeper),
        clock=certificates.issue(Purpose.TIME_STAMP, place.county, by=keeper),
        seal=certificates.issue(Purpose.SEAL, place.town, by=keeper),
    )
