"""Writing a simulated county into the tables, by COPY, in the order they depend on each other."""

import json
import uuid
from datetime import date, timedelta
from random import Random

from django.contrib.contenttypes.models import ContentType

from attendance.models import (
    Acknowledgement,
    CheckIn,
    Device,
    Photo,
    RollCall,
    RollCallLine,
    Sheet,
    SheetLine,
    SheetScan,
)
from contracts.models import Contract, ContractScan, Cover, InsurancePolicy
from notices.models import Notice
from payroll.models import PayLine, PayRun
from project.kernel.models import Event
from project.kernel.secrets import digest, seal
from project.simulation.copying import copy, reserve
from registry.models import BankAccount, Fact, Household, Pass, Person
from registry.names import sort_key
from tests import given
from tests.inspections.simulator import COUNTY, DAYS, MONTHS, OCTOBER, moment, signed, turned, wall

NOVEMBER = date(2026, 11, 1)
REQUIRED, CAP = 15, 2000
LEVEL = {"phone": 3, "machine": 2, "roll_call": 2, "book": 1}
ROLES = (
    *("township_officer", "township_reviewer", "township_leader", "department_officer"),
    *("finance_officer", "village_clerk", "village_head", "village_supervisor", "inspector"),
)


def mask(days):
    return sum(1 << day.day - 1 for day in days)


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
    _sheets(county)
    _pay(county)
    for deed in county.later:
        deed()


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
    facts = [(worker.person, *fact) for worker in county.workers for fact in worker.facts]
    columns = ("person_id", "kind", "starts_on", "source", "basis")
    copy(Fact, columns, facts, received_by_id=county.by.pk)


def _person(worker, homes):
    number = worker.id_number
    return (
        *(worker.person, worker.village.code, homes + worker.home, worker.name),
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
            *("id", "area_id", "person_id", "title", "post_type", "fund_id", "standard"),
            *("starts_on", "ends_on", "signed_on"),
        ),
        [
            (
                *(w.contract, w.village.code, w.person, w.post, w.post, "employment", w.standard),
                *(w.starts, w.ends, w.signed),
            )
            for w in county.workers
        ],
        state="in_force",
        attested=False,
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
        *(county.phone[worker.number] if by_phone else None, moment(mark.day, mark.seconds + 90)),
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


def _sheets(county):
    """Three months of sheets; October's hung for everybody to read and is final."""
    dice, by = Random(7), county.staff["village_supervisor"].pk
    first = reserve(Sheet, len(county.villages) * len(MONTHS))
    county.sheet, county.notice, county.line = {}, {}, {}
    notices, sheets, lines = [], [], []
    base = reserve(Notice, len(county.villages))
    for v, village in enumerate(county.villages):
        for m, month in enumerate(MONTHS):
            pk, last = first + v * len(MONTHS) + m, month == OCTOBER
            county.sheet[village.code, month] = pk
            sheets.append((pk, village.code, month.first, "final" if last else "confirmed"))
            lines += [
                (pk, worker.contract, n, _mask(worker, month, dice))
                for n, worker in enumerate(village.workers, 1)
            ]
        county.notice[village.code] = base + v
        notices.append((base + v, village.code, json.dumps({"rows": _told(village)})))
    hung = {"posted_on": NOVEMBER, "ends_on": date(2026, 11, 6), "certified_on": date(2026, 11, 9)}
    copy(
        Notice,
        ("id", "area_id", "content"),
        notices,
        **hung,
        posted_by_id=by,
        certified_by_id=by,
        state="certified",
        kind="attendance",
        title="考勤公示",
        sha256="a" * 64,
        days=5,
        unit="calendar",
    )
    _write_sheets(county, sheets, lines, by)
    _events(county)


def _write_sheets(county, sheets, lines, by):
    rows = [
        (pk, code, month, state, *_final(county, code, state, by))
        for pk, code, month, state in sheets
    ]
    columns = ("id", "area_id", "month", "state", "notice_id", "final_at", "final_by_id")
    copy(Sheet, columns, rows, opened_by_id=county.by.pk)
    base = reserve(SheetLine, len(lines))
    numbered = [(base + n, *row) for n, row in enumerate(lines)]
    columns = ("id", "sheet_id", "contract_id", "number", "full_days")
    copy(SheetLine, columns, numbered, half_days=0)
    county.line = {(row[1], row[2]): row[0] for row in numbered}
    books = [
        (county.sheet[village.code, OCTOBER], f"b{village.code:0>63}")
        for village in county.villages
        if village.way == "book" and village.scanned
    ]
    columns = ("sheet_id", "sha256")
    copy(SheetScan, columns, books, file="sim.pdf", name="签到簿.pdf", added_by_id=county.by.pk)
    agreed = [
        (county.line[county.sheet[w.village.code, OCTOBER], w.contract], w)
        for w in county.workers
        if w.village.way == "phone"
    ]
    columns = ("line_id", "phone_id", "full_days", "at")
    rows = [(line, county.phone[w.number], mask(w.sheet_days), w.agreed) for line, w in agreed]
    copy(Acknowledgement, columns, rows, agrees=True, half_days=0)


