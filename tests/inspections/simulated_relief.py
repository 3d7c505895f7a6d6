"""Frauds on sites of work-for-relief, and of money that is paid back or beside the bank."""

from datetime import date, timedelta
from decimal import Decimal

from payroll.models import Recovery, Repayment
from tests.inspections.simulated_sites import SPENT, build, works_on
from tests.inspections.simulator import OCTOBER

CARDS = ("王包工", "李会计", "赵队长")
MACHINES = (
    *(("挖掘机司机", 380), ("压路机手", 350), ("铲车台班", 400), ("项目经理", 300)),
    *(("技术员", 200), ("测量员", 180), ("拖拉机手", 220), ("资料员", 150)),
)
BY_HAND = (
    *("9月务工工资", "现金支付工钱", "由组长代领后分发", "代发劳务报酬", "村民务工款"),
    "补发工资",
)


def idle(county, way):
    """Days on a site that stood still, before it began, or after it was done."""
    dice, kind = county.dice, len(county.planted["V-13.days"]) % 3
    first = date(2026, 10, dice.randrange(12, 20))
    facts = (
        {"stopped": [(first, first + timedelta(days=4))]},
        {"begun": first},
        {"ended": first + timedelta(days=6), "spread": 1.0, "ahead": 0.0},
    )[kind]
    site = build(county, way, 12, **facts)
    shut = [day for day in OCTOBER.dates() if day not in {*site.open, *site.rest}]
    two = site.workers[3:5]
    for worker in two:
        worker.starts, worker.signed = date(2026, 9, 1), date(2026, 8, 28)
        works_on(county, worker, {*worker.days, *dice.sample(shut, dice.randrange(1, 4))})
    county.plant("V-13.days", *two)


def unfit(county, way):
    """Too young, too old by a few days, working elsewhere, and there on every day."""
    dice = county.dice
    site = build(county, way, 12)
    aged, away, tireless, *_rest = site.workers
    last = aged.days[-dice.randrange(1, 8)]
    aged.born = last.replace(year=1956 if dice.random() < 0.6 else 2011)
    if aged.born.year == 2011:
        aged.born += timedelta(days=40)
    since = away.days[-dice.randrange(3, 12)]
    kind = dice.choice([("务工", "监测系统", "省外务工"), ("在校", "教育局", "高中在读")])
    away.facts.append((kind[0], since, *kind[1:]))
    works_on(county, tireless, dice.sample(list(OCTOBER.dates()), dice.randrange(28, 32)))
    county.plant("V-13.age", aged)
    county.plant("V-13.away", away)
    county.plant("V-13.every", tireless)


def alike(county, way):
    """Everybody has the same number of days, though nobody the same days."""
    dice = county.dice
    site = build(county, way, dice.randrange(10, 15))
    days = dice.randrange(9, 23)
    for worker in site.workers:
        works_on(county, worker, dice.sample(site.open, days))
    county.plant("V-13.same", *site.workers)


def carded(county, way):
    """Cards of several in one name, and somebody of whom only lists know."""
    dice = county.dice
    site = build(county, "book", 12)
    some = site.workers[: dice.randrange(2, 5)]
    for worker in some:
        worker.card_name = dice.choice(CARDS[:1])
    unknown = site.workers[8]
    unknown.home, unknown.phone, unknown.hand.trained = None, "", False
    county.plant("V-13.card", *some, also=["V-16.name"])
    county.plant("V-13.stranger", unknown)


def short(county, way):
    """The plan is short, or the plan is well and the pay of what was built is not."""
    dice, kind = county.dice, len(county.planted["V-28.share"]) % 2
    facts = (
        {"share": dice.uniform(0.24, 0.298)},
        {"ended": date(2026, 10, 26), "spread": dice.uniform(1.1, 1.3), "share": 0.31},
    )[kind]
    county.plant("V-28.share", village=build(county, way, 10, ahead=0.0, **facts))
    facts = {"spread": dice.uniform(2.5, 4), "ahead": dice.uniform(41, 58)}
    county.plant("V-28.behind", village=build(county, way, 10, **facts))


def listed(county, way):
    """Machines and professionals as labour, rates far above, an owner's a little above."""
    dice = county.dice
    site = build(county, way, 12)
    driver, dear, owner, *others = site.workers
    for worker in others:
        worker.standard = dice.choice([110, 120, 120, 120, 130])
    driver.hand.trade, driver.standard = dice.choice(MACHINES)
    driver.post = driver.hand.trade
    dear.standard, owner.standard = dice.randrange(248, 400), dice.randrange(160, 200)
    for one in (dear, owner):
        one.post = one.hand.trade = "普工"
    kind = dice.choice(["个体", "法人", "股东"])
    owner.facts.append((kind, date(2021, 4, 1), "市场监管局", "建材经营部"))
    county.plant("V-29.trade", driver)
    county.plant("V-29.rate", dear)
    county.plant("V-29.rate", owner)


def late(county, way):
    """Wages that come a day too late or never, to all or to one; and less than was earned."""
    dice = county.dice
    site = build(county, way, 10)
    those = site.workers if dice.random() < 0.5 else site.workers[:1]
    for worker in those:
        worker.hand.arrives = dice.choice([date(2026, 12, 2), date(2026, 12, 8), None])
    county.plant("V-30.late", *site.workers)
    cut = build(county, way, 10).workers[dice.randrange(10)]
    cut.hand.taken_off = dice.choice([10, 30, 100, 240])
    county.plant("V-30.short", cut)


def by_hand(county, way):
    """Wages in cash, through a foreman, or to a worker's name beside the list."""
    dice, n = county.dice, len(county.planted["V-31.cash"])
    site = build(county, way, 10)
    payee, note = (site.workers[2].name, "零星支出") if n % 3 == 2 else ("施工队", BY_HAND[n % 6])
    site.spent += [*SPENT[:3], ("management", payee, dice.randrange(800, 9000), note)]
    county.plant("V-31.cash", village=site)


def collected(county, way):
    """Several of a village pay back the same sum; neighbours of others pay back unlike ones."""
    dice = county.dice
    those = county.take(way, dice.randrange(4, 8))
    same = dice.choice([100, 200, 300])
    county.plant("V-14.back", *those)
    county.later.append(lambda: repay(county, those, [same] * len(those)))
    honest = county.take(way, 8)
    # Three were paid a day too much; the others each something else.
    county.later.append(lambda: repay(county, honest, [40, 40, 40, *range(60, 560, 100)]))


def repay(county, workers, sums):
    """Money came back on vouchers in the month."""
    for worker, amount in zip(workers, sums, strict=True):
        owed = Recovery.objects.create(
            state="repaying",
            area_id=f"{worker.village.code[:9]}000",
            contract_id=worker.contract,
            fund_id="employment",
            amount=Decimal(600),
            reason="多发补贴",
            decision="示例县人社追〔2026〕8号",
            proposed_on=date(2026, 10, 8),
            proposed_by=county.by,
            decided_on=date(2026, 10, 9),
            decided_by=county.staff["department_officer"],
            demanded_on=date(2026, 10, 9),
            due_on=date(2026, 10, 31),
        )
        Repayment.objects.create(
            recovery=owed,
            way="refund",
            amount=Decimal(amount),
            voucher=f"R{worker.number}",
            received_on=date(2026, 10, 20),
            recorded_by=county.staff["finance_officer"],
        )


ALL = (idle, unfit, alike, carded, short, listed, late, by_hand, collected)
