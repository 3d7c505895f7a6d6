"""A month's wages of a project: who says what, what is refused and in which words."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import translation

from attendance.models import Flag
from project.kernel.guards import NeedsReason, NotThisPerson, Refused
from project.kernel.months import Month
from project.kernel.steps import do
from registry.models import Kinship
from tests import given, given_relief
from tests.workrelief.months import at_work, prepared, refused, rule, states, step
from workrelief import flows, records, wages
from workrelief.models import Project, WageBatch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


class TestDrafting:
    def test_nobody_draws_up_what_the_village_has_not_confirmed(self):
        made = at_work()
        given.sheets(made, "open")

        with pytest.raises(Refused, match="1 villages have not confirmed the month's sheet"):
            flows.draft_wages(made.project, made.month, by=made.staff.relief_contractor)

    def test_a_month_is_drawn_up_once_and_after_its_end(self):
        made = at_work()
        given_relief.batch(made, "drafted")
        by = made.staff.relief_contractor

        with pytest.raises(Refused, match="drawn up already"):
            flows.draft_wages(made.project, made.month, by=by)
        with pytest.raises(Refused, match="not over yet"):
            flows.draft_wages(made.project, Month(2026, 11), by=by)

    def test_a_voided_batch_makes_room_for_a_new_one(self):
        made = at_work()
        batch = given_relief.batch(made, "drafted")
        step(made, batch, "void", "relief_contractor", note="天数有误")

        fresh = flows.draft_wages(made.project, made.month, by=made.staff.relief_contractor)

        assert [line.amount for line in fresh.lines.all()] == [2400, 2400]

    def test_only_who_is_named_for_the_contractor_draws_up(self):
        made = at_work()
        given.sheets(made)
        stranger = given.user("relief_contractor", at=made.place.town)

        with pytest.raises(Refused, match="not named for the contractor"):
            flows.draft_wages(made.project, made.month, by=stranger)
        with pytest.raises(PermissionDenied):
            flows.draft_wages(made.project, made.month, by=made.staff.relief_engineer)


class TestSigning:
    def test_who_has_not_signed_is_named(self):
        made = at_work()
        batch = given_relief.batch(made, "drafted")
        names = [member.person.name for member in made.members[-2:]]

        told = refused(made, batch, "sign", "relief_contractor")

        assert "2 workers have not signed for their line" in told
        assert all(name in told for name in names)

    def test_one_scan_serves_one_month(self):
        made = at_work()
        batch = given_relief.batch(made, "drafted")
        content = given_relief.PNG + b"one and the same"
        for last in (False, True):
            scan = BytesIO(content)
            scan.name = "F-27.png"
            kept = {"by": made.staff.relief_contractor, "numbers": [1], "scan": scan}
            if not last:
                wages.keep_signatures(batch, **kept)
        with pytest.raises(Refused, match=r"This very scan was kept .* \(V-12\)"):
            wages.keep_signatures(batch, **kept)

    def test_the_same_days_for_all_ask_for_a_word(self):
        made = at_work(people=3)
        batch = given_relief.batch(made, "drafted")
        given_relief.sign_all(made, batch)

        with pytest.raises(NeedsReason, match="same number of days"):
            step(made, batch, "sign", "relief_contractor")
        assert step(made, batch, "sign", "relief_contractor", note="同一班组").state == "signed"

    def test_days_that_changed_since_are_drawn_up_again_and_signed_anew(self):
        made = at_work()
        batch = given_relief.batch(made, "drafted", sheets="confirmed")
        given_relief.sign_all(made, batch)
        (sheet,) = given.sheets(made, "open")
        do(sheet, "send_back", by=made.staff.township_officer, note="漏记一天")
        given_relief.worked(made, made.members[-1:], [28])
        given.sheets(made, "confirmed")

        told = refused(made, batch, "sign", "relief_contractor")
        wages.draw_up_again(batch, by=made.staff.relief_contractor)

        assert "draw it up again" in told
        assert list(batch.lines.values_list("days", "signed_on")) == [
            (20, date(2026, 11, 22)),
            (21, None),
        ]


class TestExamining:
    @pytest.fixture
    def made(self):
        return at_work()

    def test_days_of_a_stoppage_are_no_working_days(self, made):
        owner = made.staff.relief_owner
        do(made.project, "suspend", by=owner, on=date(2026, 10, 20), note="暴雨")
        do(Project.objects.get(), "resume", by=owner, on=date(2026, 10, 22))
        batch = given_relief.batch(made, "signed")

        told = refused(made, batch, "examine", "relief_engineer")

        assert "is recorded on 2026-10-20, when nobody worked on the site." in told
        assert "2026-10-21" in told and "2026-10-22" not in told

    def test_nobody_works_after_the_main_works(self, made):
        site = made.staff.relief_contractor
        records.report_progress(made.project, by=site, on=date(2026, 10, 20), percent=Decimal(100))
        finish = {"on": date(2026, 10, 26), "note": "劳务报酬次月发放"}
        do(Project.objects.get(), "finish", by=made.staff.relief_owner, **finish)
        batch = given_relief.batch(made, "signed")

        told = refused(made, batch, "examine", "relief_engineer")

        assert "2026-10-27" in told and "2026-10-26" not in told

    def test_nobody_works_before_the_start(self, made):
        Project.objects.update(started_on=date(2026, 10, 9))
        batch = given_relief.batch(made, "signed")

        told = refused(made, batch, "examine", "relief_engineer")

        assert "2026-10-08" in told and "2026-10-09" not in told

    def test_one_person_on_a_post_and_on_the_site_on_one_day_is_shown_with_both(self, made):
        """S-14: recorded after the village had confirmed its sheet."""
        batch = given_relief.batch(made, "signed")
        person = made.members[-1].person
        other = given.contract(made.place.villages[1], made.staff.township_officer, person=person)
        given.worked(other, made.staff.village_clerk, [9])

        told = refused(made, batch, "examine", "relief_engineer")

        assert f"{person.name}, 2026-10-09: recorded as" in told
        assert "普工" in told and "保洁员" in told

    def test_the_sheet_is_not_confirmed_with_such_a_day_either(self, made):
        person = made.members[-1].person
        other = given.contract(made.place.villages[1], made.staff.township_officer, person=person)
        given.worked(other, made.staff.village_clerk, [9])

        with pytest.raises(Refused, match="Also recorded elsewhere on the day"):
            given.sheets(made, "confirmed")
        doubt = Flag.objects.get(check_in__contract=made.contracts[-1])
        assert doubt.evidence["contract"] == other.pk

    def test_a_rate_below_the_guide_is_refused(self, made):
        rule(made, "relief.rate_min", {"day": "130.00"})
        batch = given_relief.batch(made, "signed")

        told = refused(made, batch, "examine", "relief_engineer")

        assert "2 rates are below the guide" in told

    def test_who_is_no_engineer_of_this_project_examines_nothing(self, made):
        batch = given_relief.batch(made, "signed")
        stranger = given.user("relief_engineer", at=made.place.town)

        with pytest.raises(PermissionDenied):
            do(batch, "examine", by=stranger)
        with pytest.raises(PermissionDenied):
            step(made, batch, "examine", "relief_owner")

    def test_whoever_drew_up_does_not_verify(self, made):
        batch = given_relief.batch(made, "approved")
        given.appoint(made.staff.relief_contractor, "township_reviewer", made.place.town)

        with pytest.raises(NotThisPerson, match="another person must take this one"):
            step(made, batch, "verify", "relief_contractor")

    def test_nobody_approves_wages_of_their_kin(self, made):
        batch = given_relief.batch(made, "checked")
        kin = made.members[-1].person
        Kinship.objects.create(
            user=made.staff.relief_owner,
            person=kin,
            relation="兄弟",
            declared_on=date(2026, 9, 1),
        )

        with pytest.raises(NotThisPerson, match=kin.name):
            step(made, batch, "approve", "relief_owner")


@pytest.mark.parametrize(("grace", "state"), [(0, ""), (14, "checked")])
def test_a_card_comes_before_the_first_day_or_within_the_days_of_grace(grace, state):
    made = given_relief.scene()
    rule(made, "relief.card_grace_days", grace)
    who = given.person(made.place.villages[0], name="迟卡人")
    given_relief.card(who, made.staff.township_officer, on=date(2026, 9, 15))
    given_relief.placed(made, given_relief.enlist(made, 1, person=who))
    given_relief.worked(made, made.members[-1:])
    batch = given_relief.batch(made, "signed")

    if state:
        assert step(made, batch, "examine", "relief_engineer").state == state
    else:
        told = refused(made, batch, "examine", "relief_engineer")
        assert "1 workers had no own card on their first day: 迟卡人." in told


class TestMeasures:
    def test_what_the_engineer_measured_is_kept_beside_the_sheet_and_must_be_on_it(self):
        made = at_work()
        batch = given_relief.batch(made, "signed")
        by = made.staff.relief_engineer
        said = {"number": 1, "corrected": Decimal(18), "reason": "两天未到场"}
        line = wages.measure(batch, by=by, **said)

        assert (line.days, line.corrected, line.reason) == (20, 18, "两天未到场")
        batch = step(made, batch, "examine", "relief_engineer")
        told = refused(made, batch, "approve", "relief_owner")
        assert "engineer's measure is not on the sheet yet for 1 workers" in told
        with pytest.raises(Refused, match="while the batch lies with the engineer"):
            wages.measure(batch, by=by, **said)

    def test_the_sheet_put_right_goes_on(self):
        made = at_work()
        batch = given_relief.batch(made, "signed", sheets="confirmed")
        said = {"number": 2, "corrected": Decimal(21), "reason": "漏记28日"}
        wages.measure(batch, by=made.staff.relief_engineer, **said)
        step(made, batch, "send_back", "relief_engineer", note="考勤表须更正")
        (sheet,) = given.sheets(made, "open")
        do(sheet, "send_back", by=made.staff.township_officer, note="漏记一天")
        given_relief.worked(made, made.members[-1:], [28])
        given.sheets(made)
        wages.draw_up_again(batch, by=made.staff.relief_contractor)

        batch = given_relief.walk_wages(made, WageBatch.objects.get(pk=batch.pk), "verified")

        assert [line.days for line in batch.lines.all()] == [20, 21]
        assert states(prepared(made)) == ["payable", "payable"]

    def test_lines_of_a_checked_batch_are_kept_by_the_database(self):
        made = at_work()
        batch = given_relief.batch(made, "checked")

        with pytest.raises(DatabaseError, match="kept: send it back first"), transaction.atomic():
            batch.lines.update(days=31)
