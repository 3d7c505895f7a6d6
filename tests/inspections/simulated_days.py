"""Frauds by how days are recorded, and by what was done with the sheets afterwards."""

from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType

from attendance.models import CheckIn, Correction, Flag, FlagReview, Substitution
from contracts.models import Contract, Exit, Suspension
from notices.models import Notice, Objection
from policy.models import PolicyDocument
from posts.models import Hire, Post
from project.kernel.models import Event
from project.simulation.copying import copy
from registry.models import Area, Kinship, Unit
from tests import given
from tests.inspections.simulated_people import keep
from tests.inspections.simulator import BITS, DAYS, MONTHS, Mark, moment, turned


def phones(county):
    """Several strangers on one phone, who also agree to their days with it."""
    those = county.take("phone", county.dice.randrange(3, 7))
    for worker in those:
        worker.hardware = those[0].hardware
    county.plant("V-01.phone", *those)
    county.plant("V-12.phone", *those)
    six = county.take("phone", county.dice.randrange(5, 9))
    for n, worker in enumerate(six):
        worker.agreed = moment(date(2026, 11, 2), 30_000 + n * 9 // (len(six) - 1))
    county.plant("V-38.agreed", *six)


def near(look, dice):
    """The same picture, sent again in another size: up to three bits differ."""
    for place in dice.sample(range(BITS), dice.randrange(4)):
        look ^= 1 << place
    return look


def pictures(county):
    """Another's picture, one's own of another day, the same turned round, none at all."""
    dice = county.dice
    one, other, again, mirror, none, second = county.take("phone", 6)
    theirs = [mark for mark in one.marks if mark.kind == "in"]
    for mark, like in zip([m for m in other.marks if m.kind == "in"], theirs, strict=False):
        mark.look = near(like.look, dice)
    same = again.marks[0].look
    for mark in again.marks[2 : dice.randrange(8, 24) : 2]:
        mark.look = near(same, dice)
    before = mirror.marks[0].look
    for mark in mirror.marks[4 : dice.randrange(10, 24) : 4]:
        mark.look = turned(before)
    for worker, kind in ((none, "in"), (second, "out")):
        of_kind = [mark for mark in worker.marks if mark.kind == kind]
        for mark in dice.sample(of_kind, dice.randrange(len(of_kind) * 6 // 10, len(of_kind)) + 1):
            mark.look = None
    county.plant("V-01.picture", one, other)
    county.plant("V-32.again", again)
    county.plant("V-32.mirrored", mirror, also=["V-32.again"])
    county.plant("V-32.none", none)
    county.plant("V-32.second", second)


def rolls(county):
    """One picture for the roll calls of several days."""
    village = county.village("roll_call")
    look = county.dice.getrandbits(BITS)
    village.odd |= {day: near(look, county.dice) for day in DAYS[3:9]} | {DAYS[2]: look}
    county.plant("V-32.rolls", *village.workers, village=village)


def clocks(county):
    """The same minute and second each day; three who come as one, day after day."""
    alone, *three = county.take("machine", 4)
    for mark in alone.marks[county.dice.randrange(len(alone.marks) // 6) :]:
        mark.seconds, mark.out = 8 * 3600 + 7, 17 * 3600 + 3
    together = {day: county.dice.randrange(28_800, 30_600) // 60 * 60 + 7 for day in DAYS}
    for worker in three:
        for mark in worker.marks[county.dice.randrange(len(worker.marks) // 4) :]:
            mark.seconds = together[mark.day]
    county.plant("V-02.clock", alone)
    county.plant("V-02.together", *three)


def alike(county):
    """A village in which everybody is there every day, month after month."""
    village = county.village("machine")
    for worker in village.workers:
        worker.days = list(DAYS)
        worker.marks = county.marks(worker)
    for month in MONTHS[:2]:
        days = [day for day in month.dates() if day.isoweekday() < 6]
        village.past[month] = sum(1 << day.day - 1 for day in days)
    # Some of them had not begun, or were suspended: nobody asked when all were credited alike.
    also = ["V-01.substitute", "V-03.dates", "V-18.outside"]
    county.plant("V-02.village", *village.workers, village=village, also=also)


def impossible(county):
    """Days before the contract, in a suspension, 35 kilometres away a few minutes later."""
    early, paused = county.take("machine", 2)
    early.starts = early.days[county.dice.randrange(1, 12)]
    county.plant("V-03.dates", early, also=["V-18.outside", "V-35.records"])
    county.plant("V-03.dates", paused)
    county.later.append(
        lambda: Suspension.objects.create(
            area_id=paused.village.code,
            contract_id=paused.contract,
            starts_on=date(2026, 10, 12),
            reason="停职",
            begun_by=county.by,
        )
    )
    (far,) = county.take("phone")
    mark = far.marks[0]
    x, y, _accuracy = far.village.place + (0,)
    mark.place = (x, y, 20)
    look = county.look(far)
    there = (x + county.dice.uniform(0.38, 0.9), y, 20)
    far.marks.insert(1, Mark(mark.day, "again", mark.seconds + 1200, None, there, look))
    county.plant("V-03.travel", far)


def substituted(county):
    """Somebody else is registered in a holder's place, and the holder's days run on."""
    holder, other = county.take("machine", 2)
    county.plant("V-01.substitute", holder, other)
    county.later.append(
        lambda: Substitution.objects.create(
            area_id=holder.village.code,
            holder_id=holder.contract,
            substitute_id=other.contract,
            starts_on=DAYS[2],
            ends_on=DAYS[9],
            reason="家中有事",
            registered_by=county.by,
        )
    )


def unproven(county):
    """Days that only the sheet knows, and a book that nobody has seen."""
    (worker,) = county.take("machine")
    keep(worker, worker.days[:9])
    worker.credited = set(worker.days) | set(DAYS[-county.dice.randrange(1, 7) :])
    county.plant("V-35.records", worker)
    village = county.village("book")
    village.scanned = False
    county.plant("V-35.book", *village.workers, village=village)


def notices(county):
    """A notice that hung a day, one that said fewer days, a signature from elsewhere."""
    short, changed, signed = map(county.village, ("machine", "roll_call", "phone"))
    short.odd["hung"] = (date(2026, 11, county.dice.randrange(5, 9)), date(2026, 11, 9))
    worker = changed.workers[0]
    changed.odd[worker.number] = f"{len(worker.days) - 4}.0"
    signed.odd["signer"] = given.user()
    county.plant("V-20.short", village=short)
    county.plant("V-20.changed", worker, village=changed)
    county.plant("V-34.signer", village=signed)


def raised(county):
    """Days went up after a notice was taken back; most days of another are corrections."""
    more, corrected = county.take("machine", 2)
    county.plant("V-21.raised", more)
    county.plant("V-21.corrected", corrected)

    def taken_back():
        number = more.village.workers.index(more) + 1
        fewer = len(more.days) - county.dice.randrange(2, 7)
        rows = [{"number": number, "days_worked": f"{fewer}.0"}]
        Notice.objects.create(
            state="void",
            kind="attendance",
            area_id=more.village.code,
            title="考勤公示",
            content={"month": "2026-10", "rows": rows},
            sha256="b" * 64,
            days=5,
            unit="calendar",
        )

    half = (len(corrected.days) + 1) // 2
    county.later += [taken_back, lambda: correct(county, corrected, half)]


def correct(county, worker, days):
    """So many days of somebody were asked for by one person and granted by one other."""
    for check_in in CheckIn.objects.filter(contract_id=worker.contract).order_by("day")[:days]:
        Correction.objects.create(
            state="granted",
            area_id=worker.village.code,
            contract_id=worker.contract,
            day=check_in.day,
            was=0,
            wanted=1,
            reason="漏签",
            asked_by=county.staff["village_clerk"],
            decided_by=county.by,
            decided_at=moment(check_in.day + timedelta(days=1), 32_400 + worker.number),
            check_in=check_in,
        )


def decided(county):
    """Doubtful days of several people are decided within a minute."""
    four = county.take("machine", 4)
    county.plant("V-38.decided", *four)
    hasty, several = given.user(), county.dice.randrange(16, 60)

    def at_once():
        numbers = [worker.contract for worker in four]
        check_ins = CheckIn.objects.filter(contract__in=numbers).order_by("day", "pk")[:several]
        flags = Flag.objects.bulk_create(Flag(check_in=one, code="late") for one in check_ins)
        at = moment(date(2026, 11, 2), 36_000)
        rows = [(flag.pk, at + timedelta(seconds=59 * n / several)) for n, flag in enumerate(flags)]
        same = {"decision": "counts", "reason": "属实", "by_id": hasty.pk}
        copy(FlagReview, ("flag_id", "at"), rows, **same)

    county.later.append(at_once)


def kin(county):
    """A relative puts a contract in force; one hand offers and starts another."""
    related, same = county.take("roll_call", 2)
    county.plant("V-26.kin", related)
    county.plant("V-26.same", same)
    who = given.user()

    def stepped():
        Kinship.objects.create(
            user=who, person_id=related.person, relation="弟", declared_on=date(2026, 3, 1)
        )
        steps = [(related, "start", who), (same, "offer", county.by), (same, "start", county.by)]
        kind = ContentType.objects.get_for_model(Contract).pk
        rows = [
            (moment(DAYS[4], 30_000 + n), by.pk, verb, kind, worker.contract)
            for n, (worker, verb, by) in enumerate(steps)
        ]
        columns = ("at", "by_id", "verb", "record_type_id", "record_id")
        copy(Event, columns, rows, before="", after="", note="", data="{}")

    county.later.append(stepped)


def left(county):
    """Somebody left on the ninth, and it was told a week later or more."""
    (worker,) = county.take("roll_call")
    keep(worker, DAYS[:7])
    county.plant("V-27.late", worker)
    county.later.append(
        lambda: Exit.objects.create(
            area_id=worker.village.code,
            contract_id=worker.contract,
            reason="E02",
            last_day=date(2026, 10, 9),
            proposed_on=date(2026, 10, 15) + timedelta(days=worker.number % 15),
            proposed_by=county.by,
        )
    )


def posts(county):
    """More people than places, a post after its holder, a post without work; and honest ones."""
    for title, places, code in (("河道管护员", 3, "V-15.payees"), ("道路协管员", 4, "")):
        four = county.take("book", 4)
        for worker in four:
            worker.post = f"{title}{four[0].number}"
        if code:
            county.plant(code, *four)
        county.later.append(lambda f=four, p=places: post(county, f, headcount=p))
    (after,), (empty,) = county.take("book"), county.take("book")
    after.post, empty.post = f"图书管理员{after.number}", f"水库巡查员{empty.number}"
    county.plant("V-24.after", after)
    county.plant("V-24.empty", empty, village=empty.village)
    county.later.append(lambda: post(county, [after], starts_on=date(2026, 3, 1)))
    county.later.append(lambda: post(county, [empty], duties="", workload=""))


def post(county, workers, **fields):
    """The post of some people of a village, with how each came onto it."""
    first = workers[0]
    area = Area.objects.get(code=first.village.code)
    made = Post.objects.create(
        state="open",
        area=area,
        number=f"P{first.number}",
        title=first.post,
        post_type=first.post,
        department=Unit.objects.get_or_create(area=county.place.county, name="农业农村局")[0],
        fund_id="employment",
        standard=600,
        **{"duties": "巡查", "workload": "每日一次", "starts_on": date(2025, 12, 1)} | fields,
    )
    for worker in workers:
        Hire.objects.create(
            area=area,
            post=made,
            person_id=worker.person,
            contract_id=worker.contract,
            applied_on=date(2025, 12, 10),
            materials=["application", "id_card", "household_register", "promise"],
        )


def turns(county):
    """Nine people share one post, a month each, beside somebody who is always there."""
    *nine, always = county.take("machine", 10)
    always.post = "轮值管护员"
    for n, worker in enumerate(nine):
        worker.post = "轮值管护员"
        worker.past = {month: (1 << 20) - 1 if n % 3 == m else 0 for m, month in enumerate(MONTHS)}
        if n % 3 != 2:
            keep(worker, [])
    county.plant("V-15.turns", *nine, also=["V-36.nothing"])


def said(county):
    """Somebody in the village says that the money is collected back."""
    village = county.village("book")
    county.plant("V-14.said", village=village)

    def objected():
        Objection.objects.create(
            area_id=village.code,
            notice_id=county.notice[village.code],
            line=1,
            text="村里把补贴的钱收回去平分了",
            channel="web",
            received_on=date(2026, 10, 28),
            due_on=date(2026, 11, 6),
            code=f"S{village.code[-9:]}",
        )

    county.later.append(objected)


def too_long(county):
    """A village whose rule allows half a year, and contracts of a whole one."""
    village = county.village("phone")
    county.plant("V-18.term", *village.workers, village=village)

    def ruled():
        document = PolicyDocument.objects.get(pk=county.place.document.pk)
        given.rule(Area.objects.get(code=village.code), "contract.max_term_months", 6, document)

    county.later.append(ruled)


ALL = (
    *(phones, pictures, rolls, clocks, alike, impossible, substituted, unproven, notices),
    *(raised, decided, kin, left, posts, turns, said, too_long),
)
