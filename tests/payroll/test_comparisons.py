"""Other departments are asked about everybody, and what they answer holds lines (W-12)."""

import csv
import hashlib
import io
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from payroll import comparisons, precision, services
from payroll.models import ComparedPerson, Comparison, Hit, Hold, PayRun, TakenList
from project.kernel.guards import Refused
from project.kernel.models import Event
from registry.models import Fact
from tests import given
from tests.given_comparisons import SOURCE, answered, asked, many_holders, outcome, row, states
from tests.project.ledgers import faults, staged, taken_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return given.scene(holders=3)


# -- the list ---------------------------------------------------------------------------------


def test_the_list_is_everybody_whose_contract_holds_on_the_day(scene):
    village, officer = scene.place.villages[0], scene.staff.township_officer
    given.contract(village, officer, name="只有草稿")
    given.holder(village, officer, name="年初就走", ends_on=date(2026, 10, 30))
    given.holder(village, officer, name="次日才来", starts_on=date(2026, 11, 1))

    comparison = asked(scene)

    names = list(comparison.rows.order_by("number").values_list("name", flat=True))
    assert names == ["李四0", "李四1", "李四2"]
    assert (comparison.people, len(comparison.sha256)) == (3, 64)
    assert comparison.number == "BD-990123100-202610-1"
    assert asked(scene).number == "BD-990123100-202610-2"


def test_the_list_stays_as_it_was_when_people_change_and_refuses_to_be_written(scene):
    comparison, person = asked(scene), scene.contracts[0].person
    type(person).objects.filter(pk=person.pk).update(name="改了名")

    frozen = comparison.rows.get(person=person)

    assert (frozen.name, frozen.id_number) == ("李四0", person.id_number)
    for change in (
        lambda: ComparedPerson.objects.filter(pk=frozen.pk).update(name="别人"),
        lambda: Comparison.objects.filter(pk=comparison.pk).update(people=99),
        lambda: Comparison.objects.filter(pk=comparison.pk).update(sha256=""),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_hash_is_that_of_number_name_and_fingerprint(scene):
    comparison = asked(scene)

    lines = [f"{r.number}|{r.name}|{r.id_digest}" for r in comparison.rows.order_by("number")]

    assert comparison.sha256 == hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_only_the_county_department_asks_and_not_about_a_day_ahead(scene):
    with pytest.raises(PermissionDenied):
        comparisons.ask(
            by=scene.staff.township_officer,
            area=scene.place.town,
            month=scene.month,
            as_of=date(2026, 10, 31),
            departments=[SOURCE],
        )
    with pytest.raises(Refused):
        asked(scene, as_of=date(2026, 11, 23))
    with pytest.raises(Refused):
        asked(scene, as_of=date(2019, 1, 1))
    assert not Comparison.objects.exists()


@pytest.mark.parametrize(("form", "encoding"), [("csv", "utf-8-sig"), ("csv-gb", "gb18030")])
def test_the_list_leaves_with_name_and_id_number_and_nothing_else(scene, form, encoding):
    comparison = asked(scene)

    made = comparisons.take_out(
        comparison, form, by=scene.staff.department_officer, purpose="送市场监管局比对"
    )

    read = list(csv.reader(io.StringIO(made.content.decode(encoding), newline="")))
    person = scene.contracts[0].person
    assert read[0] == ["比对批次", "时点", "姓名", "身份证号"]
    assert read[1] == [comparison.number, "2026-10-31", "李四0", person.id_number]
    assert len(read) == 4


def test_a_workbook_keeps_the_id_numbers_as_text(scene):
    comparison = asked(scene)

    made = comparisons.take_out(
        comparison, "xlsx", by=scene.staff.department_officer, purpose="送社保局"
    )

    sheet = openpyxl.load_workbook(io.BytesIO(made.content)).active
    assert sheet["D2"].value == scene.contracts[0].person.id_number
    assert sheet["D2"].data_type == "s"


def test_who_takes_the_list_says_what_for_and_is_on_record(scene):
    comparison, by = asked(scene), scene.staff.department_officer

    with pytest.raises(Refused):
        comparisons.take_out(comparison, "csv", by=by, purpose="  ")
    with pytest.raises(PermissionDenied):
        comparisons.take_out(comparison, "csv", by=scene.staff.township_officer, purpose="看看")
    made = comparisons.take_out(comparison, "csv", by=by, purpose="送市场监管局比对")

    kept = TakenList.objects.get()
    assert (kept.taken_by, kept.purpose, kept.rows) == (by, "送市场监管局比对", 3)
    assert kept.sha256 == hashlib.sha256(made.content).hexdigest()
    assert Event.objects.of(comparison).get(verb="export").data["rows"] == 3
    with pytest.raises(DatabaseError), transaction.atomic():
        TakenList.objects.all().delete()


# -- the answers ------------------------------------------------------------------------------


def test_an_answer_becomes_a_fact_and_a_hit_on_its_request(scene):
    comparison = asked(scene)

    (hit,) = answered(scene, comparison, [scene.contracts[0].person])

    assert (hit.fact.kind, hit.fact.source, hit.fact.batch) == ("法人", SOURCE, comparison.number)
    assert (hit.area, hit.again, outcome(hit)) == (scene.place.villages[0], False, "waiting")
    assert Comparison.objects.with_state().get().state == "doubts"


def test_answers_that_do_not_fit_their_request_are_named_row_by_row(scene):
    comparison = asked(scene)
    later = given.holder(scene.place.villages[0], scene.staff.township_officer, name="新来的")
    rows = [
        row(comparison, scene.contracts[0].person),
        row(comparison, scene.contracts[1].person, 比对批次="BD-990123100-202610-9"),
        row(comparison, later.person),
        row(comparison, scene.contracts[2].person, 身份证号=given.id_number()),
    ]

    found = staged("facts", *rows, by=scene.staff.township_officer)

    assert faults(found) == [(3, "比对批次"), (4, "身份证号"), (5, "身份证号")]
    with pytest.raises(Refused):
        taken_in("facts", *rows, by=scene.staff.township_officer)
    assert not Fact.objects.exists()
    assert not Hit.objects.exists()


def test_the_same_file_of_answers_goes_in_once(scene):
    comparison, by = asked(scene), scene.staff.township_officer
    taken_in("facts", row(comparison, scene.contracts[0].person), by=by)

    with pytest.raises(Refused):
        staged("facts", row(comparison, scene.contracts[0].person), by=by)
    assert Hit.objects.count() == 1


def test_a_township_takes_in_answers_about_its_own_people_to_a_request_of_the_county(scene):
    comparison = asked(scene, area=scene.place.county)
    other = given.township("990123101000", villages=1)
    there = given.user("township_officer", other.town)
    stranger = given.holder(other.villages[0], there, name="外镇人")
    everybody = asked(scene, area=scene.place.county)

    found = staged("facts", row(everybody, stranger.person), by=scene.staff.township_officer)

    assert faults(found) == [(2, "身份证号")]
    (hit,) = answered(scene, comparison, [scene.contracts[0].person])
    assert hit.comparison == comparison


def test_a_request_of_another_county_does_not_exist_for_the_importer(scene):
    comparison = asked(scene)
    stranger = given.user("township_officer", at=given.township("990456100000").town)

    found = staged("facts", row(comparison, scene.contracts[0].person), by=stranger)

    assert (2, "比对批次") in faults(found)


def test_facts_told_unasked_are_taken_in_and_batches_of_others_only_warned_about(scene):
    strange = row(None, scene.contracts[1].person, 比对批次="BD202610")
    unasked = row(None, scene.contracts[0].person)

    found = staged("facts", unasked, strange, by=scene.staff.township_officer)

    assert found.errors == []
    assert [(w.row, w.column) for w in found.warnings] == [(3, "比对批次")]


def test_a_department_nobody_asked_is_heard_and_named(scene):
    comparison = asked(scene)
    answer = row(comparison, scene.contracts[0].person, 来源部门="民政局")

    found = staged("facts", answer, by=scene.staff.township_officer)

    assert (found.errors, [w.column for w in found.warnings]) == ([], ["来源部门"])


def test_what_is_told_again_in_the_next_month_is_the_same_doubt(scene):
    person = scene.contracts[0].person
    answered(scene, asked(scene), [person])
    second = asked(scene, month=given.OCTOBER.next(), as_of=date(2026, 11, 1))

    (again,) = answered(scene, second, [person])

    assert Fact.objects.count() == 1
    assert again.again
    assert [r.hits for r in precision.of_rules(Hit.objects.all())] == [1]


# -- what it holds ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reached", ["prepared", "confirmed", "on_notice", "township_approved", "finance_approved"]
)
def test_a_late_hit_holds_the_line_until_the_money_has_left(scene, reached):
    comparison, run = asked(scene), given.pay_run(scene, reached)
    before = states(run)

    answered(scene, comparison, [scene.contracts[0].person])

    line = run.lines.get(contract=scene.contracts[0])
    assert set(before.values()) == {"payable"}
    assert states(run) == before | {line.number: "held"}
    assert Event.objects.of(run).get(verb="hold").data == {"lines": 1}
    assert PayRun.objects.get(pk=run.pk).state == reached


