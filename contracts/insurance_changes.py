"""Changing who is on a policy (批改): added, removed, replaced; every change is an endorsement."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from contracts import insurance_checks as checks
from contracts.models import Cover, Endorsement, InsurancePolicy, InsuredLine
from contracts.selectors import without_cover
from project.kernel.guards import Refused, log
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.models import Person

EVE = timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """One line of an endorsement before it is written; `until` is the last day of the cover."""

    person_in: Person | None = None
    starts_on: date | None = None
    person_out: Person | None = None
    cover_out: Cover | None = None
    until: date | None = None


def record(policy, action, changes, *, by, from_on, note=""):
    """Write an endorsement with its lines; covers begin and end with it where one is in force."""
    endorsement = Endorsement.objects.create(
        area_id=policy.area_id,
        policy=policy,
        action=action,
        from_on=from_on,
        note=note,
        entered_by=by,
    )
    lines = InsuredLine.objects.bulk_create(_line(endorsement, change) for change in changes)
    closed = [change.cover_out for change in changes if change.cover_out]
    for change in changes:
        if change.cover_out:
            change.cover_out.ends_on = change.until
    Cover.objects.bulk_update(closed, ["ends_on"], batch_size=1000)
    if policy.state == InsurancePolicy.State.IN_FORCE:
        Cover.objects.bulk_create(
            Cover(
                policy=policy,
                person_id=line.person_in_id,
                starts_on=line.starts_on,
                ends_on=policy.ends_on,
                entry=line,
            )
            for line in lines
            if line.person_in_id
        )
    return endorsement


def _line(endorsement, change):
    return InsuredLine(
        endorsement=endorsement,
        person_in=change.person_in,
        starts_on=change.starts_on,
        person_out=change.person_out,
        cover_out=change.cover_out,
        covered_until=change.until,
        was_until=change.cover_out.ends_on if change.cover_out else None,
    )


@transaction.atomic
def remove(policy, *, by, people, on, note):
    """Take people off a policy: the day named is the last on which they are covered."""
    policy = locked(policy)
    in_office(by, policy.area_id)
    if not note.strip():
        raise Refused(_("Say why."))
    if policy.state == InsurancePolicy.State.PLANNED:
        return _unlist(policy, people, by=by, note=note)
    covers = _open_covers(policy, people, on)
    if reasons := _not_on(policy, people, covers, on):
        raise Refused(reasons)
    return take_off(policy, covers, by=by, on=on, note=note)


def _open_covers(policy, people, on):
    found = policy.covers.held().filter(person__in=people, ends_on__gt=on)
    return list(found.select_for_update(of=("self",)).select_related("person").order_by("pk"))


def _not_on(policy, people, covers, on):
    covered = {cover.person_id for cover in covers}
    return [
        _("%(name)s is not covered by %(policy)s after %(day)s.")
        % {"name": person.name, "policy": policy, "day": on}
        for person in people
        if person.pk not in covered
    ] or ([] if people else [_("Choose at least one person.")])


def _unlist(policy, people, *, by, note):
    """Take people off a list that has not gone to the insurer yet."""
    listed = {person.pk for person, _day in policy.listed()}
    gone = [person for person in people if person.pk in listed]
    if not gone:
        raise Refused(_("None of them is on the list."))
    changes = [Change(person_out=person) for person in gone]
    action = Endorsement.Action.REMOVE
    made = record(policy, action, changes, by=by, from_on=policy.starts_on, note=note)
    _told(policy, "remove", gone, by=by, note=note)
    return made


def take_off(policy, covers, *, by, on, note=""):
    """Close covers after a day by one endorsement; one that had not begun by then never held."""
    changes = [
        Change(person_out=one.person, cover_out=one, until=max(on, one.starts_on - EVE))
        for one in covers
    ]
    action = Endorsement.Action.REMOVE
    made = record(policy, action, changes, by=by, from_on=on + EVE, note=note)
    _told(policy, "remove", [cover.person for cover in covers], by=by, note=note)
    return made


def leave(contract, last_day, *, by):
    """Whoever leaves a post is taken off, unless their next contract stands on the same cover."""
    person = contract.person
    later = person.contracts.exclude(pk=contract.pk).exclude(state="void")
    starts = list(later.values_list("starts_on", flat=True))
    covers = Cover.objects.filter(person=person, ends_on__gt=last_day)
    covers = covers.select_for_update(of=("self",)).select_related("policy", "person")
    made = []
    for cover in covers.order_by("pk"):
        if not any(last_day <= day <= cover.ends_on for day in starts):
            words = _("Left the post “%(post)s”.") % {"post": contract.title}
            made.append(take_off(cover.policy, [cover], by=by, on=last_day, note=words))
    return made


@transaction.atomic
def replace(policy, *, by, pairs, note=""):
    """Put newcomers in the places of leavers in one go; `pairs` holds (leaver, newcomer)."""
    policy = locked(policy)
    in_office(by, policy.area_id)
    known = {(pair.out.person_id, pair.into.pk): pair for pair in replacements(policy)}
    chosen = [known[key] for key in dict.fromkeys(map(_key, pairs)) if key in known]
    if not chosen or len(chosen) < len(pairs):
        raise Refused(_("Somebody has been replaced or insured in the meantime; choose again."))
    entering = [(pair.into, pair.day) for pair in chosen]
    if reasons := checks.outside_the_ages(policy, entering):
        raise Refused(reasons)
    changes = [
        Change(
            pair.into, pair.day, pair.out.person, pair.out, min(pair.out.ends_on, pair.day - EVE)
        )
        for pair in chosen
    ]
    first = min(pair.day for pair in chosen)
    made = record(policy, Endorsement.Action.REPLACE, changes, by=by, from_on=first, note=note)
    _told(policy, "replace", [pair.into for pair in chosen], by=by, note=note)
    return made


def _key(pair):
    out, into = pair
    return out.pk, into.pk


@dataclass(frozen=True)
class Replacement:
    """A leaver's cover and the newcomer on the same post who needs one, from a day."""

    out: Cover
    into: Person
    day: date
    post: str
    village: str


