"""Write a random township's month into the tables, a table at a time, and read its lines back."""

import uuid
from collections import defaultdict
from datetime import date, time, timedelta
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace

from django.core.management import call_command
from django.utils import timezone

from attendance.models import (
    Assessment,
    CheckIn,
    Leave,
    Pause,
    Sheet,
    SheetLine,
    WorkPlan,
)
from contracts.models import Amendment, Contract, Cover, InsurancePolicy, Suspension
from payroll.models import Hold, Offset, PayLine, PayPart, Recovery
from policy.models import PolicyDocument, Rule
from project.kernel.months import Month
from project.kernel.secrets import digest
from registry.models import BankAccount, CalendarDay, Fact, Person
from tests import given
from tests.payroll import oracle, oracle_measures
from tests.payroll import township_cases as cases

SIGNED = date(2023, 1, 1)
MANY = {"batch_size": 5000}


def region(profile):
    """A county under a region's profile, with a township, its people and their accounts."""
    given.country()
    county = given.area(cases.COUNTY, "示例县")
    town = given.area(cases.TOWN, "云岭镇")
    for n, code in enumerate(cases.VILLAGES):
        given.area(code, f"青石村{n}")
    staff = [given.user("township_officer", at=town), given.user(), given.user(), given.user()]
    editor = given.user("department_officer", at=county)
    said = ("--area", county.code, "--as", editor.username)
    call_command("load_profile", profile, *said, stdout=StringIO(), stderr=StringIO())
    document = PolicyDocument.objects.create(
        area=county, title="示例县细则", valid_from=given.SINCE
    )
    made = SimpleNamespace(town=town, staff=staff, document=document)
    own = ({"local.minimum_wage": cases.MINIMUM_WAGE} | cases.OF_COUNTY[profile]).items()
    write_rules(made, [oracle.Rule(c, county.code, v, given.SINCE) for c, v in own])
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, works=works) for day, works in cases.HOLIDAYS.items()
    )
    made.policies = _policies(town)
    made.people = _people(staff[0])
    return made


def _policies(town):
    """Two policies, so that two covers of a person may begin on the same day."""
    whole = {"starts_on": date(2023, 1, 1), "ends_on": date(2027, 12, 31), "area": town}
    return InsurancePolicy.objects.bulk_create(
        InsurancePolicy(state="in_force", number=f"PICC{n}", **whole) for n in range(2)
    )


def _people(by):
    people, accounts = [], []
    for at in range(cases.SLOTS):
        slot = cases.slot(at)
        number = given.id_number(date(1970, 1, 1) + timedelta(days=at), at + 1)
        person = Person(
            area_id=slot["village"],
            name=f"李四{at}",
            id_number=number,
            id_digest=digest(number),
            id_tail=number[-4:],
            sex="m",
            born_on=date(1970, 1, 1) + timedelta(days=at),
        )
        people.append(person)
        account = {"number": f"99{at:014}", "number_digest": digest(f"99{at:014}"), "added_by": by}
        account |= {"person": person, "bank": "示例县农商行", "current": slot["account"] != "none"}
        holder = "王五" if slot["account"] == "other" else person.name
        accounts.append(BankAccount(holder_name=holder, **account))
    Person.objects.bulk_create(people)
    BankAccount.objects.bulk_create(accounts)
    return people


def write_rules(region, rules):
    Rule.objects.bulk_create(
        Rule(
            code=rule.code,
            area_id=rule.area,
            value=rule.value,
            valid_from=rule.first,
            valid_to=rule.last,
            document=region.document,
        )
        for rule in rules
    )


def known_rules():
    """All rules as they stand in the table."""
    columns = ("code", "area_id", "value", "valid_from", "valid_to")
    return tuple(oracle.Rule(*row) for row in Rule.objects.values_list(*columns))


def write_plans(region, plans, pauses):
    by, since = region.staff[0], date(2023, 1, 1)
    WorkPlan.objects.bulk_create(
        WorkPlan(
            area_id=plan.area,
            title=plan.post,
            weekdays=list(plan.weekdays),
            days=plan.days,
            rests_on_holidays=plan.rests,
            starts_on=since,
            set_by=by,
        )
        for plan in plans
    )
    Pause.objects.bulk_create(
        Pause(area_id=p.area, title=p.post, starts_on=p.first, ends_on=p.last, added_by=by)
        for p in pauses
    )


