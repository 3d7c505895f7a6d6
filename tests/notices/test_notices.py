"""A notice hangs as long as the rule asks, says what it said, and shows what may be shown."""

from datetime import date, timedelta

import pymupdf
import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from hypothesis import given as drawn
from hypothesis import strategies as st

import notices.papers
from attendance.models import Sheet
from notices import services
from notices.models import Notice
from project.kernel.guards import Refused
from project.kernel.sealing import seal
from project.kernel.steps import do, open_tasks
from registry.workdays import Unit, end_of_notice
from tests import given, given_notices

pytestmark = pytest.mark.django_db
FIVE_WORKING_DAYS = {"days": 5, "unit": "working"}
SEPTEMBER_18 = date(2026, 9, 18)


def at(day):
    return time_machine.travel(f"{day}T10:00:00+08:00", tick=True)


@pytest.fixture
def hung(place, staff):
    """S-10: five working days from a Friday before a Sunday that is worked."""
    given.rule(place.town, "publicity.hire", FIVE_WORKING_DAYS, place.document)
    given_notices.worked_days(date(2026, 9, 20))
    with at("2026-09-18"):
        return given_notices.notice(place.villages[0], staff.village_supervisor, on=SEPTEMBER_18)


def photographed(notice, by):
    with at(notice.ends_on):
        given_notices.photo(notice, by, "start", taken_on=notice.posted_on)
        given_notices.photo(notice, by, "end")


def test_five_working_days_from_a_friday_end_with_the_thursday(hung):
    assert hung.ends_on == date(2026, 9, 24)


@pytest.mark.parametrize("day", ["2026-09-23", "2026-09-24"])
def test_a_notice_is_not_certified_while_it_hangs(hung, staff, page, program, day):
    photographed(hung, staff.village_supervisor)
    sentence = "The notice hangs until 2026-09-24; the step is open from the day after."

    with at(day):
        with pytest.raises(Refused) as refused:
            do(hung, "certify", by=staff.village_supervisor)
        shown = page(staff.village_supervisor).get(f"/board/{hung.pk}/certify/")
        told = program(staff.village_supervisor).post(f"/notices/{hung.pk}/certify")

    assert refused.value.messages == [sentence]
    assert sentence in shown.content.decode()
    assert (told.status_code, sentence in told.content.decode()) == (409, True)


def test_a_notice_is_certified_on_the_day_after_its_last(hung, staff):
    photographed(hung, staff.village_supervisor)

    with at("2026-09-25"):
        done = do(hung, "certify", by=staff.village_supervisor)

    assert (done.state, done.certified_on) == ("certified", date(2026, 9, 25))
    assert not open_tasks(done).exists()


def test_without_its_photos_a_notice_is_not_certified(hung, staff, page, program):
    missing = "Add the photo of the board at the end of the notice."
    with at("2026-09-18"):
        given_notices.photo(hung, staff.village_supervisor)

    with at("2026-09-25"):
        with pytest.raises(Refused) as refused:
            do(hung, "certify", by=staff.village_supervisor)
        shown = page(staff.village_supervisor).get(f"/board/{hung.pk}/certify/")
        told = program(staff.village_supervisor).post(f"/notices/{hung.pk}/certify")

    assert refused.value.messages == [missing]
    assert missing in shown.content.decode() and missing in told.content.decode()


def test_a_notice_waits_for_whoever_certifies_it(hung):
    (task,) = open_tasks(hung)

    assert (task.flow_task.name, task.owner_permission) == ("certify", "posts.clear")


def test_the_notice_of_a_sheet_is_certified_by_its_sheet_alone():
    scene = given.scene(holders=1)
    (sheet,) = given.sheets(scene, "on_notice")
    everybody = given.appoint(scene.staff.village_supervisor, "township_officer", scene.place.town)

    with pytest.raises(PermissionDenied):
        do(sheet.notice, "certify", by=everybody)

    assert Notice.objects.get(pk=sheet.notice_id).state == "posted"


