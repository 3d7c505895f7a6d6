"""Handing over: what somebody holds goes to others one by one, in bulk, or all at once on a day."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Collate
from django.utils.translation import gettext as _
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from notices import objections as notices
from project.holdings import HAND_OVER, holdings, of_keys
from project.inbox import OPEN
from project.kernel.guards import Refused, log, permits
from project.kernel.guards import objections as against
from project.kernel.hands import did
from project.kernel.models import Event, User
from project.kernel.months import today
from project.kernel.roles import ROLES
from project.kernel.steps import FLOWS, rejoin
from registry.access import ancestors, contains, within
from registry.handovers import end_offices, may_hand_over, offices
from registry.holders import holders
from workrelief.models import Party
from workrelief.records import hand_on_party

PLAN, CALL_OFF, REFUSED = "plan_leaving", "call_off_leaving", "leaving_refused"
ENDS_PLAN = [PLAN, CALL_OFF, "close_account", HAND_OVER]


def refusals(held, to):
    """Why somebody cannot take a holding over."""
    reasons = []
    if not to.is_active:
        reasons.append(_("The account of %(name)s is closed; name another person.") % {"name": to})
    if held.holder == to:
        reasons.append(_("%(name)s has it already.") % {"name": to})
    if not to.has_perm(held.permission, held.code):
        sentence = _("%(name)s holds no role here that may do this; name somebody who does.")
        reasons.append(sentence % {"name": to})
    if _barred(held, to):
        sentence = _("%(name)s took part in it or is close to it; name a third person.")
        reasons.append(sentence % {"name": to})
    return reasons


def _barred(held, to):
    """Four eyes and kin hold for whoever takes something over as for whoever would act."""
    if held.source == "party":
        return held.record.parties.filter(user=to, until=None).exists()
    if held.source == "objection":
        named = Event.objects.of(held.record).filter(verb="assign").order_by("-pk").first()
        return named is not None and did(to, named.by_id, named.at)
    step = getattr(held.record, held.step)
    return permits(step, to) and bool(against(step, to))


@transaction.atomic
def give(key, to, *, by, note):
    """Give one holding to another person, or back to the office (`to` None); it is written down."""
    _reason(note)
    held = of_keys([key], by, lock=True).get(key)
    if held is None:
        raise Refused(_("It is done by now, in other hands, or outside the areas you appoint in."))
    if to is not None and (reasons := refusals(held, to)):
        raise Refused(reasons)
    if held.source == "objection":
        notices.hand_on(held.record, by=by, to=to, note=note)
        rejoin(FLOWS[type(held.record)], type(held.record).objects.get(pk=held.record.pk))
    elif held.source == "party":
        party = Party.objects.select_related("project", "user").get(pk=key.partition(":")[2])
        hand_on_party(party, by=by, to=to, note=note)
    else:
        if held.source == "task":
            _own(key, to)
        _write_down(held, to, by, note)
    return held


def _own(key, to):
    task = Task.objects.get(pk=key.partition(":")[2])
    with task.activation() as activation:
        if task.status == STATUS.ASSIGNED:
            activation.unassign()
        if to is not None:
            activation.assign(to)


def _write_down(held, to, by, note):
    state = getattr(held.record, "state", "")
    names = {"from": held.holder.username if held.holder else "", "to": to.username if to else ""}
    log(held.record, HAND_OVER, by=by, before=state, after=state, note=note, key=held.pk, **names)


def give_many(keys, to, *, by, note):
    """Give what can be given; answers with what was, and with the rest and every reason."""
    done, cannot = [], []
    for key in keys:
        try:
            done.append(give(key, to, by=by, note=note))
        except Refused as refused:
            cannot.append((key, refused.messages))
    return done, cannot


@transaction.atomic
def hand_over(user, *, by, successors, note, or_office=False):
    """Somebody leaves today: what they hold goes to the successor named for the role and area, or
    back to the office; then their roles, substitutions, sessions, programs and account end.

    `successors` is {number of an appointment: the person}. All of it happens, or nothing; with
    `or_office` what a successor cannot take is the office's, and nobody stays because of it.
    """
    may_hand_over(user, by)
    _reason(note)
    ending, reasons = list(offices(user, by)), []
    for held in holdings(user, by):
        try:
            give(held.pk, _successor(held, ending, successors), by=by, note=note)
        except Refused as refused:
            if or_office:
                give(held.pk, None, by=by, note=" ".join([note, *refused.messages]))
            else:
                reasons += [f"{held}: {sentence}" for sentence in refused.messages]
    if reasons:
        raise Refused(reasons)
    user = end_offices(user, by=by, note=note)
    for held in ending:
        to = successors.get(held.pk)
        words = {"role": held.role, "area": held.area_id, "to": to.username if to else ""}
        log(user, HAND_OVER, by=by, note=note, **words)
    return user


def _reason(note):
    if not note.strip():
        raise Refused(_("Say why it is handed over."))


def _successor(held, ending, successors):
    """Whoever was named for the role by which the person held it; else it is the office's again."""
    for office in ending:
        mine = held.permission in ROLES[office.role].permissions
        if mine and contains(office.area_id, held.code) and office.pk in successors:
            return successors[office.pk]
    return None


