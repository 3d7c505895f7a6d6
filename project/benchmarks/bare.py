"""What the check-in door is measured against, behind the same server.

`/` is a bare Django view that does one raw insert. `/orm/` is the same door written as most would:
a serializer framework and the ORM, with the token, the right, the doubts and their evidence.
"""

import json
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import path
from ninja import NinjaAPI, Schema

from attendance.models import CheckIn, Flag, WorkPlace
from contracts.models import Contract
from policy.selectors import rule
from project.api.entry import TokenEntry
from project.kernel.months import today
from project.kernel.roles import Permission

INSERT = """
    INSERT INTO attendance_checkin (client_id, contract_id, day, worth, in_at, source, level,
        device, photo, longitude, latitude, received_at, received_by_id)
    VALUES (%(client_id)s, %(contract)s, %(day)s, 1, %(in_at)s, 'phone', 2, '', '', %(longitude)s,
        %(latitude)s, now(), %(by)s)
"""


def insert(request):
    """The floor: read one report and insert it."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, json.loads(request.body))
    return HttpResponse("{}", content_type="application/json")


class OrmReport(Schema):
    client_id: UUID
    contract: int
    day: date
    in_at: time | None = None
    longitude: Decimal | None = None
    latitude: Decimal | None = None


class OrmAnswer(Schema):
    id: int
    doubts: list[str]


orm = NinjaAPI(urls_namespace="floor", auth=[TokenEntry()], docs_url=None, openapi_url=None)


@orm.post("", response=OrmAnswer)
def by_orm(request, report: OrmReport):
    contract = Contract.objects.select_related("area").get(pk=report.contract)
    assert request.user.has_perm(Permission.SHEET_RECORD, contract.area_id)
    with transaction.atomic():
        made, _new = CheckIn.objects.get_or_create(
            client_id=report.client_id,
            defaults={
                "contract": contract,
                "day": report.day,
                "in_at": report.in_at,
                "longitude": report.longitude,
                "latitude": report.latitude,
                "source": "phone",
                "level": 2,
                "received_by": request.user,
            },
        )
        codes = list(_doubts(report, contract))
        waits = rule("attendance.flags_that_wait", on=today(), area=contract.area_id)
        for code in codes:
            Flag.objects.create(check_in=made, code=code, waits=code in waits)
    return {"id": made.pk, "doubts": codes}


def _doubts(report, contract):
    if report.longitude is None:
        yield "no_place"
    elif WorkPlace.objects.filter(area=contract.area, title__in=["", contract.title]).exists():
        yield "outside_fence"
    if not contract.starts_on <= report.day <= contract.ends_on:
        yield "outside_contract"
    if report.day > today():
        yield "future_day"
    if contract.suspensions.filter(starts_on__lte=report.day, ends_on__gte=report.day).exists():
        yield "suspended"


urlpatterns = [path("", insert), path("orm/", orm.urls)]
