"""Lists go to the insurer as F-18 and X-09, and their numbers come back as a file."""

from io import BytesIO

import openpyxl
import pytest
from django.utils import translation

from contracts import insurance_changes, insurance_papers
from contracts.models import Endorsement, InsurancePolicy
from project.imports import commit, stage
from project.kernel import tables
from project.kernel.guards import Refused
from tests import given, given_insurance, given_posts

pytestmark = pytest.mark.django_db
HEADS = ("清单号", "保单号", "批单号", "姓名", "证件号", "结果", "原因")
LAST = given_posts.LAST


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_posts.office()


def answer(*rows):
    """The insurer's workbook."""
    columns = tuple(tables.Column(head, head) for head in HEADS)
    return tables.write(columns, [list(row) for row in rows])


def staged(scene, *rows, by=None):
    by = by or scene.staff.township_officer
    return stage("insurance-results", answer(*rows), by=by, name="a.xlsx")


def faults(scene, *rows, by=None):
    return {(e.row, e.column): e.sentence for e in staged(scene, *rows, by=by).errors}


def sheet(content):
    rows = openpyxl.load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
    head, *rest = rows
    return [dict(zip(head, row, strict=True)) for row in rest]


def test_the_list_names_everybody_with_what_the_insurer_asks(scene):
    policy, (first, _second) = given_insurance.insured(scene, "赵六", "钱七", state="enrolled")
    by = scene.staff.township_officer

    rows = sheet(insurance_papers.workbook_of("F-18", policy, by))

    assert [row["姓名"] for row in rows] == ["赵六", "钱七"]
    assert rows[0]["证件号"] == first.person.id_number
    assert (rows[0]["职业类别"], rows[0]["保费"], rows[0]["受益人"]) == (
        "保洁员",
        100,
        "法定继承人",
    )
    assert {row["清单号"] for row in rows} == {policy.code}
    assert insurance_papers.pdf_of("F-18", policy, by).startswith(b"%PDF")


def test_the_change_says_what_is_done_to_each_person(scene):
    policy, (first, _second) = given_insurance.insured(scene, "赵六", "钱七")
    by = scene.staff.township_officer
    made = insurance_changes.remove(
        policy, by=by, people=[first.person], on=LAST.replace(day=1), note="退岗"
    )

    (row,) = sheet(insurance_papers.workbook_of("F-18", made, by))

    assert (row["动作"], row["姓名"], row["清单号"]) == ("减少", "赵六", made.code)
    assert insurance_papers.pdf_of("F-18", made, by).startswith(b"%PDF")


def test_the_number_of_the_policy_comes_back_and_everybody_is_covered(scene):
    policy, made = given_insurance.insured(scene, "赵六", "钱七", state="enrolled")
    rows = [
        (policy.code, "PICC-77", "", one.person.name, one.person.id_number, "承保", "")
        for one in made
    ]

    commit(staged(scene, *rows), by=scene.staff.township_officer)

    policy = InsurancePolicy.objects.get(pk=policy.pk)
    assert (policy.state, policy.number, policy.covers.held().count()) == ("in_force", "PICC-77", 2)


def test_whom_the_insurer_refuses_was_never_covered(scene):
    policy, (first, second) = given_insurance.insured(scene, "赵六", "钱七", state="enrolled")
    one, two = first.person, second.person

    file = staged(
        scene,
        (policy.code, "PICC-77", "", one.name, one.id_number, "承保", ""),
        (policy.code, "PICC-77", "", two.name, two.id_number, "拒保", "职业类别不符"),
    )
    commit(file, by=scene.staff.township_officer)

    assert [cover.person for cover in policy.covers.held()] == [one]
    gone = policy.endorsements.get(action="remove")
    assert (gone.number, gone.note) == ("PICC-77", "Refused by the insurer: 职业类别不符")


def test_the_number_of_an_endorsement_comes_back(scene):
    policy, (first, _second) = given_insurance.insured(scene, "赵六", "钱七")
    by = scene.staff.township_officer
    day = LAST.replace(day=1)
    made = insurance_changes.remove(policy, by=by, people=[first.person], on=day, note="退岗")

    commit(staged(scene, (made.code, "", "PD-8", "赵六", first.person.id_number, "", "")), by=by)

    assert Endorsement.objects.get(pk=made.pk).number == "PD-8"


def test_every_fault_of_the_answer_has_its_row(scene):
    policy, (first, second) = given_insurance.insured(scene, "赵六", "钱七", state="enrolled")
    one = first.person
    stranger = given_posts.worker(scene, "孙八")

    found = faults(
        scene,
        (policy.code, "PICC-1", "", "赵大", one.id_number, "承保", ""),
        (policy.code, "PICC-2", "", "孙八", stranger.id_number, "拒保", ""),
        ("BX-0", "PICC-1", "", "赵六", one.id_number, "承保", ""),
        (policy.code, "", "", "赵六", one.id_number, "承保", ""),
    )

    assert "The list names 赵六" in found[2, "姓名"]
    assert "says nothing of 钱七" in found[2, "清单号"]
    assert "not on the list" in found[3, "证件号"]
    assert "Write why" in found[3, "原因"]
    assert "another number" in found[3, "保单号"]
    assert "no such list" in found[4, "清单号"]
    assert found[5, "保单号"]
    assert "names the same person" in found[5, "证件号"]
    assert second.person.covers.count() == 0


def test_a_list_of_another_township_is_not_there(scene):
    policy, (first,) = given_insurance.insured(scene, "赵六", state="enrolled")
    elsewhere = given.user("township_officer", given.township("990456100000").town)

    row = (policy.code, "PICC-1", "", "赵六", first.person.id_number, "", "")
    found = faults(scene, row, by=elsewhere)

    assert "no such list" in found[2, "清单号"]


def test_the_same_answer_is_taken_in_once(scene):
    policy, (first,) = given_insurance.insured(scene, "赵六", state="enrolled")
    row = (policy.code, "PICC-1", "", "赵六", first.person.id_number, "", "")
    file = staged(scene, row)
    commit(file, by=scene.staff.township_officer)

    with pytest.raises(Refused):
        commit(file, by=scene.staff.township_officer)
