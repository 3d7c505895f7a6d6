"""Areas that were merged: history stays under the old code, reports count both together (S-26)."""

from django.db.models import Q

from project.kernel.months import today
from project.kernel.pages import AreaFilter
from registry.access import contains, within
from registry.models import Area


def successors(on):
    """{old code: the code it counts under on a day}, along whole chains of mergers."""
    gone = Area.objects.filter(merged_into__isnull=False)
    gone = gone.filter(Q(valid_to__isnull=True) | Q(valid_to__lt=on))
    step = dict(gone.values_list("code", "merged_into_id"))
    return {code: _end(code, step) for code in step}


def _end(code, step):
    """The last area of a chain; a chain that closes on itself ends where it began."""
    seen = {code}
    while step.get(code, code) not in seen:
        code = step[code]
        seen.add(code)
    return code


def township_of(code, found):
    """The township under which a village or township counts."""
    village = found.get(code, code)
    town = village[:9] + "000"
    return found.get(town, town)


def rolled_up(code, on, column="area_id"):
    """A condition: the row counts under an area on a day, whatever code it was written under."""
    condition = within(code, column)
    if not condition:
        return condition
    for old, new in successors(on).items():
        here, there = contains(code, new), contains(code, old)
        if here and not there:
            condition |= within(old, column)
        elif there and not here and code != old:
            condition &= ~within(old, column)
    return condition


class RolledUpAreaFilter(AreaFilter):
    """An area with everything inside it, and with what has been merged into it."""

    def narrow(self, records, value):
        return records.filter(rolled_up(value, today(), f"{self.field}_id"))
