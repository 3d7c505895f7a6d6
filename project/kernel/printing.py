"""A numbered form with its facts filled in: one set of facts for the paper and for the workbook."""

from dataclasses import dataclass, field

from django.utils import timezone

from project.kernel import tables
from project.kernel.documents import FORMS, is_whole, printed
from project.kernel.looks import taken_out
from project.kernel.masking import masked
from project.kernel.sealing import seal


@dataclass(frozen=True)
class Filled:
    """A form's facts: above the table, in it, below it, and how the table is headed in Excel.

    `hash` is the hash by which the record itself is known; without one the rows are hashed.
    `address` is where anybody can read it; without one the QR code carries the hash.
    """

    code: str
    number: str
    columns: tuple
    rows: list
    head: dict = field(default_factory=dict)
    foot: dict = field(default_factory=dict)
    hash: str = ""
    address: str = ""

    @property
    def sha256(self):
        return self.hash or seal([{name: str(row[name]) for name in row} for row in self.rows])


def head(name, heading, kind="text"):
    """One column of the workbook: the row's fact, its Chinese heading, what its cells are."""
    return tables.Column(name, heading, kind=kind)


def paper(filled, at=None):
    """The form as a PDF; its QR code leads to what it says, or is the hash the office looks up.

    What is kept for good bears the time of what it says (`at`), not of the day it is printed.
    """
    form = {
        "code": filled.code,
        "title": FORMS[filled.code].title,
        "number": filled.number,
        "printed_at": at or timezone.now(),
        "hash": filled.sha256,
        "qr": filled.address or filled.sha256,
    }
    facts = {"head": filled.head, "rows": filled.rows, "foot": filled.foot}
    return printed(filled.code, {"form": form} | (facts if is_whole() else masked(facts)))


def workbook(filled, by):
    """The form's table as a workbook, with who took it out."""
    shown = filled.rows if is_whole() else masked(filled.rows)
    rows = [[row[column.name] for column in filled.columns] for row in shown]
    return tables.write(filled.columns, rows, foot=taken_out(by))
