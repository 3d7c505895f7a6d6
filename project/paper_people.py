"""Whom each printed form shows, so that everybody in it can be told who took it out (R-11)."""

from contracts.selectors import live_in
from project.kernel.looks import people_of

# From the record of a form to the people in it; what names nobody or hangs masked is not here.
SHOWN = {
    "person": ("pk",),
    "payrun": ("lines__person",),
    "payline": ("person",),
    "recovery": ("contract__person",),
    "sheet": ("lines__contract__person",),
    "hire": ("person",),
    "appraisal": ("hires__person",),
    "contract": ("person",),
    "exit": ("contract__person",),
    "vacancyreport": ("hire__person",),
    "insurancepolicy": ("covers__person",),
    "endorsement": ("lines__person_in", "lines__person_out"),
    "project": ("members__person",),
    "wagebatch": ("lines__member__person",),
    "visit": ("contract__person",),
    "doubt": ("people",),
    "case": ("person",),
}


def shown_on(kind, record, subject):
    """The numbers of the people on a form of a record, in one question."""
    if kind == "area":
        return people_of(live_in(subject.month, subject.area.code), "person")
    if kind not in SHOWN:
        return set()
    return people_of(type(record).objects.filter(pk=record.pk), *SHOWN[kind])
