"""A hit is a doubt: it is looked at, decided with a reason, and counted for its department."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payroll import precision, services
from payroll.models import Comparison, Hit, Hold, PayRun
from project.kernel.guards import NeedsReason, Refused, refusals, warnings
from project.kernel.steps import do
from tests import given, given_exits, given_recoveries
from tests.given_comparisons import (
    SOURCE,
    answered,
    asked,
    examined,
    many_holders,
    outcome,
    row,
    states,
)
from tests.project.ledgers import taken_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=3)


# -- what is found ----------------------------------------------------------------------------


def test_clearing_a_doubt_releases_the_lines_that_wait_for_it(scene):
    comparison = asked(scene)
    (hit,) = answered(scene, comparison, [scene.contracts[0].person])
    run = given.pay_run(scene)

    examined(scene, hit, "verifying", reason="电话核实中")
    assert (outcome(hit), sorted(states(run).values())) == ("verifying", ["held"] + ["payable"] * 2)
    examined(scene, hit, "cleared", reason="同名企业")

    assert (outcome(hit), set(states(run).values())) == ("cleared", {"payable"})
    assert run.releases.get().reason == "同名企业"
    assert Comparison.objects.with_state().get().state == "decided"


def test_a_doubt_is_confirmed_only_with_what_follows_from_it(scene):
    comparison, contract = asked(scene), scene.contracts[0]
    (hit,) = answered(scene, comparison, [contract.person])

    for follows in ("", "exit", "recovery", "unpaid"):
        with pytest.raises(Refused):
            examined(scene, hit, "confirmed", follows=follows)
    given_exits.proposed(contract, scene.staff.village_clerk, reason="E04", finding="营业执照")
    examined(scene, hit, "confirmed", follows="exit")

    assert outcome(hit) == "confirmed"


def test_a_line_that_stays_unpaid_confirms_a_doubt_and_nothing_is_deleted(scene):
    comparison, run = asked(scene), given.pay_run(scene)
    (hit,) = answered(scene, comparison, [scene.contracts[0].person])

    examined(scene, hit, "confirmed", follows="unpaid")

    assert run.lines.count() == 3
    assert sorted(states(run).values()) == ["held", "payable", "payable"]


def test_money_already_paid_is_asked_back_for_a_confirmed_doubt():
    scene = given_recoveries.paid()
    comparison = asked(scene)
    (hit,) = answered(scene, comparison, [scene.contracts[0].person])
    given_recoveries.recovery(scene, "proposed")

    examined(scene, hit, "confirmed", follows="recovery")

    assert outcome(hit) == "confirmed"


def test_a_death_is_confirmed_by_its_proved_exit(scene):
    comparison, contract = asked(scene), scene.contracts[0]
    (hit,) = answered(scene, comparison, [contract.person], 命中类型="死亡", 起=date(2026, 10, 16))

    given_exits.approved(
        scene, contract, reason="E06", last_day=date(2026, 10, 15), proof="死亡证明"
    )

    assert outcome(hit) == "confirmed"


def test_a_death_reported_in_error_is_cleared_by_the_county_and_released_by_the_township(scene):
    comparison, officer = asked(scene), scene.staff.township_officer
    dead = {"命中类型": "死亡", "起": date(2026, 10, 16)}
    (hit,) = answered(scene, comparison, [scene.contracts[0].person], **dead)
    run = given.pay_run(scene)
    hold = Hold.objects.get()

    with pytest.raises(Refused):
        services.release(hold, by=officer, reason="人在村里")
    with pytest.raises(PermissionDenied):
        examined(scene, hit, "cleared", reason="人在村里")
    examined(scene, hit, "cleared", reason="公安户籍在册", by=scene.staff.department_officer)
    assert "held" in states(run).values()
    services.release(hold, by=officer, reason="人在村里，县里已核销")

    assert (set(states(run).values()), outcome(hit)) == ({"payable"}, "cleared")


def test_only_the_township_decides_and_never_without_a_reason(scene):
    (hit,) = answered(scene, asked(scene), [scene.contracts[0].person])

    with pytest.raises(PermissionDenied):
        examined(scene, hit, "cleared", by=scene.staff.department_officer)
    with pytest.raises(PermissionDenied):
        examined(scene, hit, "cleared", by=scene.staff.village_clerk)
    with pytest.raises(Refused):
        examined(scene, hit, "cleared", reason=" ")
    assert outcome(hit) == "waiting"


def test_the_last_who_decided_is_right(scene):
    comparison = asked(scene)
    (hit,) = answered(scene, comparison, [scene.contracts[0].person])
    given.pay_run(scene)
    examined(scene, hit, "confirmed", follows="unpaid")

    examined(scene, hit, "cleared", reason="执照已于九月注销，凭注销单")

    assert outcome(hit) == "cleared"
    assert hit.fact.examinations.count() == 2


# -- how often hits are right -----------------------------------------------------------------


def decided(scene, comparison, people, confirmed):
    """Hits about people, the first of them confirmed, the others cleared."""
    hits = answered(scene, comparison, people)
    for place, hit in enumerate(hits):
        if place < confirmed:
            given_exits.proposed(hit.fact.person.contracts.get(), scene.staff.village_clerk)
            examined(scene, hit, "confirmed", follows="exit")
        else:
            examined(scene, hit, "cleared")
    return hits


def test_precision_is_the_confirmed_among_the_decided_as_a_fraction_and_in_per_cent(scene):
    people = many_holders(scene, 23)
    comparison = asked(scene)
    decided(scene, comparison, people[:21], 4)
    answered(scene, comparison, people[21:])
    answered(scene, comparison, people[:1], 来源部门="民政局", 命中类型="死亡")

    rows = {(r.source, r.kind): r for r in precision.of_rules(Hit.objects.all())}

    found = rows[SOURCE, "法人"]
    assert (found.hits, found.looked_at, found.confirmed, found.cleared) == (23, 21, 4, 17)
    assert (found.fraction, found.percent, found.enough) == ("4/21", Decimal("19.0"), True)
    few = rows["民政局", "死亡"]
    assert (few.hits, few.fraction, few.percent, few.enough) == (1, "0/0", None, False)
    assert precision.together(list(rows.values())).hits == 24


@pytest.mark.parametrize(("confirmed", "cleared", "said"), [(1, 7, None), (1, 19, "5.0")])
def test_too_few_decisions_say_nothing(confirmed, cleared, said):
    found = precision.Precision(SOURCE, "法人", confirmed=confirmed, cleared=cleared)

    assert (str(found.percent) if found.enough else None) == said


def test_per_cent_is_rounded_half_up_once():
    found = precision.Precision(SOURCE, "法人", confirmed=1, cleared=79)

    assert (found.fraction, found.percent) == ("1/80", Decimal("1.3"))


def test_precision_is_of_the_months_and_the_area_asked_for(scene):
    answered(scene, asked(scene), [scene.contracts[0].person])
    november = asked(scene, month=given.OCTOBER.next(), as_of=date(2026, 11, 1))
    answered(scene, november, [scene.contracts[1].person])
    hits = Hit.objects.all()

    october = precision.between(hits, None, given.OCTOBER)

    assert [row.hits for row in precision.of_rules(october)] == [1]
    assert [row.hits for row in precision.of_rules(hits.inside("990123100000"))] == [2]
    assert precision.of_rules(hits.inside("990123101000")) == []


def test_beside_a_hold_stands_how_often_such_hits_were_right(scene, client):
    comparison = asked(scene)
    decided(scene, comparison, [scene.contracts[0].person], 0)
    answered(scene, comparison, [scene.contracts[1].person])
    given.pay_run(scene)
    hold = Hold.objects.waiting().get(line__contract=scene.contracts[1])

    client.force_login(scene.staff.township_officer)
    said = dict(client.get(f"/payroll/holds/{hold.pk}/").context["summary"])

    found = precision.recent(hold.fact, scene.place.town.pk)
    assert (found.decided, found.confirmed, found.fraction) == (1, 0, "0/1")
    sentence = precision.in_a_sentence(hold.fact, scene.place.town.pk)
    assert {SOURCE, sentence} <= set(said.values())


# -- the month --------------------------------------------------------------------------------


def compare(scene, value):
    given.rule(scene.place.county, "payroll.compare", value, scene.place.document)


def test_where_no_rule_asks_a_month_is_confirmed_without_a_comparison(scene):
    run = given.pay_run(scene)

    assert (refusals(run.confirm), warnings(run.confirm)) == ([], [])


def test_where_the_rule_warns_who_confirms_without_a_comparison_writes_why(scene):
    compare(scene, "warn")
    run = given.pay_run(scene)

    assert refusals(run.confirm) == []
    with pytest.raises(NeedsReason):
        do(run, "confirm", by=scene.staff.township_reviewer)
    do(run, "confirm", by=scene.staff.township_reviewer, note="部门系统停机，下月补比")
    assert PayRun.objects.get().state == "confirmed"


def test_where_the_rule_says_must_nobody_confirms_without_a_comparison(scene):
    compare(scene, "must")
    run = given.pay_run(scene)

    with pytest.raises(Refused):
        do(run, "confirm", by=scene.staff.township_reviewer, note="先发再比")
    asked(scene, month=given.OCTOBER.previous())
    assert refusals(run.confirm) != []
    asked(scene, area=scene.place.county)
    do(run, "confirm", by=scene.staff.township_reviewer)

    assert PayRun.objects.get().state == "confirmed"


def test_the_page_of_a_run_leads_to_the_comparison_of_its_month(scene, client):
    run, comparison = given.pay_run(scene), asked(scene, area=scene.place.county)
    asked(scene, month=given.OCTOBER.next(), as_of=date(2026, 11, 1))

    client.force_login(scene.staff.township_officer)
    links = client.get(f"/payroll/{run.pk}/").context["links"]

    assert [link.url for link in links] == [f"/payroll/comparisons/{comparison.pk}/"]


# -- who sees what ----------------------------------------------------------------------------


def test_a_township_sees_the_countys_request_with_its_own_people_only(scene, client):
    other = given.township("990123101000", villages=1)
    there = given.user("township_officer", other.town)
    neighbour = given.holder(other.villages[0], there, name="邻镇王五")
    comparison = asked(scene, area=scene.place.county)
    by = scene.staff.department_officer
    rows = [row(comparison, p) for p in (scene.contracts[0].person, neighbour.person)]
    taken_in("facts", *rows, by=by)

    client.force_login(scene.staff.township_officer)
    page = client.get(f"/payroll/comparisons/{comparison.pk}/").content.decode()
    hits = client.get("/payroll/hits/").content.decode()

    assert "李四0" in page
    assert "李四0" in hits
    assert "邻镇王五" not in page + hits
    foreign = Hit.objects.get(fact__person=neighbour.person)
    assert client.get(f"/payroll/hits/{foreign.pk}/").status_code == 404
    assert client.get(f"/payroll/hits/{foreign.pk}/examine/").status_code == 404


def test_the_pages_say_in_a_workbook_what_they_show(scene, client):
    answered(scene, asked(scene), [scene.contracts[0].person])
    client.force_login(scene.staff.department_officer)

    for address, word in (
        ("/payroll/comparisons/?format=xlsx", "BD-990123100-202610-1"),
        ("/payroll/hits/?format=xlsx", "李四0"),
        ("/payroll/hits/precision/?format=xlsx", SOURCE),
    ):
        book = openpyxl.load_workbook(io.BytesIO(client.get(address).content))
        assert word in str(list(book.active.iter_rows(values_only=True)))


def test_pages_ask_as_often_for_forty_doubts_as_for_five(scene, client):
    client.force_login(scene.staff.department_officer)
    counts = set()
    people, comparison = many_holders(scene, 40), asked(scene)
    for some in (people[:5], people[5:]):
        answered(scene, comparison, some)
        hit = Hit.objects.first()
        pages = (
            f"/payroll/comparisons/{comparison.pk}/",
            f"/payroll/hits/{hit.pk}/",
            *("/payroll/comparisons/", "/payroll/hits/", "/payroll/hits/precision/"),
        )
        found = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            found.append(len(queries))
        counts.add(tuple(found))

    assert len(counts) == 1
    assert max(*counts.pop()) <= 40
