"""A county that is looked at for patterns, and rows as reports bring them."""

import uuid
from datetime import date, datetime, time, timedelta

from attendance.models import CheckIn, Photo, Sheet, SheetLine
from inspections import services
from inspections.models import Doubt
from inspections.patterns import BY_CODE
from project.kernel.months import SHANGHAI
from project.kernel.sealing import seal
from registry import passes
from registry.models import Pass
from tests import given

OCTOBER = given.OCTOBER


def scene(holders=3, **fields):
    """A township at work in October without any day yet, and somebody who may look."""
    made = given.scene(holders=holders, days=(), **fields)
    made.inspector = given.user("inspector", at=made.place.county)
    return made


def found(scene_, code, month=OCTOBER):
    """The doubts of one pattern, looked for twice: what is found again is the same doubt."""
    for _again in range(2):
        services.detect(month, scene_.place.county, by=scene_.inspector, patterns=(BY_CODE[code],))
    doubts = list(Doubt.objects.filter(pattern=code, month=month).order_by("pk"))
    assert all(BY_CODE[code].why(doubt.shows) for doubt in doubts)
    assert all(doubt.evidence for doubt in doubts)
    return doubts


def day(contract, number, at=None, source="machine", **fields):
    """One day of a contract as it came in; `at` is the time of day on the clock."""
    on = date(2026, 10, number)
    if at is not None:
        moment = time.fromisoformat(at)
        fields = {
            "in_at": moment,
            "at": datetime.combine(on, moment, tzinfo=SHANGHAI),
        } | fields
    if "phone" not in fields:
        fields = {"received_by": given.User.objects.order_by("pk").first()} | fields
    return CheckIn.objects.create(
        client_id=uuid.uuid4(),
        contract=contract,
        day=on,
        source=source,
        level={"book": 1, "phone": 3}.get(source, 2),
        **fields,
    )


def stood(contracts, days, month=OCTOBER, state="confirmed", half=()):
    """A sheet that the village stands by, as it may come from elsewhere: any days at all."""
    area = contracts[0].area
    by = given.User.objects.order_by("pk").first()
    sheet, _made = Sheet.objects.get_or_create(
        area=area, month=month, defaults={"opened_by": by, "state": state}
    )
    for number, contract in enumerate(contracts, start=sheet.lines.count() + 1):
        SheetLine.objects.create(
            sheet=sheet,
            contract=contract,
            number=number,
            full_days=mask(days),
            half_days=mask(half),
        )
    return sheet


def mask(days):
    return sum(1 << day - 1 for day in days)


def looks(look, mirrored=None, *, check_in=None, roll_call=None):
    """A picture as it is kept, with a look of one's choice."""
    return Photo.objects.create(
        check_in=check_in,
        roll_call=roll_call,
        file="check-ins/none.jpg",
        sha256=seal({"picture": str(uuid.uuid4())}),
        look=look,
        mirrored=~look if mirrored is None else mirrored,
        size=1,
    )


def phone(person, clerk, fingerprint=""):
    """A phone that a worker registered."""
    from_pass, _card = passes.issue(person, by=clerk, purpose=Pass.Purpose.ENTER, hours=24)
    return person.devices.create(
        let_in_by=from_pass, digest=seal(str(uuid.uuid4())), public_key="k", fingerprint=fingerprint
    )


def moments(first, count, seconds):
    """So many moments, some seconds apart."""
    return [first + timedelta(seconds=seconds * n) for n in range(count)]
