"""Writing a simulated county into the tables, by COPY, in the order they depend on each other."""

import uuid
from datetime import date, timedelta
from random import Random

from django.db import connection

from attendance.models import (
    CheckIn,
    Device,
    Photo,
    RollCall,
    RollCallLine,
)
from contracts.models import Contract, ContractScan, Cover, InsurancePolicy
from project.kernel.secrets import digest, seal
from project.simulation.copying import copy, reserve
from registry.models import BankAccount, Fact, Household, Pass, Person
from registry.names import sort_key
from tests import given
from tests.inspections.simulated_sheets import write_pay, write_sheets
from tests.inspections.simulated_site_rows import FUND, write_sites
from tests.inspections.simulator import OCTOBER, REQUIRED, moment, signed, turned, wall

LEVEL = {"phone": 3, "machine": 2, "roll_call": 2, "book": 1}
ROLES = (
    *("township_officer", "township_reviewer", "township_leader", "department_officer"),
    *("finance_officer", "village_clerk", "village_head", "village_supervisor", "inspector"),
)


def write(county):
    """Everything of a county, and then what its frauds add to it."""
    county.place = land(county)
    county.staff = {role: given.user(role, at=county.place.county) for role in ROLES}
    county.by = county.staff["township_officer"]
    county.runs = {}
    _people(county)
    _contracts(county)
    _phones(county)
    _days(county)
    write_sheets(county)
    write_pay(county)
    write_sites(county)
    for deed in county.later:
        deed()
    with connection.cursor() as cursor:
        # As any database that has been at work for a while, it knows the sizes of its tables.
        cursor.execute("ANALYZE")


def land(county):
    """The county, its towns and villages, with the rules that its frauds break."""
    towns = sorted({village.code[:9] for village in county.villages})
    place = given.township(f"{towns[0]}000", villages=0, required=REQUIRED)
    for town in towns:
        given.area(f"{town}000", f"{town[6:]}镇")
    for village in county.villages:
        given.area(village.code, f"{village.code[6:]}村")
    rules = {
        "exclude.cadre_family": True,
        "fund.categories": {"employment": ["脱贫户", "监测户"]},
        "subsidy.cap": "2000.00",
    }
    for code, value in rules.items():
        given.rule(place.county, code, value, place.document)
    return place


def _people(county):
    first = reserve(Person, len(county.workers))
    for worker in county.workers:
        worker.person = first + worker.number
    homes = reserve(Household, len(county.workers))
    since = {worker.home: worker.village.code for worker in reversed(county.workers)}
    since.pop(None, None)
    copy(
        Household,
        ("id", "area_id", "number", "head_name", "address"),
        [(homes + home, code, f"99S{home:09}", "户主", "") for home, code in since.items()],
    )
    copy(
        Person,
        (
            *("id", "area_id", "household_id", "name", "name_key", "id_number", "id_digest"),
            *("id_tail", "sex", "born_on", "relation", "category", "capacity", "phone"),
        ),
        [_person(worker, homes) for worker in county.workers],
    )
    columns = ("person_id", "number", "number_digest", "bank", "holder_name")
    rows = [
        (w.person, seal(w.card), digest(w.card), "示例银行", w.card_name) for w in county.workers
    ]
    copy(BankAccount, columns, rows, added_by_id=county.by.pk)
    told = [(worker, fact) for worker in county.workers for fact in worker.facts]
    facts = [(worker.person, *fact[:4], *(fact[4:] or [None])) for worker, fact in told]
    columns = ("person_id", "kind", "starts_on", "source", "basis", "ends_on")
    copy(Fact, columns, facts, received_by_id=county.by.pk)


def _person(worker, homes):
    number = worker.id_number
    return (
        *(worker.person, worker.village.code),
        *(None if worker.home is None else homes + worker.home, worker.name),
        *(sort_key(worker.name), seal(number), digest(number), number[-4:]),
        *("m" if worker.serial % 2 else "f", worker.born, "户主", worker.category, "normal"),
        worker.phone,
    )


def _contracts(county):
    first = reserve(Contract, len(county.workers))
    for worker in county.workers:
        worker.contract = first + worker.number
    copy(
        Contract,
        (
            *("id", "area_id", "person_id", "title", "post_type", "standard"),
            *("starts_on", "ends_on", "signed_on", "fund_id", "attested", "pay_basis"),
        ),
        [
            (
                *(w.contract, w.village.code, w.person, w.post, "" if w.hand else w.post),
                *(w.standard, w.starts, w.ends, w.signed),
                *((FUND, True, "day") if w.hand else ("employment", False, "month")),
            )
            for w in county.workers
        ],
        state="in_force",
    )
    policy = InsurancePolicy.objects.create(
        state="in_force",
        area=county.place.county,
        number="99-SIM",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )
    covered = [(policy.pk, w.person) for w in county.workers if w.insured]
    ends = {"starts_on": policy.starts_on, "ends_on": policy.ends_on}
    copy(Cover, ("policy_id", "person_id"), covered, **ends)
    scans = [(w.contract, w.scan, moment(OCTOBER.first, 36000)) for w in county.workers if w.scan]
    columns = ("contract_id", "sha256", "added_at")
    copy(ContractScan, columns, scans, name="合同.pdf", file="sim.pdf", added_by_id=county.by.pk)


