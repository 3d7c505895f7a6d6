"""The end of a month: everybody stops, the jobs run dry, and everything is held up."""

import json
import re
import time
from datetime import date

from tests.trust.year import oracles
from tests.trust.year.houses import give_back
from tests.trust.year.world import FIRST, HOLIDAYS, TOWNS

WAITING = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
STATES = """
    SELECT area_id, fund_id, state, count(*) FROM payroll_payrun
    WHERE month = %s AND state NOT IN ('returned', 'voided') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
# What a cut connection, a killed process or a stopped server may leave in the log.
OUTSIDE = re.compile(
    r"(OperationalError|InterfaceError|AdminShutdown|ConnectionTimeout|ConnectorException"
    r"|BrokenPipe|UnreadablePostError|RuntimeError: response already started)"
)

CHAINED = ("During handling of the above", "The above exception was the direct")
LOGGED = re.compile(r"^\d{4}-\d\d-\d\d \S+ ([A-Z]+) ")


def hold_up(year):
    """Everything that is wrong at the end of the month, or nothing."""
    run_dry(year)
    found = [*year.broken, *year.diary.unexplained(), *year.diary.wordless, *tracebacks(year)]
    sealed = year.house.command("seal")
    if sealed.returncode:
        found.append(f"seal: {sealed.stderr[-500:]}")
    found += check_integrity(year)
    found += oracles.broken(year.outside)
    found += oracles.against_the_bank(year.outside, year.bank)
    if year.month > FIRST:
        found += paid(year)
    year.checked += len(oracles.NOBODY) + 12
    return found


def run_dry(year, seconds=120):
    """Every job has ended; those of killed workers go back into the queue first."""
    ends = time.monotonic() + seconds
    while year.outside.one(WAITING):
        year.given_back += give_back(year.outside)
        assert time.monotonic() < ends, year.outside.rows(
            "SELECT task_name, status, attempts, scheduled_at FROM procrastinate_jobs "
            "WHERE status IN ('todo', 'doing')"
        )
        time.sleep(0.5)


def check_integrity(year):
    """The house's own checks of everything; notes are no findings."""
    said = year.house.command("check_integrity", "--json")
    try:
        findings = json.loads(said.stdout)["findings"]
    except (ValueError, KeyError):
        return [f"check_integrity: {said.returncode} {said.stdout[-300:]} {said.stderr[-700:]}"]
    return [
        f"{one['check']}: {one['table']} {one['row']}: {one['said']}"
        for one in findings
        if not one["note"]
    ]


def paid(year):
    """Every township has paid its month, to the cent that the check-ins earn."""
    month = year.paid_month
    rows = year.outside.rows(STATES, [month.first])
    found = [f"{month}: {row} is not at its end" for row in rows if row[2] != "closed"]
    lacking = set(TOWNS) - {row[0] for row in rows if row[2] == "closed"}
    found += [f"{month}: {town} was not paid" for town in sorted(lacking)]
    wrong, count = oracles.amounts(year.outside, month, required(month))
    year.lines += count
    if not count:
        found.append(f"{month}: no line was computed")
    return found + wrong


def required(month):
    """The days required: never more than the working days that the month has."""
    off = HOLIDAYS.get((month.year, month.month), ())
    days = [day for day in month.dates() if day.weekday() < 5 and day.day not in off]
    return min(len(days), 20 if month.first < date(2026, 4, 1) else 22)


def tracebacks(year):
    """What the processes could not answer for, but for connections that were cut."""
    found = []
    for who in ("web", "worker"):
        for told in _errors(year.house.said(who)):
            if not OUTSIDE.search(told):
                found.append(f"{who}: {told}")
    return found


def _errors(said):
    """What each error in the log ended in; of errors that led to each other, the last."""
    level, inside, ended = "", False, ""
    for line in said.splitlines():
        if header := LOGGED.match(line):
            level = header[1]
        if header or line.startswith(("Traceback (most recent call last)", *CHAINED)):
            yield from [ended] if ended and not line.startswith(CHAINED) else []
            inside, ended = not header, ""
        elif inside and line and not line.startswith(" "):
            inside, ended = False, line[:400] if level != "WARNING" else ""
        elif ended:
            ended += f" {line.strip()[:200]}"
    yield from [ended] if ended else []


def told(year):
    """The report of the year: what was done, what befell it, and what was held up."""
    diary = year.diary
    lines = [
        f"months {year.paid_month} back to {FIRST}, {year.lines} lines computed anew, "
        f"{time.monotonic() - year.began:.0f} seconds",
        f"people who acted: {len(diary.people)}, threads: {len(year.threads)}",
        f"requests by answer: {dict(sorted(diary.answers.items()))}",
        f"sent again or looked up after a lost answer: {diary.retries}",
        f"steps taken: {dict(diary.steps.most_common())}",
        f"refused: {dict(diary.refused.most_common())}",
        f"faults: {dict(diary.faults.most_common())}",
        f"jobs given back: {year.given_back}, questions asked: {year.checked}",
        f"the bank: {len(year.bank.batches)} batches, {len(year.bank.outcome)} payments, "
        f"{sum(year.bank.credited().values())} yuan credited",
    ]
    return "\n" + "\n".join(lines)
