"""A month's wages through the pages: drawn up, signed, measured, checked, and what payroll says."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from attendance.models import Acknowledgement, Device, SheetLine
from project.kernel.pages import url_of
from tests import given, given_relief, given_results, given_wages
from tests.given_phones import Phone
from workrelief.lateness import lateness
from workrelief.models import WageBatch
from workrelief.wage_checks import everybody_signed
from workrelief.wage_forms import numbers_in, spans

pytestmark = pytest.mark.django_db
SAID = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def browser(user):
    client = Client(headers=SAID)
    client.force_login(user)
    return client


def at(name, *args):
    return reverse(f"workrelief:{name}", args=args)


def read(response):
    return response.content.decode()


def list_of(number):
    upload = BytesIO(given_relief.PNG + f"pages {number}".encode())
    upload.name = "名单.png"
    return upload


def test_the_contractor_draws_a_month_up_and_comes_to_it():
    scene = given_wages.at_work(given_wages.scene())
    given.sheets(scene)
    site = browser(scene.staff.relief_contractor)

    form = site.get(at("wages-draw"), {"project": scene.project.pk})
    asked = {"project": scene.project.pk, "month": "2026-10", "note": ""}
    sent = site.post(at("wages-draw"), asked)
    again = site.post(at("wages-draw"), asked)

    assert list(form.context["form"].fields["project"].queryset) == [scene.project]
    batch = WageBatch.objects.get()
    assert sent.headers["Location"] == at("wagebatch", batch.pk)
    assert "drawn up already" in read(again)
    page = read(site.get(at("wagebatch", batch.pk)))
    # Six days of 120, seven of 6.5 hours at 15, eight of 6.5 pieces at 8.
    assert ">720.00<" in page
    assert ">682.50<" in page
    assert ">416.00<" in page
    assert "1,818.50" in page
    assert "人民币壹仟捌佰壹拾捌元伍角" in page
    assert scene.workers[0].person.masked_id in page
    assert scene.workers[0].person.id_number not in page


def test_only_the_projects_one_acts_for_are_offered():
    scene = given_wages.scene(people=1)
    other = browser(given.user("relief_contractor", at=scene.place.town))

    form = other.get(at("wages-draw"))
    sent = other.post(at("wages-draw"), {"project": scene.project.pk, "month": "2026-10"})

    assert not form.context["form"].fields["project"].queryset
    assert sent.status_code == 422
    assert not WageBatch.objects.exists()


def test_the_signed_list_is_kept_with_the_numbers_of_its_lines():
    scene = given_wages.drawn_up()
    site, url = browser(scene.staff.relief_contractor), at("wages-signatures", scene.batch.pk)

    form = site.get(url)
    wrong = site.post(url, {"numbers": "1-x", "scan": list_of(1)})
    beyond = site.post(url, {"numbers": "1-9", "scan": list_of(1)})
    sent = site.post(url, {"numbers": "1-2", "scan": list_of(1)})
    twice = site.post(url, {"numbers": "3", "scan": list_of(1)})

    assert form.context["form"]["numbers"].value() == "1-3"
    assert "is no number" in read(wrong)
    assert "Name the numbers of the lines" in read(beyond)
    assert sent.status_code == 302
    assert "signatures serve one month" in read(twice)
    signed = scene.batch.lines.exclude(signed_on=None).values_list("number", flat=True)
    assert list(signed) == [1, 2]
    kept = scene.batch.scans.get()
    answer = site.get(at("wagescan", kept.pk))
    assert b"".join(answer.streaming_content).startswith(given_relief.PNG)
    assert site.get(url).context["form"]["numbers"].value() == "3"


def test_who_agreed_on_the_own_phone_need_not_sign_unless_hours_changed_since():
    scene = given_wages.drawn_up()
    by_day, by_hour, by_task = scene.batch.lines.order_by("number")
    agrees(scene, by_day)
    agrees(scene, by_hour, quantity=Decimal("40.00"))  # The sheet has had 45.5 hours since.

    page = read(browser(scene.staff.relief_contractor).get(at("wagebatch", scene.batch.pk)))

    assert page.count("agreed by phone") == 1
    missing = f"{by_hour.member.person.name}、{by_task.member.person.name}"
    assert everybody_signed.failures(scene.batch) == [
        f"2 workers have not signed for their line: {missing}."
    ]


def agrees(scene, line, **said):
    """What the worker of a line said of the days on the own phone."""
    row = SheetLine.objects.get(contract=line.contract)
    Phone(line.member.person, clerk=scene.staff.village_clerk)
    device = Device.objects.get(person=line.member.person)
    counted = {name: getattr(row, name) for name in ("full_days", "half_days", "quantity")}
    Acknowledgement.objects.create(line=row, phone=device, agrees=True, **counted | said)


def test_a_draft_is_drawn_up_again_from_the_sheets():
    scene = given_wages.drawn_up()
    site = browser(scene.staff.relief_contractor)

    sent = site.post(at("wages-again", scene.batch.pk), {"note": ""})

    assert sent.headers["Location"] == at("wagebatch", scene.batch.pk)
    assert "Drawn up again" in read(site.get(at("wagebatch", scene.batch.pk)))
    given_relief.walk_wages(scene, scene.batch, "signed")
    late = site.post(at("wages-again", scene.batch.pk), {"note": ""})
    assert "has to be sent back first" in read(late)


def test_the_engineer_measures_many_lines_at_once_or_none():
    scene = given_wages.drawn_up(state="signed")
    engineer, url = browser(scene.staff.relief_engineer), at("wages-measures", scene.batch.pk)

    page = read(engineer.get(at("wagebatch", scene.batch.pk)))
    wrong = engineer.post(url, {"m-1": "5", "r-1": "", "m-2": "40", "r-2": "少测五小时半"})
    kept = scene.batch.lines.exclude(corrected=None).exists()
    sent = engineer.post(url, {"m-1": "5", "r-1": "8日停工", "m-2": "40", "r-2": "少测五小时半"})
    after = read(engineer.get(at("wagebatch", scene.batch.pk)))

    assert 'name="m-1"' in page
    assert "Line 1, Reason" in read(wrong)
    assert 'value="40"' in read(wrong)
    assert not kept
    assert sent.headers["Location"] == at("wagebatch", scene.batch.pk)
    measured = scene.batch.lines.exclude(corrected=None)
    assert list(measured.values_list("number", "corrected", "reason")) == [
        (1, Decimal("5.00"), "8日停工"),
        (2, Decimal("40.00"), "少测五小时半"),
    ]
    assert "8日停工" in after


def test_nobody_else_is_offered_a_measure_or_may_send_one():
    scene = given_wages.drawn_up(state="signed")
    url = at("wages-measures", scene.batch.pk)
    stranger = browser(given.user("relief_engineer", at=scene.place.town))
    site = browser(scene.staff.relief_contractor)

    page = read(stranger.get(at("wagebatch", scene.batch.pk)))
    sent = stranger.post(url, {"m-1": "5", "r-1": "少做一天"})

    assert 'name="m-1"' not in page
    assert "not named as supervising engineer" in read(sent)
    assert site.post(url, {"m-1": "5", "r-1": "少做一天"}).status_code == 403
    assert not scene.batch.lines.exclude(corrected=None).exists()


def test_an_open_measure_keeps_the_owner_from_accepting():
    scene = given_wages.drawn_up(state="signed")
    engineer, owner = browser(scene.staff.relief_engineer), browser(scene.staff.relief_owner)
    engineer.post(at("wages-measures", scene.batch.pk), {"m-1": "5", "r-1": "8日停工"})
    given_relief.do(scene.batch, "examine", by=scene.staff.relief_engineer)

    page = read(owner.get(at("wagebatch", scene.batch.pk)))

    assert "measure is not on the sheet yet for 1 workers" in page


def test_the_page_says_where_the_pay_stands_and_leads_to_run_and_sheet():
    scene = given_wages.drawn_up(state="verified")
    staff = scene.staff
    (run,) = given.payroll.prepare(scene.month, scene.place.town.code, by=staff.township_officer)
    officer, site = browser(staff.township_officer), browser(staff.relief_contractor)

    before = read(site.get(at("wagebatch", scene.batch.pk)))
    run = given.walk(scene, run, "sent")
    given_results.answered(run, staff.finance_officer)
    after = read(site.get(at("wagebatch", scene.batch.pk)))
    with_ways = read(officer.get(at("wagebatch", scene.batch.pk)))

    assert before.count(">Payable<") == 3
    assert after.count(">Paid<") == 3
    assert url_of(run) not in after
    for record in (run, run.lines.first(), given.Sheet.objects.get()):
        assert url_of(record) in with_ways


def test_the_list_tells_workers_and_amount_of_each_month():
    scene = given_wages.drawn_up()
    site = browser(scene.staff.relief_contractor)

    page = site.get(at("wagebatch-list"), {"project": scene.project.pk, "month": "2026-10"})

    (row,) = page.context["rows"]
    said = [text for _column, text in row["cells"]]
    assert said[1] == "2026-10"
    assert said[3:5] == ["3", "1,818.50"]


def test_page_and_list_tell_how_late_a_month_is_and_who_holds_it():
    scene = given_wages.drawn_up()
    cycle = {"valid_from": date(2026, 2, 1)}
    given.rule(scene.place.county, "relief.pay_cycle_days", 5, scene.place.document, **cycle)
    late = lateness(scene.batch)
    site = browser(scene.staff.relief_contractor)

    page = read(site.get(at("wagebatch", scene.batch.pk)))
    rows = site.get(at("wagebatch-list")).context["rows"]
    book = site.get(at("wagebatch-list"), {"format": "xlsx"})

    words = f"2026-11-05 · {late.days} days late"
    assert late.days > 0
    assert words in page
    assert words in str(rows)
    (_heads, row) = openpyxl.load_workbook(BytesIO(book.content)).active.values
    assert row[5] == words
    assert "Hand in with the workers&#x27; signatures" in page


def test_a_month_asks_as_often_for_forty_workers_as_for_five():
    counts = []
    for code, people in (("990123100000", 5), ("990124100000", 40)):
        scene = given_wages.drawn_up(people, code=code)
        user = given.user("inspector", at=scene.place.town)
        client = browser(user)
        for address in (at("wagebatch", scene.batch.pk), at("wagebatch-list")):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))

    assert counts[:2] == counts[2:]
    assert max(counts) <= 40


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1-3, 7", [1, 2, 3, 7]), ("2、4 - 5；9", [2, 4, 5, 9]), ("12", [12]), ("1至2", [1, 2])],
)
def test_numbers_are_read_as_people_write_them(text, numbers):
    assert numbers_in(text) == numbers
    assert numbers_in(spans(numbers)) == numbers
