"""Which rule holds: the most specific area, then the one for the fund, then the latest start."""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.utils.translation import gettext as _

from policy.models import Allocation, Rule
from project.kernel.guards import Refused
from registry.access import prefix_of
from registry.models import NATION, Area


@dataclass(frozen=True)
class Ruling:
    """A rule's value with the row it came from, so that whatever used it can say so."""

    value: object
    rule_id: int | None


def rule(code, *, on, area, fund=None):
    """The value of a rule on a day in an area; refuses in words when nobody has set it."""
    return ruling(code, on=on, area=area, fund=fund).value


def ruling(code, *, on, area, fund=None):
    """The value of a rule and the row that says so."""
    found = rulings([code], on=on, areas=[str(area)], fund=fund)[str(area)].get(code)
    if found is None:
        raise Refused(
            _("No rule “%(code)s” is valid on %(day)s. Ask the county department to enter it.")
            % {"code": code, "day": on}
        )
    return found


def rulings(codes, *, on, areas, fund=None):
    """The rulings of many areas at once: {area: {code: Ruling}}, in one query."""
    lines = {area: _line(area) for area in areas}
    wanted = {code for line in lines.values() for code in line}
    best = {}
    for row in _rows(codes, on, wanted, fund):
        key = (row.code, row.area_id)
        if key not in best or _weight(row) > _weight(best[key]):
            best[key] = row
    return {area: _nearest(codes, line, best) for area, line in lines.items()}


_read_once: ContextVar[dict | None] = ContextVar("rules_read_once", default=None)


@contextmanager
def rules_read_once():
    """Inside this block the rows of a rule are read once, however many records ask for it."""
    before = _read_once.set({})
    try:
        yield
    finally:
        _read_once.reset(before)


def _rows(codes, on, areas, fund):
    """The rows that may hold: for everybody and, where a fund is named, for the fund."""
    known = _read_once.get()
    if known is None:
        rows = Rule.objects.on(on).filter(code__in=codes, area__in=areas)
        return rows.filter(fund=None) | rows.filter(fund=fund) if fund else rows.filter(fund=None)
    for code in codes:
        if code not in known:
            known[code] = list(Rule.objects.filter(code=code))
    funds = {None, getattr(fund, "pk", fund)}
    return [
        row
        for code in codes
        for row in known[code]
        if row.area_id in areas and row.fund_id in funds and row.holds(on)
    ]


def _nearest(codes, line, best):
    found = {}
    for code in codes:
        row = next((best[code, area] for area in line if (code, area) in best), None)
        if row is not None:
            found[code] = Ruling(row.value, row.pk)
    return found


def _weight(row):
    return (row.fund_id is not None, row.valid_from)


def _line(code):
    return Area(code=str(code), level=len(prefix_of(str(code)))).ancestors()


def governing_documents(area, *, on):
    """The documents whose rules bind the area; those ended without a successor are listed too."""
    rules = Rule.objects.filter(area__in=_line(area)).exclude(area=NATION)
    rules = rules.filter(valid_from__lte=on).select_related("document__successor")
    return list({row.document_id: row.document for row in rules}.values())


def uncovered(area, *, on):
    """The documents that bound the area, ended before the day and have no successor in force."""
    documents = governing_documents(area, on=on)
    if any(document.covers(on) for document in documents):
        return []
    return [document for document in documents if not document.covers(on)]


def uncovered_of(areas, *, on):
    """The same for many areas at once: {area: documents}, in one query."""
    lines = {area: set(_line(area)) - {NATION} for area in areas}
    wanted = set().union(*lines.values())
    rules = Rule.objects.filter(area__in=wanted, valid_from__lte=on)
    rules = list(rules.select_related("document__successor"))
    found = {}
    for area, line in lines.items():
        documents = {rule.document_id: rule.document for rule in rules if rule.area_id in line}
        covered = any(document.covers(on) for document in documents.values())
        found[area] = [] if covered else list(documents.values())
    return found


def allocated(fund, area, year):
    """The nearest area above that was given money of a fund for a year, and how much; or None."""
    amounts = Allocation.objects.filter(fund=fund, area__in=_line(area), year=year)
    given = {}
    for row in amounts:
        given[row.area_id] = given.get(row.area_id, 0) + row.amount
    return next(((code, given[code]) for code in _line(area) if code in given), None)
