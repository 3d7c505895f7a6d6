"""Frauds by who somebody is, what they are paid and on which paper it stands."""

from datetime import date, timedelta

from attendance.models import CheckIn
from contracts.models import Contract, ContractPaper, ContractTemplate, Signature
from payroll.models import PayLine
from project.kernel.months import Month
from project.kernel.secrets import digest
from registry.models import BankAccount, Kinship, Pass
from tests import given
from tests.inspections.simulator import DAYS, OCTOBER, REQUIRED, moment

AUTUMN = date(2026, 9, 7)
TOLD = {
    "V-04.away": ("务工", date(2026, 10, 5), "监测系统", "省外务工"),
    "V-05.list": ("其他岗位", AUTUMN, "林草局", "护林员名单"),
    "V-07.list": ("法人", AUTUMN, "市场监管局", "登记"),
    "V-10.death": ("死亡", date(2026, 10, 9), "卫健局", "死亡登记"),
    "V-11.list": ("服刑", AUTUMN, "司法局", "判决"),
    "V-23.list": ("其他岗位", AUTUMN, "民政局", "岗位补贴"),
}


def told_by_others(county, way):
    """Other departments have records that do not go with days worked here, if only for a few."""
    for code, (kind, since, *rest) in TOLD.items():
        (worker,) = county.take(way)
        if since > DAYS[0]:
            since = worker.days[-county.dice.randrange(3, len(worker.days))]
            since -= timedelta(days=kind == "死亡")
        worker.facts.append((kind, since, *rest))
        county.plant(code, worker)


def not_of_the_group(county, way):
    poor, old, bare = county.take(way, 3)
    poor.category = "一般农户"
    # The sixty-sixth birthday falls on one of the last days, or was long ago.
    old.born = county.dice.choice([date(1950, 3, 5), old.days[-2].replace(year=1960)])
    bare.insured = False
    county.plant("V-08.group", poor)
    county.plant("V-09.age", old)
    county.plant("V-19.gap", bare)


def at_home(county, way):
    """Two of one home, and somebody whose wife is the village head."""
    one, two, wife = county.take(way, 3)
    two.home = one.home
    county.plant("V-06.household", one, two)
    head = given.user()

    def related():
        given.appoint(head, "village_head", area_of(wife))
        Kinship.objects.create(user=head, person_id=wife.person, relation="妻", declared_on=AUTUMN)

    county.later.append(related)
    county.plant("V-07.kin", wife)


def area_of(worker):
    return Contract.objects.get(pk=worker.contract).area


def twins(county, way):
    """One person under two numbers: same birthday, a digit apart, same telephone."""
    for code in ("V-33.name", "V-33.number", "V-33.phone"):
        (one,) = county.take(way)
        one.born = one.born.replace(day=12)
        near = {
            "V-33.number": one.born.replace(day=13),
            "V-33.phone": one.born - timedelta(days=1900),
        }
        other = county.settle(
            one.village,
            name=one.name,
            born=near.get(code, one.born),
            serial=one.serial if code == "V-33.number" else 999,
            phone=one.phone if code == "V-33.phone" else f"188{one.number:08}",
        )
        county.taken.add(other.number)
        county.plant(code, one, other, also=["V-33.name", "V-33.number", "V-33.phone"])


def accounts(county, way):
    """An account in another name, one that stood for another, a telephone for four homes."""
    named, *two = county.take(way, 3)
    named.card_name = "钱某某"
    county.plant("V-16.name", named)
    one, other = two

    def shared():
        BankAccount.objects.create(
            person_id=other.person,
            number=one.card,
            number_digest=digest(one.card),
            holder_name=other.name,
            current=False,
            added_by=county.by,
        )

    county.later.append(shared)
    county.plant("V-16.account", one, other)
    four = county.take(way, county.dice.randrange(3, 6))
    for worker in four:
        worker.phone = four[0].phone
    county.plant("V-16.phone", *four)