def test_what_is_hung_up_is_masked_whoever_wrote_it(place, staff, page):
    number = given.id_number()
    row = {"number": 1, "name": "李四", "id_number": number, "account": "6217", "phone": "139"}
    notice = given_notices.notice(
        place.villages[0], staff.village_supervisor, content={"rows": [row]}
    )

    printed = pdf_text(notice, staff.village_supervisor)
    shown = page().get(f"/notices/{notice.pk}/").content.decode()

    assert set(notice.content["rows"][0]) == {"number", "name", "id_number"}
    for text in (printed, shown, str(notice.content)):
        assert f"{number[:6]}********{number[14:]}" in text
        assert number not in text
    assert notice.sha256 == seal(notice.content)


def pdf_text(notice, by):
    pdf = notices.papers.pdf_of(notices.papers.FORM_OF[notice.kind], notice, by)
    return "".join(page.get_text() for page in pymupdf.open(stream=pdf))


def test_the_paper_says_where_it_can_be_read(hung, staff, settings):
    settings.SITE_ADDRESS = "https://gyg.example.org"

    text = "".join(pdf_text(hung, staff.village_supervisor).split())

    assert f"https://gyg.example.org/notices/{hung.pk}/" in text
    assert "2026年9月18日张贴，至2026年9月24日止（共5个工作日）" in text
    assert hung.sha256 in text


def test_a_pay_notice_is_printed_as_f_12(page):
    scene = given.scene(holders=2)
    run = given.pay_run(scene, "on_notice")

    text = pdf_text(run.notice, scene.staff.township_officer)
    opened = page(scene.staff.township_officer).get(f"/papers/notice/{run.notice_id}/F-12.pdf")
    other = page(scene.staff.township_officer).get(f"/papers/notice/{run.notice_id}/F-06.pdf")

    assert "1200.00" in text and "李四0" in text
    assert (opened.status_code, other.status_code) == (200, 404)


@pytest.mark.parametrize(
    "change", ["content = '{}'", "sha256 = 'x'", "days = 1", "kind = 'pay'", "unit = 'calendar'"]
)
def test_a_notice_that_hangs_is_not_rewritten(hung, change):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE notices_notice SET {change} WHERE id = %s", [hung.pk])

    assert Notice.objects.get(pk=hung.pk).sha256 == hung.sha256


def test_a_sheet_changed_after_posting_loses_its_notice():
    scene = given.scene(holders=1)
    (sheet,) = given.sheets(scene, "on_notice")

    do(sheet, "send_back", by=scene.staff.township_reviewer, note="补录一天")

    assert Notice.objects.get(pk=sheet.notice_id).state == "void"
    again = Sheet.objects.get(pk=sheet.pk)
    assert (again.state, again.notice) == ("returned", None)


def test_a_notice_is_not_posted_on_a_day_to_come(place, staff):
    with pytest.raises(Refused) as refused:
        given_notices.notice(place.villages[0], staff.village_supervisor, on=date(2026, 11, 23))

    assert refused.value.messages == ["A notice cannot be posted on a day that has not come yet."]


def test_a_notice_taken_back_leaves_the_board(hung, staff, page):
    services.void(hung, by=staff.village_supervisor, note="姓名有误")

    assert page().get(f"/notices/{hung.pk}/").status_code == 404


def test_nobody_of_another_township_finds_the_notice(hung, page, program):
    stranger = given.user("village_supervisor", at=given.township("990123101000").town)

    answers = [
        page(stranger).get(f"/board/{hung.pk}/"),
        page(stranger).get(f"/board/{hung.pk}/certify/"),
        page(stranger).get(f"/board/{hung.pk}/photos/add/"),
        page(stranger).get(f"/papers/notice/{hung.pk}/F-06.pdf"),
        program(stranger).get(f"/notices/{hung.pk}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5


days = st.dates(date(2026, 1, 1), date(2026, 12, 1))


@drawn(
    posted=days,
    length=st.integers(1, 20),
    unit=st.sampled_from(list(Unit)),
    exceptions=st.dictionaries(days, st.booleans(), max_size=40),
)
def test_the_last_day_is_the_one_an_office_would_count(posted, length, unit, exceptions):
    """The oracle strikes off days on a wall calendar, one by one, from the day after."""
    last = end_of_notice(posted, length, unit, exceptions)

    after = [posted + timedelta(days=n) for n in range(1, (last - posted).days + 1)]
    weekend = {5, 6}
    worked = [
        d
        for d in after
        if exceptions.get(d) is True or (d not in exceptions and d.weekday() not in weekend)
    ]
    counted = after if unit == "calendar" else worked
    assert len(counted) == length
    assert counted[-1] == last
