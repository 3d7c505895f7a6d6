"""Where the money goes: what is found, and the honest that look like it."""

from datetime import date
from decimal import Decimal

import pytest

from notices import objections
from notices.models import Notice
from payroll.models import PayLine
from policy.models import Rule
from project.kernel.months import Month
from registry.models import BankAccount, Fact, Person
from tests import given, given_hires, given_notices, given_recoveries, given_relief
from tests.given_detection import found, scene, stood
from workrelief.models import Spending

pytestmark = pytest.mark.django_db
WORKED = range(8, 23)


def paid(holders=3, days=WORKED):
    """A month drawn up for payment, and somebody who looks."""
    made = given.scene(holders=holders, days=days)
    made.inspector = given.user("inspector", at=made.place.county)
    made.run = given.pay_run(made)
    return made


def written(made, contract, **fields):
    """A contract's line as a hand in the books may have left it."""
    line = PayLine.objects.get(contract=contract)
    PayLine.objects.filter(pk=line.pk).delete()
    for name, value in fields.items():
        setattr(line, name, value)
    line.save(force_insert=True)
    return line


def test_the_same_sum_paid_back_by_a_village_is_doubted():
    made = given_recoveries.paid(holders=5)
    made.inspector = given.user("inspector", at=made.place.county)
    for n, contract in enumerate(made.contracts):
        asked = given_recoveries.recovery(made, "demanded", Decimal(300), contract)
        sum_ = Decimal(300) if n < 4 else Decimal(120)
        given_recoveries.repaid(made, asked, sum_, f"P{n}")
    (doubt,) = found(made, "V-14.back", Month(2026, 11))

    assert doubt.shows == {"people": 4, "amount": 300.0}


def test_what_people_say_of_pay_collected_back_is_doubted_and_other_words_are_not():
    made = scene(holders=1)
    by, village = made.staff.village_supervisor, made.place.villages[0]
    notice = given_notices.notice(village, by, kind=Notice.Kind.RECRUITMENT)
    for text in ("村里把补贴收回一半统筹修路", "工具用完没有交回", "他没有上岗也领补贴"):
        objections.receive(notice, text=text, channel="web")
    (doubt,) = found(made, "V-14.said", Month(2026, 11))

    assert doubt.evidence[0]["text"] == "村里把补贴收回一半统筹修路"


def test_more_people_at_a_time_than_places_are_doubted_and_a_successor_is_not():
    made = scene(holders=3)
    village, by = made.place.villages[0], made.staff.township_officer
    given_hires.post(village, title="保洁员", headcount=2)
    (doubt,) = found(made, "V-15.payees")
    assert doubt.shows == {"people": 3, "places": 2, "title": "保洁员"}

    given_hires.post(village, title="护路员", headcount=1)
    given.holder(village, by, title="护路员", name="陈一", ends_on=date(2026, 10, 15))
    given.holder(village, by, title="护路员", name="陈二", starts_on=date(2026, 10, 16))
    assert len(found(made, "V-15.payees")) == 1


def test_people_who_take_turns_by_the_month_are_doubted():
    made = scene(holders=6)
    for n, month in enumerate((Month(2026, 8), Month(2026, 9))):
        stood(made.contracts[2 * n : 2 * n + 2], WORKED, month)
    for contract in made.contracts[4:]:
        given.worked(contract, made.staff.township_officer, WORKED)
    (doubt,) = found(made, "V-15.turns")

    assert doubt.shows == {"people": 6, "once": 6, "title": "保洁员"}


def test_people_who_stay_and_a_successor_take_no_turns():
    made = scene(holders=6)
    for month in (Month(2026, 8), Month(2026, 9)):
        stood(made.contracts[:5], WORKED, month)
    for contract in made.contracts[1:]:
        given.worked(contract, made.staff.township_officer, WORKED)

    assert not found(made, "V-15.turns")


def test_an_account_in_another_name_is_doubted_however_a_name_is_dotted():
    made = scene(holders=2)
    other, dotted = made.contracts
    BankAccount.objects.filter(person=other.person).update(holder_name="赵会计")
    Person.objects.filter(pk=dotted.person_id).update(name="买买提·吐尔逊")
    BankAccount.objects.filter(person=dotted.person).update(holder_name="买买提•吐尔逊 ")
    (doubt,) = found(made, "V-16.name")

    assert doubt.contract == other and doubt.shows["holder"] == "赵会计"


def test_an_account_that_moved_from_one_person_to_another_is_doubted():
    made = scene(holders=3)
    first, second, _third = made.contracts
    BankAccount.objects.filter(person=first.person).update(current=False)
    account = first.person.accounts.get()
    second.person.accounts.update(current=False)
    BankAccount.objects.create(
        person=second.person,
        number=account.number,
        number_digest=account.number_digest,
        holder_name=second.person.name,
        added_by=made.staff.township_officer,
    )
    (doubt,) = found(made, "V-16.account")

    assert sorted(doubt.people) == sorted([first.person_id, second.person_id])


