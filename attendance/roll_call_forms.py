"""What a roll call says when it comes from the clerk's page or from a program."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance.models import CheckIn, WorkPlace
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area

MOST = 2000


class NumbersField(forms.Field):
    """Contracts by number; none are none."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value):
        try:
            found = [int(one) for one in value or ()]
        except (TypeError, ValueError) as unread:
            raise ValidationError(translate("Give contracts by their numbers.")) from unread
        if len(found) > MOST or any(not 0 < one < 2**63 for one in found):
            raise ValidationError(translate("Give contracts by their numbers."))
        return found


class PicturesInput(forms.FileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several pictures, each looked at when it is drawn anew."""

    widget = PicturesInput

    def clean(self, data, initial=None):
        return [super(PicturesField, self).clean(one, initial) for one in data or ()]


class MarksForm(forms.Form):
    """Who is there and who is not, and pictures that show it."""

    client_id = forms.UUIDField(label=_("Number made by the device"))
    present = NumbersField(label=_("Who is there"), required=False)
    absent = NumbersField(label=_("Who is not there"), required=False)
    photos = PicturesField(label=_("Pictures"), required=False)

    def __init__(self, *args, user=None, record=None, **kwargs):
        super().__init__(*args, **kwargs)


class RollCallForm(MarksForm):
    """A roll call on site: where, when, who, and what shows it."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Village"))
    title = forms.CharField(label=_("Post"), max_length=60, required=False)
    place = forms.ModelChoiceField(WorkPlace.objects.none(), label=_("Place"), required=False)
    kind = forms.ChoiceField(label=_("Moment"), choices=CheckIn.Kind.choices)
    at = forms.DateTimeField(label=_("The device's time"), required=False)
    sent_at = forms.DateTimeField(label=_("Sent at, by the device's clock"), required=False)
    longitude = forms.DecimalField(
        label=_("Longitude"),
        min_value=-180,
        max_value=180,
        max_digits=9,
        decimal_places=6,
        required=False,
    )
    latitude = forms.DecimalField(
        label=_("Latitude"),
        min_value=-90,
        max_value=90,
        max_digits=8,
        decimal_places=6,
        required=False,
    )
    accuracy = forms.IntegerField(
        label=_("Accuracy in metres"), min_value=0, max_value=9_999_999, required=False
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user:
            mine = areas(user, Permission.SHEET_RECORD)
            villages = Area.objects.filter(in_areas(mine, "code"), level=Area.Level.VILLAGE)
            self.fields["area"].queryset = villages.on(today())
            self.fields["place"].queryset = WorkPlace.objects.filter(in_areas(mine))

    def clean_at(self):
        return self.cleaned_data["at"] or timezone.now()

    def clean(self):
        cleaned = super().clean()
        place, village = cleaned.get("place"), cleaned.get("area")
        if place and village and place.area_id != village.pk:
            self.add_error("place", translate("This place is not one of the village."))
        if (cleaned.get("longitude") is None) != (cleaned.get("latitude") is None):
            self.add_error("latitude", translate("Give both coordinates, or none."))
        return cleaned


class CorrectionOfCallForm(MarksForm):
    """Who was there after all, who was not, and why it is said anew."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
