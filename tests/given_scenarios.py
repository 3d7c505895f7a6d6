"""The acceptance scenarios of posts, hires, exits and pay, arranged up to the act itself."""

from collections import Counter
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from django.db.models import Sum

from attendance.models import Sheet
from contracts import services as contracts
from payroll.approval import approval
from payroll.models import BankResult
from policy.models import Allocation, PolicyDocument, Rule
from posts.models import Hire
from project.kernel.months import Month
from registry.models import Area, Fact, Household
from tests import given, given_exits, given_hires, given_notices, given_results
from tests.project import ledgers

DECEMBER, JANUARY, JULY = Month(2025, 12), Month(2026, 1), Month(2026, 7)
OTHER_LIST = "林草局生态护林员名单"
MARCH, MARCH_12 = Month(2026, 3), date(2026, 3, 12)
SEPTEMBER_18 = date(2026, 9, 18)


def on_another_list():
    """S-02: an applicant who stands on the forestry office's list of rangers."""
    scene = given_hires.scene()
    scene.hire = given_hires.hire(scene)
    Fact.objects.create(
        person=scene.hire.person,
        kind=Fact.Kind.OTHER_POST,
        starts_on=date(2026, 5, 1),
        source=OTHER_LIST,
        received_by=scene.staff.township_officer,
    )
    return scene


def household_with_a_holder():
    """S-03: a cleared applicant whose father holds a post."""
    scene = given_hires.scene()
    home = Household.objects.create(area=scene.village, number="S-03")
    who = given_hires.person(scene, household=home)
    scene.hire = given_hires.hire(scene, "cleared", person=who)
    father = given.person(scene.village, name="王父", household=home)
    given.contract(scene.village, scene.staff.township_officer, person=father)
    return scene


def two_may_hold(scene):
    given.rule(scene.place.town, "household.max_active", 2, scene.place.document)


def on_notice_in_september():
    """S-10: five working days from a Friday before a Sunday that is worked."""
    scene = given_hires.scene()
    length = {"days": 5, "unit": "working"}
    given.rule(scene.place.town, "publicity.hire", length, scene.place.document)
    given_notices.worked_days(date(2026, 9, 20))
    who = given_hires.person(scene)
    with given_hires.on(SEPTEMBER_18):
        scene.notice = given_notices.notice(
            scene.village, scene.staff.village_supervisor, on=SEPTEMBER_18, names=[who.name]
        )
    given_hires.photograph(scene, scene.notice)
    scene.hire = Hire.objects.create(
        area=scene.village,
        post=scene.post,
        person=who,
        applied_on=date(2026, 9, 1),
        starts_on=date(2026, 10, 8),
        state=Hire.State.ON_NOTICE,
        notice=scene.notice,
        notice_line=1,
    )
    return scene


def thirty_with_one_objection():
    """S-11: a list of thirty payments, and somebody who objects to the seventh."""
    scene = given.scene(holders=30)
    scene.run = given.pay_run(scene, "on_notice")
    scene.objection = given_notices.objection(scene.run.notice, line=7)
    return scene


def left_on_the_tenth():
    """S-18: an exit on 10 November whose place is to be reported by the 15th."""
    scene = given.scene(holders=1)
    scene.hire = given_exits.placed(scene, scene.contracts[0])
    given_exits.approved(scene, scene.contracts[0], last_day=date(2026, 11, 10))
    return scene


def approver_of_the_household():
    """S-20: the officer who approves lives in the applicant's household."""
    scene = given_hires.scene()
    scene.hire = given_hires.hire(scene, "cleared")
    own = given.person(scene.village, name="本人", household=scene.hire.person.household)
    own.user = scene.staff.department_officer
    own.save()
    scene.another = given.user("department_officer", at=scene.place.county)
    return scene


def policy_of_last_year():
    """S-24: the county's document ended with 2025; five days were worked in two months."""
    place = given.township(villages=1, required=10)
    scene = SimpleNamespace(place=place, staff=given.staff(place), old=place.document)
    first, last = date(2025, 1, 1), date(2025, 12, 31)
    Rule.objects.filter(document=scene.old).update(valid_from=first, valid_to=last)
    PolicyDocument.objects.filter(pk=scene.old.pk).update(valid_from=first, valid_to=last)
    scene.new = PolicyDocument.objects.create(
        area=place.county, title="示例县公益性岗位管理办法（2026年）", valid_from=date(2026, 1, 1)
    )
    officer = scene.staff.township_officer
    held = given.contract(
        place.villages[0], officer, starts_on=date(2025, 12, 1), ends_on=date(2026, 11, 30)
    )
    held = contracts.take_over(held, by=officer, signed_on=date(2025, 11, 20))
    for month in (DECEMBER, JANUARY):
        given.worked(held, officer, range(8, 13), month=month)
    return scene


