"""What must be true of a case and its measures before the next step (W-9)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.checks import barred as barred
from project.kernel.guards import Guard, guard
from project.kernel.months import today

KINDS_REPORTED = ("warn", "rectify")


@guard(gettext_lazy("Write down what was found out first."))
def has_a_finding(case):
    return bool(case.finding.strip())


@guard(
    gettext_lazy(
        "There is no evidence yet: add a picture, a scan, a statement or the records as they stand."
    )
)
def has_evidence(case):
    """A finding needs at least one object of evidence (W-9)."""
    return case.exhibits.exists()


@guard(gettext_lazy("Say what follows first: plan at least one measure."))
def has_measures(case):
    return case.measures.exclude(state="lifted").exists()


@guard(gettext_lazy("Pay is still held back by this case: lift it, or keep it back for good."))
def nothing_is_held_back(case):
    """Nobody's pay waits for a case that is over; work goes on again where it was stopped."""
    return [
        _("The measure “%(measure)s” still works: lift it first.")
        % {"measure": measure.get_kind_display()}
        for measure in case.measures.filter(state__in=["due", "done"], at_once=True)
        if still_works(measure)
    ]


def still_works(measure):
    """Whether what a measure did at once is neither taken back nor kept by the decision."""
    if measure.state == "due":
        return True
    record = measure.record
    if measure.kind == "withhold":
        return record.lifted_at is None and not record.final
    return measure.kind == "suspend" and measure.contract.state == "suspended"


@guard(gettext_lazy("The work is still stopped: let it go on at the contract first."))
def work_goes_on(case):
    """Pay that waits goes on when a case is dropped; stopped work the township takes up again."""
    stopped = case.measures.filter(state="done", kind="suspend")
    return not any(still_works(measure) for measure in stopped.select_related("contract"))


@guard(gettext_lazy("Not every measure is carried out."))
def measures_are_carried_out(case):
    found = []
    for measure in case.measures.exclude(state="lifted").select_related("record_type"):
        if measure.state != "done":
            found.append(
                _("The measure “%(measure)s” is not carried out yet.")
                % {"measure": measure.get_kind_display()}
            )
        elif waits := WAITS.get(measure.kind, lambda record: "")(measure.record):
            found.append(waits)
    return found


def _recovery_waits(recovery):
    if recovery.state in ("settled", "cancelled"):
        return ""
    words = _("The recovery of %(amount)s yuan is not settled; %(left)s yuan are still owed.")
    return words % {"amount": recovery.amount, "left": recovery.balance}


def _exit_waits(exit_):
    if exit_.state in ("approved", "settled", "closed", "cancelled"):
        return ""
    return _("The exit is not approved yet.")


WAITS = {"recover": _recovery_waits, "remove": _exit_waits}


@guard(gettext_lazy("The days in which the person may appeal are over."))
def appeal_is_in_time(case):
    """Within case.appeal_days of the decision, and once."""
    if case.appealed_on is not None:
        return [_("An appeal was made and answered already.")]
    return case.appeal_until is not None and today() <= case.appeal_until


@guard(gettext_lazy("The person may still appeal."))
def appeal_days_are_over(case):
    if case.appeal_until is None or case.answered_on or today() > case.appeal_until:
        return True
    return [
        _("The person may appeal until %(day)s; close the case after that.")
        % {"day": case.appeal_until}
    ]


def is_a(kind):
    """A condition: the measure is of this kind."""
    return Guard(_kind_is(kind), gettext_lazy("This measure is carried out another way."))


def _kind_is(kind):
    def is_of_kind(measure):
        return measure.kind == kind

    is_of_kind.__name__ = f"is_{kind}"
    return is_of_kind


@guard(gettext_lazy("This measure is carried out by its own step, not by a report."))
def is_reported(measure):
    return measure.kind in KINDS_REPORTED


@guard(gettext_lazy("The case does not want this measure now: it is appealed against or over."))
def case_still_wants_it(measure):
    """What cannot wait is done before the decision; everything else after it, and in no appeal."""
    case = measure.case
    if measure.at_once and case.state in case.BEFORE_DECISION:
        return True
    return case.state in case.CARRIED_THROUGH