def _final(county, code, state, by):
    if state != "final":
        return None, None, None
    return county.notice[code], moment(date(2026, 11, 9), 40_000), by


def _mask(worker, month, dice):
    if month == OCTOBER:
        return mask(worker.sheet_days)
    for told in (worker.past, worker.village.past):
        if month in told:
            return told[month]
    days = [day for day in month.dates() if day.isoweekday() < 6 and worker.starts <= day]
    return mask(day for day in days if dice.random() > 0.1)


def _told(village):
    return [
        {"number": n, "name": worker.name, "days_worked": village.odd.get(worker.number, days)}
        for n, worker, days in (
            (n, worker, f"{len(worker.sheet_days)}.0")
            for n, worker in enumerate(village.workers, 1)
        )
    ]


STEPS = (
    *(("confirm", "village_head", 1), ("acknowledge", "village_clerk", 2)),
    *(("review", "township_officer", 3), ("publicise", "village_supervisor", 3)),
    ("certify", "village_supervisor", 9),
)


def _events(county):
    """Who took the sheets further and hung the notices, and when."""
    sheet, notice = (ContentType.objects.get_for_model(model).pk for model in (Sheet, Notice))
    rows = []
    for n, village in enumerate(county.villages):
        about = county.sheet[village.code, OCTOBER]
        for verb, role, day in STEPS:
            at = moment(date(2026, 11, day), 32_000 + 61 * n)
            who = village.odd.get("signer", county.staff[role]).pk
            rows.append((at, who, verb, sheet, about))
        posted, ended = village.odd.get("hung", (NOVEMBER, date(2026, 11, 9)))
        by = county.staff["village_supervisor"].pk
        hung = county.notice[village.code]
        rows.append((moment(posted, 32_000 + 61 * n), by, "post", notice, hung))
        rows.append((moment(ended, 33_000 + 61 * n), by, "certify", notice, hung))
    columns = ("at", "by_id", "verb", "record_type_id", "record_id")
    copy(Event, columns, rows, before="", after="", note="", data="{}")


def _pay(county):
    """A run for each township: the standard by the days, of those the rule requires."""
    towns = sorted({village.code[:9] for village in county.villages})
    asked = [county.staff[role] for role in ROLES[:5]]
    steps = ("confirmed", "township_approved", "department_approved", "finance_approved")
    at = moment(date(2026, 11, 12), 36_000)
    for town in towns:
        signed_by = {f"{step}_by": who for step, who in zip(steps, asked[1:], strict=True)}
        county.runs[town] = PayRun.objects.create(
            state="finance_approved",
            area_id=f"{town}000",
            month=OCTOBER,
            fund_id="employment",
            prepared_at=at,
            prepared_by=asked[0],
            **signed_by,
            **{f"{step}_at": at for step in steps},
        )
    columns = (
        *("run_id", "number", "contract_id", "person_id", "area_id", "account_id"),
        *("sheet_line_id", "standard", "days_worked", "due", "cap", "amount"),
    )
    accounts = dict(BankAccount.objects.values_list("person_id", "pk"))
    rows = [_line(county, worker, accounts[worker.person]) for worker in county.workers]
    fixed = {"month": OCTOBER.first, "item": "post_subsidy", "required_days": REQUIRED}
    copy(PayLine, columns, rows, **fixed, rules=[])


def _line(county, worker, account):
    days = len(worker.sheet_days)
    fair = round(worker.standard * days / max(days, REQUIRED), 2)
    days, due = worker.paid or (days, fair)
    line = county.line[county.sheet[worker.village.code, OCTOBER], worker.contract]
    run = county.runs[worker.village.code[:9]].pk
    return (
        *(run, worker.number + 1, worker.contract, worker.person, worker.village.code, account),
        *(line, worker.standard, days, due, CAP if worker.capped else None),
        min(due, CAP) if worker.capped else due,
    )


__all__ = ["COUNTY", "DAYS", "write"]
