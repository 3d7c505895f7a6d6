"""The file of somebody under inspection: what the records say of them, as far as one may see it."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from attendance.models import CheckIn, Photo, WorkPlace
from contracts.models import Contract
from inspections import case_map
from inspections.models import Case, Doubt, Visit
from payroll.models import PayLine
from project.kernel.months import Month
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Person, Portrait

MONTHS_AT_MOST, PICTURES_AT_MOST, EARLIER_AT_MOST, OTHERS_AT_MOST = 12, 60, 100, 2000


@dataclass(frozen=True)
class Asked:
    """Who asks, about whom, and of which months; a long span is cut to its last year."""

    user: object
    person: Person
    first: Month
    last: Month

    @property
    def since(self):
        return max(self.first, self.last.plus(1 - MONTHS_AT_MOST))

    @property
    def days(self):
        return self.since.first, self.last.last

    def months(self):
        """Every month of the span."""
        month, found = self.since, []
        while month <= self.last:
            found.append(month)
            month = month.next()
        return found

    def inside(self, permission, column="area_id"):
        return in_areas(areas(self.user, permission), column)


def check_ins(asked):
    """The check-ins of the months that stand, with what they were recorded by."""
    found = CheckIn.objects.filter(
        asked.inside(Permission.SHEET_VIEW, "contract__area_id"),
        contract__person=asked.person,
        day__range=asked.days,
        voids__isnull=True,
        voided_by__isnull=True,
    )
    return list(found.select_related("contract", "phone").order_by("day", "pk"))


def grid(asked, entries):
    """For each month its days: the highest evidence level, and the sources in words."""
    by_day = {}
    for entry in entries:
        by_day.setdefault(entry.day, []).append(entry)
    return [
        {"month": month, "cells": [_cell(day, by_day.get(day, ())) for day in month.dates()]}
        for month in asked.months()
    ]


def _cell(day, entries):
    words = "、".join(dict.fromkeys(entry.get_source_display() for entry in entries))
    level = max((entry.level for entry in entries), default="")
    return {"day": day, "level": level, "words": words}


def portrait(asked):
    """The newest enrolment picture's address, where the person may be seen."""
    if not Person.objects.visible_to(asked.user).filter(pk=asked.person.pk).exists():
        return None
    newest = Portrait.objects.filter(person=asked.person).order_by("-pk").first()
    if newest is None:
        return None
    url = reverse("registry:portrait", args=[asked.person.pk, newest.pk])
    return {"url": url, "taken_on": newest.taken_on}


def pictures(entries):
    """The newest pictures of the check-ins."""
    words = {entry.pk: entry for entry in entries}
    found = Photo.objects.filter(check_in__in=list(words)).order_by("-check_in__day", "-pk")
    return [
        {"url": reverse("attendance:photo", args=[photo.pk]), "entry": words[photo.check_in_id]}
        for photo in found[:PICTURES_AT_MOST]
    ]


def phones(asked, entries):
    """Each phone the person's days were reported with, and who else used it on which days."""
    used = {}
    for entry in entries:
        if entry.phone is not None:
            used.setdefault(_hardware(entry.phone), []).append(entry)
    others = _others(asked, used)
    return [
        {
            "label": mine[-1].phone.label or mine[-1].phone_id,
            "days": sorted({entry.day for entry in mine}),
            "others": [
                {"name": name, "days": sorted(days)}
                for (_person, name), days in sorted(others.get(hardware, {}).items())
            ],
        }
        for hardware, mine in used.items()
    ]


def _hardware(phone):
    """Two registrations with one fingerprint are one telephone."""
    return phone.fingerprint or f"#{phone.pk}"


def _others(asked, used):
    """Who else: {hardware: {(person, name): days}}, as far as the village may be seen."""
    numbers = [entry.phone_id for mine in used.values() for entry in mine]
    prints = [entry.phone.fingerprint for mine in used.values() for entry in mine]
    same = Q(phone__in=numbers) | Q(phone__fingerprint__in=[one for one in prints if one])
    found = CheckIn.objects.filter(
        same,
        asked.inside(Permission.SHEET_VIEW, "contract__area_id"),
        day__range=asked.days,
        voided_by__isnull=True,
    ).exclude(contract__person=asked.person)
    found = found.select_related("phone", "contract__person").order_by("day", "pk")
    others = {}
    for entry in found[:OTHERS_AT_MOST]:
        people = others.setdefault(_hardware(entry.phone), {})
        key = (entry.contract.person_id, entry.contract.person.name)
        people.setdefault(key, set()).add(entry.day)
    return others


def places(asked, entries, seen):
    """The drawing of fences, check-ins and visits, and how far each lies from the nearest fence."""
    first, last = asked.days
    known = WorkPlace.objects.visible_to(asked.user).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=first),
        starts_on__lte=last,
        area__in={entry.contract.area_id for entry in entries},
    )
    fences = [_spot("fence", place.name, place, place.radius) for place in known.order_by("pk")]
    reported = [
        _spot("check_in", f"{one.day} {one.get_source_display()}", one)
        for one in entries
        if one.longitude is not None
    ]
    visited = [
        _spot("visit", f"{one.at:%Y-%m-%d} {one.get_seen_display()}", one)
        for one in seen
        if one.longitude is not None
    ]
    distances = [(spot, *case_map.nearest(spot, fences)) for spot in reported + visited]
    return {
        "map": case_map.drawing([*fences, *reported, *visited]),
        "distances": [
            {"words": spot.words, "metres": far, "fence": fence.words if fence else ""}
            for spot, far, fence in distances
        ],
    }


def _spot(kind, words, record, radius=0):
    at = float(record.longitude), float(record.latitude)
    return case_map.Spot(kind, words, *at, radius)


def visits(asked):
    """Visits to the person, the newest first."""
    found = Visit.objects.visible_to(asked.user).filter(contract__person=asked.person)
    found = found.select_related("area", "contract__person", "by", "second", "corrected_by")
    return list(found.order_by("-at")[:EARLIER_AT_MOST])


def pay(asked):
    """The pay lines of the months with their state."""
    lines = PayLine.objects.visible_to(asked.user).filter(
        person=asked.person, month__gte=asked.since, month__lte=asked.last
    )
    return lines.with_state().select_related("area", "run__area", "run__fund").order_by("month")


def contracts(asked):
    """The contracts of the person."""
    found = Contract.objects.visible_to(asked.user).filter(person=asked.person)
    return found.select_related("area", "person").order_by("-starts_on")[:EARLIER_AT_MOST]


def doubts(asked):
    """The doubts about the person, the newest first."""
    found = Doubt.objects.visible_to(asked.user).filter(people__contains=[asked.person.pk])
    return found.select_related("area", "person").order_by("-pk")[:EARLIER_AT_MOST]


def cases(asked):
    """The cases about the person, the newest first."""
    found = Case.objects.visible_to(asked.user).filter(person=asked.person)
    return found.select_related("area", "person").order_by("-pk")[:EARLIER_AT_MOST]
