"""What is filled in about days: doubts, corrections, leave, plans, places and scans."""

import re
from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance.models import Correction, FlagReview, Leave, Weekday
from contracts.models import HOLDING, Contract
from project.kernel.forms import NoteForm
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area

MARK = re.compile(r"\d{1,4}(\.\d{1,2})?")
LATELY = timedelta(days=92)
FILES = {"accept": ".pdf,.jpg,.jpeg,.png"}


def day(label, **options):
    """A day, chosen with the browser's own calendar."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **options)


def hour(label):
    """A time of the day."""
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )


def reason():
    return forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


def evidence(**options):
    return forms.FileField(
        label=_("Evidence (PDF, JPEG or PNG)"), widget=forms.FileInput(attrs=FILES), **options
    )


class HolderField(forms.ModelChoiceField):
    """One of the contracts of late, by name, post and village."""

    def __init__(self, label):
        super().__init__(Contract.objects.none(), label=label)

    def label_from_instance(self, contract):
        return f"{contract.person.name} · {contract.title} · {contract.area.name}"

    def open_to(self, user, permission):
        """Offer the contracts in the areas in which the person holds a permission."""
        held = Contract.objects.filter(in_areas(areas(user, permission)), state__in=HOLDING)
        held = held.filter(ends_on__gte=today() - LATELY).select_related("person", "area")
        self.queryset = held.order_by("area", "person__name", "pk")


class DecideForm(forms.Form):
    """Whether a doubtful day counts, and why."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=FlagReview.Decision.choices, widget=forms.RadioSelect
    )
    reason = reason()

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)


class CorrectionForm(forms.Form):
    """The day, what it should be worth, why, and what shows it."""

    contract = HolderField(_("Holder"))
    day = day(_("Day"))
    wanted = forms.TypedChoiceField(
        label=_("The day should count as"),
        choices=Correction.Worth.choices,
        coerce=forms.DecimalField().to_python,
    )
    quantity = forms.DecimalField(
        label=_("Hours or pieces of the day"),
        min_value=0,
        max_digits=6,
        decimal_places=2,
        required=False,
        help_text=_("Only where these are paid."),
    )
    reason = reason()
    evidence = evidence(required=False)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user:
            self.fields["contract"].open_to(user, Permission.SHEET_RECORD)


class LeaveForm(forms.Form):
    """The kind of leave, from when to when, why, and what shows it."""

    contract = HolderField(_("Holder"))
    kind = forms.ChoiceField(label=_("Kind of leave"), choices=Leave.Kind.choices)
    starts_on = day(_("From"))
    ends_on = day(_("To"))
    reason = reason()
    evidence = evidence(required=False)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user:
            self.fields["contract"].open_to(user, Permission.SHEET_RECORD)


class SubstituteForm(forms.Form):
    """Who works in whose place, from when to when, and why."""

    holder = HolderField(_("Holder"))
    substitute = HolderField(_("Substitute"))
    starts_on = day(_("From"))
    ends_on = day(_("To"))
    reason = reason()

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user:
            for name in ("holder", "substitute"):
                self.fields[name].open_to(user, Permission.SHEET_REVIEW)


class OfArea(forms.Form):
    """A form about one of the areas in which the person plans work."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Village"), empty_label=None)
    title = forms.CharField(
        label=_("Post"), max_length=60, required=False, help_text=_("Empty: all posts.")
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user:
            inside = in_areas(areas(user, Permission.SHEET_OPEN), "code")
            known = Area.objects.filter(inside, level__gte=Area.Level.TOWNSHIP)
            self.fields["area"].queryset = known.on(today())


class PlaceForm(OfArea):
    """A place of work and how far from it somebody may check in."""

    name = forms.CharField(label=_("Place"), max_length=60)
    longitude = forms.DecimalField(
        label=_("Longitude"), min_value=-180, max_value=180, max_digits=9, decimal_places=6
    )
    latitude = forms.DecimalField(
        label=_("Latitude"), min_value=-90, max_value=90, max_digits=8, decimal_places=6
    )
    radius = forms.IntegerField(
        label=_("Radius in metres"), min_value=10, max_value=20000, initial=200
    )
    starts_on = day(_("From"), initial=today)


class PlanForm(OfArea):
    """On which days of a month work is due, and at which hours."""

    days = forms.IntegerField(
        label=_("Days a month"),
        min_value=1,
        max_value=31,
        required=False,
        help_text=_("Empty: every weekday chosen below."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        choices=Weekday.choices,
        coerce=int,
        required=False,
        help_text=_("None chosen: the days are free to choose, only their number is due."),
    )
    opens_at = hour(_("Shift from"))
    closes_at = hour(_("Shift to"))
    months = forms.TypedMultipleChoiceField(
        label=_("Months of the season"),
        choices=[(number, str(number)) for number in range(1, 13)],
        coerce=int,
        required=False,
        help_text=_("None chosen: the whole year."),
    )
    rests_on_holidays = forms.BooleanField(
        label=_("Rests on public holidays"), required=False, initial=True
    )
    starts_on = day(_("From"), initial=today)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("opens_at"), cleaned.get("closes_at")
        if (first is None) != (last is None) or (first and first >= last):
            self.add_error(
                "closes_at", _("Give both ends of the shift, the first before the last.")
            )
        return cleaned


class PauseForm(OfArea):
    """Days on which work rests, and why."""

    starts_on = day(_("From"))
    ends_on = day(_("To"))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class EndForm(NoteForm):
    """The last day of a place or a plan."""

    on = day(_("Last day"), initial=today)
    field_order = ["on", "note"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)


class TakeBackForm(NoteForm):
    """Why a pause is taken back."""

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)


class ScanForm(forms.Form):
    """A scanned page of the sign-in book."""

    scan = forms.FileField(
        label=_("Scanned pages of the sign-in book (PDF, JPEG or PNG)"),
        widget=forms.FileInput(attrs=FILES),
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)


class MarksForm(forms.Form):
    """The changed cells of the grid: {contract: {day of the month: 1, 0.5, 0 or how much}}."""

    marks = forms.JSONField()

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.sheet = record

    def clean_marks(self):
        try:
            return {
                int(contract): {self._day(day): _mark(said) for day, said in days.items()}
                for contract, days in self.cleaned_data["marks"].items()
            }
        except (AttributeError, TypeError, ValueError) as unread:
            raise ValidationError(
                translate("The days cannot be read. Load the page again and enter them once more.")
            ) from unread

    def _day(self, day):
        """The day of the month; one that the month does not have stays a number and is refused."""
        try:
            return self.sheet.month.first.replace(day=int(day))
        except ValueError:
            return int(day)


def _mark(said):
    """A day as it counts, or its hours or pieces; which it is, the contract says."""
    if not MARK.fullmatch(str(said)):
        raise ValueError(said)
    return str(said)