def sums(county, way):
    """A sum too large, days too many, pay above the cap, pay far from the others'."""
    more, longer, above, apart = county.take(way, 4)
    more.paid = (len(more.days), 600 + county.dice.randrange(1, 90))
    keep(longer, longer.days[:8])
    longer.paid = (12, 600 * 12 // REQUIRED)
    above.standard, above.capped = 2600, False
    apart.standard = county.dice.choice([1200, 740, 725])
    county.plant("V-17.amount", more)
    county.plant("V-17.days", longer)
    county.plant("V-17.cap", above, also=["V-25.unequal"])
    county.plant("V-25.unequal", apart)


def keep(worker, days):
    """Only these of somebody's days were worked."""
    worker.days = [day for day in worker.days if day in days]
    worker.marks = [mark for mark in worker.marks if mark.day in days]


def contracts(county, way):
    """Paid after the end, at work before signing, years on posts, placed again and again."""
    ended, early, long, often = county.take(way, 4)
    ended.ends = date(2026, 9, 30)
    early.signed = early.days[county.dice.randrange(3, 12)]
    long.born = often.born = date(1985, 7, 3)
    county.plant("V-18.outside", ended)
    county.plant("V-18.unsigned", early)
    county.plant("V-22.months", long)
    county.plant("V-22.places", often)
    # Thirty-seven months or more; a third placement or a later one.
    first = county.dice.randrange(3, 13)
    county.later.append(lambda: years(county, long, [2023], first))
    county.later.append(lambda: years(county, long, [2024, 2025], 12))
    begun = county.dice.choice([2019, 2021, 2023])
    county.later.append(lambda: years(county, often, range(begun, 2026, 2), 3))


def years(county, worker, those, months):
    """Contracts of earlier years, each of so many months."""
    Contract.objects.bulk_create(
        Contract(
            state="ended",
            area_id=worker.village.code,
            person_id=worker.person,
            title=worker.post,
            fund_id="employment",
            standard=600,
            starts_on=date(year, 1, 1),
            ends_on=Month(year, months).last,
            signed_on=date(year, 1, 1),
        )
        for year in those
    )


def papers(county, way):
    """One scan for three contracts, none for another, five signatures drawn in half a minute."""
    *three, none = county.take(way, county.dice.randrange(3, 5))
    for worker in three:
        worker.scan = three[0].scan
    none.scan = ""
    county.plant("V-12.scan", *three)
    county.plant("V-37.file", none)
    five = county.take(way, 5)
    county.plant("V-12.signed", *five)

    gap = county.dice.randrange(4, 15)

    def drawn():
        for n, worker in enumerate(five):
            sign(county, worker, moment(DAYS[3], 40_000 + gap * n))

    county.later.append(drawn)


def sign(county, worker, at):
    """A signature on a tablet in the village's office."""
    let_in = Pass.objects.create(
        digest=digest(f"sign{worker.number}"),
        person_id=worker.person,
        purpose="sign",
        issued_by=county.by,
        valid_until=at + timedelta(days=400),
    )
    paper = ContractPaper.objects.create(
        contract_id=worker.contract,
        template=ContractTemplate.objects.first(),
        code=f"S{worker.number:015}",
        terms={},
        content_hash="c" * 64,
        made_by=county.by,
    )
    Signature.objects.create(
        paper=paper,
        side="worker",
        means="phone",
        signed_at=at,
        let_in_by=let_in,
        device="平板电脑",
        latitude="34.100000",
        longitude="105.200000",
    )


def two_contracts(county, way):
    """Days under a contract of last year on days worked under this year's."""
    (worker,) = county.take(way)
    county.plant("V-03.twice", worker)

    def again():
        years(county, worker, [2025], 12)
        old = Contract.objects.get(person_id=worker.person, starts_on=date(2025, 1, 1))
        given.worked(old, county.by, [day.day for day in worker.days[:6]])
        assert CheckIn.objects.filter(contract=old).count() == 6

    county.later.append(again)


def paid_twice(county, way):
    """A month paid whole under two contracts that follow on each other."""
    (worker,) = county.take(way)
    half = date(2026, 10, 15)
    worker.ends = half
    keep(worker, [day for day in DAYS if day <= half])
    worker.paid = (len(worker.days), 400)
    county.plant("V-23.month", worker, also=["V-17.amount", "V-37.file"])

    def second():
        fresh = Contract.objects.create(
            state="in_force",
            area_id=worker.village.code,
            person_id=worker.person,
            title=worker.post,
            fund_id="employment",
            standard=600,
            starts_on=half + timedelta(days=1),
            ends_on=date(2026, 12, 31),
            signed_on=half,
        )
        line = PayLine.objects.get(contract_id=worker.contract)
        line.pk, line.contract, line.number = None, fresh, 9000 + worker.number
        line.sheet_line, line.due, line.amount = None, 300, 300
        line.days_worked = 0
        line.save(force_insert=True)

    county.later.append(second)


def nothing_done(county, way):
    """On the books two months, and no day recorded."""
    (worker,) = county.take(way)
    keep(worker, [])
    worker.past = {OCTOBER.previous(): 0}
    county.plant("V-36.nothing", worker)


ALL = (
    *(told_by_others, not_of_the_group, at_home, twins, accounts, sums, contracts, papers),
    *(two_contracts, paid_twice, nothing_done),
)
__all__ = ["ALL", "keep"]