def write_cases(region, drawn, world):
    """Every case with its own person; the contracts in the order of the cases."""
    contracts = Contract.objects.bulk_create(
        (
            Contract(
                area_id=case.village,
                person=region.people[at],
                kind=case.kind,
                title=case.post,
                fund_id=cases.FUNDS[at % 7 == 3],
                pay_basis=case.basis,
                standard=case.standard,
                starts_on=case.first,
                ends_on=case.last,
                state=case.state,
                signed_on=SIGNED,
            )
            for at, case in enumerate(drawn)
        ),
        **MANY,
    )
    pairs = list(zip(drawn, contracts, strict=True))
    _changes(region, pairs)
    _leave_and_grades(region, pairs, world)
    _people_are_known(region, pairs)
    _offsets(region, pairs, world)
    _days(region, pairs, world)
    return contracts


def _changes(region, pairs):
    one, other = region.staff[:2]
    now = timezone.now()
    closed = {"ended_by": one, "ended_at": now}
    Suspension.objects.bulk_create(
        Suspension(
            area_id=case.village,
            contract=contract,
            starts_on=first,
            ends_on=last,
            reason="洪水",
            begun_by=one,
            **(closed if last else {}),
        )
        for case, contract in pairs
        for first, last in case.suspensions
    )
    agreed = {"agreed_on": SIGNED, "agreed_by": one, "approved_by": other, "approved_at": now}
    Amendment.objects.bulk_create(
        Amendment(
            state=state,
            area_id=case.village,
            contract=contract,
            starts_on=day,
            standard=standard,
            reason="调标",
            proposed_on=SIGNED,
            proposed_by=one,
            **(agreed if state == "in_force" else {}),
        )
        for case, contract in pairs
        for day, standard in case.amendments
        # Whatever is only proposed changes nothing.
        for state in ("in_force", "drafted")
    )


def _leave_and_grades(region, pairs, world):
    one, other, third, fourth = region.staff
    now = timezone.now()
    Leave.objects.bulk_create(
        Leave(
            state="granted",
            area_id=case.village,
            contract=contract,
            kind=kind,
            starts_on=first,
            ends_on=last,
            reason="事由",
            asked_by=one,
            decided_by=other,
            decided_at=now,
        )
        for case, contract in pairs
        for kind, first, last in case.leave
    )
    Assessment.objects.bulk_create(
        Assessment(
            state="final",
            area_id=case.village,
            contract=contract,
            month=Month(world.year, world.month),
            mode="grade",
            grade=case.grade,
            graded_by=one,
            graded_at=now,
            told_how="slip",
            told_by=other,
            told_at=now,
            final_by=third,
            final_at=now,
            opened_by=fourth,
        )
        for case, contract in pairs
        if case.grade
    )


def _people_are_known(region, pairs):
    by = region.staff[0]
    Cover.objects.bulk_create(
        Cover(policy=policy, person_id=contract.person_id, starts_on=first, ends_on=last)
        for case, contract in pairs
        for policy, (first, last) in zip(region.policies, case.covers, strict=False)
    )
    Fact.objects.bulk_create(
        Fact(
            person_id=contract.person_id,
            kind=kind,
            starts_on=first,
            ends_on=last,
            source="数据中心",
            received_by=by,
        )
        for case, contract in pairs
        for kind, first, last in case.facts
    )


def _offsets(region, pairs, world):
    """Recoveries that are being repaid, each with an offset of the month that another approved."""
    one, other = region.staff[:2]
    owing = [(case, contract) for case, contract in pairs if case.offset]
    recoveries = Recovery.objects.bulk_create(
        Recovery(
            state="repaying",
            area=region.town,
            contract=contract,
            fund_id=contract.fund_id,
            amount=Decimal("99999.99"),
            reason="多发",
            decision="决定书",
            proposed_on=SIGNED,
            proposed_by=one,
            decided_on=SIGNED,
            decided_by=other,
            demanded_on=SIGNED,
            due_on=SIGNED,
        )
        for _case, contract in owing
    )
    month = Month(world.year, world.month)
    Offset.objects.bulk_create(
        Offset(
            recovery=recovery,
            contract=contract,
            month=when,
            amount=case.offset[0],
            share=case.offset[1],
            asked_by=one,
            approved_by=other,
            approved_on=SIGNED,
        )
        for recovery, (case, contract) in zip(recoveries, owing, strict=True)
        # One of another month takes nothing off this one.
        for when in (month, month.next())
    )


