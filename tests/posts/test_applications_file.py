"""A list of applicants goes in whole, as a clerk would take them, or names every fault."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from posts import application_flows
from posts.models import Application, Hire
from project.inbox import inbox
from project.kernel.guards import Refused
from project.kernel.models import Event
from registry.models import Person
from tests import given, given_hires
from tests.project.ledgers import faults, sheet, staged, taken_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def scene():
    return given_hires.scene()


def row(scene, person=None, **cells):
    """A good row for somebody in the register."""
    person = person or given_hires.person(scene)
    good = {
        "姓名": person.name,
        "身份证号码": person.id_number,
        "联系电话": "139 1234 5678",
        "岗位编号": scene.post.number,
        "报名日期": given_hires.APPLIED,
    }
    return good | cells


def test_every_row_becomes_an_application_that_waits_for_the_check(scene):
    known = given_hires.person(scene, name="李有号", phone="13700000000")
    rows = [row(scene), row(scene, known), row(scene, 姓名="王 五")]

    taken_in("applications", *rows, by=scene.staff.village_clerk)

    hires = Hire.objects.order_by("pk")
    assert {(hire.state, hire.source, hire.applied_on) for hire in hires} == {
        ("applied", "报名名册", given_hires.APPLIED)
    }
    assert {hire.recruitment for hire in hires} == {scene.post.recruitments.get()}
    assert {hire.starts_on for hire in hires} == {date(2026, 12, 1)}
    assert [one.step for one in inbox(scene.staff.township_officer)] == ["screen"] * 3
    events = Event.objects.filter(verb="apply")
    assert set(events.values_list("by", "note")) == {
        (scene.staff.village_clerk.pk, "applications.xlsx")
    }
    phones = set(Person.objects.values_list("name", "phone"))
    assert phones == {("王五", "13912345678"), ("李有号", "13700000000")}


def broken(scene):
    """Rows each wrong in one way, and a pair that says the same."""
    closed = given_hires.post(scene.village, state="suspended")
    given_hires.post(scene.village, number="无公告")
    far = given_hires.person(scene, at=given.township("990123101000").villages[0])
    again = given_hires.person(scene, name="赵六")
    applied = given_hires.hire(scene, name="已报名").person
    sent = given_hires.person(scene, name="孙新")
    application_flows.receive(
        scene.post.recruitments.get(),
        **{"name": "孙新", "id_number": sent.id_number, "phone": "13912345678", "agrees": True},
    )
    return [
        row(scene, 身份证号码=given.id_number()),
        row(scene, 姓名="另一人"),
        row(scene, far),
        row(scene, 岗位编号="没有"),
        row(scene, 岗位编号=closed.number),
        row(scene, 岗位编号="无公告"),
        row(scene, 报名日期=date(2026, 11, 1)),
        row(scene, 报名日期=date(2026, 11, 25)),
        row(scene, 联系电话="12"),
        row(scene, applied),
        row(scene, sent, 报名日期=date(2026, 11, 22)),
        row(scene, again),
        row(scene, again),
    ]


def test_every_fault_has_its_row_its_column_and_a_remedy(scene):
    found = staged("applications", *broken(scene), by=scene.staff.village_clerk)

    assert sorted(set(faults(found))) == [
        (2, "身份证号码"),
        (3, "姓名"),
        (4, "身份证号码"),
        (5, "岗位编号"),
        (6, "岗位编号"),
        (6, "报名日期"),
        (7, "报名日期"),
        (8, "报名日期"),
        (9, "报名日期"),
        (10, "联系电话"),
        (11, "身份证号码"),
        (12, "身份证号码"),
        (14, "身份证号码"),
    ]
    said = {error.row: error.sentence for error in found.errors}
    assert "import the people first" in said[2]
    assert "王五" in said[3]
    assert "list of posts" in said[5]
    assert "2026-11-02" in said[8]
    assert "on the phone" in said[12]
    assert "Row 13" in said[14]


def test_a_broken_file_writes_nothing(scene, tmp_path):
    file = tmp_path / "报名.xlsx"
    file.write_bytes(sheet(row(scene), row(scene, 岗位编号="没有")))
    out = io.StringIO()

    with pytest.raises(CommandError) as ended:
        call_command(
            "import_file",
            "applications",
            str(file),
            username=scene.staff.village_clerk.username,
            json=True,
            stdout=out,
        )

    assert ended.value.returncode == 1
    assert [error["row"] for error in json.loads(out.getvalue())["errors"]] == [3]
    assert not Hire.objects.exists()


def test_the_command_takes_a_good_file_in(scene, tmp_path):
    file = tmp_path / "报名.xlsx"
    file.write_bytes(sheet(row(scene), row(scene)))

    call_command(
        "import_file",
        "applications",
        str(file),
        username=scene.staff.village_clerk.username,
        stdout=io.StringIO(),
    )

    assert Hire.objects.count() == 2


def test_what_somebody_applied_for_meanwhile_stops_the_whole_file(scene):
    who = given_hires.person(scene, name="赵六")
    found = staged("applications", row(scene, who), row(scene), by=scene.staff.village_clerk)
    given_hires.hire(scene, person=who)

    with pytest.raises(Refused) as refused:
        taken_in("applications", row(scene, who), row(scene), by=scene.staff.village_clerk)

    assert not found.errors
    assert "has applied for this post already" in refused.value.messages[0]
    assert Hire.objects.count() == 1


def test_another_township_takes_in_nothing_here(scene):
    stranger = given.user("village_clerk", at=given.township("990123101000").town)

    found = staged("applications", row(scene), by=stranger)

    assert {column for _row, column in faults(found)} == {"身份证号码", "岗位编号"}
    assert scene.post.title not in str(found.errors) and not Application.objects.exists()


def test_judging_a_long_list_asks_as_often_as_a_short_one(scene):
    asked = []
    for count in (1, 2, 12):  # the first reads the roles
        rows = [row(scene) for _n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            staged("applications", *rows, by=scene.staff.village_clerk)
        asked.append(len(queries))

    assert asked[1] == asked[2]
