"""Terms, suspensions and amendments on the pages, in bulk and in the API (W-3, S-01)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from contracts.models import Amendment, Contract, Suspension
from registry import tokens
from tests import given, given_changes, given_exits, given_hires

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


def program(user):
    _token, secret = tokens.issue(user, by=user, name="tests")
    return Client(headers={"authorization": f"Bearer {secret}"} | SAID)


def sent(client, path, body):
    return client.post(f"/api/v1{path}", body, content_type="application/json")


def read(response):
    return response.content.decode()


class TestTheTermLimit:
    """S-01: from 2026-01-01 to 2026-12-31, and not a day longer."""

    @pytest.fixture
    def ready(self):
        scene = given_hires.scene()
        hire = given_hires.hire(scene, "trained")
        return scene, hire

    def placed_by_page(self, scene, hire, last):
        return browser(scene.staff.township_officer).post(
            f"/posts/hires/{hire.pk}/place/", {"starts_on": "2026-01-01", "ends_on": last}
        )

    def placed_by_program(self, scene, hire, last):
        officer = program(scene.staff.township_officer)
        return sent(
            officer, f"/hires/{hire.pk}/place", {"starts_on": "2026-01-01", "ends_on": last}
        )

    def test_a_year_is_accepted_on_the_page(self, ready):
        assert self.placed_by_page(*ready, "2026-12-31").status_code == 302
        assert Contract.objects.get().ends_on == date(2026, 12, 31)

    def test_a_day_more_is_refused_on_the_page(self, ready):
        page = read(self.placed_by_page(*ready, "2027-01-01"))

        assert "may last until 2026-12-31 at most (C-08)" in page
        assert not Contract.objects.exists()

    def test_a_year_is_accepted_from_a_program(self, ready):
        assert self.placed_by_program(*ready, "2026-12-31").status_code == 200
        assert Contract.objects.get().ends_on == date(2026, 12, 31)

    def test_a_day_more_is_refused_to_a_program(self, ready):
        answer = self.placed_by_program(*ready, "2027-01-01")

        assert answer.status_code == 409
        assert "may last until 2026-12-31 at most (C-08)" in answer.json()["refusals"][0]

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            (date(2026, 1, 1), date(2026, 12, 31)),
            (date(2028, 2, 29), date(2029, 2, 27)),
            (date(2027, 3, 1), date(2028, 2, 29)),
        ],
    )
    def test_the_database_draws_the_line_on_the_same_day(self, first, last):
        place = given.township()
        officer = given.staff(place).township_officer
        made = given.contract(place.villages[0], officer, starts_on=first, ends_on=last)

        assert Contract.objects.get(pk=made.pk).ends_on == last
        with pytest.raises(IntegrityError, match="one_year_at_most"), transaction.atomic():
            Contract.objects.filter(pk=made.pk).update(
                ends_on=date.fromordinal(last.toordinal() + 1)
            )


class TestSuspensions:
    def test_a_village_pauses_for_the_season_in_one_go(self):
        scene = given.scene(holders=3)
        leader = browser(scene.staff.township_leader)
        numbers = [contract.pk for contract in scene.contracts]

        asked = read(leader.get("/contracts/", {"area": scene.place.villages[0].code}))
        pause = {"pk": numbers, "confirmed": 1, "on": "2026-11-20", "note": "农闲歇工"}
        leader.post("/contracts/bulk/suspend/", pause)
        states = set(Contract.objects.values_list("state", flat=True))
        go_on = {"pk": numbers, "confirmed": 1, "on": "2026-12-01", "note": "复工"}
        leader.post("/contracts/bulk/resume/", go_on)

        assert "Suspend the work" in asked
        assert states == {"suspended"}
        assert set(Contract.objects.values_list("state", flat=True)) == {"in_force"}
        days = Suspension.objects.values_list("starts_on", "ends_on", "reason").distinct()
        assert list(days) == [(date(2026, 11, 20), date(2026, 11, 30), "农闲歇工")]

    def test_who_cannot_be_suspended_is_named_and_the_others_are(self):
        scene = given.scene(holders=2)
        given_changes.suspended(scene, scene.contracts[0], date(2026, 11, 1))
        numbers = [contract.pk for contract in scene.contracts]

        done = browser(scene.staff.township_leader).post(
            "/contracts/bulk/suspend/",
            {"pk": numbers, "confirmed": 1, "on": "2026-11-20", "note": "农闲"},
        )

        assert [record.pk for record, _why in done.context["cannot"]] == [numbers[0]]
        assert Suspension.objects.filter(contract=numbers[1]).exists()

    def test_the_page_says_why_a_back_dated_suspension_is_refused(self):
        scene = given.scene(holders=1)
        given.sheets(scene, "confirmed")

        page = browser(scene.staff.township_leader).post(
            f"/contracts/{scene.contracts[0].pk}/suspend/", {"on": "2026-10-12", "note": "汛期"}
        )

        assert "The sheet of 2026-10 counts days from 2026-10-12 on" in read(page)

    def test_a_program_suspends_and_reads_the_suspension(self):
        scene = given.scene(holders=1)
        leader, number = program(scene.staff.township_leader), scene.contracts[0].pk

        step = sent(leader, f"/contracts/{number}/suspend", {"on": "2026-11-20", "note": "汛期"})
        (row,) = leader.get("/api/v1/suspensions?month=2026-12").json()["items"]

        assert (step.status_code, step.json()["state"]) == (200, "suspended")
        assert (row["starts_on"], row["ends_on"], row["reason"]) == ("2026-11-20", None, "汛期")

    def test_only_the_leader_suspends(self):
        scene = given.scene(holders=1)
        body = {"on": "2026-11-20", "note": "汛期"}
        path = f"/contracts/{scene.contracts[0].pk}/suspend"

        assert sent(program(scene.staff.township_officer), path, body).status_code == 403
        assert not Suspension.objects.exists()


class TestAmendments:
    def test_an_amendment_goes_its_way_on_the_pages(self):
        scene = given.scene(holders=1)
        number = scene.contracts[0].pk
        officer = browser(scene.staff.township_officer)
        terms = {"contract": number, "starts_on": "2026-12-01", "standard": "700", "reason": "调整"}

        way = read(officer.get(f"/contracts/{number}/"))
        officer.post("/contracts/amendments/propose/", terms)
        made = Amendment.objects.get()
        at = f"/contracts/amendments/{made.pk}"
        browser(scene.staff.village_clerk).post(f"{at}/agree/", {"on": "2026-11-22"})
        browser(scene.staff.township_leader).post(f"{at}/approve/", {"note": "纸质存档"})

        made.refresh_from_db()
        assert f"/contracts/amendments/propose/?contract={number}" in way
        assert made.state == "in_force"
        assert "700.00" in read(officer.get(f"/contracts/{number}/"))

    def test_an_amendment_goes_its_way_in_the_api(self):
        scene = given.scene(holders=1)
        terms = {
            "contract": scene.contracts[0].pk,
            "starts_on": "2026-12-01",
            "standard": "700.00",
            "reason": "调整",
        }
        made = sent(program(scene.staff.township_officer), "/amendments", terms)
        at = f"/amendments/{made.json()['id']}"
        agreed = sent(program(scene.staff.village_clerk), f"{at}/agree", {"on": "2026-11-22"})
        bare = sent(program(scene.staff.township_leader), f"{at}/approve", {})
        approved = sent(program(scene.staff.township_leader), f"{at}/approve", {"note": "存档"})

        assert (made.status_code, made.json()["standard"]) == (201, "700.00")
        assert (agreed.status_code, bare.status_code) == (200, 409)
        assert (approved.status_code, approved.json()["state"]) == (200, "in_force")

    def test_what_is_refused_is_said_with_its_reason(self):
        scene = given.scene(holders=1)
        terms = {
            "contract": scene.contracts[0].pk,
            "starts_on": "2026-12-01",
            "ends_on": "2027-06-30",
            "reason": "延期",
        }
        answer = sent(program(scene.staff.township_officer), "/amendments", terms)

        assert answer.status_code == 409
        assert answer.json()["refusals"] == [
            "An amendment may shorten a contract; whoever goes on longer is renewed."
        ]


class TestRenewals:
    @pytest.fixture
    def scene(self):
        return given.scene(holders=0)

    def page(self, scene, born):
        """The page of the second of two one-year contracts, 2025 and 2026."""
        hire = given_exits.years(scene, "孙七", born, 2025, count=2)
        return read(browser(scene.staff.township_officer).get(f"/contracts/{hire.contract_id}/"))

    def test_the_chain_and_what_remains_are_shown(self, scene):
        page = self.page(scene, date(1980, 1, 1))

        for contract in Contract.objects.all():
            assert f'href="/contracts/{contract.pk}/"' in page
        assert "24 of 36 months, of which 12 remain (R-46)." in page
        assert "No limit" not in page

    def test_near_retirement_there_is_no_limit(self, scene):
        page = self.page(scene, date(1967, 1, 1))

        assert "No limit: on 2027-01-01 retirement is within 5 years." in page


class TestVoid:
    def test_a_contract_under_which_somebody_worked_is_not_voided(self):
        scene = given.scene(holders=0)
        officer = scene.staff.township_officer
        drafted = given.contract(scene.place.villages[0], officer)
        given.worked(drafted, officer, [8])

        answer = sent(
            program(scene.staff.township_leader), f"/contracts/{drafted.pk}/void", {"note": "撤"}
        )

        assert answer.status_code == 409
        assert "Work on 2026-10-08 is recorded" in answer.json()["refusals"][0]
        with pytest.raises(IntegrityError, match="worked or was paid"), transaction.atomic():
            Contract.objects.filter(pk=drafted.pk).update(state="void")

    def test_a_contract_with_pay_lines_cannot_become_void(self):
        scene = given.scene(holders=1)
        assert given.pay_run(scene).lines.get().amount == Decimal("600.00")

        with pytest.raises(IntegrityError, match="worked or was paid"), transaction.atomic():
            Contract.objects.update(state="void")

    def test_pay_alone_keeps_a_contract_from_being_void(self):
        """The guard names the month that is paid, whatever became of the evidence."""
        scene = given.scene(holders=1)
        given.pay_run(scene, "confirmed")
        Contract.objects.update(state="offered")
        (contract,) = Contract.objects.all()

        answer = sent(
            program(scene.staff.township_leader), f"/contracts/{contract.pk}/void", {"note": "撤"}
        )

        assert "The run of 2026-10 pays 600.00 yuan" in answer.json()["refusals"][0]