def _phones(county):
    """Everybody who reports by phone was let in once, on the hardware they have."""
    own = [w for w in county.workers if w.village.way == "phone"]
    passes, phones = reserve(Pass, len(own)), reserve(Device, len(own))
    county.phone = {w.number: phones + n for n, w in enumerate(own)}
    entered = moment(date(2026, 1, 5), 36000)
    copy(
        Pass,
        ("id", "digest", "person_id"),
        [(passes + n, f"{w.number:064d}", w.person) for n, w in enumerate(own)],
        purpose="enter",
        issued_by_id=county.by.pk,
        issued_at=entered,
        valid_until=entered + timedelta(days=2),
        used_at=entered,
    )
    copy(
        Device,
        ("id", "person_id", "let_in_by_id", "digest", "public_key", "fingerprint"),
        [
            (phones + n, w.person, passes + n, f"{w.number:064d}", str(w.number), w.hardware)
            for n, w in enumerate(own)
        ],
    )


CHECK_IN = (
    *("id", "client_id", "kind", "contract_id", "day", "in_at", "out_at", "source", "level"),
    *("device", "longitude", "latitude", "at", "accuracy", "phone_id", "received_at"),
    *("received_by_id", "worth", "said", "hash", "signature"),
)


def _days(county):
    told = [(worker, mark) for worker in county.workers for mark in worker.marks]
    first = reserve(CheckIn, len(told))
    dice = Random(5)
    rows = [_check_in(county, first + n, *pair, dice) for n, pair in enumerate(told)]
    copy(CheckIn, CHECK_IN, rows, photo="")
    shown = [(first + n, mark.look) for n, (_w, mark) in enumerate(told) if mark.look is not None]
    pictures = [
        (check_in, None, f"{check_in:064x}", signed(look), signed(turned(look)))
        for check_in, look in shown
    ]
    pictures += _roll_calls(county, told, first)
    columns = ("check_in_id", "roll_call_id", "sha256", "look", "mirrored")
    copy(Photo, columns, pictures, file="sim.jpg", size=90_000)


def _check_in(county, pk, worker, mark, dice):
    way, by_phone = worker.village.way, worker.village.way == "phone"
    x, y, accuracy = mark.place or (None, None, None)
    clocked = way in ("machine", "book")
    return (
        *(pk, uuid.UUID(int=dice.getrandbits(128)), mark.kind, worker.contract, mark.day),
        *(wall(mark.seconds) if clocked else None, wall(mark.out) if mark.out else None),
        *(way, LEVEL[way], "" if by_phone else f"{way}-{worker.village.code}"),
        *(x and round(x, 6), y and round(y, 6)),
        *(None if clocked else moment(mark.day, mark.seconds), accuracy),
        *(
            county.phone[mark.lent or worker.number] if by_phone else None,
            moment(mark.day, mark.seconds + 90),
        ),
        *(None if by_phone else county.staff["village_clerk"].pk, 1, "", "", ""),
    )


def _roll_calls(county, told, first):
    """The clerk's one tablet calls each day's roll, with a picture of those who are there."""
    calls, lines, pictures, dice = {}, [], [], Random(6)
    for n, (worker, mark) in enumerate(told):
        if worker.village.way == "roll_call":
            calls.setdefault((worker.village.code, mark.day), []).append((worker, first + n))
    base = reserve(RollCall, max(1, len(calls)))
    rows, villages = [], {village.code: village for village in county.villages}
    for n, ((code, day), there) in enumerate(calls.items()):
        rows.append(
            (
                base + n,
                uuid.UUID(int=dice.getrandbits(128)),
                code,
                day,
                _called(villages, code, day),
            )
        )
        lines += [(base + n, worker.contract, check_in) for worker, check_in in there]
        look = villages[code].odd.get(day) or dice.getrandbits(64)
        pictures.append((None, base + n, f"r{base + n:063x}", signed(look), signed(turned(look))))
    columns = ("id", "client_id", "area_id", "day", "at")
    by = county.staff["village_clerk"].pk
    copy(RollCall, columns, rows, kind="in", title="", reason="", by_id=by)
    copy(RollCallLine, ("roll_call_id", "contract_id", "check_in_id"), lines, present=True)
    return pictures


def _called(villages, code, day):
    return moment(day, villages[code].calls[day])
