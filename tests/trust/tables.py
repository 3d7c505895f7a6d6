"""The tables in which it is written by hand who may do what; nothing here asks the house."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = {
    "clerk": "village_clerk",
    "head": "village_head",
    "supervisor": "village_supervisor",
    "officer": "township_officer",
    "reviewer": "township_reviewer",
    "leader": "township_leader",
    "department": "department_officer",
    "finance": "finance_officer",
    "ndrc": "ndrc_officer",
    "owner": "relief_owner",
    "contractor": "relief_contractor",
    "engineer": "relief_engineer",
    "inspector": "inspector",
    "discipline": "discipline_viewer",
    "sysadmin": "sysadmin",
}
BUILDERS = {"owner", "contractor", "engineer"}
OFFICE = set(NAMES) - BUILDERS - {"sysadmin"}
GROUPS = {
    "none": set(),
    "signed-in": set(NAMES),
    "public": set(NAMES) | {"nobody", "phone"},
    "office": OFFICE,
    "money": OFFICE - {"clerk", "supervisor"},
    "works": OFFICE | BUILDERS,
    "homes": OFFICE | {"owner", "contractor"},
    "rules": OFFICE | {"sysadmin"},
    "visits": {"officer", "reviewer", "leader", "department", "inspector", "discipline"},
    "county": {"department", "finance", "ndrc", "inspector", "discipline"},
    "cases": {"officer", "leader", "department", "finance", "inspector", "discipline"},
    "inspected": OFFICE - {"ndrc"},
    "hearers": {"clerk", "supervisor", "officer", "department", "inspector"},
    "doubts": {"officer", "department", "inspector", "discipline"},
}
MARKS = {"list", "absent", "empty", "bound"}
WORDS = NAMES | {"phone": "phone", "nobody": "nobody"}


@dataclass(frozen=True)
class Line:
    """One door: who may come in where it lies, and what is different about it.

    `list`: the others get an empty list, as everybody does elsewhere. `empty`: it opens elsewhere
    too and holds nothing. `absent`: whoever may is told that nothing is there. `bound`: it binds
    those below it, who may read it. `public` doors open to everybody everywhere.
    """

    who: frozenset
    marks: frozenset

    @property
    def public(self):
        return "nobody" in self.who

    def opens_to(self, role):
        return role in self.who


@cache
def table(name):
    """{door: Line} of one file: the door, the roles or a group, and marks."""
    found = {}
    for number, text in enumerate((HERE / f"{name}.txt").read_text("utf-8").splitlines(), 1):
        if not text.strip() or text.startswith("#"):
            continue
        door, words = _door(text)
        marks = MARKS & set(words)
        who = {role for word in words if word not in marks for role in _roles(word)}
        assert door not in found, f"{name}.txt names {door} twice (line {number})."
        found[door] = Line(frozenset(who), frozenset(marks))
    return found


def _door(text):
    """A call is two words, its method and its path."""
    words = text.split()
    at = 2 if words[0].isupper() else 1
    return " ".join(words[:at]), words[at:]


def _roles(word):
    return {WORDS[one] for one in GROUPS.get(word, {word})}
