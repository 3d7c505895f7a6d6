"""The sheets of a simulated county, what hung of them, who took them further, and the pay."""

import json
from datetime import date
from random import Random

from django.contrib.contenttypes.models import ContentType

from attendance.models import Acknowledgement, Sheet, SheetLine, SheetScan
from notices.models import Notice
from payroll.models import PayLine, PayRun
from project.kernel.models import Event
from project.simulation.copying import copy, reserve
from registry.models import BankAccount
from tests.inspections.simulator import MONTHS, OCTOBER, REQUIRED, moment

NOVEMBER = date(2026, 11, 1)
CAP = 2000
SIGNS = (
    *("township_officer", "township_reviewer", "township_leader"),
    *("department_officer", "finance_officer"),
)


def mask(days):
    return sum(1 << day.day - 1 for day in days)


def write_sheets(county):
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


def write_pay(county):
    """A run for each township: the standard by the days, of those the rule requires."""
    towns = sorted({village.code[:9] for village in county.villages})
    asked = [county.staff[role] for role in SIGNS]
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
    rows = [_line(county, one, accounts[one.person]) for one in county.workers if not one.hand]
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
