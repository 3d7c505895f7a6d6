"""Every page, step and call × every role × the own area and another: the answer the tables name.

Pages are asked with sessions, calls with bearer tokens, as browsers and programs do. In every run
all roles to which a door is closed ask at it as one person, and all roles from elsewhere; a few
ask alone. Each role alone at each door, here and elsewhere, some forty thousand requests, is

    MATRIX=whole .venv/bin/python -m pytest tests/trust/test_matrix.py
"""

import logging
import os
from collections import Counter
from dataclasses import dataclass
from zlib import crc32

import pytest

from payroll.countersigning import CODE
from tests import given, given_recoveries, given_results
from tests.given_phones import Phone
from tests.once import arranged
from tests.pages import house
from tests.trust import bodies, desks, doors
from tests.trust.tables import NAMES, table

pytestmark = pytest.mark.django_db
NAMED = frozenset(NAMES.values())
OURS = ("李四", "云岭镇100", "6217223")
OPENED = {200, 201, 202, 302, 409, 410, 422}  # a worker's link may have run out
REFUSED = {401, 403, 404}
NOTHING = '"items": []'
WHOLE = os.environ.get("MATRIX") == "whole"
ALONE = 20  # one role in so many asks alone at a door, another at another


def two_sign():
    """One record of everything; two people of an office sign, so that there is a second to sign."""
    made = house.whole()
    both = {"township": "1.00", "department": "1.00", "finance": "1.00"}
    given.rule(made.place.county, CODE, both, made.place.document)
    given_results.answered(made.run, made.staff.finance_officer)
    made.recovery = given_recoveries.recovery(made, "proposed", contract=made.contracts[1])
    return made


kept, scene = arranged(two_sign)


