"""The commands of the month act for a named person, refuse in sentences and speak JSON."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from attendance.models import Sheet
from payroll.models import PayRun
from project.commands import OfficeCommand, acting, area_of, holders
from project.kernel.guards import Refused
from project.kernel.models import Event, User
from project.kernel.roles import Permission
from registry.models import Appointment
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """Read sentences as the code writes them, whatever the translations say."""
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given.scene(holders=3)


def run(*args):
    """What a command prints and what it remarks."""
    out, err = io.StringIO(), io.StringIO()
    call_command(*map(str, args), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refused(*args):
    """The exit status, the sentences and the printed document of a command that says no."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError) as no:
        call_command(*map(str, args), stdout=out, stderr=err)
    return no.value.returncode, str(no.value), out.getvalue()


class TestOpenMonth:
    """open_month"""

    def test_the_sheets_due_are_opened_once(self, scene):
        town = scene.place.town.code

        first, said = run("open_month", "2026-10", "--area", town, "--json")
        again, _said = run("open_month", "2026-10", "--area", town, "--json")

        (sheet,) = json.loads(first)["sheets"]
        assert (sheet["people"], sheet["state"], sheet["opened"]) == (3, "open", True)
        assert json.loads(again)["sheets"][0]["opened"] is False
        assert scene.staff.township_officer.username in said
        assert Event.objects.of(Sheet.objects.get()).get(verb="open").by == (
            scene.staff.township_officer
        )

    def test_without_an_area_every_area_of_the_person_is_opened(self, scene):
        officer = scene.staff.township_officer

        out, _said = run("open_month", "2026-10", "--as", officer.username)

        assert "1 sheets opened for 2026-10, 1 in all." in out

    def test_a_month_that_is_none_cannot_be_used(self, scene):
        status, sentence, _out = refused("open_month", "2026-13")

        assert status == 2 and "like 2026-10" in sentence


class TestPayroll:
    """payroll open, show and export"""

    def opened(self, scene, *more):
        given.sheets(scene)
        return run("payroll", "open", "2026-10", "--area", scene.place.town.code, *more)

    def test_open_prints_every_line_with_its_reasons(self, scene):
        given.fact(scene.contracts[0].person, scene.staff.township_officer)

        out, _said = self.opened(scene, "--json")

        document = json.loads(out)
        (made,) = document["runs"]
        line = made["lines"][0]
        assert (document["month"], document["area"]) == ("2026-10", scene.place.town.code)
        assert (made["state"], made["fund"], len(made["sha256"])) == ("prepared", "employment", 64)
        assert (made["total"], made["held_total"]) == ("1200.00", "600.00")
        assert (line["state"], line["amount"], line["days"]) == ("held", "600.00", "15")
        assert line["held"][0] | {"code": "fact", "kind": "死亡"} == line["held"][0]
        assert line["id_number"] == scene.contracts[0].person.id_number
        assert line["account"].startswith("****") and line["rules"][0]["value"]["days"] == 15

    def test_open_is_the_same_for_people(self, scene):
        out, _said = self.opened(scene)

        assert "李四0" in out and "3 lines, 1800.00 yuan to pay, 0.00 yuan held" in out

    def test_a_county_opens_one_run_a_township_and_fund(self, scene):
        county = given.user("township_officer", at=scene.place.county)
        far = given.township("990123101000").villages[0]
        given.holder(far, county)
        given.holder(scene.place.villages[0], county, fund_id="linking")

        out, _said = run(
            "payroll", "open", "2026-10", "--area", "990123", "--as", county.username, "--json"
        )

        assert [(made["area"], made["fund"]) for made in json.loads(out)["runs"]] == [
            ("990123100000", "employment"),
            ("990123100000", "linking"),
            ("990123101000", "employment"),
        ]

    def test_open_writes_nothing_for_who_may_not(self, scene):
        clerk = scene.staff.village_clerk

        status, sentence, out = refused(
            *("payroll", "open", "2026-10", "--area", scene.place.town.code),
            *("--as", clerk.username, "--json"),
        )

        assert (status, json.loads(out)) == (1, {"refusals": [sentence]})
        assert not PayRun.objects.exists()

    def test_an_ended_policy_stops_the_month_with_its_title(self, scene):
        scene.place.document.valid_to = date(2026, 6, 30)
        scene.place.document.save()

        status, sentence, _out = refused(
            "payroll", "open", "2026-10", "--area", scene.place.town.code
        )

        assert status == 1 and "示例县公益性岗位管理办法" in sentence

    def test_show_reads_a_run_and_changes_nothing(self, scene):
        made = given.pay_run(scene, "sent")
        events = Event.objects.count()

        out, _said = run("payroll", "show", made.pk, "--json")

        shown = json.loads(out)
        assert shown["id"] == made.pk and {x["state"] for x in shown["lines"]} == {"sent"}
        assert shown["total"] == "1800.00" and Event.objects.count() == events

    def test_show_hides_a_run_from_another_township(self, scene):
        made = given.pay_run(scene)
        stranger = given.user("township_officer", at=given.township("990123101000").town)

        status, _sentence, _out = refused("payroll", "show", made.pk, "--as", stranger.username)

        assert status == 2

    @pytest.mark.parametrize(
        ("form", "ending"), [("X-06", "csv"), ("x07", "csv"), ("pain.001", "xml")]
    )
    def test_export_writes_the_file_and_its_hash(self, scene, tmp_path, form, ending):
        made = given.pay_run(scene, "sent")

        out, said = run("payroll", "export", made.pk, "--format", form, "--out", tmp_path, "--json")

        (file,) = json.loads(out)["files"]
        assert (file["rows"], file["total"]) == (3, "1800.00")
        assert file["path"].endswith(ending) and "payroll.payer" in said
        assert file["sha256"] in (tmp_path / f"{file['path']}.sha256").read_text()

    def test_export_refuses_what_was_not_sent(self, scene, tmp_path):
        made = given.pay_run(scene)

        status, sentence, _out = refused(
            "payroll", "export", made.pk, "--format", "X-06", "--out", tmp_path
        )

        assert status == 1 and "has not been sent" in sentence
        assert not list(tmp_path.iterdir())

    def test_export_names_the_formats_there_are(self, scene, tmp_path):
        status, sentence, _out = refused(
            "payroll", "export", 1, "--format", "X-99", "--out", tmp_path
        )

        assert status == 2 and "X-06, X-07, X-07T, pain.001" in sentence


