"""How much was done on a day, where hours or pieces are paid: who says it, and what counts."""

import json
import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

import attendance.papers
from attendance import book
from attendance.acknowledging import agreed
from attendance.models import CheckIn, Sheet, SheetLine
from attendance.models.measuring import quantities_in
from project.kernel.guards import Refused
from project.kernel.steps import do
from registry import tokens
from tests import given, given_days, given_hours
from tests.given_phones import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
EIGHTH = date(2026, 10, 8)


@pytest.fixture
def scene():
    return given_hours.scene()


@pytest.fixture
def sheet(scene):
    (made,) = given.sheets(scene, "open")
    return made


def number(scene, day=8, contract=None):
    """What is known of a day of October: hours or pieces, or None."""
    one = contract or scene.one
    return quantities_in(scene.month, one.area_id)[one.pk][day - 1]


def enter(scene, sheet, said, day=EIGHTH):
    return book.record(sheet, by=scene.staff.village_clerk, marks={scene.one.pk: {day: said}})


def by(scene):
    return scene.staff.township_officer


class TestTimes:
    def test_out_minus_in_in_whole_quarters(self, scene):
        given_hours.stayed(scene.one, by(scene), 8, "08:00", "11:44")

        assert number(scene) == Decimal("3.50")

    def test_comings_and_goings_make_stays_between_which_nothing_counts(self, scene):
        moves = [("in", "08:00"), ("out", "10:05"), ("in", "14:00"), ("out", "16:10")]
        given_hours.moved(scene.one, by(scene), 8, *moves)

        assert number(scene) == Decimal("4.25")

    def test_who_says_twice_that_they_came_or_left_loses_and_gains_nothing(self, scene):
        moves = [("in", "08:00"), ("in", "08:20"), ("out", "12:00"), ("out", "12:30")]
        given_hours.moved(scene.one, by(scene), 8, *moves)

        assert number(scene) == 4

    def test_no_minute_counts_twice(self, scene):
        given_hours.stayed(scene.one, by(scene), 8, "08:00", "11:00")
        given_hours.stayed(scene.one, by(scene), 8, "10:00", "12:00")

        assert number(scene) == 4

    def test_a_leaving_that_was_voided_ends_no_stay(self, scene):
        given_hours.moved(scene.one, by(scene), 8, ("in", "08:00"), ("out", "09:00"))
        (left,) = CheckIn.objects.filter(kind="out")
        given_hours.told(scene.one, by(scene), {8: None}, kind="out", voids=left)

        assert number(scene) is None

    def test_pieces_are_never_read_off_a_clock(self):
        scene = given_hours.scene("task")
        given_hours.stayed(scene.one, by(scene), 8, "08:00", "12:00")

        assert number(scene) is None

    def test_phone_says_when_its_worker_came_and_left(self, scene):
        phone = Phone(scene.one.person, clerk=scene.staff.village_clerk)
        came = phone.says(scene.one, "2026-11-20T08:00:00+08:00")
        left = phone.says(scene.one, "2026-11-20T11:20:00+08:00", kind="out")
        phone.send(came, left)

        found = quantities_in(given.Month(2026, 11), scene.one.area_id)

        assert found[scene.one.pk][19] == Decimal("3.25")


class TestWhoSays:
    def test_what_a_machine_told_goes_before_its_times(self, scene):
        given_hours.stayed(scene.one, by(scene), 8, "08:00", "12:00")
        given_hours.told(scene.one, by(scene), {8: 3})

        assert number(scene) == 3

    def test_the_book_says_it_where_nothing_else_does(self, scene, sheet):
        given_hours.told(scene.one, by(scene), {8: None})

        enter(scene, sheet, "2.5")

        assert number(scene) == Decimal("2.50")

    def test_times_go_before_the_book(self, scene, sheet):
        enter(scene, sheet, "8")
        given_hours.stayed(scene.one, by(scene), 8, "08:00", "12:00")

        assert number(scene) == 4

    def test_a_worker_never_tells_the_own_hours(self, scene):
        given_hours.told(scene.one, by(scene), {8: 12}, source="phone")

        assert number(scene) is None

    def test_the_number_of_a_day_that_does_not_count_is_nothing(self, scene):
        (entry,) = given_hours.told(scene.one, by(scene), {8: 4})
        given_days.doubt(entry)

        assert number(scene) == 0


