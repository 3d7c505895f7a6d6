"""What honest people do that looks odd: lent phones, lost signals, twins, leave, late starts."""

from datetime import date, timedelta

from attendance.models import CheckIn, Flag, FlagReview, Leave, Substitution
from contracts.models import Exit, Suspension
from project.simulation.copying import copy
from tests.inspections.simulated_days import correct
from tests.inspections.simulated_people import keep, sign, years
from tests.inspections.simulator import DAYS, MONTHS, moment

LONG_AGO = date(2015, 6, 1)
KNOWN = (
    ("残疾", LONG_AGO, "残联", "三级"),
    ("务工", date(2025, 3, 1), "监测系统", "省外务工", date(2025, 12, 20)),
    ("死亡", date(2026, 11, 8), "卫健局", "死亡登记"),
    ("参保", LONG_AGO, "社保局", "企业参保", date(2024, 12, 31)),
)


def add(county):
    """Noise in every village, among those to whom frauds are not told later as well."""
    county.later.append(lambda: _reviewed(county))
    for n, village in enumerate(county.villages):
        people = village.workers[12:]
        if len(people) < 12:
            continue
        for odd in (_known, _began, _left, _stood_in_for, _twins, _paused, _corrected, _stayed):
            odd(county, [people.pop() for _one in range(2)])
        _one_at_a_time(county, people)
        if n % 19 == 3:
            _kindred(people.pop(), people.pop(), people.pop())
            _taken(county, *village.workers[-40:])
        _by_way(county, village, people)


def _by_way(county, village, people):
    """What looks odd where days are shown by phone, by a machine or by a book."""
    if village.way == "phone":
        _met(county, people[-20:])
        _lent(people.pop(), people.pop(), people.pop())
        _without_signal(county, people.pop())
        _helping_next_door(people.pop())
    if village.way == "machine":
        _punctual(county, people.pop())
        if int(village.code[-2:]) % 2:
            _by_the_minute(village)
    if village.way == "book":
        _signing_day(county, [people.pop() for _one in range(6)])


def _one_at_a_time(county, people):
    """Signed a day late; a post handed on in the family; two months of leave; dearer work."""
    late, leaver, heir, ill, skilled = (people.pop() for _one in range(5))
    late.signed = late.days[min(2, len(late.days) - 1)]
    leaver.ends, heir.starts = date(2026, 10, 16), date(2026, 10, 19)
    heir.home, heir.post = leaver.home, leaver.post
    keep(leaver, [day for day in DAYS if day <= leaver.ends])
    keep(heir, [day for day in DAYS if day >= heir.starts])
    keep(ill, [])
    ill.past = {month: 0 for month in MONTHS[:2]}
    skilled.standard = 700
    _taken(county, late, leaver, heir, ill, skilled)
    county.later.append(lambda: _granted(county, ill))


def _granted(county, ill):
    Leave.objects.create(
        state="granted",
        area_id=ill.village.code,
        contract_id=ill.contract,
        kind="sick",
        starts_on=date(2026, 8, 1),
        ends_on=date(2026, 11, 15),
        reason="住院",
        asked_by=county.staff["village_clerk"],
        decided_by=county.by,
        decided_at=moment(date(2026, 8, 1), 40_000),
    )


def _kindred(one, two, three):
    """Three brothers of three homes with one telephone, and two of them with names read alike."""
    for brother in (two, three):
        brother.phone = one.phone
    for brother, own in ((one, "军"), (two, "君"), (three, "海")):
        brother.name = brother.card_name = one.name[0] + own


def _met(county, twenty):
    """In an evening's meeting they looked at their days, one after the other, in five minutes."""
    for worker in twenty:
        worker.agreed = moment(date(2026, 11, 3), 70_000 + county.dice.randrange(300))


def _taken(county, *workers):
    county.taken.update(worker.number for worker in workers)


def _known(county, two):
    """Other departments know things of them that are over, came later or exclude nobody."""
    for worker in two:
        worker.facts.append(county.dice.choice(KNOWN))
    _taken(county, *two)


def _began(county, two):
    """They came in the middle of the month and were there from then on."""
    for worker in two:
        worker.starts = DAYS[6]
        keep(worker, DAYS[6:])
    _taken(county, *two)


def _left(county, two):
    """They told in time that they leave, some a few days afterwards."""
    for worker in two:
        worker.ends = date(2026, 10, 16)
        keep(worker, [day for day in DAYS if day <= worker.ends])
        worker.home = worker.number
        county.later.append(lambda worker=worker: _told(county, worker))
    _taken(county, *two)