class TestAppoint:
    """appoint"""

    def appointed(self, *more, who="zhou", role="sysadmin", area="990123"):
        return run("appoint", who, "--role", role, "--area", area, *more)

    def test_the_first_person_gets_an_account_and_a_password_once(self):
        given.township()

        out, _said = self.appointed("--json")

        document = json.loads(out)
        assert User.objects.get().check_password(document["password"])
        assert (document["role"], document["area"]) == ("sysadmin", "990123000000")
        assert Event.objects.get(verb="appoint").by.username == "zhou"

    def test_afterwards_the_administrator_appoints(self):
        given.township()
        self.appointed()

        out, said = self.appointed(
            *("--from", "2026-01-01", "--to", "2026-12-31"),
            who="li",
            role="township_officer",
            area="990123100000",
        )

        held = Appointment.objects.get(role="township_officer")
        assert held.made_by.username == "zhou" and "zhou" in said
        assert (held.starts_on, held.ends_on) == (date(2026, 1, 1), date(2026, 12, 31))
        assert "Password" in out

    def test_nobody_else_appoints(self):
        place = given.township()
        self.appointed()
        officer = given.user("township_officer", at=place.town)

        status, _sentence, _out = refused(
            *("appoint", "li", "--role", "township_leader", "--area", "990123100000"),
            *("--as", officer.username),
        )

        assert status == 1 and not User.objects.filter(username="li").exists()

    def test_the_same_duty_is_not_given_twice(self):
        given.township()
        self.appointed()

        status, sentence, _out = refused(
            "appoint", "zhou", "--role", "sysadmin", "--area", "990123"
        )

        assert status == 1 and "already holds the role" in sentence

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            (["--role", "king"], "township_officer"),
            (["--area", "110000"], "Import the areas first"),
            (["--from", "2026-02-30"], ""),
        ],
    )
    def test_what_cannot_be_read_is_no_input(self, change, word):
        given.township()
        asked = ["appoint", "li", "--role", "sysadmin", "--area", "990123", *change]

        status, sentence, _out = refused(*asked)

        assert status == 2 and word in sentence and not User.objects.exists()


class TestActing:
    """Who a command acts for."""

    def test_of_several_one_must_be_named(self, scene):
        given.user("township_officer", at=scene.place.county, username="second")

        with pytest.raises(Refused, match="Name one of them with --as"):
            acting("", Permission.PAY_PREPARE, scene.place.town, say=print)

    def test_where_nobody_may_the_roles_are_named(self):
        place = given.township()

        with pytest.raises(Refused, match="Township officer"):
            acting("", Permission.PAY_PREPARE, place.town, say=print)

    def test_an_account_without_password_steps_back(self, scene):
        installer = given.user("township_officer", at=scene.place.county, username="installer")
        installer.set_unusable_password()
        installer.save()

        assert holders(Permission.PAY_PREPARE, scene.place.town) == [scene.staff.township_officer]

    def test_a_closed_account_acts_for_nobody(self, scene):
        User.objects.update(is_active=False)

        status, _sentence, _out = refused(
            "open_month", "2026-10", "--as", scene.staff.township_officer.username
        )

        assert status == 2

    def test_an_area_is_known_without_its_zeros(self):
        place = given.township()

        assert area_of("990123100") == place.town and issubclass(OfficeCommand, object)
