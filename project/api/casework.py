"""Cases and measures as programs see them; the village sees none."""

from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from ninja import Schema

from inspections import case_flows, cases
from inspections.case_entry_forms import ExhibitForm, MeasureForm, OpenCaseForm
from inspections.measure_words import came_of
from inspections.models import Case, Measure
from inspections.violations import TITLES
from project.api.shapes import Amount, MonthText, RecordShape, Sentence, Whole
from project.kernel.roles import Permission
from project.kernel.steps import Verb


def in_months(month):
    """Cases and measures among whose months is this one."""
    return Q(first__lte=month, last__gte=month)


class CaseShape(RecordShape):
    """What somebody is said to have done, in which months, and whose turn it is."""

    number: str
    violation: str
    violation_title: Sentence
    person_id: int | None
    contract_id: int | None
    employer: str
    first: MonthText
    last: MonthText
    waits_for: Sentence
    opened_on: date
    decided_on: date | None
    appeal_until: date | None
    closed_on: date | None

    @staticmethod
    def resolve_violation_title(case):
        return TITLES.get(case.violation, case.violation)

    @staticmethod
    def resolve_waits_for(case):
        return case_flows.waits_for(case)


class MeasureShape(RecordShape):
    """One thing that follows from a case, and how far it is."""

    case_id: int
    kind: str
    kind_title: Sentence
    at_once: bool
    words: str
    contract_id: int | None
    first: MonthText | None
    last: MonthText | None
    amount: Amount | None
    due_on: date | None
    done_on: date | None

    @staticmethod
    def resolve_kind_title(measure):
        return measure.get_kind_display()


class WholeMeasure(Whole, MeasureShape):
    """A measure with what came of it."""

    outcome: str
    came_of_it: Sentence
    record_type: str
    record_id: int | None

    @staticmethod
    def resolve_came_of_it(measure):
        return came_of(measure)["came"]

    @staticmethod
    def resolve_record_type(measure):
        return measure.record_type.model if measure.record_type else ""


class ExhibitShape(Schema):
    """A piece of evidence by its hash; its file and the frozen records are read on its page."""

    id: int
    number: int
    kind: str
    title: str
    text: str
    name: str
    sha256: str
    taken_on: date | None
    added_at: datetime


class WholeCase(Whole, CaseShape):
    """A case with what was found, said and decided, its measures and its evidence."""

    allegation: str
    finding: str
    statement: str
    heard_on: date | None
    decision: str
    basis: str
    appeal: str
    answer: str
    doubt_id: int | None
    measures: list[MeasureShape]
    exhibits: list[ExhibitShape]

    @staticmethod
    def resolve_measures(case):
        return case.measures.select_related("area", "case")

    @staticmethod
    def resolve_exhibits(case):
        return case.exhibits.defer("data")


CASES = ("cases", Case, CaseShape, WholeCase, in_months)
MEASURES = ("measures", Measure, MeasureShape, WholeMeasure, in_months)
MEASURE_JOINS = ("area", "case__area", "case__person", "contract__person")
OPEN = Verb(
    case_flows.open_case, _("Open a case"), OpenCaseForm, "open", Permission.CASE_INVESTIGATE
)
PLAN = Verb(
    case_flows.plan, _("Plan a measure"), MeasureForm, "measures", Permission.CASE_INVESTIGATE
)
SHOW = Verb(cases.add_exhibit, _("Add evidence"), ExhibitForm, "exhibits", Permission.CASE_HEAR)
