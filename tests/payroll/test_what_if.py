"""What other rules or standards would pay, without a trace of them anywhere."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from payroll.what_if import BEARING, what_if, wish_of
from policy.selectors import rule, rulings
from project.kernel.guards import Refused
from tests import given, given_changes
from tests.payroll.test_preview import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """Three holders who worked fifteen of the fifteen days required, at 600 yuan."""
    made = given.scene(holders=3)
    given.sheets(made)
    return made


def asked(scene, *, by=None, **wish):
    by = by or scene.staff.township_officer
    return what_if(scene.month, scene.place.town.code, wish_of(**wish), by=by)


def sums(found):
    (run,) = found.runs
    return run.before, run.after, run.more, run.less


def test_a_cap_takes_from_everybody_and_nothing_is_left_of_it(scene):
    before = everything()

    found = asked(scene, rules={"subsidy.cap": "500.00"})

    assert sums(found) == (Decimal(1800), Decimal(1500), 0, 3)
    assert [(one.before, one.after, one.kind) for one in found.changes] == [(600, 500, "less")] * 3
    assert everything() == before


def test_the_difference_is_told_for_the_rest_of_the_year(scene):
    found = asked(scene, rules={"subsidy.cap": "500.00"})

    assert (found.months, found.year) == (3, Decimal(-900))


def test_the_same_values_make_no_difference(scene):
    place = scene.place.town.code
    held = rulings(BEARING, on=scene.month.first, areas=[place])[place]
    same = {code: ruling.value for code, ruling in held.items()}

    found = asked(scene, rules=same, percent="0", standards={"保洁员": "600.00"})

    assert len(same) > 8
    assert sums(found) == (Decimal(1800), Decimal(1800), 0, 0)
    assert not found.changes


def test_no_value_is_remembered_after_it(scene):
    asked(scene, rules={"attendance.required_days": {"mode": "fixed", "days": 20}})

    found = asked(scene, rules={"grade.bonus": "0.00"})
    kept = rule("attendance.required_days", on=scene.month.first, area=scene.place.town.code)

    assert (sums(found)[1], kept["days"]) == (Decimal(1800), 15)


def test_a_value_holds_in_villages_that_have_one_of_their_own(scene):
    village, document = scene.place.villages[0], scene.place.document
    given.rule(village, "subsidy.cap", "550.00", document)

    found = asked(scene, rules={"subsidy.cap": "590.00"})

    assert sums(found)[:2] == (Decimal(1650), Decimal(1770))


@pytest.mark.parametrize(
    ("wish", "after"),
    [
        ({"rules": {"attendance.required_days": {"mode": "fixed", "days": 20}}}, "1350.00"),
        ({"rules": {"subsidy.floor": "700.00"}}, "2100.00"),
        ({"rules": {"absence.deduct_per_day": "10.00"}}, "1800.00"),
        ({"rules": {"insurance.mandatory": False}}, "1800.00"),
        ({"percent": "10"}, "1980.00"),
        ({"percent": "-2.5"}, "1755.00"),
        ({"standards": {"保洁员": "650"}}, "1950.00"),
        ({"standards": {"护林员": "650"}}, "1800.00"),
        ({"percent": "10", "standards": {"保洁员": "650"}}, "1950.00"),
        ({"percent": "10", "rules": {"subsidy.cap": "640.00"}}, "1920.00"),
    ],
)
def test_other_values_pay_what_the_rules_say(scene, wish, after):
    assert sums(asked(scene, **wish))[1] == Decimal(after)


def test_social_insurance_is_a_line_more_for_those_of_the_kind(scene):
    found = asked(scene, rules={"subsidy.social_insurance": {"service": "120.00"}})

    assert sums(found) == (Decimal(1800), Decimal(2160), 3, 0)


def test_a_standard_amended_within_the_month_moves_with_the_others(scene):
    """Seven days of 600 and eight of 800 of fifteen; ten percent more of both."""
    given_changes.in_force(scene, scene.contracts[0], standard=Decimal("800.00"))
    before = everything()

    found = asked(scene, percent="10")

    assert sums(found) == (Decimal("1893.33"), Decimal("2082.67"), 3, 0)
    assert everything() == before


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"rules": {"subsidy.cap": "many"}}, "subsidy.cap"),
        ({"rules": {"subsidy.cap": 500}}, "subsidy.cap"),
        ({"rules": {"subsidy.cap": "-1.00"}}, "subsidy.cap"),
        ({"rules": {"subsidy.cap": "NaN"}}, "subsidy.cap"),
        ({"rules": {"subsidy.cap": {}}}, "subsidy.cap"),
        ({"rules": {"subsidy.cap": {"x_minimum_wage": "much"}}}, "subsidy.cap"),
        ({"rules": {"attendance.required_days": {"mode": "fixed"}}}, "attendance.required_days"),
        (
            {"rules": {"attendance.required_days": {"mode": "fixed", "days": 40}}},
            "attendance.required_days",
        ),
        ({"rules": {"grade.factor": {"splendid": "1.1"}}}, "grade.factor"),
        ({"rules": {"attendance.min_days": 99}}, "attendance.min_days"),
        ({"rules": {"attendance.max_hours_day": "all"}}, "attendance.max_hours_day"),
        ({"rules": {"insurance.mandatory": "yes"}}, "insurance.mandatory"),
        ({"rules": {"leave.lowers_required_days": ["nap"]}}, "leave.lowers_required_days"),
        ({"rules": {"age.max": 60}}, "age.max"),
        ({"rules": {"subsidy.gap": "1.00"}}, "subsidy.gap"),
        ({"standards": {"保洁员": "0"}}, "standard:保洁员"),
        ({"percent": "lots"}, "percent"),
        ({"percent": "-95"}, "percent"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_a_sentence(wish, field):
    with pytest.raises(ValidationError) as refused:
        wish_of(**wish)

    assert list(refused.value.message_dict) == [field]
    assert refused.value.messages[0].endswith((".", "。"))


def test_a_month_that_is_confirmed_may_still_be_asked_about(scene):
    (run,) = given.payroll.prepare(
        scene.month, scene.place.town.code, by=scene.staff.township_officer
    )
    given.walk(scene, run, "sent")
    before = everything()

    assert sums(asked(scene, percent="10")) == (Decimal(1800), Decimal(1980), 3, 0)
    assert everything() == before


def test_it_belongs_to_who_prepares_the_pay(scene):
    with pytest.raises(PermissionDenied):
        asked(scene, by=scene.staff.township_leader, percent="10")


def test_a_month_without_holders_is_refused(scene):
    with pytest.raises(Refused, match="2019-01"):
        what_if(
            given.Month(2019, 1),
            scene.place.town.code,
            wish_of(percent="1"),
            by=scene.staff.township_officer,
        )
