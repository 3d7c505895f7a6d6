"""Whose turn it is on a case, and who carries out its measures."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from viewflow import this
from viewflow.workflow import flow

from inspections import case_forms as forms
from inspections import cases, measures
from inspections.models import Case, CaseProcess, Measure, MeasureProcess
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record

State, Kind = Case.State, Measure.Kind
# The step that a case in each state waits for; a case that is over waits for none.
TURNS = {
    State.OPENED: "investigate",
    State.INVESTIGATING: "hear",
    State.HEARD: "decide",
    State.DECIDED: "rectify",
    State.RECOVERING: "rectify",
    State.APPEALED: "answer_appeal",
    State.RECTIFIED: "close",
    State.TRANSFERRED: "close",
}


def _measures_follow(case, by):
    """After the case moved, its measures wait with whoever carries them out, or with nobody."""
    for measure in case.measures.select_related("area"):
        follow(measure, by=by)
    return case


def decide(case, *, by, **said):
    """Decide, and leave each measure with whoever carries it out."""
    return _measures_follow(cases.decide(case, by=by, **said), by)


def drop(case, *, by, **said):
    """Drop the case; nobody has anything to carry out any more."""
    return _measures_follow(cases.drop(case, by=by, **said), by)


def reopen(case, *, by, **said):
    """Look into it anew; what was not carried out waits with nobody."""
    return _measures_follow(cases.reopen(case, by=by, **said), by)


@flow_for(Case)
class CaseFlow(flow.Flow):
    """Take a case from its opening to the day on which everything decided is carried through.

    This flow says whose turn it is. What the case is, only Case.state says.
    """

    process_class = CaseProcess
    process_title = _("Case")
    begun = {
        "open": _("Open a case"),
        "exhibit": _("Add evidence"),
        "recover": _("Begin the recovery"),
    }

    begin = starts_at_record()
    turn = by_state(
        {state: getattr(this, step) for state, step in TURNS.items()}, otherwise=this.done
    )
    investigate = (
        Step(cases.investigate, title=_("Investigate"), form=forms.InvestigateForm)
        .By(Permission.CASE_INVESTIGATE)
        .Next(this.turn)
    )
    hear = (
        Step(cases.hear, title=_("Hear the person"), form=forms.HearForm)
        .By(Permission.CASE_HEAR)
        .Next(this.turn)
    )
    decide = (
        Step(decide, title=_("Decide the case"), form=forms.DecideForm)
        .By(Permission.CASE_DECIDE)
        .Next(this.turn)
    )
    rectify = (
        Step(cases.rectify, title=_("Confirm it is put right"), form=NoteForm)
        .By(Permission.CASE_INVESTIGATE)
        .Next(this.turn)
    )
    answer_appeal = (
        Step(cases.answer_appeal, title=_("Let the decision stand"), form=forms.AnswerForm)
        .By(Permission.CASE_DECIDE)
        .Next(this.turn)
    )
    close = (
        Step(cases.close, title=_("Close the case"), form=NoteForm)
        .By(Permission.CASE_DECIDE)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "drop": Verb(drop, _("Drop the case"), forms.DropForm),
        "transfer": Verb(cases.transfer, _("Hand the case over"), forms.TransferForm),
        "take_back": Verb(cases.take_back, _("Go on with it here"), ReasonForm),
        "object": Verb(cases.appeal, _("Take in an appeal"), forms.AppealForm),
        "reopen": Verb(reopen, _("Uphold the appeal"), forms.AnswerForm),
    }


def _begun(measure, by, step=""):
    """The record that a measure began waits with whoever takes its next step."""
    follow(measure.record, step, by=by)
    return measure


def suspend(measure, *, by, **said):
    """Stop the work; the contract's own flow follows."""
    return _begun(measures.suspend(measure, by=by, **said), by, "suspend")


def send_back(measure, *, by, **said):
    """Send the sheets back; each one's flow follows."""
    measure = measures.send_back(measure, by=by, **said)
    sheet = measure.record
    same = type(sheet).objects.filter(
        area=sheet.area_id, month__gte=measure.first, month__lte=measure.last
    )
    for one in same.select_related("area"):
        follow(one, by=by)
    return measure