def fifteen_days_in_2026(scene):
    days = {"mode": "fixed", "days": 15}
    given.rule(scene.place.county, "attendance.required_days", days, scene.new)


def merged_village():
    """S-26: on 1 July a village of one township goes to another under a new code."""
    scene = given.scene(holders=1)
    other = given.township("990123101000", villages=1)
    officer = scene.staff.township_officer
    given.appoint(officer, "township_officer", other.town)
    scene.other, scene.old = other, other.villages[0]
    scene.new = given.area("990123100301", "青石新村")
    given.holder(scene.old, officer, name="赵六")
    merged = {"name": "双桥村", "merged_into": scene.new, "valid_to": date(2026, 6, 30)}
    Area.objects.filter(pk=scene.old.pk).update(**merged)
    (scene.sheet,) = given.attendance.open_month(JULY, other.town.pk, by=officer)
    for town in (scene.place.town, other.town):
        given.payroll.prepare(JULY, town.pk, by=officer)
    return scene


def two_past_the_limit():
    """S-27: two men with thirty-six months behind them, aged 52 and 57."""
    scene = given.scene(holders=1, days=())
    scene.younger = given_exits.years(scene, "赵六", date(1974, 6, 1), 2024)
    scene.older = given_exits.years(scene, "钱七", date(1969, 6, 1), 2024)
    return scene


def died_in_march():
    """S-04: a death on 12 March, and a village that wrote two more days of work after it."""
    scene = given.scene(holders=2, days=())
    scene.month, scene.dead = MARCH, scene.contracts[0]
    for contract in scene.contracts:
        given.worked(contract, scene.staff.township_officer, range(2, 15), month=MARCH)
    given.fact(scene.dead.person, scene.staff.township_officer, since=MARCH_12)
    scene.run = given.pay_run(scene)
    scene.sheet = Sheet.objects.get()
    return scene


def prepared_again(scene):
    """The sheet that went back, walked to its end once more, and the month prepared anew."""
    for step, who, details in given.SHEET_WALK:
        given.do(Sheet.objects.get(), step, by=getattr(scene.staff, who), **details)
    area, officer = scene.place.town.code, scene.staff.township_officer
    (run,) = given.payroll.prepare(scene.month, area, by=officer)
    return run


def seven_days_of_ten():
    """S-07: a standard of 400, ten days required, seven worked."""
    place = given.township(villages=1, required=10)
    people = given.staff(place)
    held = given.holder(
        place.villages[0], people.township_officer, name="李四", standard=Decimal("400.00")
    )
    given.worked(held, people.township_officer, range(8, 15))
    scene = SimpleNamespace(place=place, staff=people, contracts=[held], month=given.OCTOBER)
    scene.run = given.pay_run(scene)
    return scene


def bank_answers(run, tmp_path, back=(), name="回盘.xlsx"):
    """The bank's answer to a run as a file on somebody's desk."""
    found = given_results.sent_lines(run)
    rows = [
        given_results.answer(x, **(given_results.FAILED if x.number in back else {})) for x in found
    ]
    path = tmp_path / name
    path.write_bytes(ledgers.sheet(*rows))
    return path


def adds_up(run):
    """What a run and the runs that pay again come to: credited once, for each line that stood."""
    credited = BankResult.objects.filter(outcome="success").aggregate(sum=Sum("amount"))["sum"]
    of_workers = Counter(
        BankResult.objects.filter(outcome="success").values_list("sent__line__person", flat=True)
    )
    return credited == run.lines.aggregate(sum=Sum("amount"))["sum"] and set(
        of_workers.values()
    ) == {1}


def sent():
    """S-13: a month at the bank, of which no answer has come."""
    scene = given.scene(holders=3)
    scene.run = given.pay_run(scene, "sent")
    return scene


def allocated(scene, amount):
    """S-30: the fund was given exactly what the month cost."""
    return Allocation.objects.create(
        fund=scene.run.fund,
        area=scene.place.town,
        year=2026,
        amount=Decimal(amount),
        document="示财农〔2026〕1号",
        added_by=scene.staff.finance_officer,
    )


def left_in_the_fund(scene):
    """The balance as the sheet of approval prints it (F-13)."""
    return approval(scene.run, scene.staff.finance_officer).head["budget_left"]
