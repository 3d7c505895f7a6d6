"""A month of days: from zero, from the book with its scan, to the workers' own word."""

import json
from datetime import date

import pytest
from django.test import Client

from attendance import book, services
from attendance.acknowledging import agreed, not_agreed
from attendance.models import Acknowledgement, CheckIn, Correction, Sheet
from payroll.models import PayLine
from project.kernel.guards import Refused
from project.kernel.steps import do
from tests import given, given_days
from tests.given_phones import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
FIFTH = given_days.FIFTH


@pytest.fixture
def scene():
    return given.scene(holders=2, days=[])


@pytest.fixture
def sheet(scene):
    (made,) = given.sheets(scene, "open")
    return made


def booked(scene, sheet, days=(FIFTH,), worth="1"):
    marks = {scene.contracts[0].pk: dict.fromkeys(days, worth)}
    return book.record(sheet, by=scene.staff.village_clerk, marks=marks)


def test_nothing_recorded_is_nothing_paid(scene, sheet):
    """S-06: an empty line is zero, never a full month."""
    run = given.pay_run(scene)

    assert set(PayLine.objects.filter(run=run).values_list("days_worked", "amount")) == {(0, 0)}


def test_a_day_the_month_does_not_have_is_refused_by_name(scene):
    """S-05: thirty days in a February are an error, not twenty-eight."""
    february = services.open_month(
        given.Month(2026, 2), scene.place.town.code, by=scene.staff.township_officer
    )[0]
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.staff.village_clerk)
    marks = {scene.contracts[0].pk: {str(day): "1" for day in range(1, 31)}}

    page = client.post(
        f"/attendance/{february.pk}/days/", {"marks": json.dumps(marks)}, follow=True
    )
    api = client.post(
        f"/api/v1/sheets/{february.pk}/record",
        json.dumps({"marks": json.dumps(marks)}),
        "application/json",
    )

    said = "李四0: there is no day 29 in 2026-02; it has 28 days."
    assert said in page.content.decode()
    assert (api.status_code, api.json()["refusals"][0]) == (409, said)
    assert not CheckIn.objects.exists()


def test_a_day_recorded_on_another_post_is_not_entered_again(scene, sheet):
    """S-14: both records are shown."""
    relief = given.contract(
        scene.place.villages[1] if len(scene.place.villages) > 1 else scene.place.villages[0],
        scene.staff.township_officer,
        person=scene.contracts[0].person,
        title="以工代赈",
    )
    given.worked(relief, scene.staff.township_officer, [5])

    with pytest.raises(Refused, match=r"李四0: 2026-10-05 is recorded as 以工代赈"):
        booked(scene, sheet)

    booked(scene, sheet, [date(2026, 10, 6)])


def test_somebody_credited_twice_on_a_day_stops_the_sheet(scene, sheet):
    booked(scene, sheet)
    given_days.scanned(sheet, scene.staff.village_clerk)
    relief = given.contract(
        scene.place.villages[0], scene.staff.township_officer, person=scene.contracts[0].person
    )
    given.rule(scene.place.county, "attendance.flags_that_wait", [], scene.place.document)
    given.worked(relief, scene.staff.township_officer, [5])

    with pytest.raises(Refused, match="recorded on more than one post"):
        do(sheet, "confirm", by=scene.staff.village_head)


def test_days_of_the_book_need_their_scan(scene, sheet):
    booked(scene, sheet)
    with pytest.raises(Refused, match="Add the scan first"):
        do(sheet, "confirm", by=scene.staff.village_head)

    scan = given_days.scanned(sheet, scene.staff.village_clerk)
    do(sheet, "confirm", by=scene.staff.village_head)

    assert len(scan.sha256) == 64
    with pytest.raises(Refused, match="confirmed"):
        given_days.scanned(sheet, scene.staff.village_clerk, b"%PDF-1.4 another")


def test_one_scan_stands_behind_one_sheet(scene, sheet):
    given_days.scanned(sheet, scene.staff.village_clerk)
    with pytest.raises(Refused, match="kept with the sheet"):
        given_days.scanned(sheet, scene.staff.village_clerk)


