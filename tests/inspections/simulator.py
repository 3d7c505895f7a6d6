"""A county's month with labels: honest people with all their noise, and frauds that are known.

It speaks to the tables alone and shares nothing with the patterns that look through them.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from project.kernel.months import SHANGHAI, Month
from project.simulation.names import GIVEN, SURNAMES
from registry.idnumber import check_digit

OCTOBER = Month(2026, 10)
MONTHS = (Month(2026, 8), Month(2026, 9), OCTOBER)
DAYS = [day for day in OCTOBER.dates() if day.isoweekday() < 6]
A_VILLAGE, A_TOWN = 60, 25
WAYS = ("phone", "machine", "roll_call", "book")
POSTS = ("保洁员", "护路员", "护林员", "水管员", "养老护理员")
COUNTY = "990388000000"
REQUIRED = 15  # days a month
BITS = 64


def moment(day, seconds):
    """A moment of a day, so many seconds after midnight in the office's time."""
    return datetime.combine(day, time.min, SHANGHAI) + timedelta(seconds=seconds)


def wall(seconds):
    """What a clock on the wall shows so many seconds after midnight."""
    return (datetime.min + timedelta(seconds=seconds)).time()


def signed(bits):
    """A number of 64 bits as the database keeps it."""
    return bits - (1 << BITS) if bits >> BITS - 1 else bits


def turned(bits):
    """What a picture looks like in a mirror: the eight bits of each of its rows reversed."""
    rows = [bits >> 8 * n & 255 for n in range(8)]
    return sum(int(f"{row:08b}"[::-1], 2) << 8 * n for n, row in enumerate(rows))


@dataclass
class Mark:
    """One thing a worker's phone, a machine, a clerk or a book says of a day."""

    day: date
    kind: str
    seconds: int
    out: int | None = None
    place: tuple | None = None
    look: int | None = None
    lent: int | None = None  # whose phone it was, where it was not the own


@dataclass
class Worker:
    """Somebody on a post, before the database knows them; keys are given beforehand."""

    number: int
    village: "Village"
    name: str
    born: date
    serial: int
    phone: str
    home: int | None
    card: str
    hardware: str
    days: list
    marks: list = field(default_factory=list)
    facts: list = field(default_factory=list)
    starts: date = date(2026, 1, 1)
    ends: date = date(2026, 12, 31)
    signed: date = date(2025, 12, 20)
    card_name: str = ""
    category: str = "脱贫户"
    post: str = "保洁员"
    standard: int = 600
    insured: bool = True
    scan: str = ""
    agreed: datetime | None = None
    credited: set | None = None
    paid: tuple | None = None
    capped: bool = True
    past: dict = field(default_factory=dict)
    hand: "Hand | None" = None  # what somebody is on a site, where it is no post
    person: int = 0
    contract: int = 0

    @property
    def id_number(self):
        body = f"{COUNTY[:6]}{self.born:%Y%m%d}{self.serial:03}"
        return body + check_digit(body)

    @property
    def sheet_days(self):
        """The days the sheet credits: those that were worked, unless somebody wrote others."""
        return set(self.days) if self.credited is None else self.credited


@dataclass
class Hand:
    """What a worker is on a site of work-for-relief, and how the wage reaches them."""

    site: object
    trade: str
    labour: str = "mass"
    trained: bool = True
    arrives: date | None = None
    taken_off: int = 0
    kept_back: int = 0


@dataclass
class Village:
    """Where people work, how their days are recorded, and where it lies."""

    code: str
    way: str
    place: tuple
    workers: list = field(default_factory=list)
    past: dict = field(default_factory=dict)
    calls: dict = field(default_factory=dict)
    surname: str = ""  # in some villages everybody has one
    scanned: bool = True
    odd: dict = field(default_factory=dict)
    bus: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Planted:
    """One fraud: the numbers of those who take part, and the village where it is all of one."""

    people: frozenset
    village: str | None


