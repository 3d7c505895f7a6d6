"""What the seasons bring beside the month's round: people leave, terms rise, money is asked back.

Each deed is entered by somebody of the office that may, when its day has come; what follows waits
in people's inboxes like everything else.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.trust.year.world import FIRST, TOWNS

HANGING = """
    SELECT s.notice_id FROM attendance_sheet s JOIN notices_notice n ON n.id = s.notice_id
    WHERE s.state = 'on_notice' AND left(s.area_id, 9) || '000' = %s AND n.ends_on >= %s
    ORDER BY 1 LIMIT 1
"""
PAID = """
    SELECT l.contract_id FROM payroll_payline l JOIN payroll_sentline s ON s.line_id = l.id
    JOIN payroll_bankresult r ON r.sent_id = s.id AND r.outcome = 'success'
    JOIN payroll_payrun u ON u.id = l.run_id AND u.state = 'closed'
    WHERE l.month = %s AND left(l.area_id, 9) || '000' = %s AND l.amount > 100
        AND NOT EXISTS (SELECT FROM payroll_recovery v WHERE v.contract_id = l.contract_id)
    ORDER BY md5(l.id::text) LIMIT 1
"""
AT_WORK = """
    SELECT c.id FROM contracts_contract c
    WHERE c.state = 'in_force' AND left(c.area_id, 9) || '000' = %(town)s
        AND c.starts_on <= %(today)s AND c.ends_on > %(last)s
        AND NOT EXISTS (SELECT FROM contracts_exit e WHERE e.contract_id = c.id)
        AND NOT EXISTS (SELECT FROM contracts_amendment a WHERE a.contract_id = c.id)
        AND NOT EXISTS (
            SELECT FROM contracts_contract n WHERE n.renews_id = c.id AND n.state <> 'in_force'
        )
    ORDER BY md5(c.id::text) LIMIT 1
"""
ENDING = """
    SELECT h.id FROM posts_hire h JOIN contracts_contract c ON c.id = h.contract_id
    WHERE c.ends_on = %s AND c.state = 'in_force' AND left(c.area_id, 9) || '000' = %s
        AND NOT EXISTS (SELECT FROM contracts_contract n WHERE n.renews_id = c.id) ORDER BY 1
"""
OFFICER, CLERK, SUPERVISOR = ("township_officer",), ("village_clerk",), ("village_supervisor",)


@dataclass(frozen=True)
class Deed:
    """Something the season brings: when, whose it is, where it is entered, what is filled in.

    What is filled in is found when the day has come, or in the days after; where nothing is
    found by then, nothing happens.
    """

    key: str
    on: object
    roles: tuple
    area: str
    path: str
    fill: Callable


def of_month(year, month):
    """The deeds of one month."""
    chance, number = random.Random(f"{year.seed} {month}"), _number(month)
    found = []
    for town in TOWNS:
        about = {"town": town, "month": month}
        found.append(_deed("exit", 11, OFFICER, "/exits", _leaves, **about))
        if number % 2:
            found.append(_deed("objection", 2, SUPERVISOR, "/objections", _objects, **about))
            found.append(_deed("recovery", 23, OFFICER, "/recoveries", _repays, **about))
        if number in (6, 9):
            found.append(_deed("amendment", 17, OFFICER, "/amendments", _rises, **about))
        if (month.year, month.month) == (2025, 12):
            found.append(_deed("renewal", 14, OFFICER, "/renewals", _renewed, **about))
    if number in (3, 8, 12):
        about = {"town": chance.choice(TOWNS), "month": month}
        found.append(_deed("death", 14, OFFICER, "/exits", _died, **about))
    return found


def _number(month):
    return (month.year - FIRST.year) * 12 + month.month - FIRST.month + 1


def _deed(what, day, roles, path, fill, *, town, month):
    return Deed(
        key=f"{what} {month} {town}",
        on=month.first.replace(day=day),
        roles=roles,
        area=town,
        path=path,
        fill=lambda year: fill(year, town=town, month=month),
    )


def _somebody(year, town, month):
    about = {"town": town, "today": year.today, "last": month.last}
    return next((pk for (pk,) in year.outside.rows(AT_WORK, about)), None)


def _leaves(year, *, town, month):
    """Leaves of their own will on the twentieth."""
    last = month.first.replace(day=20).isoformat()
    who = _somebody(year, town, month)
    return who and {"contract": who, "reason": "E02", "last_day": last}


def _died(year, *, town, month):
    """Died some days ago; the days after it that the machine counted are never paid."""
    last, who = month.first.replace(day=12).isoformat(), _somebody(year, town, month)
    proof = {"proof": "死亡医学证明"}
    return who and {"contract": who, "reason": "E06", "last_day": last} | proof


def _rises(year, *, town, month):
    """The standard rises with the next month."""
    who, first = _somebody(year, town, month), month.next().first.isoformat()
    terms = {"starts_on": first, "standard": "688.88", "reason": "县里提高标准"}
    return who and {"contract": who} | terms


def _objects(year, *, town, month):
    found = year.outside.rows(HANGING, [town, year.today])
    said = {"channel": "phone", "on": year.today.isoformat(), "text": "我多干了一天，没有记上。"}
    return found and {"notice": found[0][0], "line": 1} | said


def _repays(year, *, town, month):
    """A hundred yuan of last month's pay are asked back."""
    before = month.plus(-1)
    found = year.outside.rows(PAID, [before.first, town])
    asked = {"first": str(before), "last": str(before), "amount": "100.00"}
    asked |= {"reason": "多计一天", "decision": f"示例县乡岗案〔{month}〕1号"}
    return found and {"contract": found[0][0]} | asked


def _renewed(year, *, town, month):
    found = year.outside.rows(ENDING, [month.last, town])
    return found and {"hires": [pk for (pk,) in found][:40]}


def filled(year, deed):
    """The fields as text, or nothing where the season finds nobody."""
    body = deed.fill(year)
    return json.dumps(body) if body else ""
