"""Who looked at what is protected: written before it is shown, whoever it is (R-11)."""

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from project.kernel.models import Look

WAITS: list = []
# Where a record names the people it is about, the nearest first.
TO_PEOPLE = (("people", ""), ("person", ""), ("contract", "__person"), ("hire", "__person"))


def look(by, what, people, record=None, purpose="", rows=1):
    """Write down that somebody read what is protected; `people` can each be told of it."""
    return Look.objects.create(
        by=by, what=what, people=sorted(people), record=record, purpose=purpose, rows=rows
    )


def waits(says):
    """Let an office above say which looks wait until a person is told what they were for.

    `says(person)` gives a condition over looks, or None where nothing has to wait.
    """
    WAITS.append(says)
    return says


def looks_at(person, whole=False):
    """The looks at a person's data; `whole` with those that wait until the person was heard."""
    found = Look.objects.filter(people__contains=[person.pk])
    for says in () if whole else WAITS:
        if (waiting := says(person)) is not None:
            found = found.exclude(waiting)
    return found


def people_of(records, *paths):
    """The numbers of the people whom records are about, in one question; of sums, nobody's."""
    paths = paths or _paths_of(records.model)
    if not paths:
        return set()
    found = {number for row in records.order_by().values_list(*paths) for number in _each(row)}
    return found - {None}


def _each(row):
    for value in row:
        yield from value if isinstance(value, list) else [value]


def _paths_of(model):
    if model._meta.label_lower == "registry.person":
        return ["pk"]
    known = {field.name for field in model._meta.fields}
    return [name + rest for name, rest in TO_PEOPLE if name in known][:1]


def taken_out(by):
    """The line at the foot of every page of a workbook: who took it out of the house, and when."""
    at = f"{localtime():%Y-%m-%d %H:%M}"
    return _("Taken out by %(name)s at %(time)s") % {"name": by, "time": at}
