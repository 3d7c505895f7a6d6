"""Assessing months: opened for a village at once, scored by three, told, appealed, final (W-6)."""

from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.assessment_rules import OFF, rules_in
from attendance.grading import grade_of, left, written
from attendance.models import Assessment, Deduction, SheetLine, Side
from attendance.models.assessment_facts import SIDES
from attendance.together import named, take_together
from policy.selectors import rules_read_once
from project.kernel.guards import NotThisPerson, Refused, take
from project.kernel.hands import did
from project.kernel.models import Event
from project.kernel.roles import Permission
from registry.access import within

JOINS = ("contract__person", "appealed")


@transaction.atomic
def open_assessments(month, area, *, by):
    """Open the month of every holder on the area's sheets where months are assessed.

    Attested wages are earned by what was done, and not assessed.
    """
    if not by.has_perm(Permission.SHEET_OPEN, str(area)):
        raise PermissionDenied(_("Opening a month's assessments belongs to the township officer."))
    lines = SheetLine.objects.filter(within(str(area), "sheet__area_id"), sheet__month=month)
    holders = list(
        lines.order_by("sheet__area_id", "number").values_list(
            "sheet__area", "contract", "contract__attested"
        )
    )
    if not holders:
        raise Refused(
            _("No sheet of %(month)s is open here; open the month's sheets first.")
            % {"month": month}
        )
    rules = rules_in(month, {village for village, _contract, _wages in holders})
    if wrong := sorted({fault for found in rules.values() for fault in found.faults()}):
        raise Refused(wrong)
    if all(found.mode == OFF for found in rules.values()):
        raise Refused(_("Months are not assessed here: the rule “assessment.mode” says so."))
    known = set(
        Assessment.objects.filter(within(str(area)), month=month).values_list("contract", flat=True)
    )
    return _opened(
        [
            _fresh(month, village, contract, rules[village], by)
            for village, contract, wages in holders
            if contract not in known and not wages and rules[village].mode != OFF
        ],
        by,
    )


def _fresh(month, village, contract, rules, by):
    shares = {f"{side}_most": rules.shares[side] for side in SIDES}
    return Assessment(
        area_id=village,
        contract_id=contract,
        month=month,
        mode=rules.mode,
        opened_by=by,
        **shares,
    )


def _opened(fresh, by):
    made = Assessment.objects.bulk_create(fresh, batch_size=5000)
    kind = ContentType.objects.get_for_model(Assessment)
    Event.objects.bulk_create(
        [
            Event(record_type=kind, record_id=one.pk, verb="open", by=by, after=one.state)
            for one in made
        ],
        batch_size=5000,
    )
    return made


def score_village(assessment, *, by, deductions, note=""):
    """Score for the village: what is taken off, item by item; all the rest is left."""
    return _score(assessment, Side.VILLAGE, by=by, items=deductions, note=note)


def score_township(assessment, *, by, deductions, note=""):
    """Score for the township's assessment group."""
    return _score(assessment, Side.TOWNSHIP, by=by, items=deductions, note=note)


def score_review(assessment, *, by, deductions, note=""):
    """Score what came of the democratic review."""
    return _score(assessment, Side.REVIEW, by=by, items=deductions, note=note)


@transaction.atomic
def _score(assessment, side, *, by, items, note):
    record = locked(assessment)
    if sentences := _scored_elsewhere(record, side, by):
        raise NotThisPerson(sentences)
    if sentences := _too_much(record, side, items):
        raise Refused(sentences)
    score = left(getattr(record, f"{side}_most"), items)
    note = "；".join(filter(None, [note, written(items)]))
    take(getattr(record, f"score_{side}"), by=by, note=note, score=score, at=timezone.now())
    _keep_items([(record, items)], side)
    if _complete(record):
        take(record.sum_up, by=by, at=timezone.now(), grade=_grade(record))
    return record


@transaction.atomic
def score_many(assessments, side, entries, *, by):
    """Score a side for many at once, {number: deductions}: all of them, or none and why."""
    records = _locked_many(assessments, entries)
    problems = [
        (record, found)
        for record in records
        if (
            found := _scored_elsewhere(record, side, by)
            + _too_much(record, side, entries[record.pk])
        )
    ]
    if problems:
        raise Refused(named(problems))
    _all_or_none(records, f"score_{side}", side, entries, by)
    _keep_items([(record, entries[record.pk]) for record in records], side)
    whole = [record for record in records if _complete(record)]
    with rules_read_once():
        take_together(
            whole,
            "sum_up",
            by=by,
            details=lambda record: {"by": by, "at": timezone.now(), "grade": _grade(record)},
            fields=["grade", "graded_by", "graded_at"],
        )
    return records