class TestBook:
    def test_a_cell_of_the_grid_holds_the_hours(self, scene, sheet):
        client = Client(headers={"accept-language": "en"})
        client.force_login(scene.staff.village_clerk)
        marks = json.dumps({scene.one.pk: {"8": "3.5", "9": "4"}})

        answer = client.post(f"/attendance/{sheet.pk}/days/", {"marks": marks}, follow=True)
        page = answer.content.decode()

        rows = CheckIn.objects.order_by("day").values_list("worth", "quantity")
        assert list(rows) == [(1, Decimal("3.50")), (1, Decimal("4.00"))]
        assert 'data-worth="3.5" tabindex="-1">3.5</td>' in page
        assert '<td class="grid-total">7.5</td>' in page

    def test_a_month_of_nothing_is_shown_as_nothing(self, scene, sheet):
        client = Client(headers={"accept-language": "en"})
        client.force_login(scene.staff.village_clerk)

        page = client.get(f"/attendance/{sheet.pk}/").content.decode()

        assert '<td class="grid-total">0</td>' in page

    @pytest.mark.parametrize(("basis", "said"), [("hour", "24.5"), ("month", "3.5"), ("day", "8")])
    def test_what_no_day_can_hold_is_refused(self, basis, said):
        scene = given_hours.scene(basis)
        (sheet,) = given.sheets(scene, "open")

        with pytest.raises(Refused, match="赵小时"):
            enter(scene, sheet, said)

        assert not CheckIn.objects.exists()

    def test_entered_again_it_replaces_the_number_and_keeps_both(self, scene, sheet):
        enter(scene, sheet, "3")
        enter(scene, sheet, "2")

        rows = CheckIn.objects.order_by("pk").values_list("quantity", "voids__quantity")
        assert list(rows) == [(3, None), (3, 3), (2, None)]
        assert number(scene) == 2


class TestSheet:
    def test_nobody_confirms_a_day_of_which_nobody_knows_how_much_was_done(self, scene, sheet):
        given_hours.told(scene.one, by(scene), {8: None})

        with pytest.raises(Refused, match="赵小时, 2026-10-08: it is not known how much was done"):
            do(sheet, "confirm", by=scene.staff.village_head)

    def test_the_clerk_says_it_then_and_the_sheet_goes_on(self, scene, sheet):
        given_hours.told(scene.one, by(scene), {8: None})
        client = Client(headers={"accept-language": "en"})
        client.force_login(scene.staff.village_clerk)
        marks = json.dumps({scene.one.pk: {"8": "3"}})
        client.post(f"/attendance/{sheet.pk}/days/", {"marks": marks})
        given_days.scanned(sheet, scene.staff.village_clerk)

        do(sheet, "confirm", by=scene.staff.village_head)

        assert SheetLine.objects.get().quantity == 3

    def test_the_days_are_frozen_with_their_hours(self, scene, sheet):
        given_hours.told(scene.one, by(scene), {8: 4, 31: 0.5})

        do(sheet, "confirm", by=scene.staff.village_head)

        line = SheetLine.objects.get()
        assert (line.days, line.quantity, len(line.quantities)) == (2, Decimal("4.50"), 31)
        assert (line.quantities[7], line.quantities[30]) == (4, Decimal("0.50"))
        assert sum(line.quantities) == line.quantity

    def test_who_is_paid_by_days_has_no_numbers(self):
        scene = given.scene(holders=1)
        given_hours.held(scene)

        given.sheets(scene, "confirmed")

        found = SheetLine.objects.order_by("number").values_list("quantity", "days")
        assert list(found) == [(None, 15), (0, 0)]

    def test_paper_and_notice_say_the_hours(self, scene):
        given_hours.told(scene.one, by(scene), {8: 4, 9: 3.5})
        (sheet,) = given.sheets(scene, "on_notice")

        paper = attendance.papers.FILL["F-09"](sheet, scene.staff.village_clerk)
        assert paper.rows[0]["hours"] == "7.5小时"
        assert sheet.notice.content["rows"][0]["quantity"] == "7.5小时"

    def test_a_word_about_other_hours_no_longer_holds(self, scene):
        given_hours.told(scene.one, by(scene), {8: 4})
        (sheet,) = given.sheets(scene, "confirmed")
        phone = Phone(scene.one.person, clerk=scene.staff.village_clerk)
        said = phone.client.post(
            f"/api/v1/phones/sheets/{sheet.pk}/acknowledge", {}, "application/json"
        ).json()
        assert (said[0]["quantity"], agreed(sheet).count()) == ("4.00", 1)
        do(sheet, "send_back", by=scene.staff.township_reviewer, note="少记了一小时")
        given_days.granted(scene, scene.one, day=EIGHTH, quantity=Decimal(5))

        do(Sheet.objects.get(), "confirm", by=scene.staff.village_head)

        assert not agreed(sheet).exists()


