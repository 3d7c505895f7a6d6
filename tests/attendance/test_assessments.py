"""Assessing a month: three scorers, items by name, told before pay, appealed, final, kept."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from attendance import assessing, telling
from attendance.models import Appeal, Assessment, Deduction
from attendance.selectors import fails_in_a_row, grades_in
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.models import Event
from project.kernel.months import Month
from project.kernel.steps import do, open_tasks, steps_for
from registry.models import Kinship
from tests import given, given_grades
from tests.given_grades import LATE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
POORLY = [(Decimal(30), "不服从安排")]


@pytest.fixture
def scene():
    return given.scene(holders=2)


@pytest.fixture
def one(scene):
    return given_grades.opened(scene)[0]


def again(assessment):
    return Assessment.objects.get(pk=assessment.pk)


class TestOpening:
    def test_every_holder_of_the_sheets_is_opened_once(self, scene):
        made = given_grades.opened(scene)

        more = assessing.open_assessments(
            scene.month, scene.place.town.code, by=scene.staff.township_officer
        )

        assert [one.contract for one in made] == scene.contracts
        assert (more, {one.state for one in made}) == ([], {"open"})
        assert Event.objects.of(made[0]).get().verb == "open"

    def test_nothing_is_opened_where_months_are_not_assessed(self, scene):
        given.sheets(scene, "open")
        with pytest.raises(Refused, match="assessment.mode"):
            assessing.open_assessments(
                scene.month, scene.place.town.code, by=scene.staff.township_officer
            )

    def test_the_sheets_are_opened_first(self, scene):
        given_grades.rules(scene)
        with pytest.raises(Refused, match="open the month's sheets first"):
            assessing.open_assessments(
                scene.month, scene.place.town.code, by=scene.staff.township_officer
            )

    def test_opening_belongs_to_the_township_officer(self, scene):
        with pytest.raises(PermissionDenied):
            assessing.open_assessments(
                scene.month, scene.place.town.code, by=scene.staff.village_clerk
            )

    def test_the_shares_of_the_month_are_kept(self, scene):
        shares = {"village": 40, "township": 40, "review": 20}
        made = given_grades.opened(scene, **{"assessment.shares": shares})[0]

        assert (made.village_most, made.township_most, made.review_most) == (40, 40, 20)

    @pytest.mark.parametrize(
        ("code", "value", "why"),
        [
            ("assessment.mode", "points", "no way of assessing"),
            ("assessment.shares", {"village": 50, "township": 50, "review": 20}, "make 100"),
            ("assessment.shares", {"village": 50, "township": 50}, "make 100"),
            ("assessment.grades", {"excellent": 90}, "how many points"),
        ],
    )
    def test_rules_that_cannot_be_are_refused_in_words(self, scene, code, value, why):
        with pytest.raises(Refused, match=why):
            given_grades.opened(scene, **{"assessment.mode": "score", code: value})


class TestScoring:
    def test_three_sides_make_the_points_and_the_points_the_grade(self, scene, one):
        done = given_grades.scored(scene, one, village=LATE, township=POORLY)

        assert (done.state, done.score, done.grade) == ("scored", 68, "qualified")
        assert [str(item) for item in done.deductions.all()] == ["−2 迟到", "−30 不服从安排"]
        assert done.graded_by == scene.staff.village_supervisor

    def test_nobody_scores_for_two_sides(self, scene, one):
        head = scene.staff.village_head
        given.appoint(head, "township_officer", scene.place.town)
        given_grades.score(scene, one, "village", by=head)

        with pytest.raises(NotThisPerson, match="three different people"):
            given_grades.score(scene, one, "township", by=head)

    def test_the_database_lets_nobody_score_for_two_sides(self, scene, one):
        given_grades.score(scene, one, "village")
        with pytest.raises(IntegrityError, match="three_scorers"), transaction.atomic():
            Assessment.objects.filter(pk=one.pk).update(
                review_by=scene.staff.village_head, review_score=20, review_at=timezone.now()
            )

    def test_who_scored_may_correct_it_until_all_have(self, scene, one):
        given_grades.score(scene, one, "village", POORLY)
        given_grades.score(scene, one, "village", LATE)

        assert again(one).village_score == 28
        assert [str(item) for item in one.deductions.all()] == ["−2 迟到"]

    def test_no_more_is_taken_off_than_a_side_has(self, scene, one):
        with pytest.raises(Refused, match="More is taken off than the 30 points"):
            given_grades.score(scene, one, "village", [*POORLY, *LATE])
        assert not Deduction.objects.exists()

    def test_kin_judge_nothing_of_their_own(self, scene, one):
        Kinship.objects.create(
            user=scene.staff.village_head,
            person=one.contract.person,
            relation="叔侄",
            declared_on=date(2026, 1, 1),
        )
        with pytest.raises(NotThisPerson, match="declared relative"):
            given_grades.score(scene, one, "village")
        with pytest.raises(Refused, match="李四0：李四0 is your declared relative"):
            assessing.score_many(
                Assessment.objects.all(), "village", {one.pk: []}, by=scene.staff.village_head
            )

    def test_another_role_scores_for_no_side(self, scene, one):
        with pytest.raises(PermissionDenied):
            given_grades.score(scene, one, "village", by=scene.staff.township_reviewer)

    def test_a_month_is_judged_when_it_is_over(self, scene):
        scene.month = Month(2026, 12)
        one = given_grades.opened(scene)[0]
        with pytest.raises(Refused, match="not over yet"):
            given_grades.score(scene, one, "village")

    def test_where_grades_are_given_alone_nobody_gives_points(self, scene):
        one = given_grades.opened(scene, "grade")[0]
        with pytest.raises(Refused, match="nobody gives points"):
            given_grades.score(scene, one, "village")

        done = do(one, "give_grade", by=scene.staff.village_head, grade="excellent")

        assert (done.state, done.grade, done.score) == ("scored", "excellent", None)

    def test_where_points_are_given_nobody_gives_a_grade_alone(self, scene, one):
        with pytest.raises(Refused, match="nobody gives it alone"):
            do(one, "give_grade", by=scene.staff.village_head, grade="excellent")

    def test_a_village_is_scored_together_or_not_at_all(self, scene):
        first, second = given_grades.opened(scene)
        rows, head = Assessment.objects.all(), scene.staff.village_head

        with pytest.raises(Refused, match="李四1：More is taken off"):
            assessing.score_many(
                rows, "village", {first.pk: LATE, second.pk: [*POORLY, *LATE]}, by=head
            )
        assert again(first).village_score is None
        assessing.score_many(rows, "village", {first.pk: LATE, second.pk: []}, by=head)
        officer, elder = scene.staff.township_officer, scene.staff.village_supervisor
        assessing.score_many(rows, "township", {first.pk: [], second.pk: POORLY}, by=officer)
        assessing.score_many(rows, "review", {first.pk: [], second.pk: LATE}, by=elder)

        found = list(rows.order_by("pk").values_list("state", "score", "grade"))
        assert found == [("scored", 98, "excellent"), ("scored", 68, "qualified")]

    def test_a_judgement_goes_back_to_its_scorers_with_a_reason(self, scene, one):
        given_grades.scored(scene, one)
        with pytest.raises(Refused, match="Say why"):
            do(one, "reopen", by=scene.staff.township_reviewer, note=" ")

        do(one, "reopen", by=scene.staff.township_reviewer, note="漏扣")
        given_grades.score(scene, one, "village", LATE)

        assert (again(one).state, again(one).score) == ("scored", 98)


class TestTelling:
    def test_how_and_by_whom_is_kept(self, scene, one):
        done = given_grades.told(scene, one)

        assert (done.state, done.told_how, done.told_by) == (
            "notified",
            "slip",
            scene.staff.village_clerk,
        )

    def test_the_own_phone_is_no_way_for_a_clerk(self, scene, one):
        given_grades.scored(scene, one)
        with pytest.raises(Refused, match="Say how"):
            telling.notify(one, by=scene.staff.village_clerk, how="phone")

    def test_the_database_keeps_no_telling_without_how(self, scene, one):
        given_grades.told(scene, one)
        with pytest.raises(IntegrityError, match="told_says_how"), transaction.atomic():
            Assessment.objects.filter(pk=one.pk).update(told_how="")

    def test_nobody_is_told_before_there_is_a_grade(self, scene, one):
        with pytest.raises(Refused, match="Not possible while"):
            do(one, "notify", by=scene.staff.village_clerk, how="slip", agrees=False)

    def test_many_sign_one_slip(self, scene):
        first, second = given_grades.opened(scene)
        given_grades.scored(scene, first)

        done, refused = telling.notify_many(
            Assessment.objects.all(), by=scene.staff.village_clerk, how="slip", agrees=True
        )

        assert [one.pk for one in done] == [first.pk]
        assert [record.pk for record, _why in refused] == [second.pk]
        assert again(first).agreed_at


class TestAppeals:
    def test_both_values_are_kept_and_the_worker_is_told_anew(self, scene, one):
        given_grades.appealed(scene, one, village=LATE, township=POORLY)
        (task,) = open_tasks(one)

        leader = scene.staff.township_leader
        do(one, "answer", by=leader, upheld=True, reply="请假属实", waived=[2], grade="")

        done, asked = again(one), Appeal.objects.get()
        assert (done.state, done.score, done.grade) == ("scored", 98, "excellent")
        assert (asked.score_before, asked.grade_before) == (68, "qualified")
        assert (asked.score_after, asked.grade_after) == (98, "excellent")
        assert (done.told_how, task.flow_task.name) == ("", "answer")
        assert not open_tasks(one)
        assert list(one.deductions.filter(waived_by=asked).values_list("number", flat=True)) == [2]

    def test_who_judged_does_not_answer(self, scene, one):
        given_grades.appealed(scene, one)
        head = given.appoint(scene.staff.village_head, "township_leader", scene.place.town)

        with pytest.raises(NotThisPerson, match="took part"):
            do(one, "answer", by=head, upheld=False, reply="维持", waived=[], grade="")

    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            ({"upheld": True, "waived": []}, "Name the numbers"),
            ({"upheld": True, "waived": [9]}, "Name the numbers"),
            ({"upheld": False, "waived": [1]}, "changes neither"),
            ({"upheld": False, "reply": " "}, "answer in words"),
        ],
    )
    def test_an_answer_says_what_changes(self, scene, one, answer, why):
        given_grades.appealed(scene, one, village=LATE)
        words = {"reply": "维持", "waived": [], "grade": ""} | answer
        with pytest.raises(Refused, match=why):
            do(one, "answer", by=scene.staff.township_leader, **words)
        assert again(one).state == "appealed"

    def test_another_grade_is_given_where_grades_are_given_alone(self, scene):
        one = given_grades.opened(scene, "grade")[0]
        given_grades.appealed(scene, one)
        leader = scene.staff.township_leader
        words = {"upheld": True, "reply": "改为优秀", "waived": []}
        with pytest.raises(Refused, match="Choose the grade"):
            do(one, "answer", by=leader, grade="qualified", **words)

        do(one, "answer", by=leader, grade="excellent", **words)

        assert (again(one).grade, Appeal.objects.get().grade_after) == ("excellent", "excellent")

    def test_an_appeal_is_made_once_and_the_grade_is_final_after_it(self, scene, one):
        given_grades.appealed(scene, one)
        leader, clerk = scene.staff.township_leader, scene.staff.village_clerk
        do(one, "answer", by=leader, upheld=False, reply="维持原等次", waived=[], grade="")
        do(one, "notify", by=clerk, how="spoken", agrees=False)

        with pytest.raises(Refused, match="appealed once already"):
            do(one, "appeal", by=clerk, text="再诉")
        assert do(one, "finalise", by=scene.staff.township_reviewer).state == "final"

    def test_nobody_appeals_without_words(self, scene, one):
        given_grades.told(scene, one)
        with pytest.raises(Refused, match="Say what is wrong"):
            do(one, "appeal", by=scene.staff.village_clerk, text=" ")

    def test_the_days_to_appeal_end(self, scene, one, time_machine):
        given_grades.told(scene, one)
        time_machine.move_to(timezone.now() + timedelta(days=6))

        with pytest.raises(Refused, match="could appeal until"):
            do(one, "appeal", by=scene.staff.village_clerk, text="迟了")
        assert do(one, "finalise", by=scene.staff.township_reviewer).state == "final"


class TestFinal:
    def test_who_may_still_appeal_is_waited_for(self, scene, one):
        given_grades.told(scene, one)
        with pytest.raises(Refused, match="may appeal until"):
            do(one, "finalise", by=scene.staff.township_reviewer)

        do(one, "agree", by=scene.staff.village_clerk)

        assert do(one, "finalise", by=scene.staff.township_reviewer).state == "final"

    def test_who_scored_does_not_make_it_final(self, scene, one):
        given_grades.told(scene, one)
        officer = given.appoint(scene.staff.township_officer, "township_reviewer", scene.place.town)
        with pytest.raises(NotThisPerson, match="took part"):
            do(one, "finalise", by=officer)
        with pytest.raises(IntegrityError, match="final_by_another"), transaction.atomic():
            Assessment.objects.filter(pk=one.pk).update(
                state="final", final_by=officer, final_at=timezone.now()
            )

    def test_many_are_made_final_at_once_and_the_others_named(self, scene):
        first, second = given_grades.opened(scene)
        given_grades.told(scene, first)
        do(first, "agree", by=scene.staff.village_clerk)
        given_grades.told(scene, second)

        done, refused = assessing.finalise_many(
            Assessment.objects.all(), by=scene.staff.township_reviewer
        )

        assert [one.pk for one in done] == [first.pk]
        assert "may appeal until" in refused[0][1][0]
        assert list(grades_in(scene.month, scene.place.town.code)) == [again(first)]

    def test_what_is_final_is_kept(self, scene, one):
        given_grades.final(scene, one, village=LATE)

        for change in (
            lambda: Assessment.objects.filter(pk=one.pk).update(grade="excellent"),
            lambda: Assessment.objects.filter(pk=one.pk).delete(),
            lambda: Deduction.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_points_do_not_go_missing_unnamed(self, scene, one):
        given_grades.scored(scene, one, village=LATE)
        with pytest.raises(IntegrityError, match="taken off by name"), transaction.atomic():
            Assessment.objects.filter(pk=one.pk).update(village_score=20)
        with pytest.raises(IntegrityError, match="no longer change"), transaction.atomic():
            Deduction.objects.all().delete()

    def test_one_assessment_a_contract_and_month(self, scene, one):
        with pytest.raises(IntegrityError, match="one_assessment"), transaction.atomic():
            Assessment.objects.create(
                area_id=one.area_id,
                contract=one.contract,
                month=one.month,
                mode="score",
                opened_by=scene.staff.township_officer,
            )

    @pytest.mark.parametrize("score", [-1, 31])
    def test_points_lie_within_the_share_of_the_side(self, scene, one, score):
        with pytest.raises(IntegrityError, match="within_its_points"), transaction.atomic():
            Assessment.objects.filter(pk=one.pk).update(
                village_score=score, village_by=scene.staff.village_head, village_at=timezone.now()
            )


def test_fails_in_a_row_are_counted_back_from_a_month(scene):
    contract = scene.contracts[0]
    marks = {1: "unqualified", 2: "qualified", 3: "unqualified", 4: "unqualified", 6: "unqualified"}
    for month, grade in marks.items():
        given_grades.month_graded(contract, Month(2026, month), grade, scene.staff)

    counts = [fails_in_a_row(contract, Month(2026, month)) for month in (1, 2, 3, 4, 5, 6)]

    assert counts == [1, 0, 1, 2, 2, 3]


def test_each_sees_only_the_steps_of_their_role(scene, one):
    staff = scene.staff
    offered = {
        who: [offer.name for offer in steps_for(one, getattr(staff, who))]
        for who in ("village_head", "village_supervisor", "village_clerk", "finance_officer")
    }

    assert offered == {
        "village_head": ["score_village", "give_grade"],
        "village_supervisor": ["score_review"],
        "village_clerk": ["notify", "agree", "appeal"],
        "finance_officer": [],
    }
