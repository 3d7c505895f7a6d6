"""Doubts: a day that waits counts for nobody, is named, and is decided by somebody else."""

import uuid
from datetime import date

import pytest
from django.test import Client

from attendance import reviews, tasks
from attendance.models import CheckIn, Flag, FlagReview, Sheet
from attendance.selectors import masks
from project import inbox
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.models import Event
from project.kernel.steps import do
from registry.models import Kinship
from tests import given, given_days
from tests.given_phones import Phone, picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
COUNTS, DOES_NOT = "counts", "does_not"


@pytest.fixture
def scene():
    return given.scene(holders=3)


@pytest.fixture
def flag(scene):
    return given_days.doubt(scene.contracts[0].check_ins.get(day=date(2026, 10, 8)))


def days_of(scene, number=0):
    contract = scene.contracts[number]
    row = (
        masks(scene.month, contract.area_id)
        .filter(contract_id=contract.pk)
        .order_by("contract_id")
        .first()
    )
    return (row["full"] or 0).bit_count() if row else 0


def test_a_day_that_waits_counts_once_somebody_says_so(scene, flag):
    assert days_of(scene) == 14

    reviews.decide(flag, by=scene.staff.township_reviewer, decision=COUNTS, reason="村里核实")

    assert days_of(scene) == 15
    assert Event.objects.of(flag).get().note == "村里核实"


@pytest.mark.parametrize("waits", [True, False])
def test_a_day_that_was_said_not_to_count_does_not_count(scene, waits):
    flag = given_days.doubt(scene.contracts[0].check_ins.first(), "outside_fence", waits=waits)

    reviews.decide(flag, by=scene.staff.township_reviewer, decision=DOES_NOT, reason="不在现场")

    assert days_of(scene) == 14


def test_a_doubt_about_leaving_holds_the_day(scene):
    entry = CheckIn.objects.create(
        client_id=uuid.uuid4(),
        contract=scene.contracts[0],
        day=date(2026, 10, 8),
        kind="out",
        source="phone",
        level=3,
        received_by=scene.staff.village_clerk,
    )
    flag = given_days.doubt(entry)
    assert days_of(scene) == 14

    reviews.decide(flag, by=scene.staff.township_reviewer, decision=DOES_NOT, reason="翻拍")

    assert days_of(scene) == 14


def test_who_recorded_the_day_or_is_kin_decides_nothing(scene, flag):
    person = flag.check_in.contract.person
    Kinship.objects.create(
        user=scene.staff.township_reviewer, person=person, declared_on=date(2026, 1, 1)
    )

    for who in (scene.staff.township_officer, scene.staff.township_reviewer):
        with pytest.raises(NotThisPerson):
            reviews.decide(flag, by=who, decision=COUNTS, reason="核实")

    assert not FlagReview.objects.exists()


def test_a_doubt_is_decided_once_and_with_a_reason(scene, flag):
    by = scene.staff.township_reviewer
    with pytest.raises(Refused, match="Say why"):
        reviews.decide(flag, by=by, decision=COUNTS, reason=" ")
    reviews.decide(flag, by=by, decision=COUNTS, reason="核实")

    with pytest.raises(Refused, match="decided about this doubt already"):
        reviews.decide(flag, by=by, decision=DOES_NOT, reason="反悔")


def test_a_sheet_with_days_that_wait_is_not_confirmed_and_names_them(scene, flag):
    (sheet,) = given.sheets(scene, "open")

    with pytest.raises(Refused) as refused:
        do(sheet, "confirm", by=scene.staff.village_head)

    assert "李四0, 2026-10-08 waits for a look" in refused.value.messages[0]
    reviews.decide(flag, by=scene.staff.township_reviewer, decision=DOES_NOT, reason="不符")
    do(sheet, "confirm", by=scene.staff.village_head)
    assert Sheet.objects.get().lines.get(number=1).days == 14


def test_what_is_found_at_confirming_stays_though_confirming_is_refused(scene):
    """S-21: a picture used on another day of another worker keeps the day from counting."""
    (sheet,) = given.sheets(scene, "open")
    for number in (0, 1):
        device = Phone(scene.contracts[number].person, clerk=scene.staff.village_clerk)
        said = device.says(scene.contracts[number], "2026-10-26T08:00:00+08:00")
        item = device.send(said).json()["items"][0]
        device.hand_over(item["client_id"], picture("canal"))

    with pytest.raises(Refused) as refused:
        do(sheet, "confirm", by=scene.staff.village_head)

    found = Flag.objects.get(code="same_photo")
    assert found.waits
    assert any("李四1, 2026-10-26" in message for message in refused.value.messages)


def test_the_clock_judges_what_arrived(scene):
    other = given.contract(
        scene.place.villages[0], scene.staff.township_officer, person=scene.contracts[0].person
    )
    given.worked(other, scene.staff.village_clerk, [8])

    found = tasks.judge_since(
        CheckIn.objects.latest("pk").received_at.timestamp() + 5, tasks.RECENT
    )

    assert found["two_programmes"] == 2
    evidence = Flag.objects.get(check_in__contract=other).evidence
    assert evidence["contract"] == scene.contracts[0].pk


def test_of_two_records_on_one_day_only_one_is_let_count(scene):
    """S-14: the same person on two posts on one day."""
    mine, by = scene.contracts[0], scene.staff.township_reviewer
    other = given.contract(mine.area, scene.staff.township_officer, person=mine.person)
    given.worked(other, scene.staff.village_clerk, [8])
    flags = [
        given_days.doubt(contract.check_ins.get(day=date(2026, 10, 8)), "two_programmes")
        for contract in (mine, other)
    ]
    reviews.decide(flags[0], by=by, decision=COUNTS, reason="在本岗")

    with pytest.raises(Refused) as refused:
        reviews.decide(flags[1], by=by, decision=COUNTS, reason="也在")

    assert refused.value.messages[0].count("青石村0") == 2
    reviews.decide(flags[1], by=by, decision=DOES_NOT, reason="在本岗")


def test_the_township_is_told_of_days_that_wait(scene, flag):
    (line,) = [one for one in inbox.lines(scene.staff.township_reviewer) if one.kind == "doubt"]

    assert "standing=waits" in line.url
    client = Client()
    client.force_login(scene.staff.township_reviewer)
    assert [row["pk"] for row in client.get(line.url).context["rows"]] == [flag.pk]
    assert not [one for one in inbox.lines(scene.staff.village_clerk) if one.kind == "doubt"]


def test_many_are_decided_at_once_and_those_that_cannot_are_named(scene, flag):
    mine = given_days.doubt(scene.contracts[1].check_ins.first())
    CheckIn.objects.create(
        client_id=uuid.uuid4(),
        contract=scene.contracts[1],
        day=mine.check_in.day,
        source="roll_call",
        level=2,
        received_by=scene.staff.township_reviewer,
    )
    client = Client()
    client.force_login(scene.staff.township_reviewer)
    form = {"pk": [flag.pk, mine.pk], "confirmed": 1, "decision": COUNTS, "reason": "核实"}

    answer = client.post("/attendance/flags/bulk/", form)

    assert (answer.context["done"], [flag for flag, _why in answer.context["cannot"]]) == (
        [flag],
        [mine],
    )
    assert FlagReview.objects.get().flag == flag
