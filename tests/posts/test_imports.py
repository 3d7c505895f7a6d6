"""A ledger becomes posts, hires, contracts, accounts and insurance; its faults have rows."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.models import Contract, Cover, InsurancePolicy
from posts.models import Hire, Post
from project.imports import commit
from project.kernel.guards import Refused
from project.kernel.models import Event
from registry.models import BankAccount, Person
from tests import given
from tests.project.ledgers import account_of, faults, holder_row, staged, taken_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return given.township()


@pytest.fixture
def officer(place):
    return given.user("township_officer", place.town)


def test_like_posts_of_a_village_are_one_post_with_room_for_all(officer):
    rows = [holder_row(), holder_row(), holder_row(岗位名称="护林员")]

    taken_in("holders", *rows, by=officer)

    assert dict(Post.objects.values_list("title", "headcount")) == {"保洁员": 2, "护林员": 1}
    assert set(Post.objects.values_list("state", flat=True)) == {"open"}


def test_a_second_ledger_uses_the_post_and_gives_it_room(officer):
    taken_in("holders", holder_row(), by=officer)

    taken_in("holders", holder_row(), holder_row(), by=officer)

    assert Post.objects.get().headcount == 3


def test_a_second_post_of_a_village_gets_the_next_number(officer):
    taken_in("holders", holder_row(), by=officer)

    taken_in("holders", holder_row(岗位名称="护林员"), by=officer)

    numbers = Post.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == ["990123100200-001", "990123100200-002"]


def test_each_hire_is_placed_on_its_own_contract(officer):
    taken_in("holders", holder_row(姓名="李 四"), by=officer)

    hire = Hire.objects.get()

    assert hire.state == "placed"
    assert (hire.contract.person.name, hire.contract.state) == ("李四", "in_force")
    assert Event.objects.filter(verb="take_over").count() == 3


def test_a_policy_lasts_as_long_as_all_it_covers(officer):
    late = holder_row(保险单号="PICC1", 协议起=date(2026, 3, 1), 协议止=date(2027, 2, 28))

    taken_in("holders", holder_row(保险单号="PICC1"), late, by=officer)

    policy = InsurancePolicy.objects.get()
    assert (policy.starts_on, policy.ends_on) == (date(2026, 1, 1), date(2027, 2, 28))
    assert Cover.objects.filter(policy=policy).count() == 2


def test_somebody_who_holds_a_contract_cannot_be_taken_over_again(place, officer):
    held = given.holder(place.villages[0], officer, title="护林员")
    row = holder_row(姓名="张三", 身份证号码=held.person.id_number, 社保卡银行账号="")

    found = staged("holders", row, by=officer)

    assert faults(found) == [(2, "身份证号码")]
    assert "护林员" in found.errors[0].sentence
    assert "2026-12-31" in found.errors[0].sentence


def test_a_contract_after_the_one_held_may_be_taken_over(place, officer):
    held = given.holder(place.villages[0], officer)
    days = {"协议起": date(2027, 1, 1), "协议止": date(2027, 12, 31)}
    row = holder_row(身份证号码=held.person.id_number, 社保卡银行账号="", **days)

    taken_in("holders", row, by=officer)

    assert Contract.objects.filter(person=held.person).count() == 2


def test_one_person_may_stand_twice_for_terms_that_follow_each_other(officer):
    first = holder_row(协议止=date(2026, 6, 30))

    taken_in(
        "holders",
        first,
        first | {"协议起": date(2026, 7, 1), "协议止": date(2026, 12, 31)},
        by=officer,
    )

    assert (Person.objects.count(), Contract.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"协议止": date(2027, 1, 1)}, "协议止"),
        ({"协议止": date(2025, 12, 31)}, "协议止"),
        ({"补贴标准": "0"}, "补贴标准"),
        ({"补贴标准": "-5"}, "补贴标准"),
        ({"补贴标准": "400.005"}, "补贴标准"),
        ({"村(社区)": "上青石村0"}, "村(社区)"),
        ({"资金来源": "县长的口袋"}, "资金来源"),
        ({"身份证号码": "990123197003050011"}, "身份证号码"),
        ({"社保卡银行账号": ""}, "社保卡银行账号"),
        ({"社保卡银行账号": "6.2172E+18"}, "社保卡银行账号"),
        ({"岗位名称": "长" * 61}, "岗位名称"),
        ({"姓名": ""}, "姓名"),
    ],
)
def test_every_wrong_cell_is_named_by_row_and_column(officer, cells, column):
    found = staged("holders", holder_row(), holder_row(**cells), by=officer)

    assert faults(found) == [(3, column)]


def test_a_staged_file_with_faults_is_not_written(officer):
    found = staged("holders", holder_row(资金来源="无"), by=officer)

    with pytest.raises(Refused):
        commit(found, by=officer)

    assert not Contract.objects.exists()


def test_an_id_number_of_somebody_else_is_a_fault(place, officer):
    known = given.person(place.villages[0], name="王五")

    found = staged("holders", holder_row(姓名="王伍", 身份证号码=known.id_number), by=officer)

    assert faults(found) == [(2, "姓名")]


def test_a_resident_of_another_township_is_a_fault(officer):
    elsewhere = given.township("990124100000")
    stranger = given.person(elsewhere.villages[0])

    found = staged("holders", holder_row(身份证号码=stranger.id_number), by=officer)

    assert faults(found) == [(2, "身份证号码")]


def test_the_account_of_somebody_else_is_a_fault(place, officer):
    other = given.person(place.villages[0], name="王五")
    given.account(other, officer)

    found = staged("holders", holder_row(社保卡银行账号=account_of(other).number), by=officer)

    assert faults(found) == [(2, "社保卡银行账号")]


def test_two_people_on_one_account_are_a_fault_that_names_both_rows(officer):
    first = holder_row()

    found = staged("holders", first, holder_row(社保卡银行账号=first["社保卡银行账号"]), by=officer)

    assert faults(found) == [(3, "社保卡银行账号")]
    assert "2" in found.errors[0].sentence


def test_a_new_account_takes_the_place_of_the_old_and_is_warned_of(place, officer):
    known = given.person(place.villages[0])
    old = given.account(known, officer)
    row = holder_row(身份证号码=known.id_number)

    found = staged("holders", row, by=officer)
    taken_in("holders", row, by=officer)

    assert [warning.column for warning in found.warnings] == ["社保卡银行账号"]
    assert account_of(known).number == row["社保卡银行账号"]
    assert not BankAccount.objects.get(pk=old.pk).current


def test_ages_outside_the_rule_are_warned_of_and_go_in(officer):
    row = holder_row(身份证号码=given.id_number(date(1950, 1, 1)))

    found = staged("holders", row, by=officer)
    taken_in("holders", row, by=officer)

    assert [warning.row for warning in found.warnings] == [2]
    assert Contract.objects.count() == 1


def test_a_village_may_be_named_by_code_committee_or_with_its_township(place, officer):
    given.area("990123100300", "柳河村委会")
    names = ["990123100300", "柳河村", "柳河村村民委员会", "云岭镇柳河村"]

    taken_in("holders", *(holder_row(**{"村(社区)": name}) for name in names), by=officer)

    assert set(Contract.objects.values_list("area", flat=True)) == {"990123100300"}


def test_two_villages_of_one_name_must_be_told_apart(place):
    given.township("990123101000")
    officer = given.user("township_officer", place.county)

    found = staged("holders", holder_row(), by=officer)
    within = staged("holders", holder_row(), by=officer, area=place.town)

    assert faults(found) == [(2, "村(社区)")]
    assert faults(within) == []


def test_a_ledger_changed_underfoot_is_judged_again(officer):
    row = holder_row()
    early = staged("holders", row, by=officer)
    taken_in("holders", row | {"开户行": "另一家"}, by=officer)

    with pytest.raises(Refused) as refused:
        commit(early, by=officer)

    assert "2" in refused.value.messages[0]
    assert Contract.objects.count() == 1


@pytest.mark.parametrize(
    "heading", ["村(社区)", "姓名", "户编号", "岗位名称", "主管部门", "开户行"]
)
def test_characters_that_no_database_keeps_are_left_out(officer, heading):
    row = holder_row(户编号="H1")

    taken_in("holders", row | {heading: f"{row[heading]}\x00"}, by=officer)

    assert Contract.objects.get().title == "保洁员"


POST = {
    "岗位编号": "G1",
    "名称": "保洁员",
    "类别": "保洁保绿",
    "主管部门": "农业农村局",
    "村代码": "990123100200",
    "人数": "3",
    "标准": "400.00",
    "资金来源": "就业补助资金",
    "起": date(2026, 1, 1),
    "止": "",
}


def test_a_list_of_posts_opens_them(officer):
    taken_in("posts", POST, by=officer)

    post = Post.objects.get()

    assert (post.number, post.state, post.headcount) == ("G1", "open", 3)
    assert post.standard == Decimal("400.00")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"岗位编号": "G1", "名称": "护林员"}, "岗位编号"),
        ({"岗位编号": "G2"}, "名称"),
        ({"岗位编号": "G2", "名称": "护林员", "人数": "0"}, "人数"),
        ({"岗位编号": "G2", "名称": "护林员", "村代码": "某村"}, "村代码"),
        ({"岗位编号": "G2", "名称": "护林员", "标准": "0"}, "标准"),
        ({"岗位编号": "G2", "名称": "护林员", "止": date(2025, 1, 1)}, "止"),
    ],
)
def test_a_post_that_cannot_stand_is_named(officer, cells, column):
    found = staged("posts", POST, POST | cells, by=officer)

    assert faults(found) == [(3, column)]


def test_a_post_that_exists_is_not_entered_twice(officer):
    taken_in("posts", POST, by=officer)

    found = staged("posts", POST, POST | {"岗位编号": "G2"}, by=officer)

    assert (2, "岗位编号") in faults(found)
    assert (3, "名称") in faults(found)