def test_no_more_than_a_share_of_days_rests_on_the_book(scene, sheet):
    given.rule(scene.place.county, "attendance.book_max_share", "0.5", scene.place.document)
    booked(scene, sheet)
    given_days.scanned(sheet, scene.staff.village_clerk)
    with pytest.raises(Refused, match="1 of 1 days rest on the sign-in book alone"):
        do(sheet, "confirm", by=scene.staff.village_head)

    given.worked(scene.contracts[1], scene.staff.township_officer, [6])
    do(sheet, "confirm", by=scene.staff.village_head)


def test_the_township_looks_a_few_days_of_the_book_up(scene, sheet):
    booked(scene, sheet, [date(2026, 10, day) for day in range(1, 29)])
    given_days.scanned(sheet, scene.staff.village_clerk)
    do(sheet, "confirm", by=scene.staff.village_head)
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.staff.township_reviewer)

    tables = {
        table["title"]: table for table in client.get(f"/attendance/{sheet.pk}/").context["tables"]
    }

    assert len(tables["Days of the book to look up on the scan"]["rows"]) == 20


def worker(scene, number=0):
    return Phone(scene.contracts[number].person, clerk=scene.staff.village_clerk)


def says(device, sheet, **said):
    address = f"/api/v1/phones/sheets/{sheet.pk}/acknowledge"
    return device.client.post(address, json.dumps(said), "application/json")


def test_a_worker_says_on_the_own_phone_that_the_days_are_right(scene, sheet):
    given.worked(scene.contracts[0], scene.staff.township_officer, [5])
    device = worker(scene)
    early = says(device, sheet)
    do(sheet, "confirm", by=scene.staff.village_head)

    answers = [says(device, sheet) for _ in range(3)]

    assert (early.status_code, answers[0].status_code) == (409, 200)
    (line,) = answers[0].json()
    assert (line["days"], line["acknowledged"], line["marks"][4]) == ("1.0", True, "√")
    assert Acknowledgement.objects.count() == 1
    assert [one.contract for one in agreed(sheet)] == [scene.contracts[0]]
    assert [one.contract for one in not_agreed(sheet)] == [scene.contracts[1]]


def test_a_phone_says_nothing_about_the_days_of_others(scene, sheet):
    elsewhere = given.township("990456100000")
    officer = given.user("township_officer", at=elsewhere.town)
    stranger = given.holder(elsewhere.villages[0], officer)
    do(sheet, "confirm", by=scene.staff.village_head)
    clerk = given.user("village_clerk", at=stranger.area)

    answer = says(Phone(stranger.person, clerk=clerk), sheet)

    assert answer.status_code == 404


def test_a_disputed_day_becomes_a_correction_that_stops_the_sheet(scene, sheet):
    do(sheet, "confirm", by=scene.staff.village_head)
    dispute = {"day": "2026-10-05", "wanted": "1", "reason": "那天在岗"}

    answer = says(worker(scene), sheet, disputes=[dispute])

    assert answer.json()[0]["acknowledged"] is False
    assert Correction.objects.get().phone is not None
    with pytest.raises(Refused, match="a correction is asked for"):
        do(sheet, "acknowledge", by=scene.staff.village_clerk)


def test_a_word_about_other_days_no_longer_holds(scene, sheet):
    do(sheet, "confirm", by=scene.staff.village_head)
    says(worker(scene), sheet)
    do(sheet, "send_back", by=scene.staff.township_reviewer, note="补一天")
    given.worked(scene.contracts[0], scene.staff.township_officer, [6])

    do(Sheet.objects.get(), "confirm", by=scene.staff.village_head)

    assert not agreed(sheet).exists()


def test_days_on_notice_change_by_no_door(scene, sheet):
    """S-09: the sheet goes back to the village and hangs anew before a day changes."""
    given.worked(scene.contracts[0], scene.staff.township_officer, [5])
    for step, who, details in given.SHEET_WALK[:4]:
        do(sheet, step, by=getattr(scene.staff, who), **details)
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.staff.village_clerk)
    body = json.dumps({"marks": json.dumps({scene.contracts[0].pk: {"6": "1"}})})

    answer = client.post(f"/api/v1/sheets/{sheet.pk}/record", body, "application/json")
    given.worked(scene.contracts[0], scene.staff.township_officer, [7])

    assert answer.status_code == 409
    assert Sheet.objects.get().lines.get(number=1).days == 1