def _told(county, worker):
    Exit.objects.create(
        area_id=worker.village.code,
        contract_id=worker.contract,
        reason="E02",
        last_day=worker.ends,
        proposed_on=worker.ends + timedelta(days=worker.number % 10 - 4),
        proposed_by=county.by,
    )


def _stood_in_for(county, two):
    """One was away for a week; the other was registered and worked, and the first was not there."""
    holder, other = two
    keep(holder, [day for day in DAYS if not DAYS[5] <= day <= DAYS[9]])
    _taken(county, *two)
    county.later.append(
        lambda: Substitution.objects.create(
            area_id=holder.village.code,
            holder_id=holder.contract,
            substitute_id=other.contract,
            starts_on=DAYS[5],
            ends_on=DAYS[9],
            reason="住院",
            registered_by=county.by,
        )
    )


def _twins(county, two):
    """Twins: one birthday, one surname, one telephone of the family, other names."""
    one, other = two
    other.born, other.phone = one.born, one.phone
    other.serial = (one.serial + 400) % 998 + 1
    own = county.dice.choice([sign_ for sign_ in "伟芳强" if sign_ != one.name[-1]])
    other.name = other.card_name = one.name[:-1] + own
    _taken(county, *two)


def _paused(county, two):
    """Their work stood for a week, and so did they."""
    first, last = DAYS[7], DAYS[11]
    for worker in two:
        keep(worker, [day for day in DAYS if not first <= day <= last])
        county.later.append(
            lambda worker=worker: Suspension.objects.create(
                area_id=worker.village.code,
                contract_id=worker.contract,
                starts_on=first,
                ends_on=last,
                reason="农忙",
                begun_by=county.by,
                ended_by=county.by,
                ended_at=moment(last, 60_000),
            )
        )
    _taken(county, *two)


def _corrected(county, two):
    """Up to five forgotten days were put right."""
    _taken(county, *two)
    for days, worker in zip((3, 5), two, strict=True):
        county.later.append(lambda worker=worker, days=days: correct(county, worker, days))


def _stayed(county, two):
    """They have held their posts for years, under one contract after the other."""
    _taken(county, *two)
    county.later.append(lambda: [years(county, worker, [2024, 2025], 12) for worker in two])


def _lent(owner, one, two):
    """A neighbour's phone was empty: twice each they used another's."""
    for n, worker in enumerate((one, two)):
        for mark in worker.marks[4 * n : 4 * n + 4]:
            mark.lent = owner.number


def _without_signal(county, worker):
    """In the valley pictures do not always arrive."""
    for mark in county.dice.sample(worker.marks, len(worker.marks) * 2 // 5):
        mark.look = None


def _helping_next_door(worker):
    """In the afternoon they help out in the next village, five kilometres on."""
    for mark in worker.marks[1::4]:
        x, y, _vague = mark.place
        mark.place = (x + 0.05, y, 25)


def _punctual(county, worker):
    """There at eight to the minute, every day, and gone at five or a little later."""
    for mark in worker.marks:
        mark.seconds = 8 * 3600 + county.dice.randrange(-40, 40)
        mark.out = 17 * 3600 + county.dice.randrange(600)


def _by_the_minute(village):
    """An old machine writes minutes alone: whoever comes by the bus comes in one."""
    for worker in village.workers:
        for mark in worker.marks:
            mark.seconds, mark.out = mark.seconds // 60 * 60, mark.out // 60 * 60


def _signing_day(county, six):
    """One after the other they sign on the tablet in the village's office, minutes apart."""
    gap = county.dice.randrange(25, 240)

    def drawn():
        for n, worker in enumerate(six):
            sign(county, worker, moment(DAYS[8], 40_000 + gap * n))

    county.later.append(drawn)


def _reviewed(county):
    """An officer goes through doubtful days with care: a dozen a minute, for five minutes."""
    check_ins = CheckIn.objects.order_by("day", "pk")[:60]
    flags = Flag.objects.bulk_create(Flag(check_in=one, code="late") for one in check_ins)
    at = moment(date(2026, 11, 2), 50_000)
    rows = [(flag.pk, at + timedelta(seconds=5 * n)) for n, flag in enumerate(flags)]
    same = {"decision": "counts", "reason": "属实", "by_id": county.by.pk}
    copy(FlagReview, ("flag_id", "at"), rows, **same)
