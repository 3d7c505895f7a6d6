"""Building a synthetic county, batch by batch, in one transaction."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _

from attendance.models import Sheet
from contracts.models import Contract, InsurancePolicy
from policy.models import PolicyDocument, Rule
from project.kernel.guards import Refused
from project.kernel.models import User
from project.kernel.roles import ROLES
from project.simulation import fraud, months
from project.simulation.copying import copy, reserve
from project.simulation.holders import Keys, holders_of, write_contracts, write_people, year_from
from project.simulation.numbers import LARGEST_COUNTY
from project.simulation.plan import CITY, MOST_TOWNSHIPS, PROVINCE
from registry.models import Appointment, Area, BankAccount, Fact, Household, Person, Unit

RULES = {
    "attendance.required_days": {"mode": "fixed", "days": 20},
    "subsidy.cap": "2000.00",
    "insurance.mandatory": True,
}
BEFORE_EVERYTHING = date(2020, 1, 1)


@dataclass(frozen=True)
class County:
    """The rows that every holder of the county shares."""

    document: PolicyDocument
    department: int
    policies: list


@dataclass(frozen=True)
class Made:
    """What was made, who may act there, and the contracts of each planted pattern."""

    county: str
    townships: int
    holders: int
    people: dict
    planted: dict


@transaction.atomic
def build(size, *, tell=lambda done, total: None):
    """Write the county of this seed with everything in it, or refuse where it exists already."""
    _refuse_what_cannot_be(size)
    with connection.cursor() as cursor:
        # Checked as each statement ends: a million deferred checks would pile up in memory.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    people = _officers(size)
    county = _shared_rows(size, people["township_officer"])
    keys = _keys(size)
    planted, done = defaultdict(list), 0
    for batch in size.batches():
        done += _write(size, keys, batch, county, people["township_officer"], planted)
        tell(done, size.total)
    months.finish(size, people["township_officer"], planted)
    return Made(size.county, size.townships, size.total, people, dict(planted))


def _refuse_what_cannot_be(size):
    if min(size.townships, size.holders, size.months) < 1 or size.townships > MOST_TOWNSHIPS:
        raise Refused(
            _("Give 1 to %(most)s townships, and at least one holder and one month.")
            % {"most": MOST_TOWNSHIPS}
        )
    if size.total > LARGEST_COUNTY:
        raise Refused(_("A county holds %(most)s people at most.") % {"most": LARGEST_COUNTY})
    if Area.objects.filter(code=size.county).exists():
        raise Refused(
            _("The county %(code)s of seed %(seed)s is here already. Choose another seed.")
            % {"code": size.county, "seed": size.seed}
        )


def _officers(size):
    """One person for each role, appointed to the county; nobody can sign in as them."""
    _areas(size)
    people = {}
    for role, described in ROLES.items():
        user = User(username=f"sim-{size.county[:6]}-{role}", name=str(described.title))
        user.set_unusable_password()
        people[role] = user
    User.objects.bulk_create(people.values())
    Appointment.objects.bulk_create(
        Appointment(user=user, role=role, area_id=size.county, starts_on=BEFORE_EVERYTHING)
        for role, user in people.items()
    )
    return people


def _areas(size):
    since = BEFORE_EVERYTHING
    above = [(PROVINCE, "示例省", 2, None), (CITY, "模拟市", 4, PROVINCE)]
    above.append((size.county, f"模拟{size.county[4:6]}县", 6, CITY))
    for code, name, level, parent in above:
        fresh = Area(code=code, name=name, level=level, parent_id=parent, valid_from=since)
        if not Area.objects.filter(code=code).exists():
            fresh.save(force_insert=True)
    townships = size.township_codes()
    columns = ("name", "level", "parent_id", "code")
    rows = [(f"第{int(c[6:9]) - 100}乡", 9, size.county, c) for c in townships]
    rows += [
        (f"第{int(code[9:])}村", 12, code[:9] + "000", code) for code, _first, _n in size.villages()
    ]
    copy(Area, columns, rows, valid_from=since, urban_class="")


def _shared_rows(size, by):
    first = size.month_list()[0].first
    valid_from = date(first.year, 1, 1)
    document = PolicyDocument.objects.create(
        area_id=size.county,
        title=f"模拟县公益性岗位管理办法（{first.year}）",
        valid_from=valid_from,
    )
    Rule.objects.bulk_create(
        Rule(
            code=code,
            area_id=size.county,
            value=value,
            valid_from=valid_from,
            document=document,
            added_by=by,
        )
        for code, value in RULES.items()
    )
    department = Unit.objects.create(area_id=size.county, name="模拟县人力资源和社会保障局")
    policies = [
        InsurancePolicy(
            state=InsurancePolicy.State.IN_FORCE,
            area_id=size.county,
            number=f"99-{size.county[:6]}-{month}",
            insurer="示例财产保险公司",
            starts_on=month.first,
            ends_on=year_from(month.first),
        )
        for month in size.month_list()[::12]
    ]
    made = InsurancePolicy.objects.bulk_create(policies)
    return County(document, department.pk, [policy.pk for policy in made])


def _keys(size):
    terms = -(-size.months // 12)
    return Keys(
        household=reserve(Household, size.total),
        person=reserve(Person, size.total),
        account=reserve(BankAccount, size.total),
        contract=reserve(Contract, size.total * terms),
    )


def _write(size, keys, batch, county, by, planted):
    holders = [h for village in batch for h in holders_of(size, *village)]
    if size.fraud:
        fraud.plant(size, holders)
    for holder in holders:
        if holder.pattern:
            planted[holder.pattern].append(keys.contract + holder.index)
    write_people(size, keys, holders, by)
    write_contracts(size, keys, holders, county)
    facts = [(keys.person + h.index, *fact) for h in holders for fact in h.facts]
    copy(Fact, ("person_id", "kind", "starts_on", "source"), facts, received_by_id=by.pk)
    sheets = reserve(Sheet, len(batch) * size.months)
    months.write_sheets(size, keys, sheets, batch, holders, by)
    return len(holders)
