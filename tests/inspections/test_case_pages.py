"""Cases on pages: opened in one click, carried by their steps, seen by those who may."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections import case_flows
from inspections.models import Case, Exhibit, Measure
from inspections.violations import TITLES
from notices import flows as notice_flows
from project.kernel.models import Look
from project.kernel.pages import url_of
from project.kernel.steps import do
from tests import given, given_cases, given_doubts, given_notices

pytestmark = pytest.mark.django_db
FROM_DOUBT = "inspections:case-from-doubt"


@pytest.fixture
def scene():
    return given_cases.with_inspectors(given.scene(holders=3))


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def page_of(user, address):
    return client_of(user).get(address).content.decode()


def test_one_click_on_a_doubt_opens_its_case_and_leads_to_it(scene):
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector)
    client = client_of(scene.inspector)
    page = client.get(url_of(doubt)).content.decode()
    address = reverse(FROM_DOUBT, args=[doubt.pk])
    assert address in page and 'name="person"' in page

    answer = client.post(address, {"person": doubt.person_id}, follow=True)

    case = Case.objects.get()
    assert answer.redirect_chain[-1][0] == url_of(case)
    page = answer.content.decode()
    for words in (case.number, "李四0", "V-01", "开展调查", "立案"):
        assert words in page
    after = client.get(url_of(doubt)).content.decode()
    assert address not in after and url_of(case) in after


def test_of_several_people_one_is_chosen_and_nobody_else(scene):
    people = [one.person_id for one in scene.contracts[:2]]
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector, person=None, people=people)
    client, address = client_of(scene.inspector), reverse(FROM_DOUBT, args=[doubt.pk])
    assert '<select name="person">' in client.get(url_of(doubt)).content.decode()
    wrong = client.post(address, {"person": scene.contracts[2].person_id})
    assert wrong.context["form"].errors and not Case.objects.exists()
    client.post(address, {"person": people[1]})
    assert Case.objects.get().contract == scene.contracts[1]


def test_a_doubt_found_untrue_offers_no_case_and_others_have_no_button(scene):
    doubt = given_doubts.doubt(scene.contracts[0], scene.inspector)
    address = reverse(FROM_DOUBT, args=[doubt.pk])
    assert address not in page_of(scene.staff.township_officer, url_of(doubt))
    assert client_of(scene.staff.township_officer).get(address).status_code == 403
    doubt = do(doubt, "verify", by=scene.inspector, statement="在岗", finding="查无此事")
    do(doubt, "dismiss", by=scene.other)
    assert address not in page_of(scene.inspector, url_of(doubt))
    said = client_of(scene.inspector).post(address, {"person": doubt.person_id})
    assert "不属实" in said.content.decode() and not Case.objects.exists()


def test_a_case_is_opened_by_hand_about_a_holder_or_an_employer(scene):
    client, address = client_of(scene.inspector), reverse("inspections:case-open")
    said = {
        "violation": "V-34",
        "first": "2026-10",
        "last": "2026-10",
        "allegation": "考勤表由无关人员代签",
    }
    stranger = given.township("990456100000", villages=1)
    officer = given.user("township_officer", at=stranger.town)
    elsewhere = given.holder(stranger.villages[0], officer)
    for wrong in ({"contract": elsewhere.pk}, {"employer": "示例劳务公司"}, {"contract": "0"}):
        assert client.post(address, said | wrong).context["form"].errors
    employer = {"employer": "示例劳务公司", "area": scene.place.town.pk}
    client.post(address, said | employer)
    client.post(address, said | {"contract": scene.contracts[0].pk})
    first, second = Case.objects.order_by("pk")
    assert (first.person, first.employer, first.area) == (None, "示例劳务公司", scene.place.town)
    assert (second.contract, second.area) == (scene.contracts[0], scene.contracts[0].area)


def test_a_complaint_leads_to_a_case_and_stays_with_those_who_may_read_it(scene):
    told = notice_flows.complain(
        place=scene.place.villages[0], text="李四0由儿子代岗", channel="web"
    )
    address = f"{reverse('inspections:case-open')}?complaint={told.pk}"
    assert address in page_of(scene.inspector, url_of(told)).replace("&amp;", "&")
    client = client_of(scene.inspector)
    assert client.get(address).context["form"].initial["complaint"] == str(told.pk)
    said = {
        "violation": "V-01",
        "contract": scene.contracts[0].pk,
        "first": "2026-10",
        "last": "2026-10",
        "allegation": "有人反映其子代岗",
        "complaint": told.pk,
    }
    client.post(reverse("inspections:case-open"), said)
    case = Case.objects.get()
    assert case.complaint == told
    assert url_of(told) in page_of(scene.inspector, url_of(case))
    assert url_of(told) not in page_of(scene.staff.township_officer, url_of(case))


def test_evidence_is_added_kept_and_every_look_at_it_is_written_down(scene):
    case = given_cases.case(scene)
    client = client_of(scene.inspector)
    address = reverse("inspections:exhibit-add", args=[case.pk])
    said = {"kind": "photo", "title": "现场照片", "file": given_notices.picture()}
    assert client.post(address, said).status_code == 302
    empty = client.post(address, {"kind": "saying", "title": "证言"})
    assert empty.context["form"].errors
    client.post(reverse("inspections:case-keep", args=[case.pk]))
    photo = case.exhibits.get(kind=Exhibit.Kind.PHOTO)
    assert case.exhibits.filter(kind=Exhibit.Kind.DATA).count() == 3
    for exhibit in case.exhibits.all():
        assert exhibit.title in page_of(
            scene.inspector, reverse("inspections:exhibit", args=[exhibit.pk])
        )
    looks = Look.objects.filter(by=scene.inspector, people=[case.person_id])
    before = looks.count()
    for name in ("exhibit-file", "exhibit-picture"):
        answer = client.get(reverse(f"inspections:{name}", args=[photo.pk]))
        assert answer.status_code == 200 and "image" in answer.headers["Content-Type"]
    assert looks.count() == before + 2
    assert looks.filter(what=Look.What.PHOTO).count() == 2
    village = client_of(scene.staff.village_head)
    assert village.get(reverse("inspections:exhibit-file", args=[photo.pk])).status_code == 403


def test_measures_are_planned_on_the_case_and_lead_to_what_came_of_them(scene):
    case = given_cases.case(scene)
    client = client_of(scene.inspector)
    address = reverse("inspections:case-measure", args=[case.pk])
    client.post(address, {"kind": "withhold", "at_once": "on"})
    client.post(address, {"kind": "suspend", "at_once": "on"})
    refused = client.post(address, {"kind": "remove", "at_once": "on"})
    assert refused.context["form"].errors
    withhold, suspend = Measure.objects.order_by("pk")
    client.post(reverse("inspections:measure-step", args=[withhold.pk, "withhold"]))
    leader = scene.staff.township_leader
    step = reverse("inspections:measure-step", args=[suspend.pk, "suspend"])
    assert step in page_of(leader, url_of(suspend)) and step in page_of(leader, reverse("index"))
    client_of(leader).post(step, {"on": "2026-11-01"})
    page = client.get(url_of(case)).content.decode()
    assert url_of(scene.contracts[0]) in page and "补贴暂缓" in page
    assert reverse("inspections:measure-keep", args=[withhold.pk]) not in page_of(
        scene.inspector, url_of(withhold)
    )


def test_pay_is_kept_for_good_on_the_page_of_the_measure_once_it_is_decided(scene):
    case = given_cases.case(scene, "heard", measures=[{"kind": "withhold", "at_once": True}])
    do(given_cases.measure(case, "withhold"), "withhold", by=scene.inspector)
    do(case, "decide", by=scene.other, decision=given_cases.DECISION, basis=given_cases.BASIS)
    measure = given_cases.measure(case, "withhold")
    address = reverse("inspections:measure-keep", args=[measure.pk])
    assert address in page_of(scene.other, url_of(measure))
    client_of(scene.other).post(address, {"note": "按决定扣发"})
    assert given_cases.measure(case, "withhold").record.final
    assert address not in page_of(scene.other, url_of(measure))


def test_the_list_is_narrowed_searched_and_goes_out_as_a_workbook(scene):
    first = given_cases.case(scene)
    second = given_cases.case(scene, "investigating", contract=scene.contracts[1])
    client, address = client_of(scene.inspector), reverse("inspections:case-list")

    def listed(**asked):
        return {row["pk"] for row in client.get(address, asked).context["rows"]}

    assert listed() == {first.pk, second.pk}
    assert listed(q="李四1") == listed(q=second.number) == {second.pk}
    assert listed(state="opened", violation="V-01", month="2026-10") == {first.pk}
    assert listed(month="2026-09") == listed(violation="V-38") == set()
    assert listed(area=scene.place.villages[0].pk) == {first.pk, second.pk}
    answer = client.get(address, {"format": "xlsx"})
    assert answer.status_code == 200 and "spreadsheet" in answer.headers["Content-Type"]


def filed(scene, number):
    """So many more cases, each with a measure."""
    area, by, person = scene.contracts[1].area, scene.inspector, scene.contracts[1].person
    months = {"first": given.OCTOBER, "last": given.OCTOBER, "opened_on": date(2026, 11, 1)}
    said = {"violation": "V-02", "allegation": "未到岗", "opened_by": by, "person": person}
    made = Case.objects.bulk_create(
        Case(number=f"X-{n:04d}", area=area, **months, **said) for n in range(number)
    )
    Measure.objects.bulk_create(
        Measure(case=case, area=area, kind="warn", planned_by=by) for case in made
    )


def test_the_lists_and_a_case_ask_as_often_for_three_hundred_cases_as_for_one(scene):
    case = given_cases.case(scene, measures=[{"kind": "warn"}])
    client, counts = client_of(scene.inspector), []
    names = ("case-list", "measure-list")
    addresses = [*(reverse(f"inspections:{name}") for name in names), url_of(case)]
    for more in (0, 299):
        filed(scene, more)
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
    assert counts[:3] == counts[3:]


@pytest.mark.parametrize("role", ["village_clerk", "village_head", "village_supervisor"])
def test_the_village_sees_no_case_and_other_counties_none_of_ours(scene, role):
    case, measure, exhibit = given_cases.one_of_each(scene.contracts[0], scene.inspector)
    stranger = given.user("inspector", at=given.township("990456100000").county)
    names = ("case-list", "measure-list")
    pages = [url_of(case), url_of(measure), reverse("inspections:exhibit", args=[exhibit.pk])]
    village = client_of(getattr(scene.staff, role))
    lists = [reverse(f"inspections:{name}") for name in names]
    assert {village.get(page).status_code for page in pages + lists} == {403}
    assert {client_of(stranger).get(page).status_code for page in pages} == {404}


def test_discipline_and_finance_see_a_case_and_can_do_nothing_to_it(scene):
    case = given_cases.case(scene, measures=[{"kind": "recover"}])
    for role in ("discipline_viewer", "finance_officer"):
        page = page_of(given.user(role, at=scene.place.county), url_of(case))
        assert case.number in page
        assert reverse("inspections:case-measure", args=[case.pk]) not in page
        assert reverse("inspections:case-step", args=[case.pk, "investigate"]) not in page


def test_every_pattern_names_a_violation_of_the_catalogue():
    assert list(TITLES) == [f"V-{number:02d}" for number in range(1, 39)]
    assert all(re.fullmatch(r"V-\d\d", code) for code in TITLES)
    assert case_flows.TURNS.keys() <= set(Case.State)
