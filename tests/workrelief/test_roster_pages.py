"""The roster through the pages: whom the site lists, what the township places, what is refused."""

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

from project.kernel.models import Event
from tests import given, given_relief
from workrelief.models import Member, Team

pytestmark = pytest.mark.django_db
SAID = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_relief.scene()


def browser(user):
    client = Client(headers=SAID)
    client.force_login(user)
    return client


def at(name, *args):
    return reverse(f"workrelief:{name}", args=args)


def read(response):
    return response.content.decode()


def listed(scene, **changed):
    """The form of a new row as the browser sends it."""
    return {
        "area": scene.place.villages[0].pk,
        "fund_line": scene.lines[0].pk,
        "trade": "瓦工",
        "category": "relocated",
        "labour_class": "mass",
        "pay_basis": "hour",
        "rate": "18.50",
        "starts_on": "2026-11-23",
        "ends_on": "2026-12-20",
    } | changed


def test_the_site_finds_a_person_and_lists_them(scene):
    who = given.person(scene.place.villages[0], name="赵铁柱")
    site = browser(scene.staff.relief_contractor)

    by_name = site.post(at("find", scene.project.pk), {"words": "铁柱"})
    by_number = site.post(at("find", scene.project.pk), {"words": who.id_number})
    form = site.get(at("enlist", scene.project.pk, who.pk))
    sent = site.post(at("enlist", scene.project.pk, who.pk), listed(scene))

    address = at("enlist", scene.project.pk, who.pk)
    assert address in read(by_name)
    assert address in read(by_number)
    assert who.masked_id in read(by_number)
    assert "Planned trades: 普工" in read(form)
    assert sent.headers["Location"] == at("find", scene.project.pk)
    member = Member.objects.get(person=who)
    assert (member.trade, member.rate, member.pay_basis) == ("瓦工", Decimal("18.50"), "hour")
    assert (member.starts_on, member.listed_by) == (
        date(2026, 11, 23),
        scene.staff.relief_contractor,
    )


def test_who_stands_on_a_roster_already_is_refused_above_the_form(scene):
    (member,) = given_relief.enlist(scene, 1)
    site = browser(scene.staff.relief_contractor)

    answer = site.post(at("enlist", scene.project.pk, member.person_id), listed(scene))

    assert "stands on the roster of" in read(answer)
    assert Member.objects.filter(person=member.person).count() == 1


def test_a_row_is_corrected_until_there_is_a_contract(scene):
    (member,) = given_relief.enlist(scene, 1)
    site = browser(scene.staff.relief_contractor)
    fields = {"trade": "木工", "category": "lifted", "rate": "150.00", "note": "工种更正"}
    days = {"starts_on": "2026-09-01", "ends_on": "2026-12-20"}

    saved = site.post(at("correct", member.pk), fields | days)
    given_relief.placed(scene, [member])
    late = site.post(at("correct", member.pk), fields | days | {"rate": "160.00"})

    assert saved.headers["Location"] == at("member", member.pk)
    assert "its terms change by an amendment" in read(late)
    member.refresh_from_db()
    assert (member.trade, member.rate) == ("木工", Decimal("150.00"))


def test_the_class_changes_with_a_reason_by_the_engineer_too(scene):
    (member,) = given_relief.enlist(scene, 1)
    engineer = browser(scene.staff.relief_engineer)

    silent = engineer.post(at("reclassify", member.pk), {"labour_class": "machine", "note": ""})
    said = {"labour_class": "machine", "note": "自带挖掘机"}
    saved = engineer.post(at("reclassify", member.pk), said)

    assert silent.status_code == 422
    assert saved.status_code == 302
    member.refresh_from_db()
    assert member.labour_class == "machine"
    page = read(engineer.get(at("member", member.pk)))
    assert "自带挖掘机" in page
    assert at("strike-off", member.pk) not in page


def test_a_row_listed_wrongly_is_struck_off_and_stays(scene):
    (member,) = given_relief.enlist(scene, 1)
    site = browser(scene.staff.relief_contractor)

    saved = site.post(at("strike-off", member.pk), {"note": "重复登记"})

    assert saved.status_code == 302
    page = read(site.get(at("member", member.pk)))
    assert "Struck off" in page
    assert "重复登记" in page
    listed_ = read(site.get(at("member-list"), {"state": "struck_off"}))
    assert member.person.name in listed_
    assert member.person.name not in read(site.get(at("member-list"), {"state": "unplaced"}))


def test_a_foreman_leads_a_team_and_is_not_listed_as_labour(scene):
    (member,) = given_relief.enlist(scene, 1)
    boss = given.person(scene.place.villages[0], name="钱工头")
    site = browser(scene.staff.relief_contractor)

    labour = site.post(at("lead", scene.project.pk, member.person_id), {"name": "一队"})
    lead = site.post(at("lead", scene.project.pk, boss.pk), {"name": "一队"})
    as_labour = site.post(at("enlist", scene.project.pk, boss.pk), listed(scene))

    assert "a foreman is management" in read(labour)
    assert lead.status_code == 302
    assert Team.objects.get().foreman == boss
    assert "leads a team" in read(as_labour)
    assert "一队" in read(site.get(at("find", scene.project.pk)))