def _all_or_none(records, verb, side, entries, by):
    def details(record):
        score = left(getattr(record, f"{side}_most"), entries[record.pk])
        return {"score": score, "by": by, "at": timezone.now()}

    fields = [f"{side}_{part}" for part in ("score", "by", "at")]
    _done, refused = take_together(records, verb, by=by, details=details, fields=fields)
    if refused:
        raise Refused(named(refused))


def _scored_elsewhere(record, side, by):
    """Three different people score (W-6)."""
    others = [other for other in SIDES if other != side]
    scored = [(getattr(record, f"{o}_by_id"), getattr(record, f"{o}_at")) for o in others]
    if any(did(by, who, at) for who, at in scored):
        return [_("You scored for another side; three different people score.")]
    return []


def _too_much(record, side, items):
    most = getattr(record, f"{side}_most")
    if left(most, items) >= 0:
        return []
    sentence = _("More is taken off than the %(most)s points of this side.")
    return [sentence % {"most": most}]


def _keep_items(scored, side):
    """Put the items of a side in the place of those it named before."""
    whose = [record.pk for record, _items in scored]
    Deduction.objects.filter(assessment__in=whose, side=side).delete()
    found = Deduction.objects.filter(assessment__in=whose).order_by().values("assessment")
    last = dict(found.annotate(last=Max("number")).values_list("assessment", "last"))
    Deduction.objects.bulk_create(
        Deduction(assessment=record, number=number, side=side, points=points, item=item)
        for record, items in scored
        for number, (points, item) in enumerate(items, last.get(record.pk, 0) + 1)
    )


def _complete(record):
    return all(getattr(record, f"{side}_score") is not None for side in SIDES)


def _grade(record):
    """The grade that the points make, by the rule of the assessed month."""
    score = sum((getattr(record, f"{side}_score") for side in SIDES), Decimal(0))
    return grade_of(score, rules_in(record.month, [record.area_id])[record.area_id].grades)


@transaction.atomic
def give_grade(assessment, *, by, grade, note=""):
    """Give a grade alone, where the rule asks for no points."""
    record = locked(assessment)
    return take(record.give_grade, by=by, note=note, grade=grade, at=timezone.now())


@transaction.atomic
def give_grades(assessments, grades, *, by):
    """Give many their grades at once, {number: grade}: all of them, or none and why."""
    records = _locked_many(assessments, grades)
    _done, refused = take_together(
        records,
        "give_grade",
        by=by,
        details=lambda record: {"grade": grades[record.pk], "by": by, "at": timezone.now()},
        fields=["grade", "graded_by", "graded_at"],
    )
    if refused:
        raise Refused(named(refused))
    return records


@transaction.atomic
def reopen(assessment, *, by, note):
    """Give a judgement back to its scorers before the worker has been told, with a reason."""
    if not note.strip():
        raise Refused(_("Say why."))
    return take(locked(assessment).reopen, by=by, note=note)


@transaction.atomic
def finalise(assessment, *, by, note=""):
    """Make a grade final; pay may use it from now on."""
    return take(locked(assessment).finalise, by=by, note=note, at=timezone.now())


@transaction.atomic
def finalise_many(assessments, *, by):
    """Make final what may be, in one go: (those done, the others each with every reason)."""
    records = _locked_many(assessments)
    with rules_read_once():
        return take_together(
            records,
            "finalise",
            by=by,
            details=lambda record: {"by": by, "at": timezone.now()},
            fields=["final_by", "final_at"],
        )


def locked(assessment):
    """The assessment as it stands now, for nobody else to change."""
    rows = Assessment.objects.select_for_update(of=("self",)).select_related(*JOINS)
    return rows.get(pk=assessment.pk)


def _locked_many(assessments, numbers=None):
    rows = assessments if numbers is None else assessments.filter(pk__in=list(numbers))
    rows = rows.select_for_update(of=("self",)).select_related(*JOINS)
    return list(rows.order_by("area", "pk"))