def test_a_sent_line_is_not_held_but_stands_on_the_page_as_a_doubt(scene, client):
    comparison, run = asked(scene), given.pay_run(scene, "sent")

    answered(scene, comparison, [scene.contracts[0].person])

    assert not Hold.objects.exists()
    assert set(states(run).values()) == {"sent"}
    client.force_login(scene.staff.department_officer)
    shown = client.get(f"/payroll/comparisons/{comparison.pk}/").context["tables"]
    _departments, _doubts, sent, _taken = shown
    assert [cells["cells"][0][1] for cells in sent["rows"]] == ["李四0"]


def test_a_fact_of_another_month_holds_nothing(scene):
    comparison, run = asked(scene), given.pay_run(scene)

    answered(
        scene, comparison, [scene.contracts[0].person], 起=date(2025, 1, 1), 止=date(2026, 9, 30)
    )
    answered(scene, comparison, [scene.contracts[1].person], 起=date(2026, 11, 1))

    assert not Hold.objects.exists()
    assert set(states(run).values()) == {"payable"}


def test_a_run_prepared_after_the_answer_is_held_from_the_start_and_released_one_by_one(scene):
    comparison, by = asked(scene), scene.staff.township_officer
    hits = answered(scene, comparison, [c.person for c in scene.contracts[:2]])
    run = given.pay_run(scene)

    services.release(Hold.objects.get(fact=hits[0].fact), by=by, reason="同名企业，身份证号不符")

    assert sorted(states(run).values()) == ["held", "payable", "payable"]
    assert [outcome(hit) for hit in hits] == ["cleared", "waiting"]


def test_twenty_thousand_answers_take_as_many_statements_as_twenty(scene):
    by = scene.staff.township_officer
    few, many = many_holders(scene, 20), many_holders(scene, 20_000, after=20)
    comparison = asked(scene)

    few, many = (statements(comparison, people, by) for people in (few, many))

    assert many == few
    assert Hit.objects.filter(comparison=comparison).count() == 20_020


def statements(comparison, people, by):
    """How many statements it takes to take the answers about people in."""
    with CaptureQueriesContext(connection) as asked_:
        taken_in("facts", *[row(comparison, person) for person in people], by=by)
    return len(asked_)
