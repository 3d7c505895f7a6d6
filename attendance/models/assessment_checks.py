"""What must be true of an assessment before its next step (W-6)."""

from datetime import timedelta

from django.utils.timezone import localdate
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance.models.assessment_facts import SIDES
from policy.selectors import rule
from project.kernel.guards import guard
from project.kernel.months import today

APPEAL_DAYS = "assessment.appeal_days"


@guard(_("The month is not over yet."))
def month_is_over(assessment):
    return assessment.month.last < today()


@guard(_("Here a grade is given alone; nobody gives points."))
def points_are_given(assessment):
    return assessment.mode == "score"


@guard(_("Here the points of three sides make the grade; nobody gives it alone."))
def grades_are_given(assessment):
    return assessment.mode == "grade"


@guard(_("Not every side has scored yet."))
def every_side_has_scored(assessment):
    return all(getattr(assessment, f"{side}_score") is not None for side in SIDES)


def appeal_until(assessment):
    """The last day on which the worker may appeal (assessment.appeal_days)."""
    told = localdate(assessment.told_at)
    days = rule(APPEAL_DAYS, on=told, area=assessment.area_id)
    return told + timedelta(days=days)


@guard(_("The worker has appealed once already, and was answered."))
def appeals_once(assessment):
    return not hasattr(assessment, "appealed")


@guard(_("The worker was told of the answer to the appeal; it stays as it was answered."))
def was_not_appealed(assessment):
    return not hasattr(assessment, "appealed")


@guard(_("The days to appeal are over."))
def appeal_is_in_time(assessment):
    if assessment.told_at is None or today() <= appeal_until(assessment):
        return True
    words = {"day": appeal_until(assessment)}
    return [translate("The worker could appeal until %(day)s.") % words]


@guard(_("The worker may still appeal."))
def time_to_appeal_is_over(assessment):
    """Who agreed, or was answered already, keeps nobody waiting."""
    if assessment.told_at is None or assessment.agreed_at or hasattr(assessment, "appealed"):
        return True
    until = appeal_until(assessment)
    if today() > until:
        return True
    sentence = _(
        "The worker may appeal until %(day)s; make it final from the day after, or once the "
        "worker has agreed."
    )
    return [translate(sentence) % {"day": until}]


def answer_due(assessment):
    """An appeal is answered in as many days as there were to make it, counted after those."""
    until = appeal_until(assessment)
    return until + timedelta(days=rule(APPEAL_DAYS, on=until, area=assessment.area_id))
