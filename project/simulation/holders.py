"""The people of a synthetic county: their households, accounts, contracts and insurance."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from contracts.models import Contract, Cover
from project.kernel.secrets import digest, seal
from project.simulation import numbers
from project.simulation.copying import copy
from project.simulation.names import name
from registry.models import BankAccount, Household, Person
from registry.names import sort_key

POSTS = ("保洁员", "护路员", "护林员", "水管员", "养老护理员", "治安协管员", "村级信息员")
CATEGORIES = ("脱贫户", "监测户", "低收入农户")
CAPACITIES = (Person.Capacity.NORMAL, Person.Capacity.WEAK)


@dataclass(slots=True)
class Holder:
    """One post holder before the database knows them; `index` counts from 0 in the county."""

    index: int
    village: str
    person: str
    id_number: str
    male: bool
    post: int
    fund: str
    by_day: bool
    standard: int
    starts_late: bool
    household: int
    account_name: str
    facts: tuple = ()
    pattern: str = ""


@dataclass(frozen=True)
class Keys:
    """The first primary key of each table; a holder's own lies `index` further on."""

    household: int
    person: int
    account: int
    contract: int


def holders_of(size, village, first, count):
    """The holders of one village, the same for the same seed whatever came before."""
    dice = Random(f"{size.seed}/{village}")
    standards = {fund: dice.randrange(500, 1201, 50) for fund in size.funds}
    return [_holder(size, village, index, dice, standards) for index in range(first, first + count)]


def _holder(size, village, index, dice, standards):
    male, fund, by_day = dice.random() < 0.55, dice.choice(size.funds), dice.random() < 0.05
    person = name(dice)
    return Holder(
        index=index,
        village=village,
        person=person,
        id_number=numbers.id_number(size.county, index, male=male),
        male=male,
        post=dice.randrange(len(POSTS)),
        fund=fund,
        by_day=by_day,
        standard=60 if by_day else standards[fund],
        starts_late=dice.random() < 0.03,
        household=index,
        account_name=person,
    )


def write_people(size, keys, holders, by):
    """Write households, people and accounts; numbers are sealed as everywhere else."""
    copy(
        Household,
        ("id", "area_id", "number", "head_name", "address"),
        (
            (keys.household + h.index, h.village, _household_number(size, h), h.person, "")
            for h in holders
        ),
    )
    copy(Person, PERSON, (_person(keys, h) for h in holders))
    copy(BankAccount, ACCOUNT, (_account(size, keys, h) for h in holders), added_by_id=by.pk)


PERSON = (
    *("id", "area_id", "household_id", "name", "name_key", "id_number", "id_digest", "id_tail"),
    *("sex", "born_on", "relation", "category", "capacity", "phone"),
)
ACCOUNT = ("id", "person_id", "number", "number_digest", "bank", "holder_name")


def _household_number(size, holder):
    return numbers.household_number(size.county, holder.index)


def _person(keys, h):
    number = h.id_number
    return (
        *(keys.person + h.index, h.village, keys.household + h.household, h.person),
        *(sort_key(h.person), seal(number), digest(number), number[-4:], "m" if h.male else "f"),
        *(numbers.birthday(h.index), "户主" if h.household == h.index else "配偶"),
        *(CATEGORIES[h.index % 3], CAPACITIES[h.index % 7 == 0], f"199{h.index:08}"),
    )


def _account(size, keys, h):
    number = numbers.account_number(size.county, h.index)
    bank = "示例农村商业银行"
    here = keys.account + h.index, keys.person + h.index
    return (*here, seal(number), digest(number), bank, h.account_name)


def write_contracts(size, keys, holders, county):
    """Write each holder's contracts, one a year and in force, and the cover behind each."""
    terms = list(enumerate(size.month_list()[::12]))
    copy(
        Contract,
        CONTRACT,
        (_contract(size, keys, h, year, month, county) for h in holders for year, month in terms),
        state=Contract.State.IN_FORCE,
        document_id=county.document.pk,
    )
    copy(
        Cover,
        ("policy_id", "person_id", "starts_on", "ends_on"),
        (
            (county.policies[year], keys.person + h.index, month.first, year_from(month.first))
            for h in holders
            for year, month in terms
            if h.pattern != "V-19"
        ),
    )


CONTRACT = (
    *("id", "area_id", "person_id", "title", "post_type", "department_id", "fund_id", "pay_basis"),
    *("standard", "starts_on", "ends_on", "signed_on"),
)


def _contract(size, keys, h, year, month, county):
    last_but_open = size.months - 12 * year > 1
    start = month.first + timedelta(days=7 if h.starts_late and last_but_open else 0)
    post = POSTS[h.post]
    return (
        *(keys.contract + year * size.total + h.index, h.village, keys.person + h.index, post),
        *(post, county.department, h.fund, "day" if h.by_day else "month", h.standard),
        *(start, year_from(month.first), start),
    )


def year_from(day):
    """The last day of the year that begins on the first of a month."""
    return date(day.year + 1, day.month, 1) - timedelta(days=1)