def test_one_telephone_of_three_homes_is_doubted_and_of_a_family_is_not():
    made = scene(holders=6)
    strangers = [contract.person_id for contract in made.contracts[:3]]
    family = [contract.person_id for contract in made.contracts[3:]]
    Person.objects.filter(pk__in=strangers).update(phone="19900000001")
    home = made.contracts[3].person.household
    Person.objects.filter(pk__in=family).update(phone="19900000002", household=home)
    (doubt,) = found(made, "V-16.phone")

    assert sorted(doubt.people) == sorted(strangers)
    assert doubt.shows == {"people": 3, "homes": 3}


def test_sums_days_and_caps_that_do_not_come_out_are_doubted():
    made = paid(holders=4, days=range(8, 18))
    for code in ("V-17.amount", "V-17.days", "V-17.cap"):
        assert not found(made, code)
    dear, long, high = made.contracts[:3]
    written(made, dear, due=Decimal(600), amount=Decimal(600))
    written(made, long, days_worked=Decimal(12), due=Decimal(480), amount=Decimal(480))
    written(made, high, adjusted=Decimal(700), amount=Decimal(1100))
    given.rule(made.place.county, "subsidy.cap", "1000.00", made.place.document)

    (doubt,) = found(made, "V-17.amount")
    assert doubt.contract == dear and doubt.shows == {"due": 600.0, "expected": 400.0}
    (doubt,) = found(made, "V-17.days")
    assert doubt.contract == long and doubt.shows == {"paid": 12.0, "shown": 10.0}
    (doubt,) = found(made, "V-17.cap")
    assert doubt.contract == high and doubt.shows == {"amount": 1100.0, "cap": 1000.0}


def test_a_whole_standard_is_no_doubt_where_absence_is_taken_off():
    made = paid(holders=1, days=range(8, 18))
    Rule.objects.filter(code="absence.deduct_per_day").update(value="20.00")
    written(made, made.contracts[0], due=Decimal(600), amount=Decimal(600))

    assert not found(made, "V-17.amount")


def test_two_contracts_of_a_month_that_pay_more_than_one_standard_are_doubted():
    made = given.scene(holders=1)
    made.inspector = given.user("inspector", at=made.place.county)
    village, by = made.place.villages[0], made.staff.township_officer
    for name, halves in (("陈双", (range(1, 16), range(16, 31))), ("陈单", ((8, 9), (20, 21)))):
        who = given.person(village, name)
        spans = [(date(2026, 1, 1), date(2026, 10, 15)), (date(2026, 10, 16), date(2026, 12, 31))]
        for (first, last), days in zip(spans, halves, strict=True):
            one = given.holder(village, by, person=who, starts_on=first, ends_on=last)
            given.worked(one, by, days)
    given.pay_run(made)
    (doubt,) = found(made, "V-23.month")

    assert doubt.person.name == "陈双" and doubt.shows == {"amount": 1200.0, "standard": 600.0}


def test_pay_beside_another_subsidy_is_doubted_and_another_post_is_a_doubt_of_its_own():
    made = paid()
    by = made.staff.township_officer
    for contract, basis in zip(made.contracts, ("公益岗补贴名册", "护林员名册", ""), strict=True):
        Fact.objects.create(
            person=contract.person,
            kind=Fact.Kind.OTHER_POST,
            starts_on=date(2026, 1, 1),
            source="林草局",
            basis=basis,
            received_by=by,
        )
    (doubt,) = found(made, "V-23.list")

    assert doubt.person == made.contracts[0].person
    assert len(found(made, "V-05.list")) == 2


def spent(made, line, payee, **fields):
    n = next(given.number)
    fields = {"kind": "machine", "amount": Decimal(5000), "voucher": f"V{n}"} | fields
    by = made.staff.relief_owner
    return Spending.objects.create(
        fund_line=line, payee=payee, paid_on=date(2026, 10, 20), added_by=by, **fields
    )


def test_wages_paid_beside_the_bank_are_doubted_and_hired_machines_are_not():
    made = given_relief.scene()
    made.inspector = given.user("inspector", at=made.place.county)
    (worker,) = given_relief.enlist(made, 1)
    (line,) = made.lines
    own = spent(made, line, worker.person.name)
    cash = spent(made, line, "李志明", note="代领务工人员九月份现金")
    spent(made, line, "示例县机械租赁公司", note="挖掘机台班费")
    spent(made, line, "农民工工资保证金专户", note="缴存农民工工资保证金", kind="management")
    spent(made, line, "农村信用社", note="工资专户手续费", kind="management")
    doubts = found(made, "V-31.cash")

    assert {doubt.subject for doubt in doubts} == {f"spending:{own.pk}", f"spending:{cash.pk}"}