def test_the_township_places_one_and_comes_to_the_contract(scene):
    (member,) = given_relief.enlist(scene, 1)
    officer = browser(scene.staff.township_officer)

    sent = officer.post(at("place", member.pk), {"note": ""})

    member.refresh_from_db()
    assert sent.headers["Location"] == reverse("contracts:contract", args=[member.contract_id])
    assert (member.contract.attested, member.contract.standard) == (True, member.rate)


def test_a_hundred_are_placed_at_once_and_who_cannot_be_is_named(scene):
    fresh = given_relief.enlist(scene, 100)
    (placed,) = given_relief.placed(scene, given_relief.enlist(scene, 1))
    officer = browser(scene.staff.township_officer)
    rows = {"pk": [member.pk for member in [*fresh, placed]]}

    asked = officer.post(at("place-many"), rows)
    done = officer.post(at("place-many"), rows | {"confirmed": "1", "note": ""})

    assert (len(asked.context["can"]), len(asked.context["cannot"])) == (100, 1)
    assert f"{placed.person.name} is placed or struck off already." in read(done)
    assert len(done.context["done"]) == 100
    assert not Member.objects.filter(pk__in=rows["pk"], contract=None).exists()
    events = Event.objects.filter(verb="place", by=scene.staff.township_officer)
    assert events.count() == 101


def test_the_list_is_narrowed_and_its_categories_are_measured_by_the_rule(scene):
    given_relief.enlist(scene, 1, category="relocated", trade="瓦工")
    given_relief.enlist(scene, 2, category="monitored")
    given.rule(scene.place.county, "relief.relocated_min_share", "0.5", scene.place.document)
    site = browser(scene.staff.relief_contractor)
    chosen = {"project": scene.project.pk}

    page = site.get(at("member-list"), chosen)
    trades = site.get(at("member-list"), chosen | {"q": "瓦工"})
    relocated = site.get(at("member-list"), chosen | {"category": "relocated"})

    rows = {str(row["words"]): row for row in page.context["categories"]}
    moved = rows["Relocated from inhospitable places"]
    assert (moved["count"], moved["share"], moved["short"]) == (1, "25.00%", True)
    assert rows["Monitored against relapse into poverty"]["count"] == 2
    assert "at least 50.00%" in read(page)
    assert trades.context["count"] == relocated.context["count"] == 1
    assert at("find", scene.project.pk) in read(page)


def test_the_workbook_has_the_columns_of_the_roster_and_no_whole_number(scene):
    (member,) = given_relief.enlist(scene, 1)
    site = browser(scene.staff.relief_contractor)

    answer = site.get(at("member-list"), {"format": "xlsx", "project": scene.project.pk})

    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)
    assert rows[0][:6] == ("No.", "Project number", "Name", "Sex", "ID number", "Village")
    row = dict(zip(rows[0], rows[-1], strict=True))
    assert (row["Name"], row["ID number"]) == (member.person.name, member.person.masked_id)
    assert (row["Rate (yuan)"], row["Insurance"]) == (120, scene.project.insurance.number)
    assert row["Account"].startswith("****")


def test_the_early_end_of_a_contract_is_taken_over(scene):
    (member,) = given_relief.placed(scene, given_relief.enlist(scene, 1))
    site = browser(scene.staff.relief_contractor)
    still = site.post(at("leave", member.pk), {"note": ""})
    contract = member.contract
    type(contract).objects.filter(pk=contract.pk).update(state="ended", ends_on=date(2026, 10, 31))

    page = read(site.get(at("member", member.pk)))
    left = site.post(at("leave", member.pk), {"note": ""})

    assert "has not ended" in read(still)
    assert at("leave", member.pk) in page
    assert left.status_code == 302
    member.refresh_from_db()
    assert member.ends_on == date(2026, 10, 31)


@pytest.mark.parametrize("name", ["correct", "strike-off", "leave", "place"])
def test_the_roster_is_not_kept_by_those_who_only_look(scene, name):
    (member,) = given_relief.enlist(scene, 1)
    looks = browser(given.user("inspector", at=scene.place.town))

    assert looks.get(at(name, member.pk)).status_code == 403
    assert looks.get(at("member", member.pk)).status_code == 200


def test_the_list_asks_as_often_for_forty_people_as_for_five(scene):
    site = browser(scene.staff.relief_contractor)
    counts = []
    for people in (4, 35):
        given_relief.enlist(scene, people)
        site.get(at("member-list"))
        with CaptureQueriesContext(connection) as queries:
            site.get(at("member-list"))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 20
