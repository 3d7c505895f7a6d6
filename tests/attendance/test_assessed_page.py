"""A village's month of assessment on one page, its paper, its inbox line, and the API."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import attendance.papers
from attendance import assessing, assessment_reminders
from attendance.models import Assessment, Sheet, YearGrade
from project.kernel.months import Month
from project.kernel.pages import url_of
from project.kernel.steps import do
from tests import given, given_grades
from tests.api.conftest import Program
from tests.given_grades import LATE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def scene():
    return given.scene(holders=3)


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def at(scene, name="assessed"):
    return reverse(f"attendance:{name}", args=[scene.place.villages[0].pk, scene.month])


def type_in(scene, user, side, typed):
    body = {"side": side} | {f"s-{one.pk}": text for one, text in typed.items()}
    return browser(user).post(at(scene, "assessed-score"), body, follow=True)


def found(scene):
    return list(Assessment.objects.order_by("pk").values_list("state", "score", "grade"))


def test_a_village_is_scored_told_and_made_final_from_one_page(scene):
    first, second, third = given_grades.opened(scene)
    head, officer = scene.staff.village_head, scene.staff.township_officer

    type_in(scene, head, "village", {first: "2 迟到", second: "0", third: "0"})
    type_in(scene, officer, "township", {first: "0", second: "50 不服从安排", third: "0"})
    elder = scene.staff.village_supervisor
    page = type_in(scene, elder, "review", {first: "0", second: "0"}).content.decode()

    assert "2 rows are kept." in page
    assert found(scene)[:2] == [("scored", 98, "excellent"), ("scored", 50, "unqualified")]
    clerk = browser(scene.staff.village_clerk)
    told = clerk.post(
        at(scene, "assessed-tell"),
        {"pk": [first.pk, second.pk, third.pk], "how": "slip", "agrees": "on"},
        follow=True,
    ).content.decode()
    assert "2 people were told." in told
    assert "李四2：" in told
    done = browser(scene.staff.township_reviewer).post(at(scene, "assessed-finalise"), follow=True)
    assert "2 assessments are final." in done.content.decode()
    assert [row[0] for row in found(scene)] == ["final", "final", "open"]


def test_what_cannot_be_read_is_named_and_nothing_is_kept_or_lost(scene):
    first, second, _third = given_grades.opened(scene)

    answer = type_in(scene, scene.staff.village_head, "village", {first: "2 迟到", second: "迟到"})
    page = answer.content.decode()

    assert "李四1：“迟到” is no deduction" in page
    assert 'value="2 迟到"' in page and 'value="迟到"' in page
    assert not Assessment.objects.exclude(village_score=None).exists()


def test_nobody_types_for_a_side_that_is_not_theirs(scene):
    first, *_rest = given_grades.opened(scene)

    assert type_in(scene, scene.staff.village_head, "township", {first: "0"}).status_code == 403
    assert type_in(scene, scene.staff.finance_officer, "", {first: "0"}).status_code == 403


def test_a_row_that_others_have_judged_meanwhile_is_named(scene):
    first, second, _third = given_grades.opened(scene)
    given_grades.scored(scene, first)

    head = scene.staff.village_head
    page = type_in(scene, head, "village", {first: "2 迟到", second: "0"}).content.decode()

    assert "李四0：Not possible while" in page
    assert not Assessment.objects.get(pk=second.pk).village_score


def test_grades_alone_are_chosen_row_by_row(scene):
    first, second, _third = given_grades.opened(scene, "grade")
    head = scene.staff.village_head

    type_in(scene, head, "grade", {first: "excellent", second: "unqualified"})

    assert [row[2] for row in found(scene)] == ["excellent", "unqualified", ""]
    assert "s-" in browser(head).get(at(scene)).content.decode()
    officer = scene.staff.township_officer
    assert type_in(scene, officer, "grade", {first: "excellent"}).status_code == 403


def test_nobody_is_told_without_being_chosen_or_without_how(scene):
    given_grades.opened(scene)
    clerk = browser(scene.staff.village_clerk)

    nobody = clerk.post(at(scene, "assessed-tell"), {"how": "slip"}, follow=True)
    strange = clerk.post(at(scene, "assessed-tell"), {"pk": ["1"], "how": "smoke"}, follow=True)

    assert "Choose at least one person." in nobody.content.decode()
    assert strange.status_code == 200


def test_the_page_is_searched_filtered_and_summed(scene):
    first, *_rest = given_grades.opened(scene)
    given_grades.scored(scene, first, village=LATE)
    client = browser(scene.staff.village_clerk)

    page = client.get(at(scene)).content.decode()
    scored = client.get(f"{at(scene)}?state=scored").content.decode()
    searched = client.get(f"{at(scene)}?q=李四1").content.decode()
    nobody = client.get(f"{at(scene)}?q=王五").content.decode()

    assert re.search(r"3 people\s+· To be scored 2", page)
    assert "village：−2 迟到" in page
    assert ("李四0" in scored, "李四1" in scored) == (True, False)
    assert ("李四0" in searched, "李四1" in searched) == (False, True)
    assert "Nobody here is as you asked" in nobody


def test_a_month_that_is_not_assessed_says_so(scene):
    page = browser(scene.staff.village_clerk).get(at(scene)).content.decode()

    assert "has not been opened" in page


def test_a_village_and_a_month_that_are_nobodys_are_not_there(scene):
    strange = reverse("attendance:assessed", args=["990999100200", scene.month])
    other = given.township("990456100000", villages=1)
    elsewhere = reverse("attendance:assessed", args=[other.villages[0].pk, scene.month])
    client = browser(scene.staff.village_clerk)

    assert [client.get(url).status_code for url in (strange, elsewhere)] == [404, 404]


def test_the_page_asks_as_often_for_three_hundred_rows_as_for_thirty():
    counts, times = [], []
    for code, holders in (("990123100000", 30), ("990124100000", 300)):
        place = given.township(code, villages=1)
        staff = given.staff(place)
        contracts = [
            given.holder(place.villages[0], staff.township_officer, insured=False, name=f"李{n}")
            for n in range(holders)
        ]
        scene = given.SimpleNamespace(
            place=place, staff=staff, contracts=contracts, month=given.OCTOBER
        )
        rows = given_grades.opened(scene)
        client = browser(staff.village_head)
        client.get(at(scene))
        body = {"side": "village"} | {f"s-{one.pk}": "2 迟到" for one in rows}
        began = timezone.now()
        with CaptureQueriesContext(connection) as looked:
            assert client.get(at(scene)).content.count(b"data-score ") == holders
        with CaptureQueriesContext(connection) as scored:
            client.post(at(scene, "assessed-score"), body)
        counts.append((len(looked), len(scored)))
        times.append(timezone.now() - began)
    assert not Assessment.objects.filter(village_score=None).exists()
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 30
    assert times[1] < timedelta(seconds=20)


def test_a_month_is_opened_from_its_page(scene):
    given_grades.rules(scene)
    given.sheets(scene, "open")
    officer = browser(scene.staff.township_officer)

    page = officer.post(
        reverse("attendance:assessment-open"),
        {"month": "2026-10", "area": scene.place.town.pk},
        follow=True,
    ).content.decode()

    assert "3 assessments were opened." in page
    assert Assessment.objects.count() == 3
    sheet = officer.get(url_of(Sheet.objects.get())).content.decode()
    assert at(scene) in sheet


def test_years_are_proposed_and_decided_from_their_pages(scene):
    for contract in scene.contracts[:2]:
        given_grades.month_graded(contract, Month(2026, 9), "qualified", scene.staff)
    officer = browser(scene.staff.township_officer)

    page = officer.post(
        reverse("attendance:years-propose"),
        {"year": 2026, "area": scene.place.town.pk},
        follow=True,
    )
    one = officer.post(
        reverse("attendance:year-propose"),
        {
            "contract": scene.contracts[2].pk,
            "year": 2026,
            "grade": "unqualified",
            "review": "多次脱岗",
        },
        follow=True,
    )

    assert "2 grades are proposed." in page.content.decode()
    assert "多次脱岗" in one.content.decode()
    leader = browser(scene.staff.township_leader)
    step = reverse("attendance:yeargrade-step", args=[YearGrade.objects.last().pk, "decide"])
    assert leader.post(step, {"note": ""}).status_code == 302
    assert YearGrade.objects.last().state == "decided"


def test_the_record_tells_points_items_appeal_and_history(scene):
    one = given_grades.opened(scene)[0]
    given_grades.appealed(scene, one, village=LATE)
    leader = scene.staff.township_leader
    do(one, "answer", by=leader, upheld=True, reply="请假属实", waived=[1], grade="")

    page = browser(scene.staff.village_clerk).get(url_of(one)).content.decode()

    for words in ("30 / 30", "迟到", "那天请过假", "请假属实", "98.00", "Answer the appeal"):
        assert words in page, words


def test_an_appeal_is_answered_through_its_form(scene):
    one = given_grades.opened(scene)[0]
    given_grades.appealed(scene, one, village=LATE)
    step = reverse("attendance:assessment-step", args=[one.pk, "answer"])
    leader = browser(scene.staff.township_leader)

    wrong = leader.post(step, {"upheld": "yes", "waived": "x", "reply": "属实"})
    right = leader.post(step, {"upheld": "yes", "waived": "1，", "reply": "属实"})

    assert "Write the numbers of items" in wrong.content.decode()
    assert (right.status_code, Assessment.objects.get(pk=one.pk).score) == (302, 100)


class TestInbox:
    def test_a_village_waits_as_one_line_for_each_step(self, scene):
        first, *_rest = given_grades.opened(scene)
        given_grades.score(scene, first, "village")
        staff = scene.staff

        waiting = {
            who: [
                (line.step, line.what) for line in assessment_reminders.lines(getattr(staff, who))
            ]
            for who in ("village_head", "township_officer", "village_supervisor", "finance_officer")
        }

        assert waiting == {
            "village_head": [("Score for the village", "2026-10: 2 people")],
            "township_officer": [("Score for the township", "2026-10: 3 people")],
            "village_supervisor": [("Score the democratic review", "2026-10: 3 people")],
            "finance_officer": [],
        }

    def test_finality_waits_until_the_time_to_appeal_is_over(self, scene, time_machine):
        first, *_rest = given_grades.opened(scene)
        given_grades.told(scene, first)
        reviewer = scene.staff.township_reviewer
        assert assessment_reminders.lines(reviewer) == []

        time_machine.move_to(timezone.now() + timedelta(days=6))

        assert [line.step for line in assessment_reminders.lines(reviewer)] == ["Make final"]

    def test_an_appeal_waits_by_itself_for_who_answers(self, scene):
        one = given_grades.opened(scene)[0]
        given_grades.appealed(scene, one)

        page = browser(scene.staff.township_leader).get(reverse("index")).content.decode()

        assert "Answer the appeal" in page

    def test_who_failed_three_months_in_a_row_is_named_with_the_reason(self, scene):
        failed, other, third = scene.contracts
        for month in (8, 9, 10):
            given_grades.month_graded(failed, Month(2026, month), "unqualified", scene.staff)
        for month, grade in ((8, "unqualified"), (9, "unqualified"), (10, "qualified")):
            given_grades.month_graded(other, Month(2026, month), grade, scene.staff)
        given_grades.month_graded(third, Month(2026, 10), "unqualified", scene.staff)

        (line,) = assessment_reminders.lines(scene.staff.village_clerk)

        assert line.step == "Propose an exit for the reason E10"
        assert line.what == "1 failed up to 3 months in a row: 李四0"

    def test_years_wait_for_the_second_person(self, scene):
        given_grades.month_graded(scene.contracts[0], Month(2026, 9), "qualified", scene.staff)
        program = Program(scene.staff.township_officer)
        answer = program.post("/year-grades", {"contract": scene.contracts[0].pk, "year": 2026})

        lines = assessment_reminders.lines(scene.staff.township_leader)

        assert answer.json()["grade"] == "qualified"
        assert [(line.step, line.what) for line in lines] == [("Decide the year", "1 people")]


def test_f10_shows_points_items_and_who_scored(scene):
    first, second, _third = given_grades.opened(
        scene, **{"grade.bonus": "100.00", "grade.factor": {"unqualified": "0.8"}}
    )
    given_grades.scored(scene, first, village=LATE)
    sheet = Sheet.objects.get()

    filled = attendance.papers.FILL["F-10"](sheet, scene.staff.village_clerk)

    row = filled.rows[0]
    assert (row["deductions"], row["score"], row["grade"], row["effect"]) == (
        "2 迟到",
        98,
        "优秀",
        "+100.00",
    )
    assert filled.rows[1]["grade"] == ""
    assert filled.foot["village"] == str(scene.staff.village_head)
    made = attendance.papers.pdf_of("F-10", sheet, scene.staff.village_clerk)
    assert made.startswith(b"%PDF")
    assert attendance.papers.workbook_of("F-10", sheet, scene.staff.village_clerk)


def test_s08_through_the_api(scene):
    """S-08: an unqualified month that nobody was told of keeps the run from being confirmed."""
    given.sheets(scene)
    given_grades.rules(scene, "grade", **{"grade.deduction": "100.00"})
    assessing.open_assessments(scene.month, scene.place.town.code, by=scene.staff.township_officer)
    run = given.payroll.prepare(
        scene.month, scene.place.town.code, by=scene.staff.township_officer
    )[0]
    head, reviewer = Program(scene.staff.village_head), Program(scene.staff.township_reviewer)
    numbers = [one["id"] for one in head.get("/assessments", month="2026-10").json()["items"]]
    for number in numbers:
        graded = head.post(f"/assessments/{number}/give_grade", {"grade": "unqualified"})
        assert graded.json()["state"] == "scored"

    refused = reviewer.post(f"/pay-runs/{run.pk}/confirm")

    assert refused.status_code == 409
    why = " ".join(refused.json()["refusals"])
    assert "李四0" in why and "The worker is told before" in why
    clerk = Program(scene.staff.village_clerk)
    for number in numbers:
        said = {"how": "slip", "agrees": "true"}
        assert clerk.post(f"/assessments/{number}/notify", said).json()["state"] == "notified"
        assert reviewer.post(f"/assessments/{number}/finalise").json()["state"] == "final"
    given.payroll.prepare(scene.month, scene.place.town.code, by=scene.staff.township_officer)
    assert reviewer.post(f"/pay-runs/{run.pk}/confirm").json()["state"] == "confirmed"
