"""Acceptance scenarios of posts, hires and exits as programs meet them."""

from collections import Counter
from datetime import date

import pytest

from payroll.models import PayRun
from payroll.tasks import prepare
from posts.models import Hire
from project.kernel.models import Event
from tests import given_hires, given_results, given_scenarios

pytestmark = pytest.mark.django_db


def refused(answer):
    """The sentences of a step that was refused."""
    assert answer.status_code == 409, answer.json()
    return " ".join(answer.json()["refusals"])


def test_a_ranger_of_another_list_gets_no_second_post(program):
    """S-02."""
    scene = given_scenarios.on_another_list()

    answer = program(scene.staff.township_officer).post(f"/hires/{scene.hire.pk}/screen")

    said = refused(answer)
    assert given_scenarios.OTHER_LIST in said and "V-05" in said
    assert Hire.objects.get().state == "applied"


def test_a_household_has_one_holder_until_the_rule_allows_two(program):
    """S-03."""
    scene = given_scenarios.household_with_a_holder()
    county, at = program(scene.staff.department_officer), f"/hires/{scene.hire.pk}/approve"

    assert "王父（保洁员） (V-06)" in refused(county.post(at))
    given_scenarios.two_may_hold(scene)

    assert county.post(at).json()["state"] == "approved"


def test_nobody_is_approved_before_five_working_days_are_over(program):
    """S-10: the notice hangs from 18 to 24 September."""
    scene = given_scenarios.on_notice_in_september()
    supervisor = program(scene.staff.village_supervisor)
    county, at = program(scene.staff.department_officer), f"/hires/{scene.hire.pk}"

    for day in (23, 24):
        with given_hires.on(date(2026, 9, day)):
            assert "hangs until 2026-09-24" in refused(supervisor.post(f"{at}/clear"))
            assert county.post(f"{at}/approve").status_code == 409
    with given_hires.on(date(2026, 9, 25)):
        assert supervisor.post(f"{at}/clear").json()["state"] == "cleared"
        assert county.post(f"{at}/approve").json()["state"] == "approved"


def test_one_objection_among_thirty_holds_one_line(program):
    """S-11."""
    scene = given_scenarios.thirty_with_one_objection()

    answer = program(scene.staff.township_leader).post(f"/pay-runs/{scene.run.pk}/township_approve")

    assert answer.json()["state"] == "township_approved"
    lines = answer.json()["lines"]
    assert Counter(line["state"] for line in lines) == {"payable": 29, "held": 1}
    assert [line["number"] for line in lines if line["state"] == "held"] == [7]


def test_two_failures_are_corrected_and_paid_once(program):
    """S-12."""
    scene = given_results.two_came_back(holders=3)
    officer, second = (
        program(who) for who in (scene.staff.township_officer, scene.staff.township_reviewer)
    )
    for line in scene.back:
        body = {
            "line": line.pk,
            "way": "account",
            "number": f"621733300000{line.pk:07d}",
            "holder": line.person.name,
            "reason": "旧卡已注销",
        }
        made = officer.post("/corrections", body).json()
        assert officer.post(f"/corrections/{made['id']}/confirm").status_code == 403
        assert second.post(f"/corrections/{made['id']}/confirm").json()["state"] == "confirmed"
        assert officer.post("/corrections", body).status_code in (409, 422)
    again = PayRun.objects.get(corrects=scene.run)
    finance = program(scene.staff.finance_officer)
    assert finance.post(f"/pay-runs/{again.pk}/send").json()["corrects_id"] == scene.run.pk
    given_results.answered(again, scene.staff.finance_officer)
    for run in (again, scene.run):
        finance.post(f"/pay-runs/{run.pk}/reconcile")
        done = finance.post(f"/pay-runs/{run.pk}/close").json()

    assert done["state"] == "closed"
    assert [line["state"] for line in done["lines"]] == ["reissued", "reissued", "paid"]


