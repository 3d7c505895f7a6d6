"""Somebody who is paid by the hour or by the task, and days on which hours or pieces were done."""

import uuid
from datetime import time
from decimal import Decimal
from io import StringIO

from django.core.management import call_command

from attendance.models import CheckIn
from tests import given


def scene(pay_basis="hour", standard="22.00", **fields):
    """A township at work in October with one person so paid, and no day recorded yet."""
    made = given.scene(holders=0)
    made.one = held(made, pay_basis, standard, **fields)
    made.contracts = [made.one]
    return made


def held(made, pay_basis="hour", standard="22.00", **fields):
    by, village = made.staff.township_officer, made.place.villages[0]
    terms = {"name": "赵小时", "pay_basis": pay_basis, "standard": Decimal(standard)} | fields
    return given.holder(village, by, **terms)


def profile(made, name="JS-TEMP-2025"):
    """The rules of a region, loaded into the township as the department does it."""
    options = ("--area", made.place.county.code, "--as", made.staff.department_officer.username)
    call_command("load_profile", name, *options, stdout=StringIO(), stderr=StringIO())


def told(contract, by, numbers, month=given.OCTOBER, **fields):
    """What a machine told of days: {day of the month: hours or pieces, or None}."""
    fields = {"source": CheckIn.Source.MACHINE, "level": 2, "received_by": by} | fields
    return CheckIn.objects.bulk_create(
        CheckIn(
            client_id=uuid.uuid4(),
            contract=contract,
            day=month.first.replace(day=day),
            quantity=None if number is None else Decimal(str(number)),
            **fields,
        )
        for day, number in numbers.items()
    )


def stayed(contract, by, day, first, last=None):
    """From when to when a machine saw somebody on a day of October."""
    times = {"in_at": time.fromisoformat(first), "out_at": last and time.fromisoformat(last)}
    return told(contract, by, {day: None}, **times)


def moved(contract, by, day, *moves):
    """Comings and goings of a day in October, each on its own: ("in", "08:00")."""
    for kind, at in moves:
        told(contract, by, {day: None}, kind=kind, in_at=time.fromisoformat(at))
