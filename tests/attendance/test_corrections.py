"""Corrections, leave and substitutes: asked by one, decided by another, both values kept."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from attendance import leaves
from attendance.models import CheckIn, Correction, Leave, Sheet
from attendance.selectors import grid, masks
from notices.models import Notice
from project.kernel.guards import NotThisPerson, Refused
from project.kernel.steps import do
from tests import given, given_days
from tests.given_phones import Phone, picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
EIGHTH, FIFTH = date(2026, 10, 8), given_days.FIFTH


@pytest.fixture
def scene():
    return given.scene(holders=3)


def days_of(scene, number=0, level=1):
    contract = scene.contracts[number]
    row = (
        masks(scene.month, contract.area_id, level)
        .filter(contract_id=contract.pk)
        .order_by("contract_id")
        .first()
    )
    full = (row and row["full"]) or 0
    half = ((row and row["half"]) or 0) & ~full
    return full.bit_count() + Decimal(half.bit_count()) / 2


def test_a_granted_correction_keeps_both_values_and_changes_nothing_by_hand(scene):
    contract = scene.contracts[0]
    old = contract.check_ins.get(day=EIGHTH)

    made = given_days.granted(scene, contract, day=EIGHTH, wanted="0.5")

    assert (made.was, made.wanted, days_of(scene)) == (1, Decimal("0.5"), Decimal("14.5"))
    assert CheckIn.objects.get(voids=old).received_by == scene.staff.township_reviewer
    assert (made.check_in.source, made.check_in.level) == ("correction", 2)


def test_a_day_that_was_not_recorded_is_added_with_evidence(scene):
    given_days.granted(scene, scene.contracts[0])

    assert days_of(scene) == 16


@pytest.mark.parametrize(
    ("evidence", "level"), [(given_days.file(), 1), (given_days.shot("a"), 2), (None, None)]
)
def test_the_evidence_says_of_which_level_the_day_is(scene, evidence, level):
    asked = given_days.asked(scene, scene.contracts[0], evidence=evidence)

    if level is None:
        with pytest.raises(Refused, match="no evidence"):
            do(asked, "grant", by=scene.staff.township_reviewer)
    else:
        done = do(asked, "grant", by=scene.staff.township_reviewer)
        assert done.check_in.level == level


def test_a_correction_is_no_way_around_the_level_that_the_rule_asks(scene):
    given.rule(scene.place.county, "attendance.evidence_level", 3, scene.place.document)
    asked = given_days.asked(scene, scene.contracts[0])

    with pytest.raises(Refused, match="L2 clerk or machine; here a day needs L3"):
        do(asked, "grant", by=scene.staff.township_reviewer)

    device = Phone(scene.contracts[0].person, clerk=scene.staff.village_clerk)
    here = {"longitude": "104.065735", "latitude": "30.659462", "accuracy": 12}
    device.send(device.says(scene.contracts[0], "2026-10-05T08:00:00+08:00", **here))
    do(asked, "grant", by=scene.staff.township_reviewer)
    assert days_of(scene, level=3) == 1


def test_who_asked_or_recorded_decides_nothing(scene):
    asked = given_days.asked(scene, scene.contracts[0], day=EIGHTH, wanted="0")
    with pytest.raises(NotThisPerson, match="recorded"):
        do(asked, "grant", by=scene.staff.township_officer)
    own = given_days.asked(scene, scene.contracts[1], by=scene.staff.township_officer)
    with pytest.raises(NotThisPerson, match="another person"):
        do(own, "grant", by=scene.staff.township_officer)


def test_the_database_lets_nobody_decide_what_they_asked(scene):
    asked = given_days.asked(scene, scene.contracts[0])
    with pytest.raises(IntegrityError, match="decided_by_another"), transaction.atomic():
        Correction.objects.filter(pk=asked.pk).update(
            state="declined", decided_by=asked.asked_by, decided_at=timezone.now()
        )


def test_a_refused_or_withdrawn_correction_changes_nothing(scene):
    first = given_days.asked(scene, scene.contracts[0])
    do(first, "refuse", by=scene.staff.township_reviewer, note="无此事")
    second = given_days.asked(scene, scene.contracts[0])
    do(second, "withdraw", by=scene.staff.village_clerk)

    assert days_of(scene) == 15
    assert list(Correction.objects.order_by("pk").values_list("state", flat=True)) == [
        "declined",
        "withdrawn",
    ]


def test_corrected_days_stay_within_their_share(scene):
    given.rule(scene.place.county, "attendance.manual_max_share", "0.02", scene.place.document)
    given_days.granted(scene, scene.contracts[0])  # 2 % of 3 holders x 22 workdays: one day

    asked = given_days.asked(scene, scene.contracts[1])
    with pytest.raises(Refused, match="1 are allowed"):
        do(asked, "grant", by=scene.staff.township_reviewer)


@pytest.mark.parametrize(
    ("day", "why"), [(date(2026, 12, 1), "has not come"), (date(2025, 12, 1), "outside")]
)
def test_a_day_that_cannot_have_been_worked_is_not_asked_for(scene, day, why):
    with pytest.raises(Refused, match=why):
        given_days.asked(scene, scene.contracts[0], day=day)


def test_a_frozen_sheet_goes_back_first_and_its_notice_is_void(scene):
    """S-09: what changes after the notice needs a new notice."""
    (sheet,) = given.sheets(scene, "on_notice")
    asked = given_days.asked(scene, scene.contracts[0])

    with pytest.raises(Refused, match="Send the sheet back first"):
        do(asked, "grant", by=scene.staff.township_reviewer)
    do(sheet, "send_back", by=scene.staff.township_reviewer, note="更正一天")
    do(asked, "grant", by=scene.staff.township_reviewer)

    sheet = Sheet.objects.get()
    assert (sheet.state, sheet.notice) == ("returned", None)
    assert Notice.objects.get().state == "void"
    do(sheet, "confirm", by=scene.staff.village_head)
    assert sheet.lines.get(number=1).days == 16


def test_an_open_correction_stops_the_sheet_by_name(scene):
    (sheet,) = given.sheets(scene, "open")
    given_days.asked(scene, scene.contracts[0])

    with pytest.raises(Refused, match="李四0, 2026-10-05: a correction is asked for"):
        do(sheet, "confirm", by=scene.staff.village_head)


def test_a_worker_asks_from_the_own_phone_for_own_days_only(scene):
    device = Phone(scene.contracts[0].person, clerk=scene.staff.village_clerk)
    body = {"contract": scene.contracts[0].pk, "day": "2026-10-05", "wanted": "1", "reason": "漏打"}

    def post(**more):
        text = json.dumps(body | more)
        return device.client.post("/api/v1/phones/corrections", text, "application/json")

    made, strange = post(), post(contract=scene.contracts[1].pk)

    assert (made.status_code, strange.status_code) == (201, 404)
    number = made.json()["id"]
    shown = device.client.put(
        f"/api/v1/phones/corrections/{number}/evidence", picture("x"), "application/octet-stream"
    )
    assert shown.json()["sha256"]
    assert [one["id"] for one in device.client.get("/api/v1/phones/corrections").json()] == [number]
    do(Correction.objects.get(), "grant", by=scene.staff.township_reviewer)
    assert days_of(scene) == 16


def test_leave_is_shown_on_the_sheet_and_pays_nothing(scene):
    (sheet,) = given.sheets(scene, "open")
    given_days.on_leave(scene, scene.contracts[0])

    line, marks, days = grid(sheet)[0]

    assert (marks[3:8], days) == (["", "△", "△", "△", "√"], 15)
    assert line.contract == scene.contracts[0]


@pytest.mark.parametrize(("code", "most"), [("leave.max_days_each", 2), ("leave.max_days_year", 2)])
def test_leave_stays_within_the_limits_of_the_rule(scene, code, most):
    given.rule(scene.place.county, code, most, scene.place.document)
    asked = given_days.leave(scene, scene.contracts[0])

    with pytest.raises(Refused):
        do(asked, "grant", by=scene.staff.township_reviewer)

    assert Leave.objects.get().state == "asked"


def test_leave_is_not_asked_for_twice_on_a_day(scene):
    given_days.leave(scene, scene.contracts[0])
    with pytest.raises(Refused, match="already"):
        given_days.leave(scene, scene.contracts[0], FIFTH, FIFTH)


def substituted(scene, **fields):
    holder, substitute = scene.contracts[:2]
    return leaves.substitute(
        holder=holder,
        substitute=substitute,
        starts_on=FIFTH,
        ends_on=FIFTH,
        reason="住院",
        by=scene.staff.township_reviewer,
        **fields,
    )


def test_nobody_works_in_anothers_place_unless_the_rule_allows_it(scene):
    with pytest.raises(Refused, match="does not allow substitutes"):
        substituted(scene)


def test_a_substitutes_day_is_credited_to_the_substitute_alone(scene):
    given.rule(scene.place.county, "substitute.allowed", True, scene.place.document)
    substituted(scene)
    given.worked(scene.contracts[1], scene.staff.village_clerk, [5])

    assert (days_of(scene, 0), days_of(scene, 1)) == (15, 16)
