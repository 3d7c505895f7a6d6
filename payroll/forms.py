"""What people fill in on the pages of the pay."""

from django import forms
from django.utils.translation import gettext_lazy as _

from project.kernel.months import MonthFormField, today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area


class PrepareForm(forms.Form):
    """A month, and one of the areas in which the person prepares pay."""

    month = MonthFormField(label=_("Month"))
    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), empty_label=None)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        codes = areas(user, Permission.PAY_PREPARE) if user else []
        levels = (Area.Level.COUNTY, Area.Level.TOWNSHIP)
        inside = Area.objects.filter(in_areas(codes, "code"), level__in=levels)
        self.fields["area"].queryset = inside.on(today())


class SupplementForm(forms.Form):
    """Nothing is filled in: what waits is known."""

    def __init__(self, *args, user=None, record=None, **kwargs):
        super().__init__(*args, **kwargs)


class ReleaseForm(forms.Form):
    """Why a held line may be paid after all."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