def replacements(policy):
    """Leavers whose removal the insurer has not answered, each with the newcomer of the post."""
    if policy.state != InsurancePolicy.State.IN_FORCE:
        return []
    newcomers = {}
    first = max(today(), policy.starts_on)
    needing = without_cover(policy.area_id, first, until=policy.ends_on)
    for contract in needing.select_related("person", "area").order_by("starts_on", "pk"):
        newcomers.setdefault(_place(contract), []).append(contract)
    found = []
    for cover, left in _left(policy):
        waiting = newcomers.get(_place(left))
        if waiting:
            new = waiting.pop(0)
            found.append(Replacement(cover, new.person, new.needed_from, new.title, new.area.name))
    return found


def _left(policy):
    """(cover, contract left) of everybody removed by an endorsement without a number."""
    lines = InsuredLine.objects.filter(
        endorsement__policy=policy, endorsement__number="", person_in=None
    ).exclude(cover_out=None)
    again = InsuredLine.objects.filter(endorsement__policy=policy, person_in__isnull=False)
    lines = lines.exclude(cover_out__in=again.exclude(cover_out=None).values("cover_out"))
    found = []
    joined = lines.select_related("cover_out__person").order_by("pk")
    for line in joined.prefetch_related("cover_out__person__contracts"):
        ended = [c for c in line.cover_out.person.contracts.all() if c.state == "ended"]
        if ended:
            found.append((line.cover_out, max(ended, key=lambda c: c.ends_on)))
    return found


def _place(contract):
    """What makes two contracts follow each other on one post: village, title and type."""
    return contract.area_id, contract.title, contract.post_type


def _told(policy, verb, people, *, by, note):
    words = "、".join(person.name for person in people[:20])
    log(policy, verb, by=by, note=f"{words} {note}".strip()[:500], people=[p.pk for p in people])


def in_office(by, area):
    """Insurance belongs to the township officer of the area; anybody else is turned away."""
    if not by.has_perm(Permission.INSURANCE_EDIT, area):
        raise PermissionDenied(_("Insurance belongs to the township officer of the area."))


def locked(policy):
    joined = InsurancePolicy.objects.select_related("area", "fund")
    return joined.select_for_update(of=("self",)).get(pk=policy.pk)


@transaction.atomic
def number(endorsement, *, by, number):
    """Enter the number the insurer gave to a change, once."""
    in_office(by, endorsement.area_id)
    joined = Endorsement.objects.select_for_update(of=("self",)).select_related("policy")
    endorsement = joined.get(pk=endorsement.pk)
    if endorsement.number:
        raise Refused(
            _("This change already has the number %(number)s.") % {"number": endorsement.number}
        )
    if endorsement.policy.state != InsurancePolicy.State.IN_FORCE:
        raise Refused(_("The list has its number with the policy itself."))
    endorsement.answer(number.strip())
    log(endorsement, "number", by=by, note=endorsement.number)
    return endorsement


def insured_anew(moment, people):
    """Whether somebody of these people came on or off a policy after a moment."""
    lines = InsuredLine.objects.filter(endorsement__entered_at__gt=moment)
    moved = Q(person_in__in=people) | Q(person_out__in=people)
    return lines.filter(moved).exists()
