"""Honest sites of work-for-relief: crews, rain, late pay in time, machines listed as machines."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.inspections.simulator import COUNTY, OCTOBER, Hand, Village, Worker

BEGUN, ENDS = date(2026, 9, 1), date(2026, 12, 20)
TRADES = (
    *(("普工", 120), ("普工", 120), ("普工", 110), ("普工", 130), ("小工", 115)),
    *(("砌筑工", 180), ("钢筋工", 200), ("木工", 190), ("机械配合普工", 125), ("设备搬运工", 130)),
)
WAYS = ("machine", "roll_call", "book", "phone")
SPENT = (
    ("material", "示例县建材有限公司", 86_000, "水泥、砂石款"),
    ("machine", "示例县路通机械租赁部", 42_000, "挖掘机台班"),
    ("management", "县农民工工资保证金专户", 20_000, "缴存农民工工资保证金"),
    ("management", "农村信用社", 35, "工资专户手续费"),
    ("crew", "示例县桥梁工程队", 60_000, "桥台专业施工"),
)


@dataclass
class Site:
    """A project in a township of its own, so that what is said of the place is said of it."""

    number: int
    village: Village
    begun: date = BEGUN
    ended: date | None = None
    stopped: list = field(default_factory=list)
    rest: set = field(default_factory=set)
    share: float = 0.34  # of the fund's money that is planned for labour
    spread: float = 2.5  # how often the month's labour goes into what was planned
    ahead: float = 10  # points by which the works are ahead of the pay
    spent: list = field(default_factory=list)
    workers: list = field(default_factory=list)

    @property
    def code(self):
        """The township, of which the project is."""
        return f"{self.village.code[:9]}000"

    @property
    def open(self):
        """The days on which there was work."""
        last = self.ended or OCTOBER.last
        return [
            day
            for day in OCTOBER.dates()
            if self.begun <= day <= last
            and day not in self.rest
            and not any(first <= day <= until for first, until in self.stopped)
        ]

    @property
    def labour(self):
        """What the month's days of local labour come to."""
        mass = (worker for worker in self.workers if worker.hand.labour == "mass")
        return sum(worker.standard * len(worker.sheet_days) for worker in mass)


def build(county, way, people, *, crews=True, **facts) -> Site:
    """A site with so many honest people, and a few holders of posts in the same village."""
    dice, number = county.dice, len(county.sites)
    facts.setdefault("rest", {date(2026, 10, day) for day in (4, 11, 18, 25)})
    place = (106.4 + number % 40 * 0.02, 34.6 + number // 40 * 0.02)
    village = Village(f"{COUNTY[:6]}{500 + number}200", way, place)
    village.bus = {day: dice.random() < 0.1 for day in OCTOBER.dates()}
    village.calls = {day: 7 * 3600 + dice.randrange(1800) for day in OCTOBER.dates()}
    county.villages.append(village)
    site = Site(number, village, **facts)
    county.sites.append(site)
    for _one in range(6):
        county.settle(village)
    off = [set(dice.sample(site.open, dice.randrange(3))) for _crew in range(4)]
    for n in range(people):
        days = [day for day in site.open if not crews or day not in off[n * 4 // people]]
        if crews and dice.random() < 0.7:
            days = _less(dice, days)
        hired(county, site, days)
    return site


def _less(dice, days):
    missed = set(dice.sample(days, min(dice.randrange(1, 6), len(days) - 1)))
    return [day for day in days if day not in missed]


def hired(county, site, days) -> Worker:
    """One more person on a site."""
    dice = county.dice
    trade, rate = dice.choice(TRADES)
    arrives = date(2026, 11, 10) + timedelta(days=dice.randrange(20))
    worker = county.settle(
        site.village,
        days=days,
        post=trade,
        standard=rate,
        starts=site.begun,
        ends=ENDS,
        signed=site.begun - timedelta(days=3),
        hand=Hand(site, trade, arrives=arrives),
    )
    site.workers.append(worker)
    return worker


def works_on(county, worker, days):
    """Other days than those that came about by chance."""
    worker.days = sorted(days)
    worker.marks = county.marks(worker)


def add(county, count):
    """So many honest sites, each honest in its own way."""
    for n in range(count):
        site = KINDS[n % len(KINDS)](county, WAYS[n % len(WAYS)])
        site.spent += SPENT[: 1 + n % len(SPENT)] if n % 2 else SPENT
        _odd(county, site)


def _steady(county, way):
    """Four days of rest; some are there on all of the others."""
    rest = {date(2026, 10, day) for day in (1, 2, 3, 15)}
    return build(county, way, county.dice.randrange(28, 40), rest=rest)


def _rained(county, way):
    """It rained for days, the works stood and everybody was at home."""
    first = date(2026, 10, county.dice.randrange(5, 20))
    stopped = [(first, first + timedelta(days=county.dice.randrange(2, 6)))]
    return build(county, way, 30, stopped=stopped, ahead=32.0)


def _begun(county, way):
    """The works began in the middle of the month; the plan is only just enough."""
    return build(county, way, 26, begun=date(2026, 10, 13), share=0.301, spread=3.5)


def _done(county, way):
    """The main works are done, and labour had a little more than it must."""
    facts = {"ended": date(2026, 10, 27), "spread": 1.0, "share": 0.304, "ahead": 0.0}
    return build(county, way, 24, **facts)


def _small(county, way):
    """A crew of nine who come and go together, in one van."""
    rest = {date(2026, 10, day) for day in (1, 2, 3, 10, 18, 25)}
    return build(county, way, 8, crews=False, rest=rest)


def _fresh(county, way):
    """In the last four days of the month the works began, and nobody has missed one yet."""
    return build(county, way, 14, crews=False, begun=date(2026, 10, 28), spread=4.0)


KINDS = (_steady, _rained, _begun, _done, _small, _fresh)


def _odd(county, site):
    """What looks odd on honest sites."""
    if len(site.workers) < 20:
        return
    crew = list(site.workers)
    driver, technician, old, young, back, gone, shop = (crew.pop() for _one in range(7))
    _listed(driver, "挖掘机司机", 420, "machine")
    _listed(technician, "技术员", 280, "management")
    old.born, young.born = date(1957, 1, 9), date(2010, 6, 2)
    back.facts.append(("务工", date(2025, 3, 1), "监测系统", "省外务工", date(2026, 8, 20)))
    gone.facts.append(("务工", OCTOBER.last - timedelta(days=1), "监测系统", "省外务工"))
    shop.facts.append(("个体", date(2020, 5, 1), "市场监管局", "小卖部"))
    shop.standard, shop.post, shop.hand.trade = 130, "普工", "普工"
    namesakes = crew.pop(), crew.pop()
    for one in namesakes:
        one.name, one.card_name = "张伟", "张 伟"
    _little_known([crew.pop() for _one in range(3)])
    _paid_oddly([crew.pop() for _one in range(4)])


def _listed(worker, trade, rate, labour):
    """Who does not count as labour and is not listed as such (R-83)."""
    worker.post, worker.standard = trade, rate
    worker.hand.trade, worker.hand.labour = trade, labour


def _little_known(three):
    """From elsewhere in the county: a telephone and no household, the reverse, the course alone."""
    called, at_home, trained = three
    called.home, called.hand.trained = None, False
    at_home.phone, at_home.hand.trained = "", False
    trained.home, trained.phone = None, ""


def _paid_oddly(four):
    """Late but in time, on the very last day, and less for what was paid too much before."""
    four[0].hand.arrives = four[1].hand.arrives = date(2026, 12, 1)
    four[2].hand.arrives = date(2026, 11, 30)
    four[3].hand.kept_back = 60
