"""No page asks the database more often because there is more to show."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import Sheet
from contracts.models import Contract
from payroll.models import BankFile, PayLine
from project.kernel.pages import url_of
from tests import given

pytestmark = pytest.mark.django_db

LISTS = [
    "registry:person-list",
    "registry:household-list",
    "registry:area-list",
    "registry:importedfile-list",
    "contracts:contract-list",
    "contracts:insurancepolicy-list",
    "attendance:sheet-list",
    "payroll:payrun-list",
    "payroll:payline-list",
    "notices:notice-list",
    "policy:rule-list",
    "policy:allocation-list",
    "posts:post-list",
    "posts:hire-list",
    "posts:application-list",
    "reports:index",
    "reports:pay",
    "board",
    "index",
]


def asked(user, *addresses):
    """How often each address asks, once everything that is kept between requests is warm."""
    client = Client()
    client.force_login(user)
    found = {}
    for address in addresses:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code == 200
        found[address] = len(queries)
    return found


def test_lists_and_record_pages_ask_as_often_for_forty_rows_as_for_five():
    few, many = measured("990123100000", 5), measured("990124100000", 40)

    pairs = zip(few, few.values(), many.values(), strict=True)
    assert not [(page, few, many) for page, few, many in pairs if few != many]
    assert max(many.values()) <= 40


def township(code, holders, villages=1, days=range(8, 23)):
    """A township of its own with so many holders at work."""
    place = given.township(code, villages=villages)
    staff = given.staff(place)
    for n in range(holders):
        one = given.holder(place.villages[n % villages], staff.township_officer)
        given.worked(one, staff.township_officer, days)
    return SimpleNamespace(place=place, staff=staff, month=given.OCTOBER)


def measured(code, holders):
    scene = township(code, holders)
    run = given.pay_run(scene, "sent")
    sheet = Sheet.objects.inside(code).get()
    records = [
        run,
        sheet,
        sheet.notice,
        run.notice,
        Contract.objects.inside(code).first(),
        PayLine.objects.inside(code).first(),
        BankFile.objects.get(run=run),
    ]
    user = given.user("township_officer", at=scene.place.town)
    return asked(user, *[reverse(name) for name in LISTS], *[url_of(r) for r in records])


def test_an_open_grid_asks_as_often_for_forty_rows_as_for_five():
    counts = set()
    for code, holders in (("990123100000", 5), ("990124100000", 40)):
        scene = township(code, holders)
        (sheet,) = given.sheets(scene, "open")
        counts.add(asked(scene.staff.village_clerk, url_of(sheet))[url_of(sheet)])

    assert len(counts) == 1


def test_the_inbox_asks_as_often_for_forty_tasks_as_for_five():
    counts = set()
    for code, villages in (("990123100000", 5), ("990124100000", 40)):
        scene = township(code, villages, villages, days=())
        given.sheets(scene, "open")
        counts.add(asked(scene.staff.village_head, reverse("index"))[reverse("index")])

    assert len(counts) == 1
