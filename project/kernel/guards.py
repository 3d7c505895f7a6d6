"""Let a state machine say no, and say why; who asks is heard first."""

from functools import update_wrapper
from inspect import signature

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from project.kernel.hands import did, in_place_of
from project.kernel.models import Event

CALLED = {}  # what people call a step of a model; each flow tells its own


class Refused(ValidationError):
    """A step that cannot be taken now, with every reason why."""

    def __init__(self, reasons):
        super().__init__([reasons] if isinstance(reasons, str) else list(reasons))


class NotThisPerson(Refused):
    """A step that is open, but not to this person: four eyes, kin, their own record."""


class NeedsReason(Refused):
    """A step that goes against a warning and has no written reason yet."""


class Guard:
    """A named condition: true or false to the machine, sentences to people.

    The condition answers True or False, or a list of what is wrong, empty when nothing is.
    """

    def __init__(self, condition, reason):
        self.condition, self.reason = condition, reason
        update_wrapper(self, condition)

    def __call__(self, record):
        return not self.failures(record)

    def failures(self, record):
        """Every sentence that speaks against the step."""
        answer = self.condition(record)
        if isinstance(answer, list):
            return [str(sentence) for sentence in answer]
        return [] if answer else [str(self.reason)]


def guard(reason):
    """Give a condition the sentence to show when it fails."""
    return lambda condition: Guard(condition, reason)


warn = guard  # the same thing, attached by `warned_by`: it asks for a reason, it does not forbid


def warned_by(*conditions):
    """Attach soft conditions to a transition; the FSM ignores them, `take` does not."""

    def mark(method):
        method.warnings = conditions
        return method

    return mark


def permits(step, user):
    """Say whether the user may ever take `step` on this record, whatever its state."""
    moves = step._django_fsm.transitions.values()
    return any(move.has_perm(step.__self__, user) for move in moves)


def in_turn(step):
    """Say whether `step` starts from the state the record is in."""
    return _move(step) is not None


def refusals(step, by=None):
    """Say why `step`, a bound transition, cannot run now. An empty list means it can."""
    record, move = step.__self__, _move(step)
    if move is None:
        state = record.get_state_display()
        return [_("Not possible while the state is “%(state)s”.") % {"state": state}]
    reasons = []
    for condition in move.conditions:
        reasons += condition.failures(record)
    return reasons + (objections(step, by) if by else [])


def objections(step, by):
    """Say why this person in particular must leave `step` to somebody else."""
    record, verb = step.__self__, step.__name__
    reasons = []
    if acted := _own_step(record, verb, by):
        reasons.append(_already(acted, record, by))
    return reasons + list(record.barred(by) if hasattr(record, "barred") else [])


def _already(acted, record, by):
    """Whose step stands in the way: their own, or that of somebody one of them stands in for."""
    called = CALLED.get((type(record), acted.verb), acted.verb)
    if acted.by_id == by.pk:
        said = _("You took the step “%(step)s” on this record; another person must take this one.")
        return said % {"step": called}
    said = _(
        "%(name)s took the step “%(step)s” on this record, and one of you stands or stood in for "
        "the other; a third person must take this one."
    )
    return said % {"step": called, "name": acted.by}


def warnings(step):
    """Say what speaks against `step` without forbidding it."""
    found = []
    for condition in getattr(type(step.__self__), step.__name__).__dict__.get("warnings", ()):
        found += condition.failures(step.__self__)
    return found


@transaction.atomic
def take(step, *, by, note="", **details):
    """Run one transition for `by`, save the record, and log it."""
    record, before, verb = step.__self__, step.__self__.state, step.__name__
    if (move := _move(step)) and not move.has_perm(record, by):
        raise PermissionDenied(_("This step belongs to another role or another area."))
    if move is None and not permits(step, by):
        raise PermissionDenied(_("This step belongs to another role or another area."))
    if against := objections(step, by):
        raise NotThisPerson(against)
    if reasons := refusals(step):
        raise Refused(reasons)
    if (soft := warnings(step)) and not note.strip():
        raise NeedsReason([*soft, _("Write the reason for going on in spite of this.")])
    stead = stead_of(step, by)
    try:
        step(**(details | _signature(step, by)))
    except TransitionNotAllowed as overtaken:  # what a guard reads is not locked with the record
        changed = [_("Somebody else changed the record at the same moment. Read it again.")]
        raise Refused(refusals(step) or changed) from overtaken
    record.save()
    kept = _kept(record) | stead
    log(record, verb, by=by, before=before, after=record.state, note=note, **kept)
    return record


def stead_of(step, by):
    """What the log keeps of a step that somebody takes in the place of another."""
    found = in_place_of(by, lambda: permits(step, by))
    return {"in_place_of": found} if found else {}


def _kept(record):
    """What a record keeps of itself with each step, such as the hash of what was signed."""
    return record.kept_with_a_step() if hasattr(record, "kept_with_a_step") else {}


def _signature(step, by):
    """A transition that keeps who acted asks for `by`."""
    return {"by": by} if "by" in signature(step).parameters else {}


def log(record, verb, *, by, before="", after="", note="", **data):
    """Write one line of the business log."""
    return Event.objects.create(
        record=record, verb=verb, by=by, before=before, after=after, note=note, data=data
    )


def _own_step(record, verb, by):
    """The step of this round that `by`, or whoever is one hand with them, has taken, if any."""
    chain = getattr(record, "chain", ())
    if verb not in chain:
        return None
    # Steps that belong together, such as writing a request and sending it, are one hand's work.
    shared = getattr(record, "together", ())
    chain = [other for other in chain if not (verb in shared and other in shared)]
    events = Event.objects.of(record).exclude(after="refused")
    last = events.filter(verb__in=record.restarts).order_by("-pk").values_list("pk").first()
    this_round = events.filter(pk__gt=last[0]) if last else events
    taken = this_round.filter(verb__in=chain).select_related("by")
    return next((event for event in taken if did(by, event.by_id, event.at)), None)


def _move(step):
    machine = step._django_fsm
    return machine.get_transition(machine.field.get_state(step.__self__))
