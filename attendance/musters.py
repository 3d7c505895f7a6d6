"""Whom the clerk calls: a village's holders of a day, with what is known of them already."""

from dataclasses import dataclass

from django.db.models import Q

from attendance.models import Leave, WorkPlace
from contracts.changes import suspended_days
from contracts.models import Contract
from project.kernel.months import Month, today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area


@dataclass(frozen=True)
class Called:
    """Somebody on the list: by contract, name and post, and how they were marked before."""

    contract: int
    name: str
    title: str
    on_leave: bool = False
    suspended: bool = False
    mark: str = ""


def villages(user):
    """The villages whose days somebody records."""
    inside = in_areas(areas(user, Permission.SHEET_RECORD), "code")
    return list(Area.objects.filter(inside, level=Area.Level.VILLAGE).on(today()).order_by("code"))


def chosen(found, code):
    """The village that was asked for among one's own, else the first."""
    return next((area for area in found if area.pk == code), found[0] if found else None)


def holders(village, day):
    """Everybody who holds a contract in a village on a day, by name; four queries for any."""
    held = Contract.objects.overlapping(day, day).filter(area=village).select_related("person")
    held = list(held.order_by("person__name_key", "person__name", "pk"))
    away = Leave.objects.filter(
        contract__in=held, state=Leave.State.GRANTED, starts_on__lte=day, ends_on__gte=day
    )
    away = set(away.values_list("contract_id", flat=True))
    paused = suspended_days(Month.of(day), [contract.pk for contract in held])
    return [
        Called(
            contract=one.pk,
            name=one.person.name,
            title=one.title,
            on_leave=one.pk in away,
            suspended=bool(paused.get(one.pk, 0) >> day.day - 1 & 1),
        )
        for one in held
    ]


def of_call(call):
    """Those whom a roll call named and the holders of its post and day whom it did not."""
    marks = dict(call.lines.values_list("contract_id", "present"))
    words = {True: "present", False: "absent", None: ""}
    listed = holders(call.area, call.day)
    listed = [one for one in listed if call.title in ("", one.title) or one.contract in marks]
    return [
        Called(**vars(one) | {"mark": words[marks.get(one.contract)]})
        for one in [*listed, *_left(marks, listed)]
    ]


def _left(marks, listed):
    """Those who were called and hold nothing on the day any more."""
    gone = marks.keys() - {one.contract for one in listed}
    found = Contract.objects.filter(pk__in=gone).select_related("person").order_by("pk")
    return [Called(one.pk, one.person.name, one.title) for one in found]


def places(village, day):
    """The places of work of a village on a day."""
    standing = Q(ends_on=None) | Q(ends_on__gte=day)
    return WorkPlace.objects.filter(standing, area=village, starts_on__lte=day).order_by("name")
