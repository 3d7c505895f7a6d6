"""The year's grade: proposed from the months and the review by one, decided by another (R-41)."""

from collections import defaultdict
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.assessment_rules import rules_in
from attendance.grading import year_of
from attendance.models import Assessment, Grade, YearGrade
from contracts.models import Contract
from project.kernel.guards import NotThisPerson, Refused, log, take
from project.kernel.models import Event
from project.kernel.months import Month, today
from project.kernel.roles import Permission
from registry.access import within
from registry.kinship import kin_sentences


@transaction.atomic
def propose(contract, *, by, year, grade="", review=""):
    """Propose a year's grade; one that differs from the months needs the words of the review."""
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if not by.has_perm(Permission.ASSESS_TOWNSHIP, contract.area_id):
        raise PermissionDenied(_("Proposing the year's grade belongs to the township officer."))
    if kin := kin_sentences(contract.person, by):
        raise NotThisPerson(kin)
    _year_may_be_graded(year)
    months = months_of(Contract.objects.filter(pk=contract.pk), year)
    made = _graded(contract, year, months[contract.pk], by)
    made.grade, made.review = grade or made.by_months, review.strip()
    if reasons := _against(made):
        raise Refused(reasons)
    made.save(force_insert=True)
    log(made, "propose", by=by, after=made.state, note=made.review)
    return made


def _against(made):
    reasons = []
    same = YearGrade.objects.filter(contract=made.contract, year=made.year)
    if same.exclude(state=YearGrade.State.REFUSED).exists():
        reasons.append(_("A grade of this year is proposed or decided already."))
    if not made.grade:
        reasons.append(_("No month of the year is final; choose the grade yourself and say why."))
    if made.grade != made.by_months and not made.review:
        reasons.append(_("The months say otherwise; write the review of the year."))
    return reasons


def _year_may_be_graded(year):
    """A year is graded in its last quarter, when contracts are renewed, or later."""
    if today() < date(year, 10, 1):
        raise Refused(_("The year %(year)s is graded from October on.") % {"year": year})


@transaction.atomic
def propose_all(area, year, *, by):
    """Propose for every holder of an area what the months say; those graded already stay."""
    if not by.has_perm(Permission.ASSESS_TOWNSHIP, str(area)):
        raise PermissionDenied(_("Proposing the year's grade belongs to the township officer."))
    _year_may_be_graded(year)
    graded = YearGrade.objects.filter(year=year).exclude(state=YearGrade.State.REFUSED)
    contracts = Contract.objects.filter(within(str(area))).exclude(pk__in=graded.values("contract"))
    contracts = contracts.exclude(person__user=by)
    months = months_of(contracts, year)
    found = Contract.objects.in_bulk(list(months))
    limits = rules_in(Month(year, 12), {contract.area_id for contract in found.values()})
    fresh = [_graded(found[pk], year, grades, by, limits) for pk, grades in months.items()]
    made = YearGrade.objects.bulk_create(fresh, batch_size=5000)
    kind = ContentType.objects.get_for_model(YearGrade)
    Event.objects.bulk_create(
        Event(record_type=kind, record_id=one.pk, verb="propose", by=by, after=one.state)
        for one in made
    )
    return made


def months_of(contracts, year):
    """{contract: grades of the final months of a year, first to last}."""
    final = Assessment.objects.filter(
        contract__in=contracts,
        state=Assessment.State.FINAL,
        month__gte=Month(year, 1),
        month__lte=Month(year, 12),
    )
    found = defaultdict(list)
    for contract, grade in final.order_by("month").values_list("contract", "grade"):
        found[contract].append(grade)
    return found


def _graded(contract, year, grades, by, rules=None):
    rules = rules or rules_in(Month(year, 12), [contract.area_id])
    grade = year_of(grades, rules[contract.area_id].limit)
    counts = {name: grades.count(name) for name in Grade.values}
    return YearGrade(
        area_id=contract.area_id,
        contract=contract,
        year=year,
        grade=grade,
        by_months=grade,
        proposed_by=by,
        **counts,
    )


@transaction.atomic
def decide(grade, *, by, note=""):
    """Let the year's grade hold; whoever failed is not renewed (R-41)."""
    return take(_locked(grade).decide, by=by, note=note, at=timezone.now())


@transaction.atomic
def refuse(grade, *, by, note):
    """Send the year's grade back, with a reason."""
    if not note.strip():
        raise Refused(_("Say why."))
    return take(_locked(grade).refuse, by=by, note=note, at=timezone.now())


def _locked(grade):
    rows = YearGrade.objects.select_for_update(of=("self",)).select_related("contract__person")
    return rows.get(pk=grade.pk)