def _days(region, pairs, world):
    """Confirmed sheets hold the days that counted; elsewhere check-ins say who came."""
    month, by = Month(world.year, world.month), region.staff[0]
    states = {code: "confirmed" if code in cases.CONFIRMED else "open" for code in cases.VILLAGES}
    sheets = Sheet.objects.bulk_create(
        Sheet(area_id=code, month=month, state=state, opened_by=by)
        for code, state in states.items()
    )
    sheets = {sheet.area_id: sheet for sheet in sheets}
    numbered, lines, came = defaultdict(int), [], []
    for case, contract in pairs:
        numbered[case.village] += 1
        line = SheetLine(sheet=sheets[case.village], contract=contract)
        line.number = numbered[case.village]
        if case.village in cases.CONFIRMED:
            line.full_days, line.half_days = _masks(oracle.worked(case, world.days))
            line.quantities, line.quantity = _numbers(case, world)
        else:
            came += [_check_in(contract, day, worth, by) for day, worth in case.came]
            came += _measured(case, contract, by)
        lines.append(line)
    SheetLine.objects.bulk_create(lines, **MANY)
    CheckIn.objects.bulk_create(came, **MANY)


def _masks(days):
    """Whole and half days, day 1 in bit 0."""
    full = sum(1 << day.day - 1 for day, worth in days.items() if worth == 1)
    return full, sum(1 << day.day - 1 for day, worth in days.items() if worth < 1)


def _numbers(case, world):
    """Hours or pieces of each day and their sum, where these are paid."""
    if not oracle_measures.is_measured(case):
        return None, None
    done = oracle_measures.done(case, oracle.worked(case, world.days))
    numbers = [_decimal(done.get(day, 0)) for day in world.days]
    return numbers, sum(numbers)


def _measured(case, contract, by):
    """What programs told of the days on which somebody came, and the times of machines."""
    came = dict(case.came)
    if not oracle_measures.is_measured(case):
        return []
    rows = [(day, {"quantity": number}) for day, number in case.told]
    rows += [(d, {"in_at": _time(first), "out_at": _time(last)}) for d, first, last in case.stays]
    return [_check_in(contract, d, came[d], by, **said) for d, said in rows if d in came]


def _time(minute):
    return time(minute // 60, minute % 60)


def _decimal(number):
    return Decimal(number.numerator) / number.denominator


def _check_in(contract, day, worth, by, **more):
    return CheckIn(
        client_id=uuid.uuid4(),
        contract=contract,
        day=day,
        worth=Decimal(worth.numerator) / worth.denominator,
        source="machine",
        level=2,
        received_by=by,
        **more,
    )


def written(runs):
    """The lines that runs wrote: {contract: {item: Line}}."""
    found = defaultdict(dict)
    parts, holds = defaultdict(set), defaultdict(set)
    told = PayPart.objects.filter(line__run__in=runs)
    for line, *part in told.values_list("line", "kind", "amount", "quantity"):
        parts[line].add(tuple(part))
    waits = Hold.objects.filter(line__run__in=runs)
    columns = ("line", "code", "detail", "fact__kind", "fact__starts_on")
    for line, code, detail, kind, since in waits.values_list(*columns):
        holds[line].add((code, f"{kind} {since}" if code == "fact" else detail))
    columns = ("standard", "days_worked", "required_days", "due", "adjusted", "cap", "offset")
    lines = PayLine.objects.filter(run__in=runs).with_state()
    for pk, contract, item, *rest in lines.values_list(
        "pk", "contract", "item", *columns, "amount", "state", "quantity"
    ):
        told = (frozenset(parts[pk]), frozenset(holds[pk]))
        found[contract][item] = oracle.Line(item, *rest[:-1], *told, rest[-1])
    return found
