"""Carrying out what follows from a case, each by the service that does such a thing anyway."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from attendance import services as sheets
from attendance.models import Sheet
from contracts import exits, suspensions
from contracts.models import Exit
from inspections.models import Case, Measure
from payroll import recovering, withholding
from payroll.models import Recovery
from project.kernel.guards import NotThisPerson, Refused, log, refusals, take
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.models import Bar

Kind = Measure.Kind
BY_MONTHS = (Kind.WITHHOLD, Kind.RECOVER, Kind.SEND_BACK)
ON_A_CONTRACT = (*BY_MONTHS, Kind.SUSPEND, Kind.REMOVE)
FOR_VIOLATION = {"V-01": Exit.Reason.E12, "V-07": Exit.Reason.E14, "V-05": Exit.Reason.E15}


@transaction.atomic
def plan(
    case, *, kind, by, words="", first=None, last=None, amount=None, due_on=None, at_once=False
):
    """Plan what is to follow; what cannot wait for the decision is to be carried out at once."""
    case = Case.objects.select_for_update(of=("self",)).select_related("area").get(pk=case.pk)
    if not by.has_perm(Permission.CASE_INVESTIGATE, case.area_id):
        raise PermissionDenied(_("Measures are planned by those who investigate the case."))
    if against := case.barred(by):
        raise NotThisPerson(against)
    if against := _against_planning(case, kind, first, last, at_once):
        raise Refused(against)
    if kind in BY_MONTHS:
        first, last = first or case.first, last or case.last
    measure = Measure.objects.create(
        case=case,
        area_id=case.area_id,
        kind=kind,
        contract=case.contract if kind in ON_A_CONTRACT else None,
        at_once=at_once,
        words=words.strip(),
        first=first,
        last=last,
        amount=amount,
        due_on=due_on,
        planned_by=by,
    )
    log(measure, "plan", by=by, after=measure.state, note=measure.words)
    return take(measure.call, by=by) if at_once else measure


def _against_planning(case, kind, first, last, at_once):
    found = []
    if case.state not in Case.BEFORE_DECISION:
        found.append(_("Measures are planned before the decision; this case is decided."))
    if kind in ON_A_CONTRACT and case.contract is None:
        found.append(_("The case names no contract; this measure needs one."))
    if kind == Kind.BAR and not case.employer:
        found.append(_("The case names no employer who could be barred."))
    if at_once and kind not in Measure.AT_ONCE:
        found.append(_("Before the decision only what can be undone is done."))
    if case.measures.filter(kind=kind).exclude(state="lifted").exists():
        found.append(_("This measure is planned already."))
    if first and last and last < first:
        found.append(_("The last month comes before the first."))
    return found


@transaction.atomic
def suspend(measure, *, by, on, note=""):
    """Stop the work of the contract from a day on (停岗)."""
    measure = _ready(measure, "suspend", by)
    suspensions.suspend(measure.contract, by=by, on=on, note=_because(measure, note))
    return take(measure.suspend, by=by, note=note, on=today(), came=measure.contract)


@transaction.atomic
def withhold(measure, *, by, note=""):
    """Let the pay of the months wait (缓发)."""
    measure = _ready(measure, "withhold", by)
    months = {"first": measure.first, "last": None if measure.at_once else measure.last}
    reason, number = _because(measure, note), measure.case.number
    came = withholding.begin(measure.contract, reason=reason, decision=number, by=by, **months)
    return take(measure.withhold, by=by, note=note, on=today(), came=came)


@transaction.atomic
def send_back(measure, *, by, note=""):
    """Give the sheets of the months back to the village, where days can be put right."""
    measure = _ready(measure, "send_back", by)
    found = Sheet.objects.filter(
        area=measure.contract.area_id, month__gte=measure.first, month__lte=measure.last
    )
    able = [sheet for sheet in found.order_by("month") if not refusals(sheet.send_back, by=by)]
    if not able:
        raise Refused(
            _("No sheet of these months can be sent back: they are open, or their days are paid.")
        )
    for sheet in able:
        sheets.send_back(sheet, by=by, note=_because(measure, note))
    return take(measure.send_back, by=by, note=note, on=today(), came=able[0])


@transaction.atomic
def recover(measure, *, by, note=""):
    """Ask back what the months paid, or the sum of the decision, into the fund (追缴)."""
    measure = _ready(measure, "recover", by)
    came = recovering.propose(
        contract=measure.contract,
        first=measure.first,
        last=measure.last,
        amount=measure.amount,
        reason=_because(measure, note)[:500],
        decision=measure.case.number,
        by=by,
    )
    return take(measure.recover, by=by, note=note, on=today(), came=came)


@transaction.atomic
def remove(measure, *, by, last_day, note=""):
    """Propose that the person leaves the post; that exit is heard and approved by its own rules."""
    measure = _ready(measure, "remove", by)
    case = measure.case
    came = exits.propose(
        contract=measure.contract,
        by=by,
        reason=FOR_VIOLATION.get(case.violation, Exit.Reason.E13),
        last_day=last_day,
        explanation=_because(measure, note),
        finding=f"{case.number}: {case.finding}",
    )
    return take(measure.remove, by=by, note=note, on=today(), came=came)


@transaction.atomic
def bar(measure, *, by, until=None, note=""):
    """Bar the employer from using post holders and building projects, until a day or for good."""
    measure = _ready(measure, "bar", by)
    case = measure.case
    if until and until < today():
        raise Refused(_("This day has passed."))
    came = Bar.objects.create(
        area_id=f"{case.area_id[:6]}000000",
        name=case.employer,
        starts_on=today(),
        ends_on=until,
        reason=_because(measure, note),
        decision=case.number,
        made_by=by,
    )
    log(came, "bar", by=by, note=came.reason)
    return take(measure.bar, by=by, note=note, on=today(), came=came)


@transaction.atomic
def report(measure, *, by, outcome, note=""):
    """Write what was done: the talk that was held, what was put right and when."""
    if not outcome.strip():
        raise Refused(_("Write what was done."))
    measure = _locked(measure)
    return take(measure.report, by=by, note=note, on=today(), outcome=outcome.strip())


@transaction.atomic
def lift(measure, *, by, outcome, note=""):
    """Take a measure back; pay that waited goes on, and what has its own steps is undone there."""
    if not outcome.strip():
        raise Refused(_("Say why the measure is lifted."))
    measure = _locked(measure)
    if not refusals(measure.lift, by=by) and (against := _still_stands(measure)):
        raise Refused(against)
    if measure.state == "done" and measure.kind == Kind.WITHHOLD and not measure.record.lifted_at:
        withholding.lift(measure.record, because=outcome, by=by)
    return take(measure.lift, by=by, note=note, outcome=outcome.strip())


def _still_stands(measure):
    """What must be undone by its own step before the measure is lifted."""
    if measure.state != "done":
        return []
    record = measure.record
    if measure.kind == Kind.SUSPEND and measure.contract.state == "suspended":
        return [_("The work is still stopped: let it go on at the contract first.")]
    if measure.kind == Kind.RECOVER and record.state != Recovery.State.CANCELLED:
        return [_("The recovery still stands: cancel it first.")]
    if measure.kind == Kind.REMOVE and record.state != Exit.State.CANCELLED:
        return [_("The exit still stands: cancel it first.")]
    if measure.kind == Kind.BAR and record.lifted_on is None:
        return [_("The employer is still barred: lift that first.")]
    return []


@transaction.atomic
def keep_for_good(measure, *, by, note=""):
    """By the decision the withheld months are not paid at all (扣发)."""
    measure = _locked(measure)
    if measure.kind != Kind.WITHHOLD or measure.state != "done":
        raise Refused(_("Only pay that is withheld can be kept back for good."))
    if measure.case.state not in Case.CARRIED_THROUGH:
        raise Refused(_("Pay is kept back for good by a decision, not before it."))
    withholding.keep_for_good(measure.record, last=measure.case.last, by=by)
    log(measure, "keep_for_good", by=by, before=measure.state, after=measure.state, note=note)
    return measure


def call_planned(case, *, by):
    """With the decision, what was planned is to be carried out."""
    for measure in case.measures.filter(state="planned").order_by("pk"):
        take(_locked(measure).call, by=by)


def lift_waiting(case, *, by, because):
    """What is planned or due and not carried out is not wanted any more."""
    for measure in case.measures.filter(state__in=["planned", "due"]).order_by("pk"):
        lift(measure, by=by, outcome=because)


def lift_all(case, *, by, because):
    """When a case is dropped nothing of it is wanted, and pay that waited for it goes on."""
    lift_waiting(case, by=by, because=because)
    for measure in case.measures.filter(state="done", kind=Kind.WITHHOLD):
        lift(measure, by=by, outcome=because)


def _ready(measure, step, by):
    """The measure, locked, if its step can be taken now by this person; nothing is done twice."""
    measure = _locked(measure)
    if not refusals(getattr(measure, step), by=by):
        return measure
    return take(getattr(measure, step), by=by, on=today())


def _because(measure, note):
    """What the record that follows says of its reason: the case, and why."""
    words = measure.words or measure.get_kind_display()
    return " · ".join(part for part in (measure.case.number, words, note.strip()) if part)


def _locked(measure):
    joined = Measure.objects.select_related("area", "case__area", "contract__person")
    return joined.select_for_update(of=("self",)).get(pk=measure.pk)
