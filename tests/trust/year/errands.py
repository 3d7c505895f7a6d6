"""What no inbox asks for and an office does by itself: opening, preparing, the bank, accounts."""

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta

from tests.trust.year import seasons, works
from tests.trust.year.people import API

DONE = "/imports/bank-results/"
ROWS = """
    SELECT s.number FROM payroll_sentline s LEFT JOIN payroll_bankresult r ON r.sent_id = s.id
    WHERE s.file_id = %s AND r.id IS NULL
"""
LINES = "SELECT count(*) FROM workrelief_wageline WHERE batch_id = %s"
BACK = """
    SELECT l.id, p.name FROM payroll_payline l JOIN registry_person p ON p.id = l.person_id
    WHERE l.id = %s
"""


@dataclass(frozen=True)
class Errand:
    """Something to do, whose it is, and what it is about."""

    name: str
    roles: tuple
    area: str
    about: tuple = ()


def open_sheets(year, worker, errand):
    """The officer opens the month on its page."""
    answer = worker.line.enter(
        "/attendance/open/", month=str(year.paid_month), area=errand.area, **{}
    )
    return answer.status == 302


def prepare(year, worker, errand):
    """The officer asks the workers to prepare; the job says how far it is."""
    asked = {"month": str(year.paid_month), "area": errand.area}
    answer = worker.line.post(f"{API}/pay-runs", asked)
    if answer.status in (202, 409):  # asked for, or there is nothing left to prepare
        year.stale.discard(errand.area)
    if answer.fine:
        worker.line.get(answer.json()["address"])
    return answer.fine


def check_in(year, worker, errand):
    """The machine at the village office sends its days; sent again, each is stored once."""
    village, _day = errand.about
    items = [
        {
            "client_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{contract} {day}")),
            "contract": contract,
            "day": day.isoformat(),
            "source": "machine",
            "in_at": "07:50",
            "device": f"KQ-{village[-3:]}",
        }
        for contract in year.at_the_machine(village)
        for day in year.days_of(contract)
    ]
    answer = worker.line.post(f"{API}/check-ins/batch", {"items": items}) if items else None
    stored = (
        answer is None or answer.fine and not any("status" in i for i in answer.json()["items"])
    )
    if stored:
        year.sent_in.add(errand.about)
        year.diary.took("check-ins by machine", True)
    elif answer.fine:
        year.broken.append(f"kept out: {[i for i in answer.json()['items'] if 'status' in i][:3]}")
    return stored


def go_to_the_bank(year, worker, errand):
    """Finance takes the file to the bank, and brings the answer home, at times in two parts."""
    file, bank = errand.about[0], year.bank
    taken = worker.line.post(f"{API}/bank-files/{file}/take", {"format": "X-07T"})
    if not taken.fine or not taken.body:
        return False
    batch = bank.takes(taken.body)
    numbers = [row[0] for row in year.outside.rows(ROWS, [file])]
    half = worker.chance.random() < 0.3 and len(numbers) > 1
    parts = [numbers[::2], numbers[1::2]] if half else [numbers]
    for part in [part for part in parts if part]:
        content = bank.answers(batch, part, year.today.isoformat())
        answer = worker.line.upload(DONE, f"{batch}.csv", content)
        year.diary.took("answer of the bank", answer.status == 302)
        if answer.status == 302 and worker.chance.random() < 0.3:
            again = worker.line.upload(DONE, f"{batch}（再发）.csv", content)
            year.diary.took("answer of the bank again", again.status == 302)
    return True


def correct(year, worker, errand):
    """The officer asks the worker for another account and enters it."""
    (line,) = errand.about
    (found,) = year.outside.rows(BACK, [line])
    body = {
        "line": line,
        "way": "account",
        "number": f"62173330{line:011d}",
        "holder": found[1],
        "bank": "示例县农商行",
        "reason": "旧卡已注销",
    }
    answer = worker.line.post(f"{API}/corrections", body)
    year.diary.took("corrections propose", answer.fine)
    return answer.fine


def draw_up(year, worker, errand):
    """The site draws the month's wages up from the confirmed sheet."""
    (project,) = errand.about
    month = {"month": str(year.paid_month)}
    answer = worker.line.post(f"{API}/relief-projects/{project}/wage-batches", month)
    year.diary.took("wages drawn up", answer.fine)
    return answer.fine


def have_signed(year, worker, errand):
    """The signed list is scanned and kept; what changed since is drawn up again before."""
    (batch,) = errand.about
    page = f"/workrelief/wages/{batch}"
    if batch in year.redrawn:
        answer = worker.line.enter(f"{page}/again/", note="天数有更正")
        year.redrawn.discard(batch)
        return answer.status == 302
    ((count,),) = year.outside.rows(LINES, [batch])
    numbers = f"1-{count}"
    answer = worker.line.hand_in(
        f"{page}/signatures/", "scan", "F-27.png", works.scan(), numbers=numbers
    )
    year.diary.took("wages signed", answer.status == 302)
    return answer.status == 302


def enter(year, worker, errand):
    """A record that the season brings: its address and its fields."""
    (deed,) = errand.about
    body = seasons.filled(year, deed)
    if not body:
        # A notice may still be hung up, and pay come in, in the days after.
        later = deed.path in ("/objections", "/recoveries")
        if not later or year.today > deed.on + timedelta(days=6):
            year.entered[deed.key] = "nobody"
        return False
    answer = worker.line.post(f"{API}{deed.path}", json.loads(body))
    year.diary.took(f"new: {deed.key.split()[0]}", answer.fine)
    if answer.fine or answer.status in (403, 404, 409, 422):
        year.entered[deed.key] = answer.status
    return answer.fine


DO = {
    "open": open_sheets,
    "prepare": prepare,
    "check in": check_in,
    "bank": go_to_the_bank,
    "correct": correct,
    "draw up": draw_up,
    "have signed": have_signed,
    "enter": enter,
}