def warnings(user, by):
    """Which roles nobody else holds, although open work there needs one."""
    found = []
    for held in offices(user, by):
        permissions = [str(permission) for permission in ROLES[held.role].permissions]
        place = Collate("owner_permission_obj_pk", "C")
        waiting = Task.objects.alias(place=place).filter(
            within(held.area_id, "place"),
            flow_task_type="HUMAN",
            status__in=OPEN,
            owner_permission__in=permissions,
        )
        alone = {
            permission
            for permission in waiting.values_list("owner_permission", flat=True).distinct()
            if not holders([permission], _above(held)).exclude(pk=user.pk).exists()
        }
        if count := waiting.filter(owner_permission__in=alone).count():
            words = {"role": ROLES[held.role].title, "area": held.area, "count": count}
            sentence = _(
                "Nobody else here may do what %(count)s open tasks of “%(role)s” in %(area)s need; "
                "appoint somebody."
            )
            found.append(sentence % words)
    return found


def _above(held):
    return Q(area__in=ancestors(held.area_id))


@transaction.atomic
def plan(user, *, by, on, successors, note):
    """Hand over on a day: today at once, later by the workers at the beginning of that day."""
    may_hand_over(user, by)
    _reason(note)
    if on < today():
        raise Refused(_("Somebody leaves today at the earliest."))
    _fit(user, by, successors)
    if planned(user):
        raise Refused(_("A day is planned already; call it off first."))
    if on == today():
        return hand_over(user, by=by, successors=successors, note=note)
    named = {str(number): to.pk for number, to in successors.items()}
    log(user, PLAN, by=by, note=note, day=on.isoformat(), successors=named)
    return user


def _fit(user, by, successors):
    """A successor holds the role in its area already, and is not whoever leaves."""
    reasons = []
    for held in offices(user, by):
        to = successors.get(held.pk)
        if to is None:
            continue
        if to == user or not _same_role(to, held):
            words = {"name": to, "role": ROLES[held.role].title, "area": held.area}
            sentence = _("%(name)s does not hold “%(role)s” in %(area)s; appoint them there first.")
            reasons.append(sentence % words)
    if reasons:
        raise Refused(reasons)


def _same_role(to, held):
    own = to.appointments.on(today()).filter(role=held.role)
    return any(contains(one.area_id, held.area_id) for one in own)


def planned(user):
    """The event that plans the day somebody leaves, where it is neither called off nor done."""
    last = Event.objects.of(user).filter(verb__in=ENDS_PLAN).order_by("-pk").first()
    return last if last and last.verb == PLAN else None


def why_not_yet(user):
    """Why a planned day has passed and somebody is still there, in the words of the last night."""
    event = planned(user)
    told = Event.objects.of(user).filter(verb=REFUSED, pk__gt=event.pk if event else 0)
    last = told.order_by("-pk").first() if event else None
    return last.note if last else ""


@transaction.atomic
def call_off(user, *, by, note):
    """The person stays; what was planned does not happen."""
    may_hand_over(user, by)
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if planned(user) is None:
        raise Refused(_("No day is planned on which this person leaves."))
    log(user, CALL_OFF, by=by, note=note)


def carry_out_due(*, by):
    """Hand over for everybody whose day has come; why somebody cannot leave yet is written down."""
    kind = ContentType.objects.get_for_model(User)
    of_users = Event.objects.filter(record_type=kind, verb__in=ENDS_PLAN)
    later = of_users.filter(record_id=OuterRef("record_id"), pk__gt=OuterRef("pk"))
    plans = of_users.filter(~Exists(later), verb=PLAN, data__day__lte=str(today()))
    return sum(_carry_out(event, by) for event in plans.select_related("by").order_by("pk"))


@transaction.atomic
def _carry_out(event, by):
    """Under the person's lock, so that two workers do it once."""
    user = User.objects.select_for_update(of=("self",)).get(pk=event.record_id)
    if planned(user) != event:
        return 0
    successors = _named(event.data["successors"])
    try:
        hand_over(user, by=event.by, successors=successors, note=event.note, or_office=True)
    except (Refused, PermissionDenied) as refused:
        said = refused.messages if isinstance(refused, Refused) else [str(refused)]
        _tell_once(user, event, "\n".join(said), by)
        return 0
    return 1


def _named(said):
    """Who was named for each role; older plans name the sign-in, which may be gone by now."""
    logins = [name for name in said.values() if isinstance(name, str)]
    numbers = [number for number in said.values() if isinstance(number, int)]
    found = User.objects.filter(Q(pk__in=numbers) | Q(username__in=logins))
    people = {key: one for one in found for key in (one.pk, one.username)}
    return {int(number): people[to] for number, to in said.items() if to in people}


def _tell_once(user, event, said, by):
    """Each night asks again; the same answer stands once."""
    told = Event.objects.of(user).filter(pk__gt=event.pk, verb=REFUSED, note=said)
    if not told.exists():
        log(user, REFUSED, by=by, note=said, day=event.data["day"])