class TestCorrections:
    def test_both_numbers_are_kept(self, scene):
        given_hours.told(scene.one, by(scene), {8: 4})

        made = given_days.granted(scene, scene.one, day=EIGHTH, quantity=Decimal("6.5"))

        assert (made.was_quantity, made.wanted_quantity) == (4, Decimal("6.5"))
        assert number(scene) == Decimal("6.50")

    def test_a_day_nobody_recorded_gets_its_hours(self, scene):
        made = given_days.granted(scene, scene.one, day=EIGHTH, quantity=Decimal(3))

        assert (made.was, made.was_quantity, number(scene)) == (0, 0, 3)

    @pytest.mark.parametrize(
        ("quantity", "words"),
        [(None, "Say how much was done"), (Decimal(25), "up to 24"), (Decimal(4), "already")],
    )
    def test_a_number_is_needed_that_fits_and_is_another(self, scene, quantity, words):
        given_hours.told(scene.one, by(scene), {8: 4})

        with pytest.raises(Refused, match=words):
            given_days.asked(scene, scene.one, day=EIGHTH, quantity=quantity)

    def test_hours_are_no_matter_of_who_is_paid_by_days(self):
        scene = given.scene(holders=1, days=[])

        with pytest.raises(Refused, match="not paid here"):
            given_days.asked(scene, scene.contracts[0], day=EIGHTH, quantity=Decimal(4))


class TestPrograms:
    def report(self, scene, **more):
        said = {"client_id": str(uuid.uuid4()), "contract": scene.one.pk, "day": "2026-10-08"}
        _token, secret = tokens.issue(by(scene), by=by(scene), name="打卡机")
        client = Client(headers={"authorization": f"Bearer {secret}"})
        body = said | {"source": "machine"} | more
        return client.post("/api/v1/check-ins", json.dumps(body), "application/json")

    def test_a_program_tells_the_hours_of_a_day(self, scene):
        answer = self.report(scene, quantity="3.75")

        assert (answer.status_code, number(scene)) == (200, Decimal("3.75"))

    @pytest.mark.parametrize("wrong", ["-1", "10000", "3.755", "viel"])
    def test_what_is_no_number_of_hours_is_refused(self, scene, wrong):
        assert self.report(scene, quantity=wrong).status_code == 422
        assert not CheckIn.objects.exists()


class TestFiles:
    def take_in(self, scene, folder, *rows):
        file = folder / "考勤.csv"
        file.write_text("\n".join(["身份证号,日期,小时/天", *rows]))
        call_command(
            "import_file", "attendance", str(file), username=scene.staff.village_clerk.username
        )

    def row(self, scene, said, day="2026-10-08"):
        return f"{scene.one.person.id_number},{day},{said}"

    @pytest.mark.parametrize(("said", "hours"), [("3.5", "3.5"), ("４小时", "4"), ("1", "1")])
    def test_the_column_holds_hours_of_who_is_paid_by_them(self, scene, tmp_path, said, hours):
        self.take_in(scene, tmp_path, self.row(scene, said))

        assert number(scene) == Decimal(hours)
        assert CheckIn.objects.get().worth == 1

    def test_a_mark_says_that_somebody_was_there_and_no_more(self, scene, tmp_path):
        self.take_in(scene, tmp_path, self.row(scene, "√"))

        assert (CheckIn.objects.get().quantity, number(scene)) == (None, None)

    @pytest.mark.parametrize(("basis", "said"), [("hour", "25"), ("month", "8"), ("day", "0")])
    def test_a_number_that_cannot_be_is_a_fault_of_the_row(self, tmp_path, basis, said):
        scene = given_hours.scene(basis)

        with pytest.raises(CommandError):
            self.take_in(scene, tmp_path, self.row(scene, said))

        assert not CheckIn.objects.exists()

    def test_the_same_row_in_another_file_is_the_same_day(self, scene, tmp_path):
        self.take_in(scene, tmp_path, self.row(scene, "3"))
        self.take_in(scene, tmp_path, self.row(scene, "3"), self.row(scene, "2", "2026-10-09"))

        assert CheckIn.objects.count() == 2
