"""Rules come as JSON; a new value closes the one before it and rewrites nothing."""

import json
from datetime import date

import pytest

from policy.models import PolicyDocument, Rule
from project.imports import commit, stage
from project.kernel.tables import Unreadable
from tests import given
from tests.project.ledgers import faults

RULE = {
    "area": "990123",
    "valid_from": "2026-07-01",
    "valid_to": None,
    "document": "补充规定",
    "code": "age.max",
    "value": 68,
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return given.user("department_officer", given.township().county)


def staged(*rules, by):
    return stage("rules", json.dumps(rules).encode(), by=by, name="rules.json")


def taken_in(*rules, by):
    return commit(staged(*rules, by=by), by=by)


def test_a_new_value_closes_the_open_one_the_day_before(officer):
    taken_in(RULE, by=officer)

    old, new = Rule.objects.filter(code="age.max", area="990123000000").order_by("valid_from")
    assert (old.value, old.valid_to) == (65, date(2026, 6, 30))
    assert (new.value, new.valid_from, new.valid_to) == (68, date(2026, 7, 1), None)
    assert new.added_by == officer


def test_a_document_that_is_not_known_is_entered(officer):
    taken_in(RULE, by=officer)

    document = PolicyDocument.objects.get(title="补充规定")
    assert (document.area_id, document.valid_from) == ("990123000000", date(2026, 7, 1))


def test_a_document_that_is_known_is_used(officer):
    taken_in(RULE | {"document": "示例县公益性岗位管理办法"}, by=officer)

    assert PolicyDocument.objects.filter(area="990123000000").count() == 1


def test_a_rule_of_one_fund_leaves_the_common_one_open(officer):
    taken_in(RULE | {"fund": "就业补助资金"}, by=officer)

    common = Rule.objects.get(code="age.max", area="990123000000", fund=None)
    assert common.valid_to is None


def test_the_same_rule_again_changes_nothing(officer):
    taken_in(RULE, by=officer)
    before = Rule.objects.count()

    taken_in(RULE, RULE | {"code": "age.min", "value": 18}, by=officer)

    assert Rule.objects.count() == before + 1


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"area": "990124"}, "area"),
        ({"area": "99012"}, "area"),
        ({"fund": "无"}, "fund"),
        ({"value": "68"}, "value"),
        ({"value": None}, "value"),
        ({"code": "subsidy.cap", "value": 2000}, "value"),
        ({"valid_to": "2026-06-30"}, "valid_to"),
        ({"valid_from": "2026-01-01"}, "valid_from"),
        ({"valid_from": "2025-06-01"}, "valid_from"),
    ],
)
def test_a_rule_that_cannot_stand_is_named(officer, cells, column):
    found = staged({**RULE, "code": "age.min", "value": 18}, RULE | cells, by=officer)

    assert {row for row, _column in faults(found)} == {2}
    assert column in {name for _row, name in faults(found)}


def test_two_values_for_one_day_are_a_fault(officer):
    assert faults(staged(RULE, RULE | {"value": 70}, by=officer)) == [(2, "valid_from")]


def test_a_name_nobody_reads_is_warned_of(officer):
    found = staged(RULE | {"code": "age.maximum"}, by=officer)

    assert [warning.row for warning in found.warnings] == [1]


@pytest.mark.parametrize(
    "content",
    [
        *(b"{}", b"[]", b"[1]", b"\xff\xd8", b"[{}]", b"[{}, 1]", b"[" * 100_000),
        *(rb'[{"value": "\u0000"}]', rb'[{"value": "\ud800"}]'),
    ],
)
def test_what_is_no_list_of_rules_is_unusable(officer, content):
    with pytest.raises(Unreadable):
        stage("rules", content, by=officer)