def recover(measure, *, by, **said):
    """Ask the money back; the department decides the recovery, and the case goes on with it."""
    measure = _begun(measures.recover(measure, by=by, **said), by)
    follow(cases.recover(measure.case, by=by), by=by)
    return measure


def remove(measure, *, by, **said):
    """Propose the exit; it is told, heard and approved by its own flow."""
    return _begun(measures.remove(measure, by=by, **said), by)


def _due(*kinds):
    """A condition of the switch: the measure is to be carried out, and is one of these."""
    return lambda activation: (
        activation.process.artifact.state == "due" and activation.process.artifact.kind in kinds
    )


def _due_on(measure):
    return measure.due_on


@flow_for(Measure)
class MeasureFlow(flow.Flow):
    """Leave a measure with whoever may do such a thing anyway.

    This flow says whose turn it is. What the measure is, only Measure.state says.
    """

    process_class = MeasureProcess
    process_title = _("Measure")
    begun = {
        "plan": _("Plan a measure"),
        "call": pgettext_lazy("measure", "Let it be carried out"),
        "keep_for_good": _("Keep the pay for good"),
    }

    begin = starts_at_record()
    turn = (
        flow.Switch()
        .Case(this.suspend, _due(Kind.SUSPEND))
        .Case(this.withhold, _due(Kind.WITHHOLD))
        .Case(this.send_back, _due(Kind.SEND_BACK))
        .Case(this.recover, _due(Kind.RECOVER))
        .Case(this.remove, _due(Kind.REMOVE))
        .Case(this.bar, _due(Kind.BAR))
        .Case(this.report, _due(Kind.WARN, Kind.RECTIFY))
        .Default(this.done)
    )
    suspend = (
        Step(suspend, title=_("Stop the work"), form=forms.SuspendForm, due=_due_on)
        .By(Permission.CONTRACT_START)
        .Next(this.turn)
    )
    withhold = (
        Step(measures.withhold, title=_("Keep the pay back"), form=NoteForm, due=_due_on)
        .By(Permission.PAY_WITHHOLD)
        .Next(this.turn)
    )
    send_back = (
        Step(send_back, title=_("Send the sheet back"), form=NoteForm, due=_due_on)
        .By(Permission.MEASURE_CARRY)
        .Next(this.turn)
    )
    recover = (
        Step(recover, title=_("Ask the money back"), form=NoteForm, due=_due_on)
        .By(Permission.RECOVERY_PROPOSE)
        .Next(this.turn)
    )
    remove = (
        Step(remove, title=_("Remove from the post"), form=forms.RemoveForm, due=_due_on)
        .By(Permission.MEASURE_CARRY)
        .Next(this.turn)
    )
    bar = (
        Step(measures.bar, title=_("Bar the employer"), form=forms.BarForm, due=_due_on)
        .By(Permission.EMPLOYER_BAR)
        .Next(this.turn)
    )
    report = (
        Step(measures.report, title=_("Write what was done"), form=forms.OutcomeForm, due=_due_on)
        .By(Permission.MEASURE_REPORT)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {"lift": Verb(measures.lift, _("Lift the measure"), forms.OutcomeForm)}


def open_case(*, by, **facts):
    """Open a case and leave it with whoever investigates."""
    return _opened(cases.open_case(by=by, **facts), by)


def open_from_doubt(doubt, *, by, person=None):
    """Open a case from a doubt in one click."""
    return _opened(cases.open_from_doubt(doubt, by=by, person=person), by)


def open_from_complaint(complaint, *, by, **facts):
    """Open a case from a complaint."""
    return _opened(cases.open_from_complaint(complaint, by=by, **facts), by)


def _opened(case, by):
    follow(case, by=by)
    return case


def plan(case, *, by, **facts):
    """Plan a measure; what is done at once waits with whoever does it."""
    measure = measures.plan(case, by=by, **facts)
    follow(measure, by=by)
    return measure


def waits_for(case):
    """The step a case waits for in words, without a question to the database."""
    step = TURNS.get(case.state)
    return CaseFlow.verbs[step].title if step else _("Nobody's")
