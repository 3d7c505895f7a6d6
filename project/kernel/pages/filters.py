"""Ways to narrow a list, kept in the page's address."""

from django.core.exceptions import ValidationError
from django.db.models import DateField
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

AREAS_AT_MOST = 400
LEVELS = (2, 4, 6, 9, 12)
STATE, MONTH, AREA = _("State"), _("Month"), _("Area")


class Filter:
    """One field of the filter bar. A value it does not understand is named, not ignored."""

    widget = "select"

    def __init__(self, name, label, field=None):
        self.name, self.label, self.field = name, label, field or name

    def choices(self, listing):
        """The values to choose from, each with its words."""
        return []

    def clean(self, value, listing):
        """The value to look for; refuse what is not one of the choices."""
        if value not in {str(key) for key, _words in self.choices(listing)}:
            raise ValidationError(_("This value is not one of the choices."))
        return value

    def narrow(self, records, value):
        return records.filter(**{self.field: value})


class ChoiceFilter(Filter):
    """A choice from the field's own choices, or from a function of the user."""

    def __init__(self, name, label, field=None, choices=None):
        super().__init__(name, label, field)
        self.given = choices

    def choices(self, listing):
        if callable(self.given):
            return self.given(listing.request.user)
        return self.given or field_at(listing.model, self.field).flatchoices


class StateFilter(ChoiceFilter):
    """The states of the record, in the order in which they are declared."""

    def __init__(self, name="state", label=STATE, field=None):
        super().__init__(name, label, field)


class MonthFilter(Filter):
    """A month: as a text 2026-10, or as the first day where the field is a date."""

    widget = "month"

    def __init__(self, name="month", label=MONTH, field=None):
        super().__init__(name, label, field)

    def clean(self, value, listing):
        try:
            first = parse_date(f"{value}-01")
        except ValueError:
            first = None
        if first is None:
            raise ValidationError(_("Write the month as 2026-10."))
        return first if isinstance(field_at(listing.model, self.field), DateField) else value


class AreaFilter(Filter):
    """An area the user may see, with everything inside it."""

    def __init__(self, name="area", label=AREA, field="area"):
        super().__init__(name, label, field)

    def choices(self, listing):
        """Villages where they fit in one menu, else only the larger areas."""
        areas = field_at(listing.model, self.field).remote_field.model
        seen = areas.objects.visible_to(listing.request.user).order_by("pk")
        for ending in ("", "000", "000000"):
            found = list(seen.filter(pk__endswith=ending)[: AREAS_AT_MOST + 1])
            if len(found) <= AREAS_AT_MOST:
                break
        return [(area.pk, indented(area)) for area in found[:AREAS_AT_MOST]]

    def clean(self, value, listing):
        if len(value) != 12 or not value.isdecimal():
            raise ValidationError(_("An area code has twelve digits."))
        return value

    def narrow(self, records, value):
        width = next(w for w in LEVELS if not value[w:].strip("0"))
        after = str(int(value[:width]) + 1).zfill(width)
        name = f"{self.field}_id"
        return records.filter(**{f"{name}__gte": value[:width], f"{name}__lt": after})


def field_at(model, path):
    """The model field at the end of a path such as `contract__area`."""
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).remote_field.model
    return model._meta.get_field(last)


def indented(area):
    """The area's name, further in the deeper it lies."""
    depth = next(i for i, width in enumerate(LEVELS) if not area.pk[width:].strip("0"))
    return "\u3000" * max(depth - 2, 0) + area.name