class County:
    """An honest county of so many holders; frauds are added before it is written."""

    def __init__(self, holders, seed=8):
        self.dice = Random(seed)
        self.villages, self.workers, self.sites = [], [], []
        self.planted = defaultdict(list)
        self.shows, self.places = defaultdict(set), defaultdict(set)
        self.later, self.spare, self.taken = [], defaultdict(list), set()
        for number in range(-(-holders // A_VILLAGE)):
            self._settle(number, min(A_VILLAGE, holders - number * A_VILLAGE))
        for village in self.villages:
            self.spare[village.way].append(village)
        self.whole = {way: villages[::2] for way, villages in self.spare.items()}
        self.spare = {way: villages[1::2] for way, villages in self.spare.items()}

    def _settle(self, number, count):
        town, here = divmod(number, A_TOWN)
        place = (105.2 + number % 40 * 0.02, 34.1 + number // 40 * 0.02)
        code = f"{COUNTY[:6]}{101 + town:03}{200 + here}"
        village = Village(code, WAYS[number % len(WAYS)], place)
        village.surname = SURNAMES[number % 20] if number % 7 == 2 else ""
        village.bus = {day: self.dice.random() < 0.1 for day in DAYS}
        village.calls = {day: 8 * 3600 + self.dice.randrange(1800) for day in DAYS}
        self.villages.append(village)
        for _one in range(count):
            self.settle(village)
        self._families(village)

    def settle(self, village, **facts):
        """One more honest person on a post of a village, with the month they truly worked."""
        dice, number = self.dice, len(self.workers)
        surname = village.surname or dice.choice(SURNAMES[:90])
        name = surname + "".join(dice.choices(GIVEN, k=dice.choice([1, 2, 2])))
        worker = Worker(
            **{
                "number": number,
                "village": village,
                "name": name,
                # No two share a birthday and a serial: within 998 people serials differ.
                "born": date(1963, 1, 1)
                + timedelta(days=dice.randrange(1_400) * 10 + number // 998),
                "serial": number % 998 + 1,
                "phone": f"199{number:08}",
                "home": number,
                "card": f"62{number:017}",
                "hardware": f"{number:064x}",
                "days": self.worked(),
                "post": POSTS[number // 8 % len(POSTS)],
                "scan": f"{number + 1:064x}",
            }
            | facts
        )
        worker.card_name = worker.card_name or worker.name
        self.workers.append(worker)
        village.workers.append(worker)
        worker.marks = worker.marks or self.marks(worker)
        worker.agreed = moment(date(2026, 11, 2 + number % 4), self.dice.randrange(28_000, 72_000))
        return worker

    def worked(self):
        """Three in ten are there every day; the others miss a few."""
        missed = 0 if self.dice.random() < 0.3 else self.dice.randrange(1, 6)
        gone = set(self.dice.sample(DAYS, missed))
        return [day for day in DAYS if day not in gone]

    def marks(self, worker):
        """What shows the days of a worker, the way their village records."""
        if worker.village.way == "phone":
            return [mark for day in worker.days for mark in self._by_phone(worker, day)]
        return [self._otherwise(worker.village, day) for day in worker.days]

    def _otherwise(self, village, day):
        if village.way == "roll_call":
            return Mark(day, "in", village.calls[day], place=self._near(village))
        if village.way == "book":
            return Mark(day, "in", 8 * 3600, 17 * 3600)
        out = 16 * 3600 + 2400 + self.dice.randrange(3600)
        return Mark(day, "in", self._arrival(village, day), out)

    def _by_phone(self, worker, day):
        came = self._arrival(worker.village, day)
        yield Mark(day, "in", came, place=self._near(worker.village), look=self.look(worker))
        left = came + 5 * 3600 + self.dice.randrange(3 * 3600)
        yield Mark(day, "out", left, place=self._near(worker.village), look=self.look(worker))

    def _arrival(self, village, day):
        """A late bus brings a whole village within a minute."""
        if village.bus[day]:
            return 9 * 3600 + 600 + self.dice.randrange(60)
        return 7 * 3600 + 1800 + self.dice.randrange(3600)

    def _near(self, village):
        """A place near the village; of the far ones most, yet not all, say that they are vague."""
        dice, (x, y) = self.dice, village.place
        luck = dice.random()
        drift, accuracy = (0.002, dice.randrange(4, 80))
        if luck < 0.05:
            drift, accuracy = 0.4, dice.randrange(800, 3000)
        elif luck < 0.07:
            drift, accuracy = 0.1, dice.randrange(20, 80)
        return x + dice.uniform(-drift, drift), y + dice.uniform(-drift, drift), accuracy

    def look(self, worker):
        """A picture of the usual place: like that of other days, some very much, never the same."""
        base = Random(worker.number // 7).getrandbits(BITS)
        for place in self.dice.sample(range(BITS), self.dice.randrange(6, 23)):
            base ^= 1 << place
        return base

    def _families(self, village):
        """Two of a family share a phone; brothers have names alike; some names are everybody's."""
        people = village.workers
        for one, two in zip(people[0:6:2], people[1:6:2], strict=False):
            two.hardware, two.phone = one.hardware, one.phone
        for elder, younger in zip(people[6:10:2], people[7:10:2], strict=False):
            own = self.dice.choice([sign for sign in "刚平海山" if sign != elder.name[-1]])
            younger.name = younger.card_name = elder.name[:-1] + own
            younger.phone = elder.phone
        for one in people[10:12] if len(self.villages) % 5 == 0 else ():
            one.name = one.card_name = "张伟"

    def take(self, way, count=1):
        """Honest people of one village of whom no fraud has been told yet, the families aside."""
        for village in self.spare[way]:
            free = [w for w in village.workers[12:] if w.number not in self.taken]
            if len(free) >= count:
                self.taken.update(worker.number for worker in free[:count])
                self.spare[way].remove(village)
                self.spare[way].append(village)  # frauds are spread over the villages
                return free[:count]
        raise AssertionError(f"the county has too few people whose days are shown by {way}")

    def village(self, way):
        """A village of whose people nobody is told of anything, for a fraud of all of it."""
        village = self.whole[way].pop()
        self.taken.update(worker.number for worker in village.workers)
        return village

    def plant(self, code, *workers, village=None, also=()):
        """Remember who takes part in what, and what else that shows, to hold findings against."""
        people = frozenset(worker.number for worker in workers)
        self.planted[code].append(Planted(people, village and village.code))
        for other in (code, *also):
            self.shows[other] |= people
            self.places[other].add(village and village.code)
