"""Telling a worker the grade before any pay, hearing the appeal and answering it (R-36, W-6)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.assessing import JOINS, locked
from attendance.assessment_rules import rules_in
from attendance.grading import grade_of
from attendance.models import Appeal, Assessment
from attendance.models.assessment_facts import SIDES
from attendance.together import take_together
from project.kernel.guards import Refused, log, refusals, take

ANSWERED = ["upheld", "reply", "answered_at", "answered_by", "grade_after", "score_after"]


@transaction.atomic
def notify(assessment, *, by, how, agrees=False, note=""):
    """Keep that the worker was told, how and by whom, and whether the worker agreed."""
    record = locked(assessment)
    return take(record.notify, by=by, note=note, how=_how(how), at=timezone.now(), agrees=agrees)


@transaction.atomic
def notify_many(assessments, *, by, how, agrees=False):
    """The same for many who signed one slip: (those done, the others each with every reason)."""
    rows = assessments.select_for_update(of=("self",)).select_related(*JOINS)
    return take_together(
        list(rows.order_by("area", "pk")),
        "notify",
        by=by,
        details=lambda _one: {
            "how": _how(how),
            "by": by,
            "at": timezone.now(),
            "agrees": agrees,
        },
        fields=["told_how", "told_by", "told_at", "phone", "agreed_at"],
    )


def _how(how):
    """The own phone says by itself that its worker was told."""
    if how not in (Assessment.Told.SLIP, Assessment.Told.SPOKEN):
        raise Refused(_("Say how the worker was told: by a signed slip, or in person."))
    return how


@transaction.atomic
def agree(assessment, *, by, note=""):
    """Keep that the worker finds the grade right."""
    return take(locked(assessment).agree, by=by, note=note, at=timezone.now())


@transaction.atomic
def appeal(assessment, *, by, text):
    """Write down for the worker what is wrong with the grade."""
    record = locked(assessment)
    take(record.appeal, by=by, note=_said(text))
    _keep(record, text, asked_by=by)
    return record


def _said(text):
    if not text.strip():
        raise Refused(_("Say what is wrong."))
    return text.strip()


def _keep(record, text, **asked):
    return Appeal.objects.create(
        assessment=record,
        text=text.strip(),
        grade_before=record.grade,
        score_before=record.score,
        **asked,
    )


@transaction.atomic
def seen_on_phone(assessment, *, phone, agrees=False):
    """The worker has read the grade on the own phone, and may find it right at once."""
    record = _own(assessment, phone)
    now = timezone.now()
    if record.state == Assessment.State.SCORED:
        details = {"how": Assessment.Told.PHONE, "by": None, "at": now, "phone": phone}
        _by_phone(record.notify, phone, **details, agrees=agrees)
    elif record.agreed_at is None and agrees:
        _by_phone(record.agree, phone, at=now)
    return record


@transaction.atomic
def appeal_by_phone(assessment, *, phone, text):
    """The worker appeals on the own phone; who appeals has been told."""
    said, record = _said(text), seen_on_phone(assessment, phone=phone)
    _by_phone(record.appeal, phone, note=said)
    _keep(record, said, phone=phone)
    return record


def _own(assessment, phone):
    record = locked(assessment)
    if record.contract.person_id != phone.person_id or phone.ended_at is not None:
        raise PermissionDenied(_("Workers speak for themselves."))
    return record


def _by_phone(step, device, /, *, note="", **details):
    """A step that the worker takes; the log names who let the phone in."""
    record, before = step.__self__, step.__self__.state
    if reasons := refusals(step):
        raise Refused(reasons)
    step(**details)
    record.save()
    by = device.let_in_by.issued_by
    log(record, f"{step.__name__}_by_phone", by=by, before=before, after=record.state, note=note)


@transaction.atomic
def answer(assessment, *, by, upheld, reply, waived=(), grade=""):
    """Answer an appeal by somebody who did not judge: what stood and what stands now both stay.

    Upheld, the items named by their numbers fall away, or where grades are given alone another
    grade is given; the worker is told anew before the grade is final.
    """
    record = locked(assessment)
    if not reply.strip():
        raise Refused(_("Give the worker an answer in words."))
    if not hasattr(record, "appealed"):
        raise Refused(refusals(record.answer))
    asked = record.appealed
    falling = _falling_away(record, upheld, waived, grade)
    scores = _scores_without(record, falling) if falling else {}
    grade = _grade_after(record, scores, grade)
    if reasons := refusals(record.answer):
        raise Refused(reasons)
    record.deductions.filter(pk__in=falling).update(waived_by=asked)
    take(record.answer, by=by, note=reply.strip(), grade=grade, scores=scores)
    asked.upheld, asked.reply = upheld, reply.strip()
    asked.answered_at, asked.answered_by = timezone.now(), by
    asked.grade_after = grade
    asked.score_after = sum(scores.values()) if scores else record.score
    asked.save(update_fields=ANSWERED)
    return record


def _falling_away(record, upheld, waived, grade):
    """The items that fall away; an appeal that is upheld changes something."""
    if not upheld:
        if waived or grade:
            raise Refused(_("An appeal that is not upheld changes neither items nor grade."))
        return []
    if record.mode == Assessment.Mode.GRADE:
        if grade in ("", record.grade):
            raise Refused(_("Choose the grade that the worker has instead."))
        return []
    items = record.deductions.filter(number__in=waived).values_list("pk", flat=True)
    if not waived or len(items) != len(set(waived)) or grade:
        raise Refused(_("Name the numbers of the items that fall away, as the page shows them."))
    return list(items)


def _scores_without(record, falling):
    """What is left of every side's points without the items that fell away."""
    lost = dict.fromkeys(SIDES, 0)
    for item in record.deductions.exclude(pk__in=falling):
        lost[item.side] += item.points
    return {side: getattr(record, f"{side}_most") - lost[side] for side in SIDES}


def _grade_after(record, scores, grade):
    if scores:
        least = rules_in(record.month, [record.area_id])[record.area_id].grades
        return grade_of(sum(scores.values()), least)
    return grade or record.grade
