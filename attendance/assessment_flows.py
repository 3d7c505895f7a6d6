"""Whose turn it is when a month, or a year, is assessed.

A village is judged together, so its inbox has one line for a step and not one for each holder
(`reminders`); an appeal concerns one person, and waits by itself.
"""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from attendance import assessing, telling, yearly
from attendance import assessment_forms as forms
from attendance.models import Assessment, AssessmentProcess, YearGrade, YearGradeProcess
from attendance.models.assessment_checks import answer_due
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record


def verb(service, title, form, permission):
    return Verb(service, title, form, permission=permission)


@flow_for(Assessment)
class AssessmentFlow(flow.Flow):
    """Put an appeal before the township. What an assessment is, only Assessment.state says."""

    process_class = AssessmentProcess
    process_title = _("Assessment")
    begun = {"open": _("Opened"), "sum_up": _("Graded by its points")}

    begin = starts_at_record()
    turn = by_state({Assessment.State.APPEALED: this.answer}, otherwise=this.done)
    answer = (
        Step(
            telling.answer,
            title=_("Answer the appeal"),
            form=forms.AnswerForm,
            due=answer_due,
        )
        .By(Permission.ASSESS_ANSWER)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "score_village": verb(
            assessing.score_village,
            _("Score for the village"),
            forms.ScoreForm,
            Permission.ASSESS_VILLAGE,
        ),
        "score_township": verb(
            assessing.score_township,
            _("Score for the township"),
            forms.ScoreForm,
            Permission.ASSESS_TOWNSHIP,
        ),
        "score_review": verb(
            assessing.score_review,
            _("Score the democratic review"),
            forms.ScoreForm,
            Permission.ASSESS_REVIEW,
        ),
        "give_grade": verb(
            assessing.give_grade, _("Give a grade"), forms.GradeForm, Permission.ASSESS_VILLAGE
        ),
        "notify": verb(
            telling.notify, _("Tell the worker"), forms.ToldForm, Permission.ASSESS_TELL
        ),
        "agree": verb(telling.agree, _("The worker agrees"), NoteForm, Permission.ASSESS_TELL),
        "appeal": verb(
            telling.appeal, _("Appeal for the worker"), forms.AppealForm, Permission.ASSESS_TELL
        ),
        "finalise": verb(assessing.finalise, _("Make final"), NoteForm, Permission.ASSESS_FINALISE),
        "reopen": verb(
            assessing.reopen, _("Give back to the scorers"), ReasonForm, Permission.ASSESS_FINALISE
        ),
    }


@flow_for(YearGrade)
class YearGradeFlow(flow.Flow):
    """Nobody's turn by itself: the years of a village wait as one line of the inbox."""

    process_class = YearGradeProcess
    process_title = _("Grade of a year")
    begun = {"propose": _("Proposed")}

    begin = starts_at_record()
    turn = by_state({}, otherwise=this.done)
    done = flow.End()

    aside = {
        "decide": verb(yearly.decide, _("Decide the year"), NoteForm, Permission.ASSESS_ANSWER),
        "refuse": verb(yearly.refuse, _("Send back"), ReasonForm, Permission.ASSESS_ANSWER),
    }


def appeal_by_phone(assessment, *, phone, text):
    """Hear a worker's appeal from the own phone and put it before the township."""
    record = telling.appeal_by_phone(assessment, phone=phone, text=text)
    follow(record, by=None)
    return record