@pytest.fixture(autouse=True)
def quiet():
    """Refusals by the thousand are what is asked for here; what breaks is still said."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def alone(role, door, where):
    """Whether this role asks alone at this door; always the same, by chance as good as any."""
    return WHOLE or crc32(f"{role} {door.name} {where}".encode()) % ALONE == 0


@dataclass(frozen=True)
class Fault:
    """What a door does that its line in the table does not say."""

    door: doors.Door
    said: str

    def __str__(self):
        return f"{self.door.name} ({self.door.url}) {self.said}"


class Round:
    """One walk past many doors; it keeps every answer that is not the one in the table."""

    def __init__(self, scene, lines, found):
        self.scene, self.lines, self.doors = scene, lines, found
        self.said, self.wrong = bodies.of(scene), []
        self.here = desks.Seats(desks.own(scene), scene.place)
        self.there = desks.Seats(desks.elsewhere(), desks.neighbours())

    def answer(self, desk, door):
        """What a door answers to the first of the methods that it takes; writing is taken back."""
        for method in door.methods:
            found = desk.ask(method, door.url, self.said.get(door.name), undone=method != "get")
            if found.status != 405:
                break
        return found

    def shut(self, tried):
        """What is wrong with doors that are to stay closed: answers, and rows that were written."""
        before = desks.written()
        wrong = [fault for one in tried for fault in self.faults(*one)]
        if desks.written() == before:
            return wrong
        return wrong + [fault for one in tried for fault in self.writes(*one)]

    def faults(self, desk, door, who, is_right):
        for method in door.methods:
            found = desk.ask(method, door.url, self.said.get(door.name), undone=True)
            if found.status != 405 and not is_right(found):
                yield Fault(door, f"answers {found.status} to {who}")

    def writes(self, desk, door, who, is_right):
        before = desks.written()
        list(self.faults(desk, door, who, is_right))
        if more := dict(desks.written().items() - before.items()):
            yield Fault(door, f"writes for {who}: {more}")

    def closed_to(self, seats, roles_of, is_right, where):
        """All roles as one person, some alone; two together may do what neither may alone."""
        together = [
            (seats.together(roles), door, f"all roles {where} at once", is_right(door))
            for door, roles in roles_of.items()
        ]
        opened = {fault.door for fault in self.shut(together)}
        self.wrong += self.shut(
            [
                (seats[role], door, f"{role} {where}", is_right(door))
                for door, roles in roles_of.items()
                for role in sorted(roles)
                if door in opened or alone(role, door, where)
            ]
        )

    def own(self):
        """Own area: who may comes in, or is told what is in the way; nobody else does."""
        others = {door: NAMED - self.lines[door.name].who for door in self.doors}
        self.closed_to(self.here, others, self.refused, "that may not")
        for door in self.doors:
            may = sorted(NAMED - others[door])
            first = may[crc32(door.name.encode()) % len(may)] if may else None
            for role in may:
                if role == first or alone(role, door, "own"):
                    self.may(role, self.here[role], door)

    def may(self, role, desk, door):
        found = self.answer(desk, door)
        right = found.status in ({404} if "absent" in self.lines[door.name].marks else OPENED)
        if not right or "/login/?" in found.onward:
            self.wrong.append(Fault(door, f"answers {found.status} to {role}, who may"))

    def refused(self, door):
        """Who may not is refused; a list of the API shows nothing."""
        if "list" in self.lines[door.name].marks:
            return lambda found: found.status == 200 and NOTHING in found.text
        return lambda found: found.status in REFUSED

    def far(self):
        """Another area: a record is not there, a list is empty, and nothing of ours is shown."""
        private = [door for door in self.doors if not self.lines[door.name].public]
        asking = {door: NAMED for door in private if door.asks}
        self.closed_to(self.there, asking, self.kept_apart, "from elsewhere")
        everybody = self.there.together(NAMED)
        for door in private:
            if not door.asks:
                self.stranger(everybody, door, "all roles")
                for role in sorted(self.lines[door.name].who & NAMED):
                    if alone(role, door, "far"):
                        self.stranger(self.there[role], door, role)

    def stranger(self, desk, door, who):
        found = self.answer(desk, door)
        if not self.kept_apart(door)(found):
            self.wrong.append(Fault(door, f"answers {found.status} to {who} from elsewhere"))

    def kept_apart(self, door):
        """What somebody from elsewhere may be answered."""
        marks = self.lines[door.name].marks
        if "list" in marks and "bound" not in marks:
            return lambda found: found.status == 200 and NOTHING in found.text
        allowed = OPENED | REFUSED
        if "bound" in marks:
            allowed = REFUSED | {200}
        elif door.asks and "empty" not in marks:
            allowed = REFUSED
        return lambda found: found.status in allowed and not any(one in found.text for one in OURS)

    def nobody(self):
        """Who has not signed in is sent to do so; the API wants a token, or a worker's phone."""
        phone = Phone(self.scene.contracts[1].person, clerk=self.scene.staff.village_clerk)
        seats = {
            "nobody": desks.Desk(),
            "phone": desks.Desk(authorization=f"Device {phone.secret}"),
        }
        for who, desk in seats.items():
            opened = [door for door in self.doors if self.lines[door.name].opens_to(who)]
            shut = [(desk, door, who, sent_away) for door in self.doors if door not in opened]
            self.wrong += self.shut(shut)
            for door in opened:
                if door.url.startswith(desks.API):
                    self.may(who, desk, door)


def sent_away(found):
    return found.status in REFUSED or "/login/?" in found.onward


def walked(scene, lines, found):
    """The whole round of some doors."""
    walk = Round(scene, lines, found)
    walk.own()
    walk.far()
    walk.nobody()
    return walk.wrong


def said(wrong):
    """The answers that are not those of the table, on the screen with the failure."""
    print(*wrong, sep="\n")
    return len(wrong)


@pytest.mark.parametrize(
    ("name", "there"),
    [("pages", doors.page_names), ("steps", doors.step_names), ("calls", doors.call_names)],
)
def test_the_table_names_every_door_and_no_other(name, there):
    written, found = set(table(name)), there()
    assert not found - written, f"Say in tests/trust/{name}.txt who may: {found - written}"
    assert not written - found, f"tests/trust/{name}.txt names what is gone: {written - found}"


def test_the_tables_name_every_role():
    assert set(NAMES.values()) == set(desks.ROLES)


def test_no_two_addresses_bear_one_name():
    pages = [name for route, name in doors.routes() if not route.startswith(doors.API)]
    assert [name for name, count in Counter(pages).items() if count > 1] == []


def test_every_page_answers_each_role_as_the_table_says(scene):
    assert not said(walked(scene, table("pages"), doors.pages(scene)))


def test_every_step_answers_each_role_as_the_table_says(scene):
    assert not said(walked(scene, table("steps"), doors.steps(scene)))


def test_every_call_answers_each_role_as_the_table_says(scene):
    assert not said(walked(scene, table("steps") | table("calls"), doors.calls(scene)))