def test_a_place_reported_on_the_eighteenth_is_late(program):
    """S-18."""
    scene = given_scenarios.left_on_the_tenth()
    with given_hires.on(date(2026, 11, 18)):
        officer = program(scene.staff.township_officer)
        said = refused(officer.post("/vacancy-reports", {"hire": scene.hire.pk}))
        body = {"hire": scene.hire.pk, "note": "村里报送不及时"}
        made = officer.post("/vacancy-reports", body).json()

    assert "due on 2026-11-15 and counts as late (V-27)" in said
    assert (made["is_late"], made["reported_on"]) == (True, "2026-11-18")


def test_an_approver_of_the_household_is_refused_and_another_approves(program):
    """S-20."""
    scene = given_scenarios.approver_of_the_household()
    at = f"/hires/{scene.hire.pk}/approve"

    assert "V-26" in refused(program(scene.staff.department_officer).post(at))
    (logged,) = Event.objects.of(scene.hire).filter(after="refused")
    assert logged.by == scene.staff.department_officer

    assert program(scene.another).post(at).json()["state"] == "approved"


def asked(scene, reader, month):
    """The answer to a program that asks for a month of the township."""
    return reader.post("/pay-runs", {"month": str(month), "area": scene.place.town.code})


def prepared(scene, reader, month):
    """A month asked for through the API and done by a worker; its run as the API shows it."""
    job = asked(scene, reader, month).json()
    prepare.func(job["id"], str(month), scene.place.town.code)
    assert reader.client.get(job["address"]).json()["state"] == "done"
    (run,) = reader.get("/pay-runs", month=str(month)).json()["items"]
    return reader.get(f"/pay-runs/{run['id']}").json()


def test_a_month_after_the_policy_waits_for_the_successor(program):
    """S-24: ten days were asked for in 2025, fifteen are in 2026; five were worked in each."""
    scene = given_scenarios.policy_of_last_year()
    officer = program(scene.staff.township_officer)

    said = refused(asked(scene, officer, given_scenarios.JANUARY))
    assert "2026-01 cannot be paid until" in said and "2025-12-31" in said
    assert not PayRun.objects.exists()
    linked = program(scene.staff.department_officer).post(
        f"/policy-documents/{scene.old.pk}/link_successor", {"successor": scene.new.pk}
    )
    assert linked.json()["successor_id"] == scene.new.pk
    given_scenarios.fifteen_days_in_2026(scene)
    runs = [
        prepared(scene, officer, month)
        for month in (given_scenarios.DECEMBER, given_scenarios.JANUARY)
    ]

    assert [run["lines"][0]["amount"] for run in runs] == ["300.00", "200.00"]


def test_a_merged_villages_sheet_keeps_its_code_and_the_report_counts_both(program):
    """S-26."""
    scene = given_scenarios.merged_village()
    officer = program(scene.staff.township_officer)

    sheets = officer.get("/sheets", month="2026-07").json()["items"]
    report = officer.get("/reports/monthly", month="2026-07").json()

    assert [(one["id"], one["area"]) for one in sheets] == [(scene.sheet.pk, scene.old.code)]
    (row,) = report["rows"]
    assert (row["area"], row["count"]) == (scene.place.town.code, 2)
    for village in (scene.place.villages[0], scene.new):
        alone = officer.get("/reports/monthly", month="2026-07", area=village.code).json()
        assert alone["total"]["count"] == 1
    left = officer.get("/reports/monthly", month="2026-07", area=scene.other.town.code).json()
    assert left["rows"] == []


def test_past_the_limit_only_the_man_near_retirement_is_renewed(program):
    """S-27."""
    scene = given_scenarios.two_past_the_limit()
    hires = [scene.younger.pk, scene.older.pk]

    body = {"hires": hires}
    done = program(scene.staff.township_officer).post("/renewals", body).json()["items"]

    by_hire = {one["hire"]: one for one in done}
    assert "48 months; 36 are allowed" in by_hire[hires[0]]["refusals"][0]
    assert "R-46" in by_hire[hires[0]]["refusals"][0]
    assert by_hire[hires[0]]["contract"] is None and by_hire[hires[1]]["contract"]
